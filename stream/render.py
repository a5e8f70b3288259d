"""The same show into a file: ticks as fast as media gives them, through the same encoder.

Run by the supervisor as ``python -m stream.render --ring FD --wake FD --seconds S``; its
``OnAirSpec`` comes as canonical JSON on standard input, with the recorder as its destination. With
``--to-line`` the file ends when the supervisor says after which line, and ``--seconds`` is the
longest that it may be.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from selectors import DefaultSelector

from host.errors import LivehostError
from host.model import Destination, OnAirSpec, wire
from host.model.state import OnAirState, PushState
from stream.control import Control
from stream.encoder import Encoder
from stream.flv import FlvWriter
from stream.hub import serve_io
from stream.mixer import Mixer
from stream.process import FedProcess
from stream.programme import Programme
from stream.ring import Ring
from stream.standby import StandbyClip

PATIENCE = 60.0
"""Seconds without a tick from media after which the rendering is given up."""
FINISHING = 60.0
"""Seconds the recorder has to write its index."""


class Render:
    """The loop; it waits for media where onair would show the stand-by clip."""

    def __init__(
        self, spec: OnAirSpec, ring: Ring, wake: int, seconds: float, *, to_line: bool = False
    ) -> None:
        """``to_line``: whole is a file that ends with the line that ``finish`` names."""
        fmt = spec.format
        self._to_line = to_line
        self._last = 0  # the line to end with; 0: not said yet
        self._said = 0  # the last line that was rendered to its end
        self._ring, self._wake = ring, wake
        self._ticks = round(seconds * fmt.video.fps)
        self._fps = fmt.video.fps
        self._selector = DefaultSelector()
        self._programme = Programme(ring, StandbyClip((), fmt), fmt)
        self._mixer = Mixer(fmt, spec.music)
        self._encoder = Encoder(fmt)
        self._writer = FlvWriter(self._encoder.header)
        self._recorder = FedProcess(spec.destinations[0].argv)
        os.set_blocking(self._recorder.feed, True)
        self._control = Control(spec.sockets, self._selector, self)
        self._stopping = False

    def stop(self) -> None:
        """End with what there is."""
        self._stopping = True

    def retire(self) -> None:
        """The same: nobody waits for a clause of a file that is given up."""
        self.stop()

    def hold(self, on: bool) -> None:
        """A file has no red button."""

    def redirect(self, destinations: tuple[Destination, ...]) -> None:
        """A file stays where it is."""

    def allow(self, preset: str) -> None:
        """A file takes the time it takes."""

    def finish(self, line: int) -> None:
        """End with the last tick of that line."""
        self._last = line

    @property
    def _finished(self) -> bool:
        return 0 < self._last <= self._said

    def run(self) -> int:
        """Until the file is as long as wanted; exit code 0 when it is."""
        tick = 0
        heard = time.monotonic()
        while tick < self._ticks and not self._stopping and self._recorder.exit_code() is None:
            serve_io(self._selector, 0)
            if self._finished:
                break
            if self._ring.peek() is None:
                if time.monotonic() - heard > PATIENCE:
                    sys.stderr.write(f"render: no picture for {PATIENCE:g} s; see above why\n")
                    self._recorder.kill()
                    self._control.close()
                    return 1
                serve_io(self._selector, 0.002)
                continue
            heard = time.monotonic()
            self._render(tick)
            tick += 1
        for packet in self._encoder.flush():
            self._recorder.write_all(self._writer.write(packet))
        for run in self._programme.finish():
            self._control.report(run)
        code = self._recorder.finish(FINISHING)
        self._publish(tick)
        self._control.close()
        if code:
            sys.stderr.write(f"render: {self._recorder.last_words}\n")
        whole = self._finished if self._to_line else tick == self._ticks
        return 0 if code == 0 and whole else 1

    def _render(self, tick: int) -> None:
        shown, aired = self._programme.show(tick)
        sound = self._mixer.mix(shown.pcm, shown.duck)
        packets = self._encoder.encode(tick, shown.i420, sound)
        self._programme.advance(tick)
        self._ring.air_tick = tick
        os.eventfd_write(self._wake, 1)
        for packet in packets:
            self._recorder.write_all(self._writer.write(packet))
        for run in aired:
            self._control.report(run)
            if run.ends_line:
                self._said = run.line
        if tick % self._fps == 0:
            self._publish(tick)

    def _publish(self, tick: int) -> None:
        done = PushState("file", connected=True, restarts=0, dropped_video=0)
        self._control.publish(
            OnAirState(tick, "programme", False, (done,), 0, self._ring.depth, 0.0)
        )


def main() -> int:
    """Exit code 0 when the file is whole, 1 when it is not, 2 when it cannot begin."""
    parser = argparse.ArgumentParser(prog="stream.render", description=__doc__)
    parser.add_argument("--room", required=True, help="shown in the process list")
    parser.add_argument("--ring", type=int, required=True, help="descriptor of the ring")
    parser.add_argument("--wake", type=int, required=True, help="eventfd that wakes media")
    parser.add_argument("--seconds", type=float, required=True, help="length of the file")
    parser.add_argument("--to-line", action="store_true", help="end with a line, when told which")
    args = parser.parse_args()
    try:
        spec = wire.from_json(sys.stdin.buffer.read().decode())
        render = Render(spec, Ring(args.ring), args.wake, args.seconds, to_line=args.to_line)
    except (LivehostError, OSError) as error:
        sys.stderr.write(f"render: {error}\n")
        return 2
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor ends the room
    signal.signal(signal.SIGTERM, lambda *_: render.stop())
    return render.run()


if __name__ == "__main__":
    sys.exit(main())
