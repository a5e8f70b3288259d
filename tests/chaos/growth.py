"""What a room's processes use, sampled, and whether it grows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import psutil

from tests.e2e.room import Room


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment."""

    at: float
    """Monotonic seconds."""
    pid: int
    rss: int
    """Bytes."""
    pss: int
    """Bytes, shared pages counted once among those who share them."""
    fds: int
    threads: int


@dataclass(frozen=True, slots=True)
class Slope:
    """A straight line through sizes over time, by least squares."""

    mb_an_hour: float
    error: float
    """Its standard error, with neighbouring samples taken to be as alike as they are."""

    @property
    def surely(self) -> float:
        """What it grows at least, beyond two standard errors; MB/h."""
        return self.mb_an_hour - 2 * self.error


class Processes:
    """Samples every process that has a role in a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.samples: dict[str, list[Sample]] = defaultdict(list)
        """Of each role (pushers: "pusher"), in order."""

    def sample(self) -> None:
        """All of them, now. One that ends meanwhile is left out."""
        now = time.monotonic()
        for process, role in self._room.roles():
            try:
                memory = process.memory_full_info()
                taken = (memory.rss, memory.pss, process.num_fds(), process.num_threads())
            except psutil.Error:
                continue
            self.samples[role].append(Sample(now, process.pid, *taken))


def slope(samples: Sequence[Sample]) -> Slope:
    """Of their RSS. Raises ValueError for fewer than four.

    Memory moves in steps that last, so neighbours are not independent: the error is widened by
    their lag-one correlation (Wilks, Statistical Methods in the Atmospheric Sciences, 5.2.4).
    """
    if len(samples) < 4:
        raise ValueError("a slope needs four samples")
    hours = np.array([sample.at for sample in samples]) / 3600
    sizes = np.array([sample.rss for sample in samples]) / 1e6
    hours -= hours.mean()
    spread = float((hours**2).sum())
    rate = float((hours * sizes).sum()) / spread
    rest = sizes - sizes.mean() - rate * hours
    power = float((rest**2).sum())
    alike = float((rest[1:] * rest[:-1]).sum()) / power if power > 0 else 0.0
    alike = min(max(alike, 0.0), 0.99)
    alone = power / (len(rest) - 2) / spread
    return Slope(rate, float(np.sqrt(alone * (1 + alike) / (1 - alike))))


def settled(samples: Sequence[Sample], field: str) -> int:
    """The median of ``fds`` or ``threads`` over some samples."""
    return int(np.median([getattr(sample, field) for sample in samples]))
