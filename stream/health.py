"""The health process: measures what left the encoder, on its packets, not on intentions.

Run by the supervisor as ``python -m stream.health --room NAME --sockets DIR``. A consumer of the
tap like any other: it may lag, hang or die, and the broadcast does not notice.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from host.errors import StageError
from host.model import Incident, sockets
from host.model.messages import Beat, Hello, Retire, TapHeader, TapPacket
from stream.measure import Measure

POLL = 0.1
"""Seconds between looks at the tap: woken at each packet it would cost twice as much."""
REPORT = 1.0
"""Seconds between reports."""
RETRY = 0.5
"""Seconds between tries to reach a tap that is not there."""
TOLD_AGAIN = 60.0
"""Seconds in which what cannot be decoded is told once."""
PATIENCE = 5.0
"""Seconds for which a supervisor that is coming up is waited for."""


class Watcher:
    """The loop. One thread."""

    def __init__(self, folder: Path, supervisor: sockets.Peer) -> None:
        """``folder``: of the room's sockets. ``supervisor``: connected."""
        self._folder = folder
        self._supervisor = supervisor
        self._tap: sockets.Peer | None = None
        self._measure: Measure | None = None
        self._retry_at = 0.0
        self._read_at = 0.0
        self._report_at = 0.0
        self._told_at = float("-inf")
        self._stopping = False
        self._supervisor.send(Hello("health", os.getpid()))

    def stop(self) -> None:
        """Leave at the next look."""
        self._stopping = True

    @property
    def over(self) -> bool:
        """It was stopped, or left by the supervisor."""
        return self._stopping or self._supervisor.closed

    def run(self) -> None:
        """Until stopped, retired, or left by the supervisor."""
        while not self.over:
            self.look(time.monotonic())
            time.sleep(POLL)
        self.close()

    def close(self) -> None:
        """Let go of both connections."""
        for peer in (self._tap, self._supervisor):
            if peer is not None:
                peer.close()

    def look(self, now: float) -> None:
        """Read what has come and report when it is time. ``now``: seconds, monotonic."""
        for message in self._supervisor.receive():
            if isinstance(message, Retire):
                self._stopping = True
        self._supervisor.flush()
        self._read_tap(now)
        if now >= self._report_at:
            # An absolute schedule, that does not report twice after a pause.
            self._report_at = max(self._report_at + REPORT, now + REPORT / 2)
            self._supervisor.send(Beat())
            health = self._measure.health(now) if self._measure is not None else None
            if health is not None:
                self._supervisor.send(health)

    def _read_tap(self, now: float) -> None:
        if self._tap is None:
            if now < self._retry_at:
                return
            self._retry_at = now + RETRY
            with contextlib.suppress(OSError):  # onair is not there yet, or not any more
                self._tap = sockets.connect(self._folder, "tap")
            self._read_at = now
            return
        packets: list[TapPacket] = []
        for message in self._tap.receive():
            if isinstance(message, TapPacket):
                packets.append(message)
            elif isinstance(message, TapHeader):
                self._take(packets, now)
                packets = []
                self._begin(message, now)
        self._take(packets, now)
        self._read_at = now
        if self._tap.closed:
            self._tap = None
            self._measure = None

    def _begin(self, header: TapHeader, now: float) -> None:
        if self._measure is not None and self._measure.fits(header):
            return
        try:
            self._measure = Measure(header)
        except StageError as error:
            self._measure = None
            self._tell(error, now)

    def _take(self, packets: list[TapPacket], now: float) -> None:
        if self._measure is None or not packets:
            return
        for error in self._measure.take(packets, self._read_at, now):
            self._tell(error, now)

    def _tell(self, error: StageError, now: float) -> None:
        if now - self._told_at >= TOLD_AGAIN:
            self._told_at = now
            self._supervisor.send(Incident("health", "undecodable", error.why))


def main() -> int:
    """Run until SIGTERM, SIGINT or the supervisor's end; 1 when there is no supervisor."""
    parser = argparse.ArgumentParser(prog="stream.health", description=__doc__)
    parser.add_argument("--room", required=True, help="shown in the process list")
    parser.add_argument("--sockets", type=Path, required=True, help="folder of the room's sockets")
    args = parser.parse_args()
    try:
        supervisor = sockets.connect(args.sockets, "supervisor", patience=PATIENCE)
    except OSError:
        sys.stderr.write("health: no supervisor answers\n")
        return 1
    watcher = Watcher(args.sockets, supervisor)

    def stop(_number: int, _frame: FrameType | None) -> None:
        watcher.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    watcher.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
