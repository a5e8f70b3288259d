"""Time that is passed in: air ticks from the start, and the room's own clock."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta


class Clock:
    """Where the rehearsal stands."""

    def __init__(self, start: datetime, fps: int) -> None:
        """``start``: with the room's time zone. ``fps``: ticks a second."""
        self._start = start.astimezone(UTC)  # where an hour is an hour on every day of the year
        self._zone = start.tzinfo
        self._fps = fps
        self._tick = 0
        self._now = start

    @property
    def tick(self) -> int:
        """Ticks since the start."""
        return self._tick

    @tick.setter
    def tick(self, tick: int) -> None:
        if tick != self._tick:
            self._tick = tick
            moment = self._start + timedelta(microseconds=tick * 1_000_000 // self._fps)
            self._now = moment.astimezone(self._zone)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self._tick / self._fps

    @property
    def now(self) -> datetime:
        """The moment, with the room's time zone."""
        return self._now

    def tick_at(self, seconds: float) -> int:
        """The first tick at or after so many seconds since the start."""
        return math.ceil(round(seconds * self._fps, 6))
