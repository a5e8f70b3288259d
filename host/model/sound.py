"""What is heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.model.talk import Clause, Line


@dataclass(frozen=True, slots=True)
class TimedPhone:
    """One phone with its place in the sound, already shifted to where it is heard."""

    phone: str
    """IPA, without stress or tone marks; "" is silence."""
    start: float
    """Seconds from the beginning of the sound."""
    end: float
    """Seconds from the beginning of the sound, >= ``start``."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A spoken clause."""

    pcm: NDArray[np.float32]
    """Shape (samples,), mono, −1…1."""
    rate: int
    """Hertz."""
    phones: tuple[TimedPhone, ...] = ()
    """In order, without overlap; empty where the engine gave none."""
    engine: str = ""
    """Name of the engine that spoke it."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.pcm) / self.rate


@dataclass(frozen=True, slots=True)
class Speech:
    """A line being spoken; it grows clause by clause, and playout starts on the first."""

    line: Line
    clauses: tuple[Clause, ...]
    sounds: tuple[Sound, ...] = ()
    """Sounds of the first ``len(sounds)`` clauses."""

    @property
    def cuts(self) -> tuple[float, ...]:
        """Seconds from its beginning at which it may be cut: each clause's end."""
        ends: list[float] = []
        for sound in self.sounds:
            ends.append((ends[-1] if ends else 0.0) + sound.seconds)
        return tuple(ends)

    @property
    def complete(self) -> bool:
        """Every clause has its sound."""
        return len(self.sounds) == len(self.clauses)
