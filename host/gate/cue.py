"""A word that says what the number beside it is of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Side = Literal["before", "after", "either"]
Domain = Literal["money", "count", "measure", "any"]


@dataclass(frozen=True, slots=True)
class Cue:
    """What a word says of a number beside it."""

    labels: frozenset[str]
    """A fact agrees when it bears one of them."""
    strong: bool = True
    """False: it can stand for a cue that a fact asks for, but it contradicts nothing."""
    side: Side = "either"
    """Where it stands, seen from the number."""
    domain: Domain = "any"
    """Which numbers it may speak of; a number without a unit may be of any."""
    follow: re.Pattern[str] | None = None
    """What must come right after the word."""
    lead: re.Pattern[str] | None = None
    """What must stand right before it."""

    @property
    def options(self) -> frozenset[str]:
        """The variants that it names: they narrow what other cues ask."""
        return frozenset(label for label in self.labels if label.startswith("variant:"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue where it stands in a normalised text."""

    start: int
    end: int
    cue: Cue
