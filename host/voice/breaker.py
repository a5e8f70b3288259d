"""Leaves an engine alone after it failed, so that a dead one costs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Open (the engine rests) from a failure until a time that doubles with each one after it."""

    def __init__(
        self,
        *,
        first: float = 10.0,
        longest: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``first``, ``longest``: seconds of rest; ``clock``: seconds, rising."""
        self._first = first
        self._longest = longest
        self._clock = clock
        self._rest = 0.0
        self._until = 0.0

    @property
    def open(self) -> bool:
        """The engine is to be left alone now."""
        return self._clock() < self._until

    def failed(self) -> float:
        """Note a failure; seconds of rest that follow."""
        self._rest = min(self._longest, self._rest * 2 if self._rest else self._first)
        self._until = self._clock() + self._rest
        return self._rest

    def succeeded(self) -> None:
        """Note a success: the next rest is the shortest again."""
        self._rest = 0.0
        self._until = 0.0
