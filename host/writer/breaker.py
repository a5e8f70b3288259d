"""A circuit breaker: what keeps failing is left alone, and tried again ever more rarely."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

FAILURES = 3
"""In a row, until it opens."""
FIRST = 6.0
"""Seconds for which it is open at first; twice as long after each probe that fails."""
PROBED = 24.0
"""Seconds up to which that grows: who is well again is asked within 30 s. What probes cost is the
budget's to bound."""
LONGEST = 1800.0
"""Seconds for which it is open at the most: a server asks for it, or somebody has to mend it."""


class Breaker:
    """Closed: it may be tried. Open: not yet. Half-open: once, as a probe."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """``now``: seconds that never go back."""
        self._now = now
        self._failures = 0
        self._pause = 0.0
        self._until = 0.0

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        if not self._pause:
            return "closed"
        return "open" if self._now() < self._until else "half-open"

    def wait(self) -> float:
        """Seconds until it may be tried; 0: now."""
        return max(self._until - self._now(), 0.0) if self._pause else 0.0

    def failed(self, at_least: float = 0.0, *, lasting: bool = False) -> None:
        """It was tried in vain.

        ``at_least``: seconds for which it should be left alone, as the server asks; ``lasting``:
        it will fail until somebody mends it, so it opens at once and for long.
        """
        self._failures += 1
        if not self._pause and not lasting and self._failures < FAILURES:
            if at_least <= 0:
                return
            pause = at_least
        elif lasting:
            pause = LONGEST
        else:
            pause = max(min(max(self._pause, FIRST / 2) * 2, PROBED), at_least)
        self._pause = min(pause, LONGEST)
        self._until = self._now() + self._pause

    def worked(self) -> None:
        """It was tried and did what it should."""
        self._failures, self._pause = 0, 0.0
