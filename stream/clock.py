"""The one place that reads time on air."""

from __future__ import annotations

import time
from collections.abc import Callable

STALL = 0.2
"""Seconds. A tick later than this re-anchors the clock in place of a burst of ticks."""


class Clock:
    """Air tick ``n`` is due at ``t0 + (n - first) / fps``, on an absolute monotonic schedule.

    Sleeping a frame's length instead runs 20.7 % slow at 8 ms of work a frame, sleeping the
    rest 0.54 %; the absolute schedule 0.001 % (measured; docs/streaming.md).

    Only the machine's monotonic time is read: a wall clock that is stepped changes nothing, and
    one that runs fast or slow makes picture and sound so much faster or slower alike.
    """

    def __init__(self, fps: int, now: Callable[[], float] = time.monotonic, first: int = 0) -> None:
        """``first``: tick that is due at once. ``now``: seconds, monotonic."""
        self._first = first
        self._fps = fps
        self._now = now
        self._t0 = now()
        self.stalls = 0
        """Times the clock was re-anchored."""
        self.late = 0.0
        """Seconds by which the tick last asked for is overdue."""

    def wait_for(self, tick: int) -> float:
        """Seconds until ``tick`` is due; 0 when it is due. Re-anchors after a stall."""
        left = self._t0 + (tick - self._first) / self._fps - self._now()
        self.late = max(0.0, -left)
        if left < -STALL:
            self._t0 -= left
            self.stalls += 1
            return 0.0
        return max(0.0, left)
