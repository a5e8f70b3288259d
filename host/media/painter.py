"""Draws as often as the machine can afford, and goes on where drawing fails."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from host.media.stage import Picture
from host.model import Format, Incident
from stream.playout import Step

FAILING = 2.0
"""Seconds of failures in a row after which the process is no good any more. A viewer takes a
shorter freeze for the network's."""
_CHEAP = 2
"""Level from which the avatar draws less of itself, too."""


class Painter:
    """The picture of each tick, drawn anew or repeated."""

    def __init__(
        self,
        picture: Picture,
        fmt: Format,
        tell: Callable[[Incident], None],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``tell`` is given the first failure of a row. ``clock``: seconds, rising.

        Draws once, so that the first tick on air is not the slow one: raises what that raises.
        """
        self._picture = picture
        self._tell = tell
        self._clock = clock
        self._tick = 1 / fmt.video.fps
        self._longest = round(FAILING * fmt.video.fps)
        # Kept apart from the picture's own array, in which one that fails leaves half of itself.
        self._last = picture.draw(0, None).copy()
        self._shown: tuple[int, int] | None = None  # line and clause of the last picture drawn
        self._spent: deque[float | None] = deque(maxlen=fmt.video.fps)  # of each tick; None: none
        self._failing: int | None = None  # seq of the first failure in a row
        self.level = 0
        """0: every tick is drawn; n: every (n + 1)th."""
        self.broken = ""
        """Why it has failed for ``FAILING`` seconds; empty: it has not."""

    @property
    def load(self) -> float:
        """Share of the last second's ticks that drawing took: the median picture's, 0…"""
        spent = [one for one in self._spent if one is not None]
        if not spent:
            return 0.0
        return float(np.median(spent)) / self._tick * len(spent) / len(self._spent)

    def paint(self, seq: int, step: Step | None) -> NDArray[np.uint8]:
        """The frame of tick ``seq``: I420, shape (height * 3 / 2, width), good until the next.

        A picture in between is never of another clause than what is heard. Where drawing raises,
        the last picture stands.
        """
        clause = None if step is None else (step.line.id, step.clause.index)
        if seq % (self.level + 1) and clause == self._shown and self._failing is None:
            self._spent.append(None)
            return self._last
        began = self._clock()
        try:
            frame = self._picture.draw(seq, step, int(self.level >= _CHEAP))
        # A mistake in a pack or a want of memory: the sound goes on all the same.
        except Exception as error:  # noqa: BLE001
            self._fail(seq, f"{type(error).__name__}: {error}")
        else:
            np.copyto(self._last, frame)
            self._shown, self._failing = clause, None
        self._spent.append(self._clock() - began)
        return self._last

    def _fail(self, seq: int, why: str) -> None:
        if self._failing is None:
            self._failing = seq
            self._tell(Incident("media", "frame-failed", f"{why}; the last picture is shown"))
        if seq - self._failing >= self._longest:
            self.broken = why
