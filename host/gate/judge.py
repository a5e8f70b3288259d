"""Whether a number, with what is said of it, is a fact of the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from host.facts import PRICES
from host.gate.binding import Binder, Bound
from host.gate.cue import Hit
from host.gate.entry import NAMED, Entry
from host.gate.index import Index
from host.gate.verdict import Kind
from host.quantities.model import Interval, Key, Quantity, Reading

Fault = tuple[Kind, list[Entry]]
"""What is wrong with a number, and the facts that would be true."""

OVER = frozenset({"over:coupon", "over:shipping", "over:gift"})
"""Labels of cues that tell what an order must reach."""
_TERMS = OVER | {
    *("limit", "coupon", "buy", "give", "link"),
    *("ship", "dispatch", "deliver", "returns", "exchange", "after"),
}
"""Terms of sale are said as they are or not at all: no approximation is one."""
_ASKED = OVER | {"limit", "stock", "buy", "give", "sales", "reviews"}
"""Labels of cues that ask how many, so that even "一件" is a number."""
_PAID = frozenset({"price", "net", "total"})
"""Cues of what is paid."""
_WITH_COUPON = frozenset({"net"})
_ROUNDED = Decimal("0.99")
"""How far an amount may be rounded in the shop's favour."""


@dataclass(frozen=True)
class Judge:
    """Judges the numbers of one text, each by itself."""

    index: Index
    at: datetime
    binder: Binder
    hits: Sequence[Hit]
    keys: frozenset[Key]
    """Of every number in the text."""

    @cached_property
    def said(self) -> frozenset[str]:
        """The labels of every cue in the text."""
        return frozenset(label for hit in self.hits for label in hit.cue.labels)

    def fault(self, quantity: Quantity, bound: Bound) -> Fault | None:
        """What is wrong with a number and what would be right; None when it is true."""
        asked = bound.asked
        if quantity.article and not asked & _ASKED:
            return None
        if quantity.article and "one" in asked and not self.index.free_from:
            return None
        if self._size(quantity):
            return None
        candidates = [
            (entry, reading.dimension == "bare")
            for reading in quantity.readings
            for entry in self._candidates(reading, bool(asked))
        ]
        agreeing = [entry for entry, bare in candidates if self._agrees(entry, bare, bound)]
        if any(entry.fact.holds_at(self.at) for entry in agreeing):
            return None
        entries = self.index.entries
        instead = [each for each in entries if asked & each.labels and each.fact.holds_at(self.at)]
        if not instead and quantity.money:
            instead = [
                each
                for each in entries
                if each.fact.attribute in PRICES and each.fact.holds_at(self.at)
            ]
        if agreeing:
            return "not-now", instead
        if candidates:
            return "wrong-attribute", instead
        if any(self.index.same_number(reading) for reading in quantity.readings):
            return "wrong-unit", instead
        return "unknown-number", instead

    def _size(self, quantity: Quantity) -> bool:
        """Whether it is several measures of the product at once: 150 x 130 cm."""
        for reading in quantity.readings:
            kind, _, dimension = reading.dimension.partition(":")
            sides = [Reading(dimension, (value,)) for value in reading.values]
            if kind == "size" and not dimension:  # "150 by 130"
                bare = [Reading("bare", (value,), "", value) for value in reading.values]
                return all(any(each.about for each in self.index.of(side)) for side in bare)
            if kind == "size":
                return all(any(each.about for each in self.index.of(side)) for side in sides)
        return False

    def _candidates(self, reading: Reading, asked: bool) -> Iterator[Entry]:
        """Facts that equal a reading, or lie in what it leaves open."""
        within = reading.within
        if within is None or (reading.dimension == "temperature" and not within.about):
            # A bound on a temperature is the fact itself: "no more than 30 degrees".
            yield from self.index.of(replace(reading, within=None) if reading.values else reading)
            return
        exact = self.index.of(replace(reading, within=None)) if reading.values else []
        for entry in exact:
            # "free over $35" is the threshold itself, "over $24" is no price of 24.
            if within.about or entry.labels & _TERMS or within.holds(reading.values[0]):
                yield entry
        if reading.dimension != "bare":
            yield from self.index.of(reading)
        for value, entry in self.index.inside(reading, within):
            if not entry.labels & _TERMS and _honest(reading, value, entry, asked):
                yield entry

    def _agrees(self, entry: Entry, bare: bool, bound: Bound) -> bool:
        """Whether a fact with the right value may be meant, after what is around the number."""
        asked = bound.asked
        named = not bare and NAMED in entry.labels
        if bound.several and not entry.each:
            return False
        if entry.group and entry.group != bound.options:
            return False
        if bound.options and entry.by_option and not bound.options & entry.labels:
            return False
        if (
            bound.piece
            and entry.about
            and bound.piece not in (entry.pieces or {self.index.sold_as})
        ):
            return False
        if entry.beside and not entry.beside & self.said:
            return False
        if entry.basis and entry.basis not in self.keys:
            return False
        if entry.open and not asked and self.said & {"saving", "promo"}:
            return True
        saved = entry.fact.attribute == "coupon_saving" and self.index.pieces
        if saved and asked == _WITH_COUPON and "saving" in self.said and "price" not in bound.near:
            return True  # "save ten dollars, fifteen with the coupon"
        if entry.with_coupon and asked <= _PAID and self.said & {"net", "coupon"}:
            return True
        if asked:
            return named or bool(asked & entry.labels)
        if entry.needs:
            # An option's name says whose amount it is, not what is paid or saved.
            near = bound.near - bound.options if "total" in entry.labels else bound.near
            return named or bool(near & entry.labels)
        if bare:
            # A number alone is taken for a price, or for what a word beside it names.
            return "price" in entry.labels or bool(bound.near & entry.labels)
        return True


def _honest(reading: Reading, value: Decimal, entry: Entry, asked: bool) -> bool:
    """Whether an approximation of ``value`` misleads nobody.

    What the buyer pays may be rounded up by 5 % and down by 1 %, what is saved the other way
    round. A bound must be within a factor of three of what it bounds, of two where no word ties it
    to that.
    """
    within = reading.within
    if within is None:
        return True
    money = reading.dimension.startswith(("bare", "currency", "ratio"))
    if not within.about:
        return _tight(within, value, 3 if asked or money else 2)
    if money and reading.values:
        said = reading.values[0]
        if entry.labels & {"price", "net"}:
            return said >= value * _ROUNDED
        if entry.labels & {"saving", "coupon", "list"}:
            return said * _ROUNDED <= value
    return True


def _tight(within: Interval, value: Decimal, factor: int) -> bool:
    low_far = within.low.is_finite() and value > factor * within.low
    high_far = within.high.is_finite() and within.high > factor * value
    both = within.low.is_finite() and within.high.is_finite()
    return both or not (low_far or high_far)
