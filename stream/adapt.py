"""Bitrate and preset for what the line and the machine can carry now. Pure: told once a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from host.model import VideoFormat
from stream.encoder import IN_PLACE, PRESETS

FLOOR_SHARE, FLOOR_KBPS = 0.25, 300
"""The bitrate never falls below this share of the room's, nor below so many kb/s."""
DOWN, DOWN_EVERY = 0.7, 3.0
"""Step down, and seconds between two: what waits has to drain before the step can be judged."""
UP, UP_EVERY = 1.5, 6.0
"""Step up, and seconds between two. From the floor to the top: 4 steps, 18 s after the first."""
CALM, LONGEST_CALM = 8.0, 32.0
"""Seconds without congestion before the first step up; doubled when a step brought it back. With
the steps that is 50 s at most from the congestion's end to the top."""
BUSY, EASY = 0.6, 0.3
"""Share of a tick's time that its work takes: from the one on too much, up to the other little.
A preset costs up to 1.7 times the next cheaper one (measured at 720x1280: 3.9, 6.2, 9.0, 14, 24
ms), so that a step up from little does not lead to too much."""
LATE = 0.2
"""Share of a second's ticks that began a tick late: from here on too many."""
OVERLOADED = 3
"""Seconds in a row of too much before the preset steps down."""
RELIEVED, LONGEST_RELIEF = 180.0, 3600.0
"""Seconds of little load before it steps up again; doubled by each step up that was too much."""

AGAIN = 30.0
"""Seconds after a change that the encoder refused in which none is tried."""


@dataclass(frozen=True, slots=True)
class Second:
    """What the loop saw over the last second."""

    congested: bool
    """The one destination's line did not carry what was sent."""
    destinations: int
    connected: int
    """Of the destinations, those that are."""
    busy: float
    """Share of a tick's time that its work took, the median."""
    late: float
    """Share of the ticks that began more than a tick late."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the encoder should do from now on."""

    what: Literal["bitrate", "preset"]
    kbps: int
    preset: str
    why: str


class Adapt:
    """Decides; who applies what it decides tells it when that failed."""

    def __init__(self, video: VideoFormat, now: Callable[[], float] = time.monotonic) -> None:
        """``video``: the room's own settings, which it returns to. ``now``: seconds, monotonic."""
        self._now = now
        self._full = self.kbps = video.kbps
        self._floor = min(video.kbps, max(FLOOR_KBPS, round(video.kbps * FLOOR_SHARE)))
        self._ceiling = self.preset = video.preset
        self._stepped_at = self._congested_at = self._overloaded_at = float("-inf")
        self._calm = CALM
        self._rising = False
        self._overloaded = 0
        self._raised_at = float("-inf")
        self._relief = RELIEVED
        self._refused_at = float("-inf")

    def allow(self, preset: str) -> bool:
        """Let no dearer preset than this be used from now on. False: there is none of that name."""
        if preset not in PRESETS:
            return False
        self._ceiling = self.preset = preset
        self._overloaded, self._overloaded_at = 0, self._now()
        return True

    def refused(self, kbps: int, preset: str) -> None:
        """The encoder did not take what was decided, and goes on with these: what is wanted still
        is tried again ``AGAIN`` seconds later.
        """
        self.kbps, self.preset = kbps, preset
        self._rising, self._raised_at = False, float("-inf")
        self._refused_at = self._now()

    def look(self, second: Second) -> list[Change]:
        """What is to change after this second; mostly nothing."""
        if self._now() - self._refused_at < AGAIN:
            return []
        found = (self._bitrate(second), self._preset(second))
        return [change for change in found if change is not None]

    def _bitrate(self, second: Second) -> Change | None:
        now = self._now()
        if second.destinations != 1:
            # The others' pictures do not pay for one line; its own pusher leaves pictures out.
            return None if self.kbps == self._full else self._send(self._full, "several lines")
        since = now - self._stepped_at
        if second.congested:
            if self._rising:
                self._calm = min(LONGEST_CALM, self._calm * 2)
            self._congested_at, self._rising = now, False
            if self.kbps > self._floor and since >= DOWN_EVERY:
                return self._send(
                    max(self._floor, round(self.kbps * DOWN)), "the line is congested"
                )
            return None
        if self.kbps == self._full:
            if since >= 2 * LONGEST_CALM:
                self._calm, self._rising = CALM, False
            return None
        if now - self._congested_at < self._calm or since < UP_EVERY:
            return None
        self._rising = True
        return self._send(min(self._full, round(self.kbps * UP)), "the line is free")

    def _send(self, kbps: int, why: str) -> Change:
        self._stepped_at = self._now()
        before, self.kbps = self.kbps, kbps
        return Change("bitrate", kbps, self.preset, f"{before} → {kbps} kb/s: {why}")

    def _preset(self, second: Second) -> Change | None:
        if self.preset not in PRESETS:
            return None
        now = self._now()
        too_much = second.busy > BUSY or second.late >= LATE
        self._overloaded = self._overloaded + 1 if too_much else 0
        if too_much or second.busy > EASY or second.late:
            self._overloaded_at = now
        if self._overloaded >= OVERLOADED:
            if now - self._raised_at < self._relief:
                self._relief = min(LONGEST_RELIEF, self._relief * 2)
            self._raised_at = float("-inf")
            return self._step(-1, second, "the encoder is too slow")
        below = PRESETS.index(self.preset) < PRESETS.index(self._ceiling)
        if now - self._overloaded_at >= self._relief and below:
            return self._step(1, second, f"little load for {self._relief:g} s")
        return None

    def _step(self, by: int, second: Second, why: str) -> Change | None:
        at = PRESETS.index(self.preset) + by
        # Another header costs every connection: only where there is none to lose.
        if at < 0 or not ({PRESETS[at], self.preset} <= IN_PLACE or second.connected == 0):
            return None
        before, self.preset = self.preset, PRESETS[at]
        self._overloaded, self._overloaded_at = 0, self._now()
        if by > 0:
            self._raised_at = self._now()
        return Change("preset", self.kbps, self.preset, f"{before} → {self.preset}: {why}")
