"""Run by the supervisor as ``python -m host.studio --room FILE``."""

from __future__ import annotations

import argparse
import signal
import sys

import anyio

from host.errors import LivehostError, tell
from host.room_arguments import add_room_arguments, add_schedule_arguments, room_of, schedule_of
from host.studio.studio import Studio


def main() -> int:
    """Exit code 0 when the supervisor went, 1 after a failure, 2 when it cannot begin."""
    parser = argparse.ArgumentParser(prog="host.studio", description=__doc__)
    add_room_arguments(parser)
    parser.add_argument("--deaf", action="store_true", help="take no comments")
    add_schedule_arguments(parser)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        studio = Studio(room_of(args), listens=not args.deaf, schedule=schedule_of(args))
        anyio.run(studio.run)
    except (LivehostError, ExceptionGroup) as error:
        return tell(error, "studio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
