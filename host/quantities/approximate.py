"""Approximations: what 不到40, 三十多, 将近100, "about 6" and "at least 12" leave open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from host.quantities.model import Interval, Quantity, Reading

_ABOUT = Decimal("0.05")
"""How far "about" may be off, of the number said."""
_NEAR = Decimal("0.9")
"""Least share of the number said that "nearly" stands for."""

Form = Callable[[Decimal, Decimal], Interval]
"""(number said, its last place that is no zero) → what it leaves open."""


def _about(value: Decimal, _: Decimal) -> Interval:
    return Interval(value * (1 - _ABOUT), value * (1 + _ABOUT), about=True)


def _below(value: Decimal, _: Decimal) -> Interval:
    return Interval(high=value, high_in=False)


def _at_most(value: Decimal, _: Decimal) -> Interval:
    return Interval(high=value)


def _above(value: Decimal, _: Decimal) -> Interval:
    return Interval(low=value, low_in=False)


def _at_least(value: Decimal, _: Decimal) -> Interval:
    return Interval(low=value)


def _nearly(value: Decimal, _: Decimal) -> Interval:
    return Interval(value * _NEAR, value, high_in=False)


def _some_more(value: Decimal, place: Decimal) -> Interval:
    return Interval(value, value + place, low_in=False, high_in=False)


def _unit_more(value: Decimal, place: Decimal) -> Interval:
    return _some_more(value, min(place, Decimal(1)))


def _little_more(value: Decimal, place: Decimal) -> Interval:
    return Interval(value, value + place / 5, low_in=False)


_BEFORE: tuple[tuple[Form, str], ...] = (
    (_below, r"不到|不足|低于|少于|小于|未满|没到|用不了|要不了|不用|用不着"),
    (_at_most, r"[不别](?:要|能|可以)?超过|不高于|不多于|no\s+more\s+than|not\s+more\s+than"),
    (_at_least, r"不低于|不少于|至少|起码|最少|at\s+least|no\s+less\s+than|no\s+fewer\s+than"),
    (
        _above,
        r"超过|超出|高于|多于|大于|不止|不只|破|逾|超|more\s+than|above|over|past|upwards\s+of",
    ),
    (_below, r"less\s+than|fewer\s+than|under|below|shy\s+of"),
    (_nearly, r"将近|接近|(?<![最附亲远靠就])近|nearly|almost|close\s+to|just\s+under"),
    (_little_more, r"just\s+over"),
    (
        _about,
        r"大约|大概|约摸|约莫|差不多|(?<![节预制])约|~|about|around|roughly|approximately|approx\.?",
    ),
)
_AFTER: tuple[tuple[Form, str], ...] = (
    (_about, r"左右|上下(?!班|铺|左)|的样子|\s*or\s+so\b|\s*give\s+or\s+take\b"),
    (_below, r"不到(?!\d)|都不到|不足"),
    (_at_most, r"以内|之内|以下|\s*or\s+less\b|\s*or\s+under\b"),
    (_at_least, r"以上|\+(?!\d)|\s*or\s+more\b|\s*and\s+up\b|起(?=[，。！；]|$)"),
    (_little_more, r"出头|刚过|挂零"),
    (_unit_more, r"[多余](?![少种样久长大用亏于])|\s*(?:and\s+change|odd)\b"),
)
_BEFORE_ANY = re.compile(
    "|".join(f"(?P<b{at}>(?<![a-z])(?:{words}))" for at, (_, words) in enumerate(_BEFORE))
)
_BEFORE_END = re.compile(rf"(?:{_BEFORE_ANY.pattern})\s*(?:要|是|有|也就|就|the\s+)?\s*$")
_AFTER_ANY = re.compile("|".join(f"(?P<a{at}>(?:{words}))" for at, (_, words) in enumerate(_AFTER)))
_TRAILING = re.compile(
    r"\s*(?:off|under|below)?(?:\s+(?:the|its|list|original|regular|price))*,?\s*(?:give\s+or\s+take|more\s+or\s+less)\b"
)
"""What ends a clause and speaks of the number in it: "20% off the list price, give or take"."""
_LOOK = 14
"""Characters before a number in which the word may stand."""
_WITHIN = re.compile(r"以内|之内|以下|以上")
"""Of measures these belong to the fact as it is: 3岁以下, 48小时之内."""


def approximated(text: str, quantity: Quantity) -> Quantity:
    """``quantity`` with what the words beside it leave open; itself where there are none."""
    end = quantity.end
    behind = _AFTER_ANY.match(text, end)
    if behind and _WITHIN.match(behind[0]) and not quantity.money:
        behind = None
    if behind and behind[0] == "起" and quantity.readings[0].dimension.startswith("currency"):
        behind = None  # 99元起 is a price of its own
    before = _BEFORE_END.search(text, max(0, quantity.start - _LOOK), quantity.start)
    if behind is None and before is None:
        if not _TRAILING.match(text, end):
            return quantity
        readings = tuple(_opened(reading, _about) for reading in quantity.readings)
        return replace(quantity, readings=readings)
    form = _form(behind) if behind else _form(before)
    readings = tuple(_opened(reading, form) for reading in quantity.readings)
    stop = behind.end() if behind else end
    return replace(quantity, end=stop, readings=readings)


def _form(match: re.Match[str] | None) -> Form:
    group = (match.lastgroup if match else None) or "b0"
    return (_BEFORE if group[0] == "b" else _AFTER)[int(group[1:])][0]


def _opened(reading: Reading, form: Form) -> Reading:
    said = reading.written
    if len(reading.values) != 1 or not isinstance(said, Decimal) or reading.within is not None:
        return reading
    (value,) = reading.values
    unit = value / said if said else Decimal(1)
    return replace(reading, within=form(said, last_place(said)).times(unit or Decimal(1)))


def last_place(value: Decimal) -> Decimal:
    """The place of the last digit that is no zero: 100 of 1200, 0.1 of 2.5, 1 of 0."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if value and isinstance(exponent, int) else Decimal(1)


def some_more(value: Decimal) -> Interval:
    """三十多, 三十几, 一百余: above it, below the next of its last place."""
    return _some_more(value, last_place(value))


def about(value: Decimal) -> Interval:
    """What "about" leaves open."""
    return _about(value, value)


def few(place: Decimal) -> Interval:
    """几十, 数百: twice the place at least, below the next."""
    return Interval(2 * place, 10 * place, high_in=False)


def reaching(place: Decimal) -> Interval:
    """上百, 上千: the place at least, below the next."""
    return Interval(place, 10 * place, high_in=False)
