"""What goes on air at each tick: the programme, its last picture, or the stand-by clip."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from host.model import Aired, Format, Tick
from stream.ring import Ring
from stream.standby import StandbyClip

HOLD = 0.2
"""Seconds for which the last picture is held before the stand-by clip."""
FADE = 0.24
"""Seconds of the fade back into the programme."""
QUIET = 0.3
"""Seconds without a line from which a connection may be renewed: longer than a pause in a line."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One air tick's picture and sound, and where they came from."""

    i420: NDArray[np.uint8]
    """Shape (height * 3 / 2, width)."""
    pcm: NDArray[np.float32] | None
    """Shape (samples, 2), without music; None: no programme sound."""
    duck: float
    """How far the music steps back, 0…1."""
    source: str
    """"programme", "held" or "stand-by"."""


class Programme:
    """Reads the ring; keeps account of what was aired."""

    def __init__(self, ring: Ring, standby: StandbyClip, fmt: Format) -> None:
        self._ring = ring
        self._standby = standby
        self._samples = fmt.samples
        self._hold_ticks = round(HOLD * fmt.video.fps)
        self._fade_ticks = round(FADE * fmt.video.fps)
        self._last: NDArray[np.uint8] | None = None
        self._late = self._hold_ticks  # nothing to hold before the first tick
        self._fade = 0  # ticks of the fade still to come
        self._run: Aired | None = None
        self._shown: Tick | None = None
        self._quiet_ticks = round(QUIET * fmt.video.fps)
        self._silent = 0  # ticks in a row without a line
        self.line, self.clause = 0, -1
        """What is on air: 0 and -1 when no line is."""
        self.hold = False
        """The red button: stand-by, and the programme waits where it is."""
        self.late_ticks = 0
        """Ticks without a programme to show, other than by the red button."""

    @property
    def between(self) -> bool:
        """No clause is under way: what was on air has ended, or nothing was."""
        return self._run is None

    @property
    def quiet(self) -> bool:
        """No line has been on air for ``QUIET`` seconds: a viewer misses nothing of a short gap."""
        return self._silent >= self._quiet_ticks

    def show(self, air_tick: int, *, over: bool = False) -> tuple[Shown, list[Aired]]:
        """The tick to air now, and the runs of clauses that ended with or before it.

        ``over``: the sound is falling for good, so that no clause counts as aired to its end.
        """
        tick = None if self.hold else self._ring.peek()
        if tick is not None and over:
            tick = replace(tick, ends_clause=False, ends_line=False)
        self.line, self.clause = (tick.line, tick.clause) if tick and tick.line else (0, -1)
        self._silent = 0 if self.line else self._silent + 1
        if tick is None:
            return self._without(), self._close()
        self._shown = tick
        aired = self._account(air_tick, tick)
        picture = tick.i420
        if self._late > self._hold_ticks:
            self._fade = self._fade_ticks
        if self._fade:
            share = 1 - self._fade / (self._fade_ticks + 1)
            picture = _blend(self._standby.frame(), tick.i420, share)
            self._fade -= 1
        self._late = 0
        if self._last is None:
            self._last = picture.copy()
        else:
            np.copyto(self._last, picture)
        return Shown(picture, tick.pcm.copy(), tick.duck, "programme"), aired

    def advance(self, air_tick: int) -> None:
        """What ``show`` gave was encoded: free its slot, if it was the programme's."""
        if self._shown is not None:
            self._ring.advance(air_tick, self._shown)
            self._shown = None

    def finish(self) -> list[Aired]:
        """The run that was under way, when nothing more is aired."""
        return self._close()

    def _without(self) -> Shown:
        if not self.hold:
            self.late_ticks += 1
        self._late = self._hold_ticks + 1 if self.hold else self._late + 1
        if self._late <= self._hold_ticks and self._last is not None:
            return Shown(self._last, None, 0.0, "held")
        return Shown(self._standby.frame(), None, 0.0, "stand-by")

    def _account(self, air_tick: int, tick: Tick) -> list[Aired]:
        """Extend the run of the clause on air, or close it and begin another."""
        ended: list[Aired] = []
        run = self._run
        goes_on = (
            run is not None
            and (run.line, run.clause) == (tick.line, tick.clause)
            and run.last_tick + 1 == air_tick
            and tick.offset == run.first_offset + (air_tick - run.first_tick) * self._samples
        )
        if not goes_on:
            ended += self._close()
            if not tick.line:
                return ended
            run = Aired(
                tick.line, tick.clause, air_tick, air_tick, False, False, first_offset=tick.offset
            )
        assert run is not None
        self._run = Aired(
            run.line,
            run.clause,
            run.first_tick,
            air_tick,
            ends_clause=tick.ends_clause,
            ends_line=tick.ends_line,
            first_offset=run.first_offset,
        )
        if tick.ends_clause:
            ended += self._close()
        return ended

    def _close(self) -> list[Aired]:
        run, self._run = self._run, None
        return [] if run is None else [run]


def _blend(under: NDArray[np.uint8], over: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """``share`` of ``over`` (0…1) over ``under``; planes mix as they are."""
    weight = round(share * 256)
    mixed = under.astype(np.uint16) * (256 - weight) + over.astype(np.uint16) * weight
    return np.asarray(mixed >> 8, np.uint8)
