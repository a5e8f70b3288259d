"""A playout, what it was told, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from host.model import AudioFormat, Clause, Ended, Format, Line, Planned, Sound, VideoFormat
from stream.playout import Playout, Step

FORMAT = Format(VideoFormat(64, 96), AudioFormat())
SAMPLES = FORMAT.samples
PATIENCE = 12
"""Ticks without speech after which nothing more is due: longer than any pause."""


def planned(line: int, clauses: int, priority: int = 0) -> Planned:
    parts = tuple(
        Clause(line, index, f"{line}.{index}", "zh", last=index == clauses - 1)
        for index in range(clauses)
    )
    return Planned(Line(line, "zh", "…", "selling", priority=priority), parts)


def sound(line: int, clause: int, samples: int = SAMPLES) -> Sound:
    pcm = np.linspace(0.1, 1, samples, dtype=np.float32) * (line * 7 + clause + 1) / 1000
    return Sound(pcm, FORMAT.audio.rate)


@dataclass
class Desk:
    """A playout, what it was told, and what came of it."""

    refused: frozenset[tuple[int, int]] = frozenset()
    ended: list[Ended] = field(default_factory=list)
    ticks: list[Step | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.playout = Playout(FORMAT, self._permit, self.ended.append)

    def _permit(self, line: Planned, index: int) -> str | None:
        return "refused" if (line.line.id, index) in self.refused else None

    def say(self, line: Planned, *lengths: int) -> None:
        """Enqueue a line with all its sounds, each of so many samples."""
        self.playout.enqueue(line)
        for index, length in enumerate(lengths):
            self.playout.voiced(line.line.id, index, sound(line.line.id, index, length))

    def tick(self, times: int = 1) -> None:
        self.ticks += [self.playout.next() for _ in range(times)]

    def drain(self) -> None:
        """Tick until nothing is due."""
        quiet = 0
        while quiet < PATIENCE:
            self.tick()
            quiet = 0 if self.ticks[-1] else quiet + 1

    @property
    def said(self) -> list[tuple[int, int]]:
        """(line, clause) in the order in which they began."""
        return [(s.line.id, s.clause.index) for s in self.ticks if s and s.frame == 0]
