"""Every number of a text must be a fact of its product, of its attribute and unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from host.gate.binding import Binder, Bound
from host.gate.cue import Cue
from host.gate.index import Index
from host.gate.judge import OVER, Fault, Judge
from host.gate.moments import moments
from host.gate.offers import OWN, Offer, approximately, of_one, offers, ordered, plus
from host.gate.rates import by_price, daily, reduced, spread, suggested
from host.gate.reading import Reading, violation
from host.gate.verdict import Violation
from host.quantities.model import Quantity
from host.quantities.normal import Normal
from host.quantities.scan import scan

_UNTIED = re.compile(
    r"24\s*小时(?=在线|直播|都在|陪)|(?:扣|打|刷|回复?)个?\s*(?:1|一)(?!\d)|\btype\s+1\b|\b24\s+hours\s+a\s+day\b"
)
"""Counts that speak of no product: what viewers type, and that the room never closes."""
_ORDERED = frozenset({"price", "net", "coupon", "promo", "total"})
"""Cues of what an order costs."""
_COUPONED = frozenset({"net", "coupon", "over:coupon"})
_LESS = ("减", "省", "降", "少", "送", "赠")
_FROM_TO = re.compile(r"的[^。！？；]{1,14}$|\s*(?:→|->|to)\s*$")
_EACH = re.compile(
    r"\s*(?:each|apiece|(?:a|per)\s+(?:piece|[a-z]+\s+(?:with|after))|一[只个件瓶罐箱台支盒袋份])"
)
_EACH_BEFORE = re.compile(r"(?:每|平均一?|一|合)[只个件瓶罐箱台支盒袋份]?(?:才|只要|是|就)?$")
_MONTH = Decimal(30 * 86400)
"""Seconds that a month stands for, said as "about"."""
_PRICE = Bound()
_SEVERAL = Bound(several=True)


def numbers(reading: Reading) -> Iterable[Violation]:
    """Each number that is no fact of the product, of its attribute and unit, at that time."""
    text, normal, at = reading.text, reading.normal, reading.at
    quantities = scan(text)
    index = reading.index
    if index is None:
        for quantity in _counted(normal, quantities):
            if not quantity.article:
                yield violation(reading, "no-product", quantity.start, quantity.end)
        return
    if not quantities:
        return
    own = [span for span in index.verbatim(normal.text) if span[2].holds_at(at)]
    loose = [
        quantity
        for quantity in _counted(normal, quantities)
        if not any(
            start <= quantity.start and quantity.end <= end and quantity.start not in priced
            for start, end, _, priced in own
        )
    ]
    hits = index.lexicon.find(normal.text)
    named = [(hit.start, hit.end) for hit in hits if hit.cue.options]
    loose = [
        index.narrowed(quantity, normal.text)
        for quantity in loose
        if not any(start <= quantity.start and quantity.end <= end for start, end in named)
    ]
    keys = frozenset(each.key for quantity in quantities for each in quantity.readings)
    judge = Judge(index, at, Binder(normal.text, loose, hits, index.pieces), hits, keys)
    for position, (kind, instead) in _Line(normal.text, loose, judge).wrong():
        facts = dict.fromkeys(entry.fact for entry in instead)
        suggestion = reading.messages.suggestion(list(facts))
        quantity = loose[position]
        yield violation(reading, kind, quantity.start, quantity.end, suggestion)


def _counted(normal: Normal, quantities: tuple[Quantity, ...]) -> list[Quantity]:
    """The numbers that are not of the table of those that speak of no product."""
    free = [match.span() for match in _UNTIED.finditer(normal.text)]
    return [
        quantity
        for quantity in quantities
        if not any(start < quantity.end and quantity.start < end for start, end in free)
    ]


@dataclass(frozen=True, slots=True)
class _Line:
    """The numbers of one text as they bear on each other."""

    text: str
    """Normalised."""
    numbers: Sequence[Quantity]
    """Those that are judged, in order."""
    judge: Judge
    right: set[int] = field(default_factory=set)
    """Positions of those that are true."""
    found: dict[int, Fault] = field(default_factory=dict)
    """Position → what is wrong."""

    def wrong(self) -> list[tuple[int, Fault]]:
        """(position, what is wrong) of each that is untrue, in order."""
        product, at = self.judge.index.product, self.judge.at
        for position, true in moments(self.text, self.numbers, product, at):
            if true:
                self.right.add(position)
            else:
                self.found[position] = ("unknown-number", [])
        index = self.judge.index
        self.right.update(daily(self.text, self.numbers, index))
        self.right.update(by_price(self.text, self.numbers, index))
        for count, amount, true in reduced(self.text, self.numbers, index):
            self.right.update({count, amount} if true else {count})
            if not true:
                self.found[amount] = ("unknown-number", [])
        self._offers()
        for position, quantity in enumerate(self.numbers):
            if position in self.right or position in self.found:
                continue
            bound = self.judge.binder.bound(position)
            fault = self.judge.fault(quantity, bound)
            if (
                fault is None
                or self._again(position, bound)
                or self._together(position, bound)
                or self._reaches(position, bound)
                or suggested(self.text, quantity, index)
            ):
                self.right.add(position)
            else:
                self.found[position] = fault
        return sorted(
            (position, fault)
            for position, fault in self.found.items()
            if position not in self.right and not self._crossed_out(position)
        )

    def _offers(self) -> None:
        """Numbers side by side: 两件78元."""
        for offer in offers(self.text, self.numbers, self.judge.index, self.judge.binder):
            if offer.target in self.found or offer.target in self.right:
                continue
            target = self.numbers[offer.target]
            bound = self.judge.binder.bound(offer.target)
            if bound.asked & OVER and self.judge.fault(target, bound) is None:
                continue  # 两罐够满79的门槛
            fault = self._offered(target, offer)
            if fault and self._shared(offer.target):
                fault = None
            if fault is None:
                self.right.add(offer.target)
            elif not offer.measure:
                self.found[offer.target] = fault
            if offer.count is not None and (fault is None or not offer.measure):
                self.right.add(offer.count)

    def _again(self, position: int, bound: Bound) -> bool:
        """Whether it is a true number said again in other units: 质保两年，也就是24个月."""
        if bound.asked:
            return False
        before = [self.numbers[at] for at in self.right if at < position]
        months = {value for each in before for value in _months(each)}
        for reading in self.numbers[position].readings:
            about = reading.within if reading.dimension == "seconds" else None
            if about and about.about and any(about.holds(each * _MONTH) for each in months):
                return True
        keys = {reading.key for quantity in before for reading in quantity.readings}
        return any(
            reading.key in keys
            for reading in self.numbers[position].readings
            if reading.dimension != "bare"
        )

    def _together(self, position: int, bound: Bound) -> bool:
        """Whether it is what the pieces named before cost: 两罐79块8，减十块，69块8."""
        if bound.asked - _ORDERED or not self.numbers[position].readings[0].values:
            return False
        for at in range(position - 1, -1, -1):
            pieces = ordered(self.numbers[at], self.judge.index)
            if pieces is None or self.judge.binder.bound(at).asked & OWN:
                continue
            if self._offered(self.numbers[position], Offer(position, pieces, at)) is None or (
                self._each(position, pieces)
            ):
                self.right.add(at)
                return True
            return False
        return False

    def _reaches(self, position: int, bound: Bound) -> bool:
        """Whether it counts pieces that reach the coupon or the free post just spoken of:
        满79减10，两罐刚好."""
        index, product = self.judge.index, self.judge.index.product
        pieces = ordered(self.numbers[position], index)
        if pieces is None or bound.asked & OWN or self._less(position):
            return False
        if self.judge.said & {"ship", "over:shipping"} and _free(pieces, index):
            return True
        if product.coupon is None:
            return False
        told = bool(self.judge.said & (OVER | {"coupon"}))
        return told and pieces * Fraction(product.price) >= Fraction(product.coupon.threshold) > 0

    def _less(self, position: int) -> bool:
        return self.text[: self.numbers[position].start].endswith(_LESS)

    def _shared(self, position: int) -> bool:
        """``_each``, of pieces that any number before counts."""
        for at in range(position):
            pieces = ordered(self.numbers[at], self.judge.index)
            if pieces is not None and self._each(position, pieces):
                self.right.add(at)
                return True
        return False

    def _each(self, position: int, pieces: Fraction) -> bool:
        """Whether it is what each of the pieces costs with the coupon: "22 dollars each"."""
        coupon, quantity = self.judge.index.product.coupon, self.numbers[position]
        before = _EACH_BEFORE.search(self.text, max(0, quantity.start - 6), quantity.start)
        if coupon is None or not (before or _EACH.match(self.text, quantity.end)):
            return False
        whole = plus(of_one(quantity, 1 / pieces), coupon.amount, coupon.threshold)
        said = bool(self.judge.said & _COUPONED)
        return said and self.judge.fault(of_one(whole, pieces), _SEVERAL) is None

    def _crossed_out(self, position: int) -> bool:
        """Whether it is the list price, and the price stands behind: 五十块的杯子三十五块."""
        if position + 1 not in self.right or self.judge.binder.bound(position).asked:
            return False
        first, second = self.numbers[position : position + 2]
        listed = replace(_PRICE, strong=(Cue(frozenset({"list"})),))
        return (
            _FROM_TO.match(self.text[first.end : second.start]) is not None
            and self.judge.fault(second, _PRICE) is None
            and self.judge.fault(first, listed) is None
        )

    def _offered(self, quantity: Quantity, offer: Offer) -> Fault | None:
        """What is wrong with a number that speaks of several pieces or of a part of one."""
        bound = self.judge.binder.bound(offer.target)
        if offer.span is not None:
            true = spread(quantity, offer.span, self.judge.index, self.judge.at)
            return None if true else ("unknown-number", [])
        if offer.count is not None and _about(self.numbers[offer.count]):
            quantity = approximately(quantity)  # 6块5一斤左右
        if offer.pieces is None:
            return "wrong-unit", [
                each for each in self.judge.index.entries if "price" in each.labels
            ]
        bound = replace(bound, several=offer.pieces > 1)
        if offer.piece:
            bound = replace(bound, piece=offer.piece)
        if any(reading.within for reading in quantity.readings) and bound.asked <= OVER:
            bound = replace(bound, strong=())  # "two mugs are over $35"
        fault = self.judge.fault(of_one(quantity, offer.pieces), bound)
        coupon = self.judge.index.product.coupon
        if fault and coupon and offer.pieces.denominator == 1 and self.judge.said & _COUPONED:
            # An order of several pieces may reach the coupon that one does not.
            whole = plus(quantity, coupon.amount, coupon.threshold)
            return fault if self.judge.fault(of_one(whole, offer.pieces), _SEVERAL) else None
        return fault


def _about(quantity: Quantity) -> bool:
    return any(each.within is not None and each.within.about for each in quantity.readings)


def _free(pieces: Fraction, index: Index) -> bool:
    """Whether so many pieces are shipped free for their number or price."""
    money = pieces * Fraction(index.product.price)
    return any(
        len(each.values) == 1
        and (money if each.dimension.startswith("currency") else pieces) >= Fraction(each.values[0])
        for each in index.free_from
    )


def _months(quantity: Quantity) -> Iterator[Decimal]:
    for reading in quantity.readings:
        if reading.dimension == "months":
            yield from reading.values
