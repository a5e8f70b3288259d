"""How a clause is to be spoken."""

from __future__ import annotations

from dataclasses import dataclass

from host.model.talk import Mood


@dataclass(frozen=True, slots=True)
class Style:
    """Relative to the engine's natural delivery."""

    rate: float = 1.0
    """Speaking rate, a factor in 0.5…2.0; above 1 is faster."""
    pitch: float = 1.0
    """Fundamental frequency, a factor in 0.8…1.25."""
    energy: float = 0.0
    """Level over the common one, dB in −6…+2."""

    @property
    def key(self) -> str:
        """The same for equal styles, for file names and cache keys."""
        return f"{self.rate:.3f},{self.pitch:.3f},{self.energy:.2f}"


MOODS: dict[Mood, Style] = {
    "calm": Style(rate=1.02, pitch=1.0, energy=-0.5),
    "warm": Style(rate=1.1, pitch=1.0, energy=0.0),
    "excited": Style(rate=1.15, pitch=1.04, energy=1.0),
    "serious": Style(rate=1.02, pitch=0.98, energy=0.0),
}
"""Brisk, as sellers speak: up to 1.2 is as well understood (docs/voices.md), and an answer waits
less for the clause on air. Small steps: clauses of one line may differ in mood and must still be
one person speaking.
"""


def style_of(mood: Mood) -> Style:
    """The style in which a mood is spoken."""
    return MOODS[mood]
