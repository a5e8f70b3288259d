"""When an offer begins and ends, and how long it still runs: 今天20点, 8 pm today, 还剩20分钟.

Such a figure is true only as seen from the time it is said at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from host.model import Product, Promotion
from host.quantities.model import Quantity, Reading

_DAYS = {
    "今": 0,
    "明": 1,
    "后": 2,
    "today": 0,
    "tonight": 0,
    "this evening": 0,
    "tomorrow": 1,
}
_DAY = r"(?P<day>[今明后](?=天|日|晚|早|夜|儿)|\b(?:today|tonight|this evening|tomorrow))"
_PART = r"(?:天|日|儿|夜|早上|早|晚上|晚|夜里|上午|中午|下午|傍晚|凌晨|的|的时候|\s|,|at|'s)*"
_BEFORE = re.compile(rf"{_DAY}{_PART}$")
_BEHIND = re.compile(rf"\s*,?\s*(?:on\s+)?{_DAY}")
_BETWEEN = re.compile(
    r"(?:当天|的|早上|晚上|夜里|上午|中午|下午|傍晚|凌晨|零时|\s|,|at|on|the|evening)*"
)
_LATE = re.compile(r"(?:晚上?|夜里?|tonight)\s*(?:的)?$")
_ENDS = re.compile(
    r"截止|结束|为止|之前|前(?!面)|恢复原价|收尾|到期|\bends?\b|\bover\b|\buntil\b|\btill\b|\bby\b|到$"
)
_BEGINS = re.compile(r"开始|开抢|开启|上线|起(?!来)|\bstarts?\b|\bbegins?\b|\bfrom\b")
_LEFT_BEFORE = re.compile(
    r"(?:还剩下?|只剩下?|仅剩|剩余|剩下|倒计时|距离?[^，。！？；]{0,8}(?:结束|截止)|(?:活动|优惠|特价|折扣)[^，。！？；]{0,6}(?:还有|只有|最后)"
    r"|\bends?\s+in|\bonly)\s*(?:最后|还有|还剩|只有|不到|不足|大约|大概|约|差不多|about|under|less\s+than|around)*\s*$"
)
_LEFT_BEHIND = re.compile(
    r"\s*(?:后|之后|内)?[^，。！？；,.]{0,4}(?:结束|截止|恢复原价|就没了)"
    r"|\s*(?:left|remaining|to\s+go|until\s+(?:it|the\s+\w+)\s+ends?)\b"
)
_MINUTE = timedelta(minutes=1)
_SLACK = 0.1
"""Share of a time left by which it may be off: a line is written before it is heard."""


def moments(
    text: str, quantities: Sequence[Quantity], product: Product, at: datetime
) -> Iterator[tuple[int, bool]]:
    """(which number, whether it is true) of each that tells such a time.

    ``text``: normalised. A number that tells another time of day, such as when parcels leave, is
    left out, and so is the date that is a promotion's last day.
    """
    for index, quantity in enumerate(quantities):
        left = _time_left(text, quantity)
        if left is not None:
            yield index, any(_still(promotion, left, at) for promotion in product.promotions)
            continue
        clock = next((each for each in quantity.readings if each.dimension == "clock"), None)
        if clock is None:
            continue
        previous = quantities[index - 1] if index else None
        dated = previous is not None and _is_date(text, previous, quantity)
        edges = [edge for each in product.promotions for edge in _edges(each, at)]
        day_said = dated or _day(text, quantity) is not None
        right = False
        for edge, begins in edges:
            local = at.astimezone(edge.tzinfo)
            day = _date_of(previous, edge) if dated and previous else None
            if day is None and not dated:
                ahead = _day(text, quantity)
                day = local.date() + timedelta(days=ahead or 0)
                if ahead is None and not (_BEGINS if begins else _ENDS).search(text):
                    continue
            right = right or (day is not None and _moment(text, quantity, clock, day, edge) == edge)
        if right or day_said:
            yield index, right
            if dated and right:
                yield index - 1, True


def _edges(promotion: Promotion, at: datetime) -> Iterator[tuple[datetime, bool]]:
    """(moment, whether it is the first) of a promotion that is not over."""
    if promotion.valid_to is not None and promotion.valid_to <= at:
        return
    if promotion.valid_to is not None:
        yield promotion.valid_to, False
    if promotion.valid_from is not None:
        yield promotion.valid_from, True


def _is_date(text: str, previous: Quantity, quantity: Quantity) -> bool:
    gap = text[previous.end : quantity.start]
    dated = any(reading.dimension == "date" for reading in previous.readings)
    return dated and _BETWEEN.fullmatch(gap) is not None


def _date_of(previous: Quantity, edge: datetime) -> date | None:
    """The day that a date names; of one without a year, in the year nearest to ``edge``."""
    for reading in previous.readings:
        if reading.dimension != "date":
            continue
        parts = [int(value) for value in reading.values]
        years = [parts.pop(0)] if len(parts) == 3 else [edge.year, edge.year - 1]
        for year in years:
            try:
                day = date(year, *parts)
            except ValueError:
                continue
            if abs(day - edge.date()) <= timedelta(days=2):
                return day
    return None


def _day(text: str, quantity: Quantity) -> int | None:
    """How many days ahead the day is that stands beside a clock; None where none does."""
    near = _BEFORE.search(text, max(0, quantity.start - 14), quantity.start)
    near = near or _BEHIND.match(text, quantity.end)
    return _DAYS[near["day"]] if near else None


def _moment(text: str, quantity: Quantity, clock: Reading, day: date, edge: datetime) -> datetime:
    minutes = int(clock.values[0])
    late = _LATE.search(text, max(0, quantity.start - 6), quantity.start) is not None
    late = late or text[quantity.end :].lstrip().startswith("tonight")
    written = text[quantity.start : quantity.end]
    last = late or written.startswith(("24", "二十四"))
    if (minutes == 0 and last) or (minutes == 720 and late):
        minutes = 1440
    elif late and minutes < 720:
        minutes += 720
    midnight = datetime.combine(day, datetime.min.time(), edge.tzinfo)
    return midnight + timedelta(minutes=minutes)


def _time_left(text: str, quantity: Quantity) -> Reading | None:
    lasting = next((each for each in quantity.readings if each.dimension == "seconds"), None)
    if lasting is None:
        return None
    before = _LEFT_BEFORE.search(text, max(0, quantity.start - 20), quantity.start)
    if before and before[0].strip() == "only":
        before = None if not _LEFT_BEHIND.match(text, quantity.end) else before
    return lasting if before or _LEFT_BEHIND.match(text, quantity.end) else None


def _still(promotion: Promotion, said: Reading, at: datetime) -> bool:
    """Whether a running promotion lasts as long as said: off by a tenth or a minute at most; of
    days, the nights between; 不到 and its like as they are."""
    begun = promotion.valid_from is None or promotion.valid_from <= at
    if promotion.valid_to is None or not begun or promotion.valid_to <= at:
        return False
    left = promotion.valid_to - at
    if said.within is not None and not said.within.about:
        return said.within.holds(Decimal(left.total_seconds()))
    if len(said.values) != 1:
        return False
    stated = timedelta(seconds=float(said.values[0]))
    if abs(left - stated) <= max(_MINUTE, stated * _SLACK):
        return True
    nights = (promotion.valid_to.date() - at.astimezone(promotion.valid_to.tzinfo).date()).days
    return said.unit in ("天", "日", "day", "days") and stated.days in (nights, left.days)
