"""Figures that two numbers side by side make: 两件78元, 一斤6块56, $1.20 a serving, 两罐960克.

The rules, docs/adr/0021-derived-figures.md: N pieces cost and hold N times one; a part costs its
share of one, where the part is one unit of what the lineup says the piece holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from host.gate.binding import Binder
from host.gate.index import Index
from host.quantities.approximate import about
from host.quantities.model import Quantity, Reading
from host.quantities.suffix import Suffix, suffix_at

_FILL = (
    r"\s|[的呢啊哦]|只要|仅需|只需|只卖|到手价?|券后价?|领券后?|才|就是|就|是|要|卖|只|合|价格?|打包"
    r"|一共|总共|合计|加起来|加一块|共|总计|算下来|折合|相当于|也就|差不多|不到|大约|大概|约|将近|接近"
    r"|拿下|带走|带回家|拿走|能买|可以买|可以拿|能拿|买|拿|拍|带|装"
    r"|for|costs?|are|over|past|above|more|超过|够|满|is|at|just|only|comes?|to|total|of|will|be|about|around|nearly|under|roughly"
    r"|less|than|works?|out|you|pay|buys?|that['’]s|weighs?|contains?|holds?|gets?"
)
_JOINT = re.compile(rf"(?:{_FILL})*+")
_SHARED = re.compile(r"(?:摊|平均|合|算)(?:到|下来|下去)?$")
"""A price is shared out over what follows: 摊到一小包，不到两块五."""
_GAP = 24
"""Characters between two numbers of one offer, at most."""
_CONTAINERS = "瓶盒袋包箱罐桶支枚颗粒片块条根台套本册双对只杯斤"
_PER = re.compile(r"\s*(?:/|每|平均每|per\b|an?\b|each\b|every\b|one\b)")
_PER_BEFORE = re.compile(
    rf"(?:每一?小?|单|\bper\b|\beach\b|\bevery\b)\s*"
    rf"(?P<unit>[{_CONTAINERS}件个份单]|公斤|[a-z]+)(?:{_FILL})*+$"
)
OWN = frozenset({"stock", "limit", "give", "sales", "reviews", "ship", "dispatch", "deliver"}) | {
    "over:coupon",
    "over:shipping",
    "over:gift",
}
"""Cues that tell what else a count is of."""
_FEW = 12
"""Pieces that a number alone may count before an amount of money."""
_ROUND = frozenset({1, 100, 500, Decimal("0.5")})
"""Of how much of a unit a price is given."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One number that speaks of several pieces, or of a part of one."""

    target: int
    """Which number: an amount of money, a weight, a volume, a count."""
    pieces: Fraction | None
    """Of how many pieces; None: of what the product is not sold in."""
    count: int | None = None
    """The number that says how many; None: a word (每包, per serving)."""
    measure: bool = False
    """The target tells what the pieces hold: where that is untrue, each number stands alone."""
    piece: str = ""
    """The label of the smaller piece that is counted; empty: of the product as it is sold."""
    span: tuple[Decimal, Decimal] | None = None
    """Of one of so many, least and most, that one piece holds; None: of ``pieces``."""


def offers(
    text: str, quantities: Sequence[Quantity], index: Index, binder: Binder
) -> Iterator[Offer]:
    """Every pair; ``quantities``: all numbers of the normalised ``text`` that are judged."""
    names = _names(index)
    for at, money in enumerate(quantities):
        if _is_money(money) and (unit := _per(text, money)) is not None:
            yield Offer(at, _pieces(unit, Decimal(1), index))
    for first in range(len(quantities) - 1):
        left, right = quantities[first], quantities[first + 1]
        gap = _gap(text, left, right)
        if _SHARED.search(text, max(0, left.start - 6), left.start):
            gap = gap.lstrip("，, ")
        if not _joined(gap, names):
            continue
        for count, target in ((first, first + 1), (first + 1, first)):
            offer = _offer(count, target, quantities, index)
            if offer is not None and not (binder.bound(count).asked & OWN):
                yield offer
                break


def _names(index: Index) -> list[str]:
    """What the product is called, and the ends of it: 苹果 of 高山苹果."""
    product = index.product
    short = product.short_name
    ends = [short[at:] for at in range(1, len(short) - 1)] if not short.isascii() else []
    return [name for name in (product.name, short, *ends) if name]


def _is_money(quantity: Quantity) -> bool:
    return any(_kind(reading) == "currency" for reading in quantity.readings)


def _gap(text: str, left: Quantity, right: Quantity) -> str:
    """What parts two numbers, without the noun that the first one counts."""
    gap = text[left.end : right.start]
    unit = next((reading.unit for reading in left.readings if reading.unit.isascii()), "")
    return re.sub(rf"^[\s-]*{re.escape(unit)}(?:e?s)?\b", "", gap) if unit else gap


