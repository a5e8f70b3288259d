"""The on-air process: whatever else dies, a frame and its samples leave at every tick.

Run by the supervisor as ``python -m stream.onair --ring FD --wake FD``; its ``OnAirSpec`` comes as
canonical JSON on standard input, because the pushers' commands hold stream keys.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import time
from collections import deque
from selectors import DefaultSelector

from host.errors import LivehostError
from host.model import Incident, OnAirSpec, wire
from host.model.state import OnAirState
from stream.clock import Clock
from stream.control import Control
from stream.encoder import Encoder
from stream.hub import serve_io
from stream.mixer import Mixer
from stream.programme import Programme
from stream.pusher import ENDING, Pusher
from stream.ring import Ring
from stream.standby import StandbyClip
from stream.tap import Tap

ORPHANED = 8.0
"""Seconds without a supervisor after which the broadcast is ended in good order."""


class OnAir:
    """The loop. One thread; every wait is for the clock."""

    def __init__(self, spec: OnAirSpec, ring: Ring, wake: int) -> None:
        """``wake``: eventfd on which media waits for a free slot."""
        fmt = spec.format
        self._fps = fmt.video.fps
        self._ring = ring
        self._wake = wake
        self._selector = DefaultSelector()
        standby = StandbyClip(spec.standby, fmt)
        self._programme = Programme(ring, standby, fmt)
        self._mixer = Mixer(fmt, spec.music)
        self._encoder = Encoder(fmt)
        header = self._encoder.header
        self._tap = Tap(spec.sockets, header, self._selector)
        self._control = Control(spec.sockets, self._selector, hold=self._press, end=self.stop)
        self._pushers = [
            Pusher(destination, header, self._control.report) for destination in spec.destinations
        ]
        self._costs: deque[float] = deque(maxlen=fmt.video.fps)
        # Counted on from a former onair's last tick, so that a tick names one moment of the show.
        self._tick = ring.air_tick + 1
        self._clock = Clock(fmt.video.fps, first=self._tick)
        self._stopping = False
        self._source = ""
        for why in standby.unreadable:
            self._control.report(Incident("onair", "standby-unreadable", why))

    def stop(self) -> None:
        """End after the tick under way."""
        self._stopping = True

    def run(self) -> None:
        """Until stopped, or until nobody has supervised for ``ORPHANED`` seconds."""
        supervised_at = time.monotonic()
        while not self._stopping:
            while (left := self._clock.wait_for(self._tick)) > 0:
                serve_io(self._selector, left)
            serve_io(self._selector, 0)
            self._air()
            if self._control.supervised:
                supervised_at = time.monotonic()
            elif time.monotonic() - supervised_at > ORPHANED:
                break
        self._finish()

    def _air(self) -> None:
        began = time.perf_counter()
        tick = self._tick
        for pusher in self._pushers:
            pusher.poll()
        shown, aired = self._programme.show(tick)
        sound = self._mixer.mix(shown.pcm, shown.duck)
        wishes = sum(pusher.take_keyframe_wish() for pusher in self._pushers)
        packets = self._encoder.encode(tick, shown.i420, sound, key=wishes > 0)
        # Told before its slot is freed: killed between, the tick is aired again, while an end of
        # a line that nobody was told of would keep the talk waiting for ever.
        for run in aired:
            self._control.report(run)
        self._programme.advance(tick)
        self._ring.air_tick = tick
        os.eventfd_write(self._wake, 1)
        for packet in packets:
            self._tap.publish(packet)
            for pusher in self._pushers:
                pusher.push(packet)
        self._note(shown.source)
        self._costs.append(time.perf_counter() - began)
        self._tick += 1
        if self._tick % self._fps == 0:
            self._control.publish(self._state())

    def _note(self, source: str) -> None:
        """Tell when what is shown changes between programme and stand-by."""
        if source != self._source and "held" not in (source, self._source):
            self._control.report(Incident("onair", source, "now showing", self._tick))
        if source != "held":
            self._source = source

    def _press(self, on: bool) -> None:
        self._programme.hold = on
        self._control.report(
            Incident("onair", "hold" if on else "release", "red button", self._tick)
        )
        self._control.publish(self._state())

    def _state(self) -> OnAirState:
        return OnAirState(
            tick=self._tick,
            showing=self._source,
            hold=self._programme.hold,
            destinations=tuple(pusher.state for pusher in self._pushers),
            late_ticks=self._programme.late_ticks,
            ring_depth=self._ring.depth,
            encoder_ms=statistics.median(self._costs or [0.0]) * 1000,
        )

    def _finish(self) -> None:
        for run in self._programme.finish():
            self._control.report(run)
        for packet in self._encoder.flush():
            for pusher in self._pushers:
                pusher.push(packet)
        for pusher in self._pushers:
            pusher.end()
        until = time.monotonic() + ENDING
        for pusher in self._pushers:
            pusher.close(max(0.0, until - time.monotonic()))
        self._tap.close()
        self._control.close()


def main() -> int:
    """Run until SIGTERM or SIGINT; exit code 0 after a clean end, 2 when it cannot begin."""
    parser = argparse.ArgumentParser(prog="stream.onair", description=__doc__)
    parser.add_argument("--room", required=True, help="shown in the process list")
    parser.add_argument("--ring", type=int, required=True, help="descriptor of the ring")
    parser.add_argument("--wake", type=int, required=True, help="eventfd that wakes media")
    args = parser.parse_args()
    try:
        spec = wire.from_json(sys.stdin.buffer.read().decode())
        onair = OnAir(spec, Ring(args.ring), args.wake)
    except (LivehostError, OSError) as error:
        sys.stderr.write(f"onair: {error}\n")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: onair.stop())
    onair.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
