"""Run by the supervisor as ``python -m host.media --room FILE --ring FD --wake FD``."""

from __future__ import annotations

import argparse
import signal
import sys

from host.errors import ConfigError, StageError
from host.media.loop import Media
from host.room_arguments import add_room_arguments, room_of
from stream.ring import Ring


def main() -> int:
    """Exit code 0 after a clean end, 1 after a failure, 2 when what the merchant gave is wrong."""
    parser = argparse.ArgumentParser(prog="host.media", description=__doc__)
    parser.add_argument("--ring", type=int, required=True, help="descriptor of the ring")
    parser.add_argument("--wake", type=int, required=True, help="eventfd that onair raises")
    parser.add_argument("--patient", action="store_true", help="wait for speech, never idle")
    add_room_arguments(parser)
    args = parser.parse_args()
    try:
        room = room_of(args)
        media = Media(room, Ring(args.ring), args.wake, patient=args.patient)
    except ConfigError as error:
        sys.stderr.write(f"media: {error}\n")
        return 2
    except (StageError, OSError) as error:  # also what passes: no memory, no descriptors
        sys.stderr.write(f"media: {error}\n")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: setattr(media, "stopping", True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor ends the room
    try:
        media.run()
    except StageError as error:
        sys.stderr.write(f"media: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