def _joined(gap: str, names: Sequence[str]) -> bool:
    if len(gap) > _GAP:
        return False
    for name in names:
        gap = gap.replace(name.lower(), "")
    return bool(_JOINT.fullmatch(gap) or _PER.fullmatch(gap))


def _offer(count: int, target: int, quantities: Sequence[Quantity], index: Index) -> Offer | None:
    """``count`` pieces of the product, or one unit of what it holds, for ``target``."""
    of, what = quantities[count], quantities[target]
    money = _is_money(what)
    bare = any(reading.dimension == "bare" for reading in what.readings)
    measure = any(_kind(reading) in ("weight", "volume", "count") for reading in what.readings)
    for reading in of.readings:
        if reading.dimension == "bare" and money and index.pieces and of.end < what.start:
            # "two are $48"
            (amount,) = reading.values
            if amount == int(amount) and 1 < amount <= _FEW:
                return Offer(target, Fraction(amount), count)
        if _kind(reading) not in ("weight", "volume", "count") or len(reading.values) != 1:
            continue
        (amount,) = reading.values
        content = index.contents.get(reading.dimension)
        if content is None and money and amount == 1 and reading.dimension in index.ranges:
            return Offer(target, Fraction(1), count, span=index.ranges[reading.dimension])
        if content is None:
            glued = bare and of.start == what.end  # 三十五一双
            foreign = (money or glued) and of.article and reading.unit[-1:] in _CONTAINERS
            return Offer(target, None, count) if foreign else None
        pieces = Fraction(amount) / Fraction(content)
        whole = pieces.denominator == 1
        if pieces == 1:
            return None
        if (money or (bare and not measure)) and (
            (whole and _may_be_bought(int(pieces), index)) or reading.written in _ROUND
        ):
            return Offer(target, pieces, count)
        counted = _kind(reading) == "count" and not what.article
        if measure and counted and amount > 1 and amount == int(amount):
            if content == 1:
                return Offer(target, pieces, count, measure=True) if whole else None
            return Offer(target, Fraction(amount), count, True, f"piece:{reading.unit}")
        return None
    return None


def _may_be_bought(pieces: int, index: Index) -> bool:
    limit = index.product.purchase_limit
    return pieces >= 1 and (limit is None or pieces <= limit)


def _per(text: str, money: Quantity) -> Suffix | None:
    """The unit, without a number, that an amount is per: 2.5元/包, 每包2.5元, $1.20 a serving."""
    behind = _PER.match(text, money.end)
    if behind:
        unit = suffix_at(text, behind.end())
        return unit if unit.dimensions or (unit.counter and not unit.bare) else None
    before = _PER_BEFORE.search(text, max(0, money.start - 24), money.start)
    if before:
        unit = suffix_at(f" {before['unit']}", 0 if before["unit"].isascii() else 1)
        return unit if unit.dimensions or (unit.counter and not unit.bare) else None
    return None


def _pieces(unit: Suffix, amount: Decimal, index: Index) -> Fraction | None:
    if unit.counter and (content := index.contents.get(f"count:{unit.counter}")):
        return Fraction(amount) / Fraction(content)
    for dimension, factor in unit.dimensions:
        if content := index.contents.get(dimension):
            return Fraction(amount * factor) / Fraction(content)
    return None


def _kind(reading: Reading) -> str:
    return reading.dimension.partition(":")[0]


def of_one(quantity: Quantity, pieces: Fraction) -> Quantity:
    """What a number that speaks of ``pieces`` says of one."""
    up, down = Decimal(pieces.denominator), Decimal(pieces.numerator)
    readings = tuple(
        replace(
            reading,
            values=tuple(value * up / down for value in reading.values),
            within=reading.within.times(up / down) if reading.within else None,
        )
        for reading in quantity.readings
    )
    return replace(quantity, readings=readings)


def approximately(quantity: Quantity) -> Quantity:
    """The same number as if "about" stood beside it."""
    readings = tuple(
        replace(reading, within=about(reading.values[0]))
        if len(reading.values) == 1 and reading.within is None
        else reading
        for reading in quantity.readings
    )
    return replace(quantity, readings=readings)


def plus(quantity: Quantity, amount: Decimal, least: Decimal) -> Quantity:
    """An amount of money before ``amount`` came off; nothing where it does not reach ``least``."""
    readings = tuple(
        replace(reading, values=(reading.values[0] + amount,), within=None)
        for reading in quantity.readings
        if len(reading.values) == 1 and reading.values[0] + amount >= least
    )
    return replace(quantity, readings=readings)


def ordered(quantity: Quantity, index: Index) -> Fraction | None:
    """How many pieces of the product a number counts, from 2; None where it counts none."""
    for reading in quantity.readings:
        if _kind(reading) == "count" and len(reading.values) == 1:
            (amount,) = reading.values
            one = index.contents.get(reading.dimension) == 1
            if one and amount > 1 and amount == int(amount) and _may_be_bought(int(amount), index):
                return Fraction(amount)
    return None
