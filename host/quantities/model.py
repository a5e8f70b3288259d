"""What a number in a text comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from host.model import Value

_INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Interval:
    """What an approximation leaves open, in the dimension's base unit."""

    low: Decimal = -_INFINITE
    high: Decimal = _INFINITE
    low_in: bool = True
    """``low`` itself counts."""
    high_in: bool = True
    """``high`` itself counts."""
    about: bool = False
    """Said as "about": which way it was rounded matters, see host/gate/numbers.py."""

    def holds(self, value: Decimal) -> bool:
        """Whether ``value`` is inside."""
        above = value >= self.low if self.low_in else value > self.low
        return above and (value <= self.high if self.high_in else value < self.high)

    def times(self, factor: Decimal) -> Interval:
        """The interval in another unit; ``factor`` > 0."""
        return replace(self, low=self.low * factor, high=self.high * factor)


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

    within: Interval | None = None
    """What it may be instead of exactly ``values``: 不到40, 三十多, "about 6"; None: nothing."""

    @property
    def key(self) -> Key:
        """What two readings of the same quantity share."""
        if self.within is not None and not self.within.about:
            return self.dimension, self.within
        return self.dimension, self.values or self.unit


Key = tuple[str, tuple[Decimal, ...] | str | Interval]


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
