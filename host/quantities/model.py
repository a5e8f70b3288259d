"""What a number in a text comes to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from host.model import Value


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a number."""

    dimension: str
    """"volume", "currency:yuan", "count:瓶", "link", "discount", "date", "clock", "ordinal",
    "range:days", "size", "model", "event", "vague"; "bare" where no unit is given."""
    values: tuple[Decimal, ...]
    """In the dimension's base unit; two for a range, (month, day) for a date, minutes for a
    clock; empty where the text itself counts."""
    unit: str = ""
    """As written, normalised; for models and events the text itself."""
    written: Value | None = None
    """The value in ``unit``, as a Fact holds it; None where it makes no fact."""

    @property
    def key(self) -> tuple[str, tuple[Decimal, ...] | str]:
        """What two readings of the same quantity share."""
        return self.dimension, self.values or self.unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number where it stands in a normalised text."""

    start: int
    end: int
    """Behind the last character of the number and its unit."""
    readings: tuple[Reading, ...]
    """At least one; the likeliest first."""
    article: bool = False
    """"一个", "one": counts only where something asks how many."""

    @property
    def money(self) -> bool:
        """Whether it can be an amount of money and nothing else."""
        return all(reading.dimension.startswith("currency:") for reading in self.readings)
