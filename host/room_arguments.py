"""How the supervisor tells a process which room it serves."""

from __future__ import annotations

import argparse
from pathlib import Path
from zoneinfo import ZoneInfo

from host.config import Room, load_room
from host.schedule import Schedule
from host.settings_talk import ScheduleSettings


def add_room_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that ``room_of`` reads."""
    parser.add_argument("--room", type=Path, required=True, help="the room's file")
    parser.add_argument("--pack", help="a host in place of the room's")
    parser.add_argument("--sub", default="", help="folder of the room's for its state")
    parser.add_argument("--test-card", action="store_true", help="a coded counter and a tone")


def room_of(args: argparse.Namespace) -> Room:
    """The room. Raises ConfigError."""
    return load_room(args.room, test_card=args.test_card, pack=args.pack, sub=args.sub)


def schedule_arguments(room: Room) -> list[str]:
    """The room's hours, for a process that must keep those of the supervisor's, whatever the
    room's file says when it is started.
    """
    settings = room.settings
    return ["--schedule", settings.schedule.model_dump_json(), "--timezone", settings.timezone]


def add_schedule_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that ``schedule_of`` reads."""
    parser.add_argument("--schedule", help="[schedule] of the room, as JSON; none: no hours")
    parser.add_argument("--timezone", default="UTC", help="of the schedule")


def schedule_of(args: argparse.Namespace) -> Schedule | None:
    """What ``schedule_arguments`` wrote; None: no hours end the show."""
    if args.schedule is None:
        return None
    return Schedule(ScheduleSettings.model_validate_json(args.schedule), ZoneInfo(args.timezone))
