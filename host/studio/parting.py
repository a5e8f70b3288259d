"""When the good-bye is due, and whether it was said."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

ROOM = 15.0
"""Seconds that a line may take, with the pauses before it: with less left the good-bye is
next."""
FAR = 120.0
"""Seconds to the end at which no good-bye can be right: more than all that is ever on its way."""
MOVED = 5.0
"""Seconds by which the time that is left must have grown: the clock was set, or the hours are
others; a clock that is only corrected moves by less."""


class Parting:
    """The good-bye of a room whose hours end: one, heard whole, as long as the end is near."""

    def __init__(
        self, closes: Callable[[datetime], datetime | None], now: Callable[[], datetime]
    ) -> None:
        """``closes``: when the room goes off air next, None: never; ``now``: with time zone."""
        self._closes = closes
        self._now = now
        self._left = FAR  # seconds to the end when it was planned
        self.line = 0
        """Its line, on its way; 0: none is."""
        self.said = False

    @property
    def pending(self) -> bool:
        """Nothing is to be said after it."""
        return self.said or self.line != 0

    def due(self, ahead: float) -> bool:
        """Whether there is no time for another line. ``ahead``: seconds that the lines on their
        way and the good-bye take.
        """
        return not self.pending and self._seconds() <= ahead + ROOM

    def plan(self, line: int) -> None:
        """That line is it."""
        self.line, self._left = line, min(self._seconds(), FAR)

    def adopt(self, line: int = 0) -> None:
        """A former process planned it as ``line``; 0: and it was said."""
        self.line, self.said = line, not line

    def ended(self, line: int, *, whole: bool) -> bool:
        """A line has ended; True: the good-bye has been said."""
        if line != self.line:
            return False
        self.line, self.said = 0, whole
        return whole

    def moved(self) -> bool:
        """Whether the end has moved away, so that there is time to talk again."""
        return self.pending and self._seconds() > self._left + MOVED

    def take_back(self) -> int:
        """There is to be another, later. Returns the line that is on its way; 0: none."""
        line, self.line, self.said, self._left = self.line, 0, False, FAR
        return line

    def _seconds(self) -> float:
        now = self._now()
        closes = self._closes(now)
        return math.inf if closes is None else (closes - now).total_seconds()
