"""Figures that follow from what one piece holds or offers: 一天一包吃16天, 一个两块多, 四个99的款.

The rules: docs/adr/0021-derived-figures.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from host.facts import PRICES
from host.gate.index import Index
from host.gate.offers import ordered
from host.quantities.model import Quantity, Reading

_A_TIME = re.compile(r"(?:就|只|各)?[吃喝用来要抓开]?(?:个|一)?(?!\w)|")
_EVERY = re.compile(r"(?:每天|天天|一天(?:就|只)?)[吃喝用来要抓开]?$")
_DAY = Decimal(86400)
_DEALS = re.compile(
    r"[送赠减折剩免得]|包邮|库存|仅|限|卖|[便合]宜|优惠|划算|更省|起|最多|至多|超过|每|一人|一个人|账号|free|off|left|save|limit|only|most|max|per|each|for\b"
)
_TAKEN = re.compile(
    r"(?:拍|买|囤|来|带|拿|备|备上|入手|下单|存|屯|摆|放|收)(?:了|上|个|着)?$"
    r"|\b(?:take|grab|order|get|pick\s+up|keep)\s+$"
)
_FOR_SOMEONE = re.compile(r"[^，。！？；]{0,2}(?:给|回家|回去)")
_CLAUSE = re.compile(r"[，。！？；,.!?;]")
_OF_PRICE = re.compile(r"\s*(?:元|块)?的(?:款|码|颜色|那|$|，)")
_SAVES_ZH = (
    r"[，]?(?:[就都能可以立]|一共|总共|直接|比原价|合计)*"
    r"(?:减|省|便宜|省下|少花|优惠)(?:了|掉|您|你)*"
)
_SAVES_EN = re.compile(
    r"\s*(?:[a-z]+\s+)?(?:and\s+(?:you\s+)?)?(?:saves?|knocks?\s+off|takes?\s+off)\s+(?:you\s+)?"
)
_SAVES = re.compile(rf"{_SAVES_ZH}|{_SAVES_EN.pattern}")
_EACH_PIECE = re.compile(r"\s*(?:each|apiece|a\s|per\s|一[罐只件支台箱])")
_SHOWN = Decimal("1.05")
_LEAST = Decimal("0.99")
_TIGHT = 2


def daily(text: str, numbers: Sequence[Quantity], index: Index) -> Iterator[int]:
    """The numbers of "一天一包，16天吃完" that follow from how much one piece holds.

    ``numbers``: all that are judged of the normalised ``text``.
    """
    for at, quantity in enumerate(numbers):
        rate = _rate(text, numbers, at)
        if rate is None:
            continue
        period, positions = rate
        for reading in quantity.readings:
            held = _held(reading, index)
            if held is None or not reading.values or reading.values[0] <= 0:
                continue
            least, most = (each / reading.values[0] * period for each in held)
            lasting = [
                other
                for other, each in enumerate(numbers)
                if other not in positions and _lasts(each, least, most)
            ]
            one = reading.values[0] == 1 and period == _DAY
            if lasting or (one and not _told(numbers, positions)):
                yield from (*positions, *lasting)
                break


def _rate(text: str, numbers: Sequence[Quantity], at: int) -> tuple[Decimal, set[int]] | None:
    """(seconds, positions) of the period in which the pieces of number ``at`` are used up."""
    quantity = numbers[at]
    if at:
        period = numbers[at - 1]
        seconds = next((each for each in period.readings if each.dimension == "seconds"), None)
        gap = text[period.end : quantity.start]
        single = seconds and len(seconds.values) == 1 and not seconds.within
        if seconds and single and _A_TIME.fullmatch(gap):
            return seconds.values[0], {at - 1, at}
    if _EVERY.search(text, max(0, quantity.start - 6), quantity.start):
        return _DAY, {at}
    return None


def _held(reading: Reading, index: Index) -> tuple[Decimal, Decimal] | None:
    """How many of the unit that a reading counts one piece holds, least and most."""
    exact = index.contents.get(reading.dimension)
    if exact is not None and exact > 1:
        return exact, exact
    return index.ranges.get(reading.dimension)


def _lasts(quantity: Quantity, least: Decimal, most: Decimal) -> bool:
    """Whether a number tells the time that lies between two, in seconds."""
    for reading in quantity.readings:
        if reading.within is not None and reading.dimension == "seconds":
            if reading.within.holds(least) and reading.within.holds(most):
                return reading.within.about or not reading.values
        elif (
            reading.dimension in ("seconds", "range:seconds")
            and least <= reading.values[0]
            and reading.values[-1] <= most
        ):
            return True
    return False


def _told(numbers: Sequence[Quantity], positions: set[int]) -> bool:
    """Whether any other number tells a time."""
    return any(
        reading.dimension.endswith(("seconds", "months"))
        for at, each in enumerate(numbers)
        if at not in positions
        for reading in each.readings
    )


def spread(quantity: Quantity, span: tuple[Decimal, Decimal], index: Index, at: datetime) -> bool:
    """Whether an approximate amount is what one of ``span``, least and most, to a piece costs."""
    prices = [
        entry.fact.value
        for entry in index.entries
        if entry.fact.attribute in PRICES and entry.fact.holds_at(at)
    ]
    least, most = span
    for price in prices:
        if not isinstance(price, Decimal):
            continue
        low, high = price / most, price / least
        for reading in quantity.readings:
            within = reading.within
            if within is None or not reading.dimension.startswith(("currency", "bare")):
                continue
            if within.about and reading.values:
                if low * _LEAST <= reading.values[0] <= high * _SHOWN:
                    return True
            elif within.holds(low) and within.holds(high) and within.high <= high * _TIGHT:
                return True
    return False


def by_price(text: str, numbers: Sequence[Quantity], index: Index) -> Iterator[int]:
    """The numbers of "四个99的款": as many options as have that price."""
    product = index.product
    prices = [each.price or product.price for each in product.variants]
    for at in range(len(numbers) - 1):
        count, price = numbers[at], numbers[at + 1]
        if count.end != price.start or not _OF_PRICE.match(text, price.end):
            continue
        counted = next((r.values for r in count.readings if r.dimension.startswith("count")), ())
        said = {value for r in price.readings if r.dimension != "count" for value in r.values}
        if counted and any(prices.count(value) == counted[0] > 0 for value in said):
            yield from (at, at + 1)


def reduced(
    text: str, numbers: Sequence[Quantity], index: Index
) -> Iterator[tuple[int, int, bool]]:
    """(which number counts, which is the amount, whether it is true) of 两罐减20: what several
    pieces save, or the coupon that they reach, or both."""
    product = index.product
    for at in range(len(numbers) - 1):
        pieces, amount = ordered(numbers[at], index), numbers[at + 1]
        gap = text[numbers[at].end : amount.start]
        if pieces is None and index.pieces and _SAVES_EN.fullmatch(gap) and gap:
            said = numbers[at].readings[-1]
            pieces = Fraction(said.values[0]) if said.dimension == "bare" and said.values else None
        saved = {value for each in amount.readings for value in _money(each)}
        if pieces is None or pieces < 2 or not saved or not _SAVES.fullmatch(gap):
            continue
        if _EACH_PIECE.match(text, amount.end) or any(each.within for each in amount.readings):
            continue
        before = product.list_price
        off = None if before is None else int(pieces) * (before - product.price)
        coupon = product.coupon
        reached = coupon is not None and pieces * Fraction(product.price) >= coupon.threshold
        less = coupon.amount if coupon is not None and reached else None
        true = {each for each in (off, less, off + less if off and less else None) if each}
        yield at, at + 1, bool(true & saved)


def _money(reading: Reading) -> tuple[Decimal, ...]:
    bare = reading.dimension == "bare" or reading.dimension.startswith("currency")
    return reading.values if bare else ()


def suggested(text: str, quantity: Quantity, index: Index) -> bool:
    """Whether a number only says how many one may order, and promises nothing for it."""
    if ordered(quantity, index) is None or quantity.readings[0].within is not None:
        return False
    begin = max((m.end() for m in _CLAUSE.finditer(text, 0, quantity.start)), default=0)
    ending = _CLAUSE.search(text, quantity.end)
    end = ending.start() if ending else len(text)
    before = text[begin : quantity.start]
    if before.endswith("送"):
        return bool(_FOR_SOMEONE.match(text, quantity.end)) and "给" in text[quantity.end : end]
    clause = before + text[quantity.end : end]
    return bool(_TAKEN.search(before)) and not _DEALS.search(clause)
