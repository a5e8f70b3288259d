"""How the supervisor tells a process which room it serves."""

from __future__ import annotations

import argparse
from pathlib import Path

from host.config import Room, load_room


def add_room_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that ``room_of`` reads."""
    parser.add_argument("--room", type=Path, required=True, help="the room's file")
    parser.add_argument("--pack", help="a host in place of the room's")
    parser.add_argument("--sub", default="", help="folder of the room's for its state")
    parser.add_argument("--test-card", action="store_true", help="a coded counter and a tone")


def room_of(args: argparse.Namespace) -> Room:
    """The room. Raises ConfigError."""
    return load_room(args.room, test_card=args.test_card, pack=args.pack, sub=args.sub)
