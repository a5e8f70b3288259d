"""The recorder: a consumer of the tap that keeps what left the encoder.

``python -m stream.recorder --room NAME --sockets DIR --folder DIR --hours H --gigabytes G
--segment-minutes M --keep-free-gigabytes K``. It leaves, its file closed, on SIGTERM, on
``Retire`` and when its supervisor has gone; the next one begins a file of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from host.errors import EncodeError
from host.model import Incident, sockets
from host.model.messages import Beat, Hello, Retire, TapHeader, TapPacket
from stream.recording import Recording
from stream.retention import Limits, Shelf

POLL = 0.1
"""Seconds between looks at the tap: at 12 Mbit/s 150 KB come in it, which the socket holds."""
BEAT = 1.0
"""Seconds between beats, and between looks at the disk."""
RETRY = 0.25
"""Seconds between tries to reach a tap that is not there."""
PATIENCE = 5.0
"""Seconds for which a supervisor that is coming up is waited for."""


class Recorder:
    """The loop. One thread; a disk that hangs hangs it alone, and the tap cuts it off."""

    def __init__(
        self, folder: Path, supervisor: sockets.Peer, shelf: Shelf, limits: Limits, seconds: float
    ) -> None:
        """``folder``: of the room's sockets. ``supervisor``: connected. ``seconds``: of a file."""
        self._folder = folder
        self._supervisor = supervisor
        self._tap: sockets.Peer | None = None
        self._recording = Recording(shelf, limits, seconds, self._report)
        self._retry_at = 0.0
        self._beat_at = 0.0
        self._stopping = False

    def stop(self) -> None:
        """Close the file and leave at the next look."""
        self._stopping = True

    def run(self) -> None:
        """Until stopped, retired, or left by the supervisor. Raises EncodeError."""
        self._supervisor.send(Hello("recorder", os.getpid()))
        try:
            while not (self._stopping or self._supervisor.closed):
                self._look(time.monotonic())
                time.sleep(POLL)
            self._read_tap(time.monotonic())
        finally:
            self._recording.lost()
            for peer in (self._tap, self._supervisor):
                if peer is not None:
                    peer.close()

    def _look(self, now: float) -> None:
        if any(isinstance(message, Retire) for message in self._supervisor.receive()):
            self.stop()
        self._supervisor.flush()
        self._read_tap(now)
        if now >= self._beat_at:
            self._beat_at = now + BEAT
            self._supervisor.send(Beat())
            self._recording.look()

    def _read_tap(self, now: float) -> None:
        if self._tap is None:
            if now >= self._retry_at:
                self._retry_at = now + RETRY
                with contextlib.suppress(OSError):  # onair is being restarted
                    self._tap = sockets.connect(self._folder, "tap")
            return
        for message in self._tap.receive():
            if isinstance(message, TapHeader | TapPacket):
                self._recording.take(message)
        if self._tap.closed:
            self._tap = None
            self._recording.lost()

    def _report(self, incident: Incident) -> None:
        self._supervisor.send(incident)


def main(argv: list[str] | None = None) -> int:
    """Record until told to leave; the exit code.

    1: no supervisor answers, or the packets make no file.
    """
    parser = argparse.ArgumentParser(prog="stream.recorder", description=__doc__)
    parser.add_argument("--room", required=True, help="its name stands in the files' names")
    parser.add_argument("--sockets", type=Path, required=True, help="folder of the room's sockets")
    parser.add_argument("--folder", type=Path, required=True, help="where recordings are kept")
    parser.add_argument("--hours", type=float, required=True, help="older ones are deleted")
    parser.add_argument("--gigabytes", type=float, required=True, help="above, the oldest go")
    parser.add_argument("--segment-minutes", type=float, required=True, help="length of a file")
    parser.add_argument(
        "--keep-free-gigabytes", type=float, required=True, help="with less free it stops"
    )
    given = parser.parse_args(argv)
    free = round(given.keep_free_gigabytes * 1e9)
    limits = Limits(given.hours, round(given.gigabytes * 1e9), free)
    shelf = Shelf(given.folder, given.room)
    try:
        supervisor = sockets.connect(given.sockets, "supervisor", patience=PATIENCE)
        recorder = Recorder(given.sockets, supervisor, shelf, limits, given.segment_minutes * 60)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: recorder.stop())
        recorder.run()
    except (EncodeError, OSError) as error:
        sys.stderr.write(f"recorder: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
