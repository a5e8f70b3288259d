"""The on-air process: whatever else dies, a frame and its samples leave at every tick.

Run by the supervisor as ``python -m stream.onair --ring FD --wake FD``; its ``OnAirSpec`` comes as
canonical JSON on standard input, because the pushers' commands hold stream keys.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import signal
import statistics
import sys
import time
from collections import deque
from selectors import DefaultSelector

from host.errors import EncodeError, LivehostError
from host.model import Destination, Incident, OnAirSpec, wire
from host.model.state import OnAirState
from stream.adapt import Adapt, Change, Second
from stream.clock import Clock
from stream.control import Control
from stream.encoder import Encoder
from stream.handover import Handover
from stream.hub import serve_io
from stream.mixer import Mixer
from stream.outputs import Outputs
from stream.programme import Programme
from stream.ring import Ring
from stream.standby import StandbyClip
from stream.tap import Tap

ORPHANED = 60.0
"""Seconds since the supervisor ended after which the broadcast is ended in good order: a new one
that adopts it is there within seconds, on a loaded machine too. One that hangs has not ended."""
FADE_OUT = 0.1
"""Seconds in which the sound falls to silence at the end."""
CLAUSE = 3.0
"""Seconds that a clause on air has to end: most take less than 2.6. A longer one is cut, because
a broadcast that is ended ends within 5 s."""
LEAVING = 2.2
"""Seconds from the order to end until pushers that have not ended are killed: the supervisor
waits for 3."""


class OnAir:
    """The loop. One thread; every wait is for the clock."""

    def __init__(self, spec: OnAirSpec, ring: Ring, wake: int) -> None:
        """``wake``: eventfd on which media waits for a free slot."""
        fmt = spec.format
        self._spec = spec
        self._fps = fmt.video.fps
        self._ring = ring
        self._wake = wake
        self._selector = DefaultSelector()
        standby = StandbyClip(spec.standby, fmt)
        self._programme = Programme(ring, standby, fmt)
        self._mixer = Mixer(fmt, spec.music)
        self._encoder = Encoder(fmt)
        self._adapt = Adapt(fmt.video)
        self._tap = Tap(spec.sockets, self._encoder.header, self._selector)
        self._control = Control(spec.sockets, self._selector, self)
        self._outputs = Outputs(spec.destinations, self._encoder.header, self._control.report)
        self._handover = Handover(
            spec.sockets, self._selector, ring=ring.fd, wake=wake, spec=self._spec_now
        )
        self._costs: deque[float] = deque(maxlen=self._fps)
        self._late = 0  # ticks of this second that began more than a tick late
        self._congested = False  # at some tick of this second
        # Counted on from a former onair's last tick, so that a tick names one moment of the show.
        self._tick = ring.air_tick + 1
        self._clock = Clock(self._fps, first=self._tick)
        self._stopping = False
        self._retire_by: float | None = None
        self._source = ""
        for why in standby.unreadable:
            self._tell("standby-unreadable", why)

    def run(self) -> None:
        """Until stopped, or until there was no supervisor for ``ORPHANED`` seconds."""
        supervised_at = time.monotonic()
        while not self._stopping:
            self._turn()
            if self._retire_by is not None and (
                self._programme.between or time.monotonic() > self._retire_by
            ):
                break
            if not self._control.orphaned:
                supervised_at = time.monotonic()
            elif time.monotonic() - supervised_at > ORPHANED:
                break
        self._finish()

    # What the control socket may ask for.

    def stop(self) -> None:
        """End after what the ring holds."""
        self._stopping = True

    def retire(self) -> None:
        """End when the clause on air has."""
        self._retire_by = time.monotonic() + CLAUSE

    def hold(self, on: bool) -> None:
        """Press or release the red button."""
        self._programme.hold = on
        self._tell("hold" if on else "release", "red button")
        self._control.publish(self._state())

    def redirect(self, destinations: tuple[Destination, ...]) -> None:
        """Push to these from now on; what is unchanged stays connected."""
        self._outputs.redirect(destinations)

    def allow(self, preset: str) -> None:
        """Encode with this preset now, and with no dearer one from now on."""
        if not self._adapt.allow(preset):
            self._tell("preset", f"asked for {preset!r}, which is none")
        elif preset != self._encoder.preset:
            why = f"{self._encoder.preset} → {preset}: asked for"
            self._apply(Change("preset", self._encoder.kbps, preset, why))

    def finish(self, line: int) -> None:
        """A broadcast is ended by whoever is responsible for it, not by a line."""

    # One tick after another.

    def _turn(self, *, over: bool = False) -> None:
        while (left := self._clock.wait_for(self._tick)) > 0:
            serve_io(self._selector, left)
        self._late += self._clock.late > 1 / self._fps
        serve_io(self._selector, 0)
        self._air(over=over)
        if self._tick % self._fps == 0:
            self._look()

    def _air(self, *, over: bool) -> None:
        began = time.perf_counter()
        tick = self._tick
        key = self._outputs.poll(quiet=self._programme.quiet)
        shown, aired = self._programme.show(tick, over=over)
        sound = self._mixer.mix(shown.pcm, shown.duck)
        packets = self._encoder.encode(tick, shown.i420, sound, key=key)
        # Told before its slot is freed: killed between, the tick is aired again, while an end of
        # a line that nobody was told of would keep the talk waiting for ever.
        for run in aired:
            self._control.report(run)
        self._programme.advance(tick)
        self._ring.air_tick = tick
        os.eventfd_write(self._wake, 1)
        for packet in packets:
            self._tap.publish(packet)
            self._outputs.push(packet)
        self._congested = self._congested or self._outputs.congested
        self._note(shown.source)
        self._costs.append(time.perf_counter() - began)
        self._tick += 1

    def _note(self, source: str) -> None:
        """Tell when what is shown changes between programme and stand-by."""
        if source != self._source and "held" not in (source, self._source):
            self._tell(source, "now showing")
        if source != "held":
            self._source = source

    def _look(self) -> None:
        """Once a second: how it goes, and what is to change."""
        state = self._state()
        self._control.publish(state)
        connected = sum(one.connected for one in state.destinations)
        busy, late = state.encoder_ms / 1000 * self._fps, self._late / self._fps
        second = Second(self._congested, len(state.destinations), connected, busy, late)
        self._late, self._congested = 0, False
        for change in self._adapt.look(second):
            if not self._apply(change):
                break  # the next was decided with this one done

    def _apply(self, change: Change) -> bool:
        """False: the encoder refused, and goes on as it was."""
        try:
            if not self._encoder.change(kbps=change.kbps, preset=change.preset):
                header = self._encoder.replace(change.preset)
                self._tap.renew(header)
                self._outputs.renew(header, f"the encoder's preset is now {change.preset}")
        except EncodeError as error:
            self._adapt.refused(self._encoder.kbps, self._encoder.preset)
            self._tell(change.what, f"{change.why}; refused: {error}")
            return False
        self._tell(change.what, change.why)
        return True

    def _tell(self, what: str, why: str) -> None:
        self._control.report(Incident("onair", what, why, self._tick))

    def _state(self) -> OnAirState:
        return OnAirState(
            tick=self._tick,
            showing=self._source,
            hold=self._programme.hold,
            destinations=self._outputs.states,
            late_ticks=self._programme.late_ticks,
            ring_depth=self._ring.depth,
            encoder_ms=statistics.median(self._costs or [0.0]) * 1000,
            kbps=self._encoder.kbps,
            preset=self._encoder.preset,
            stalls=self._clock.stalls,
            line=self._programme.line,
            clause=self._programme.clause,
        )

    def _spec_now(self) -> OnAirSpec:
        return dataclasses.replace(self._spec, destinations=self._outputs.destinations)

    def _finish(self) -> None:
        until = time.monotonic() + LEAVING
        left = 0 if self._programme.hold or self._retire_by is not None else self._ring.depth
        for _ in range(left):
            self._turn()
        fade = math.ceil(FADE_OUT * self._fps)
        self._mixer.fade_out(fade)
        for _ in range(fade):
            self._turn(over=True)
        for run in self._programme.finish():
            self._control.report(run)
        for packet in self._encoder.flush():
            self._tap.publish(packet)
            self._outputs.push(packet)
        self._outputs.close(until)
        self._tap.close()
        self._handover.close()
        self._control.close()


def main() -> int:
    """Run until SIGTERM or SIGINT; exit code 0 after a clean end, 1 when the machine could not
    begin it, 2 when it cannot begin whatever is tried again.
    """
    parser = argparse.ArgumentParser(prog="stream.onair", description=__doc__)
    parser.add_argument("--room", required=True, help="shown in the process list")
    parser.add_argument("--ring", type=int, required=True, help="descriptor of the ring")
    parser.add_argument("--wake", type=int, required=True, help="eventfd that wakes media")
    args = parser.parse_args()
    try:
        spec = wire.from_json(sys.stdin.buffer.read().decode())
        onair = OnAir(spec, Ring(args.ring), args.wake)
    except LivehostError as error:
        sys.stderr.write(f"onair: {error}\n")
        return 2
    except OSError as error:  # no memory, no descriptors: it passes
        sys.stderr.write(f"onair: {error}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: onair.stop())
    onair.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
