"""Find every number in a text, in digits, Hanzi or English words, with its unit.

What is found errs to too much: a character that can be a number is one, unless ``idioms`` lists the
word that it stands in. The gate relies on that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from host.quantities import english, hanzi
from host.quantities.approximate import approximated, few, reaching, some_more
from host.quantities.atoms import ATOM, VAGUE, special, value_of
from host.quantities.idioms import IDIOMS
from host.quantities.model import Interval, Quantity, Reading
from host.quantities.normal import normalise
from host.quantities.suffix import Suffix, afternoon, currency_before, suffix_at

_RANGE = re.compile(r"\s*(?:-|~|–|—|到|至|to\b|through\b)\s*")
_MAGNITUDE = re.compile(r"(?:万|千|百|亿|(?:k|w)(?![a-z]))")
_MAGNITUDES = {"百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_OF_A = re.compile(r"\s+(?:of\s+)?an?\s+(?=[a-z])")
_HALF = Decimal("0.5")
_A_YUAN = re.compile(r"一块(?=[，。！？；,.!?\s多一]|$)")
"""Money, not a piece of something."""
_DOZEN = re.compile(r"打(?=[，。！？；,.!?;\s装只]|$)")
_AND_A_HALF = re.compile(r"\s+and\s+a\s+half\b")
_MORE = re.compile(
    r"(?:[多余几]|来(?=天|块|个|件|斤|分|岁|米))(?![\d少种样])|个多(?=小时|钟头|月|星期|礼拜)"
)
_REACHING = frozenset("上过破超成")
_NEARING = re.compile(r"(?:将近|接近|近|不到|不足)$")


@lru_cache(maxsize=512)
def scan(text: str) -> tuple[Quantity, ...]:
    """Every number in ``text``; positions are those of ``normalise(text).text``."""
    return tuple(_merged(normalise(text).text))


def _merged(text: str) -> Iterator[Quantity]:
    idioms = [match.span() for match in IDIOMS.finditer(text)]
    at = 0
    while (match := ATOM.search(text, at)) is not None:
        covered = next((span for span in idioms if span[0] <= match.start() < span[1]), None)
        if covered is not None:
            at = covered[1]
            continue
        quantity = _quantity(text, match)
        at = max(quantity.end, match.end())
        quantity, at = _range(text, quantity, at)
        quantity = approximated(text, quantity)
        at = max(at, quantity.end)
        yield quantity


def _range(text: str, first: Quantity, at: int) -> tuple[Quantity, int]:
    """``first`` and what follows it as a range, where "1-3天" or "1 to 3 days" is written."""
    joint = _RANGE.match(text, at)
    match = ATOM.match(text, joint.end()) if joint else None
    if match is None or match.lastgroup not in ("digits", "hanzi", "words"):
        return first, at
    second = _quantity(text, match)
    if second.article and second.readings[0].dimension == "bare":
        return first, at
    readings = []
    for upper in second.readings:
        for lower in first.readings:
            if len(upper.values) != 1 or len(lower.values) != 1:
                continue
            low, high = lower.values[0], upper.values[0]
            if lower.dimension == "bare" and isinstance(upper.written, Decimal) and upper.written:
                low = low * high / upper.written
            elif lower.dimension != upper.dimension:
                continue
            written = f"{lower.written}-{upper.written}"
            readings.append(Reading(f"range:{upper.dimension}", (low, high), upper.unit, written))
    if not readings:
        return first, at
    return Quantity(first.start, second.end, tuple(readings)), max(second.end, match.end())


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    group = match.lastgroup or ""
    if group in ("digits", "hanzi", "words"):
        return _plain(text, match, group)
    if group in ("few", "few_money"):
        return _few(text, match)
    start, end = match.span()
    if group == "a_unit":
        unit = suffix_at(text, end)
        return Quantity(start, unit.end, tuple(_readings((Decimal(1),), unit, None)))
    readings = tuple(special(match, group))
    if group in ("share", "half") and (of := _OF_A.match(text, end)):
        # "three quarters of a pound"
        unit = suffix_at(text, of.end() - 1)
        readings = (
            tuple(
                Reading(dimension, (part * factor,), unit.unit, part)
                for dimension, factor in unit.dimensions
                for reading in readings
                for part in reading.values
            )
            or readings
        )
        end = unit.end if unit.dimensions else end
    elif group == "size" and (dimensions := suffix_at(text, end).dimensions):
        dimension, factor = dimensions[0]
        unit = suffix_at(text, end)
        values = tuple(value * factor for value in readings[0].values)
        readings, end = (
            (Reading(f"size:{dimension}", values, unit.unit, readings[0].written),),
            unit.end,
        )
    return Quantity(start, end, readings)


def _plain(text: str, match: re.Match[str], group: str) -> Quantity:
    """A number in digits, Hanzi or words, with what stands before and after it."""
    start, end = match.span()
    written = match[group]
    values = _values(written, group)
    if group == "digits" and (more := _MAGNITUDE.match(text, end)):
        # "1.2万", "3k"; a Hanzi number holds its own.
        values = tuple(value * _MAGNITUDES[more[0]] for value in values)
        end = more.end()
    elif group != "words" and (more := _DOZEN.match(text, end)):
        readings = tuple(Reading("count:个", (12 * each,), "个", 12 * each) for each in values)
        return Quantity(start, more.end(), readings or VAGUE)
    before = text[start - 1] if start else ""
    if group != "hanzi" and (half := _AND_A_HALF.match(text, end)):
        values = tuple(value + Decimal("0.5") for value in values)
        end = half.end()
    two = _two_digits(written) if group == "hanzi" else None
    if not (values or two) or (group == "words" and written.endswith("s")):
        return Quantity(start, end, VAGUE)
    if group == "hanzi" and written in hanzi.PLACES:
        if before in _REACHING and before and before + written != "上十":  # 晚上十点
            return _open(text, start - 1, end, reaching(values[0]))
        if before == "每":
            pass  # 每百克
        elif written != "十" and not _NEARING.search(text, 0, start):
            return Quantity(start, end, VAGUE)  # 百 alone says not how many
    if group != "words" and (more := _MORE.match(text, end)):
        return _open(text, start, more.end(), some_more(values[0]))
    if group == "hanzi" and written[0] in "百千万亿" and written not in hanzi.PLACES:
        return Quantity(start, end, VAGUE)
    if before == "第":
        ordinal = Reading("ordinal", values, "第", f"第{values[0]}")
        return Quantity(start - 1, end, (ordinal,))
    suffix = suffix_at(text, end)
    if suffix.clock is not None and values[0] < 12 and afternoon(text, start):
        values = (values[0] + 12,)
    if two and suffix.discount and values:
        values = (two[0] + two[1] / 10,)
    elif two and (suffix.dimensions or suffix.counter):
        return Quantity(start, suffix.end, tuple(_ranges(two, suffix)))
    if not values:
        return Quantity(start, end, VAGUE)
    mark = currency_before(text, start)
    if mark and suffix.dimensions and suffix.dimensions[0][0] != mark.dimensions[0][0]:
        return Quantity(mark.start, suffix.end, VAGUE)  # ¥129美元
    readings = tuple(_readings(values, suffix, mark))
    if group == "digits" and text[end - 1] == "w" and suffix.empty:
        watts = values[0] / 10_000
        readings = (Reading("power", (watts,), "w", watts), *readings)  # 30W or 三十万
    small = written in ("一", "one") and not _A_YUAN.match(text, start)
    return Quantity(
        mark.start if mark else start,
        suffix.end,
        readings,
        article=small
        and all(reading.dimension.startswith(("bare", "count:")) for reading in readings[-1:]),
    )


def _few(text: str, match: re.Match[str]) -> Quantity:
    """几十块, 好几百件, 几块钱."""
    start, end = match.span()
    place = hanzi.PLACES.get(text[end], 1) if match.lastgroup == "few" else 1
    end += match.lastgroup == "few"
    if place == 10 and text[end : end + 1] == "万":
        place, end = 100_000, end + 1
    return _open(text, start, end, few(Decimal(place)))


def _open(text: str, start: int, end: int, within: Interval) -> Quantity:
    """A number that is nothing but an approximation."""
    suffix = suffix_at(text, end)
    mark = currency_before(text, start)
    readings = [
        replace(reading, values=(), written=None, within=within.times(reading.values[0]))
        for reading in _readings((Decimal(1),), replace(suffix, tail=Decimal(0)), mark)
        if reading.values
    ]
    return Quantity(mark.start if mark else start, suffix.end, tuple(readings) or VAGUE)


def _values(written: str, group: str) -> tuple[Decimal, ...]:
    if group == "words":
        return english.english_values(re.split(r"[\s-]+", written.removesuffix("s")))
    if written == "一半":
        return (Decimal("0.5"),)
    value = value_of(written)
    return () if value is None else (value,)


def _two_digits(written: str) -> tuple[Decimal, Decimal] | None:
    """两三 and 三五 mean two or three, three to five, 十二三 twelve or thirteen; 八五 before 折 is
    8.5."""
    if len(written) > 2 and written[-3] == "十":
        last, two = hanzi.hanzi_value(written[:-2]), _two_digits(written[-2:])
        return (last + two[0], last + two[1]) if last and two and two[1] == two[0] + 1 else None
    if len(written) != 2 or any(char not in hanzi.DIGITS for char in written):
        return None
    low, high = (Decimal(hanzi.DIGITS[char]) for char in written)
    return (low, high) if low else None


def _ranges(two: tuple[Decimal, Decimal], suffix: Suffix) -> Iterator[Reading]:
    written = f"{two[0]}-{two[1]}"
    for dimension, factor in suffix.dimensions:
        values = (two[0] * factor, two[1] * factor)
        yield Reading(f"range:{dimension}", values, suffix.unit, written)
    if suffix.counter:
        yield Reading(f"range:count:{suffix.counter}", two, suffix.unit, written)


def _readings(
    values: tuple[Decimal, ...], suffix: Suffix, mark: Suffix | None
) -> Iterator[Reading]:
    for value in values:
        if mark is not None:
            for dimension, factor in mark.dimensions:
                yield Reading(dimension, ((value + suffix.tail) * factor,), mark.unit, value)
            continue
        if suffix.discount:
            shown = value / 10 if 10 <= value < 100 and value == int(value) else value
            yield Reading("discount", (shown,), "折", shown)
            continue
        if suffix.link:
            yield Reading("link", (value,), "号", value)
        if suffix.clock is not None:
            yield Reading("clock", ((60 * value + suffix.clock) % 1440,), "点", f"{value}点")
        for dimension, factor in suffix.dimensions:
            whole = value + suffix.tail
            yield Reading(dimension, (whole * factor,), suffix.unit, whole)
            if dimension == "months" and whole * factor == _HALF:
                yield Reading("seconds", (Decimal(15 * 86400),), "天", Decimal(15))  # 半个月
        if suffix.counter:
            whole = value + suffix.tail
            yield Reading(f"count:{suffix.counter}", (whole,), suffix.unit, whole)
        if suffix.model:
            yield Reading("model", (), f"{value}{suffix.unit}", f"{value}{suffix.unit}")
        if suffix.empty:
            yield Reading("bare", (value,), "", value)
