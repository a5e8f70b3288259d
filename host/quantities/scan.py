"""Find every number in a text, in digits, Hanzi or English words, with its unit.

What is found errs to too much: a character that can be a number is one, unless ``idioms`` lists the
word that it stands in. The gate relies on that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from host.quantities import english, hanzi
from host.quantities.idioms import IDIOMS
from host.quantities.model import Quantity, Reading
from host.quantities.normal import normalise
from host.quantities.suffix import Suffix, afternoon, currency_before, suffix_at

_H = hanzi.CHARACTERS
_H1 = "零〇一二三四五六七八九"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d.])\.\d+)"
_HANZI = rf"(?:[{_H}]+(?:点[{_H1}]+)?)"
_NUMBER = rf"(?:{_DIGITS}|{_HANZI})"
_WORD = "|".join(sorted(english.WORDS, key=len, reverse=True))
_ONE_WORD = "|".join(english.ONES)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS.split())

_ATOM = re.compile(
    rf"""
      (?P<iso>(?<!\d)\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d))
    | (?:(?P<year>{_NUMBER})年)?(?P<month>{_NUMBER})月份?(?P<day>{_NUMBER})[日号]
    | \b(?P<en_month>{_MONTH})\s+(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?\b
    | (?P<event>双(?:十[一二]|1[12])(?![\d.点元块])|双旦
        |(?:六一八|(?<![\d.¥￥$])618)(?=大促|活动|年中|购物节|狂欢|期间|当天|预售|福利))
    | 百分(?:之|(?=百))(?P<percent>{_NUMBER})
    | (?P<below>{_NUMBER})分之(?P<above>{_NUMBER})
    | (?P<half_off>半价|对折|半折|\bhalf[\s-]+(?:the\s+)?(?:price|off)\b)
    | (?P<half>\bhalf\b)
    | (?P<twice>\btwice\b|\b(?:double|triple)\s+(?:the|your|our)\b|翻倍|翻番)
    | (?P<clock>(?<!\d)\d{{1,2}}:\d{{2}}(?!\d))
    | (?P<in_one>{_NUMBER}(?:-in-|合)(?:{_NUMBER}|{_ONE_WORD}\b))
    | (?P<size>{_DIGITS}(?:\s*[x×*]\s*(?:{_DIGITS})){{1,3}}(?![a-z]))
    | (?P<fraction>(?<![\d/])\d+/\d+(?![\d/]))
    | (?P<model>(?:[a-z]+-?)+\d[\da-z.-]*(?<![.-]))
    | (?P<ordinal_word>\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s?\b)
    | (?P<ordinal>(?<![\d.])\d+(?:st|nd|rd|th)\b)
    | (?P<digits>{_DIGITS})
    | (?P<hanzi>{_HANZI})
    | \b(?P<words>(?:a\s+(?=hundred|thousand|million|dozen|grand))?(?:{_WORD})
        (?:[\s-]+(?:and[\s-]+)?(?:{_WORD}|point(?:[\s-]+(?:{_ONE_WORD}))+))*s?)\b
    """,
    re.X,
)
_RANGE = re.compile(r"\s*(?:-|~|–|—|到|至|to\b|through\b)\s*")
_MAGNITUDE = re.compile(r"(?:万|千|百|亿|(?:k|w)(?![a-z]))")
_MAGNITUDES = {"百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_AND_A_HALF = re.compile(r"\s+and\s+a\s+half\b")
_VAGUE_AFTER = re.compile(r"[多余几来](?!\d)")
_VAGUE = (Reading("vague", ()),)


@lru_cache(maxsize=4096)
def scan(text: str) -> tuple[Quantity, ...]:
    """Every number in ``text``; positions are those of ``normalise(text).text``."""
    return tuple(_merged(normalise(text).text))


def _merged(text: str) -> Iterator[Quantity]:
    idioms = [match.span() for match in IDIOMS.finditer(text)]
    at = 0
    while (match := _ATOM.search(text, at)) is not None:
        covered = next(
            (span for span in idioms if span[0] <= match.start() and match.end() <= span[1]), None
        )
        if covered is not None:
            at = covered[1]
            continue
        quantity = _quantity(text, match)
        at = max(quantity.end, match.end())
        quantity, at = _range(text, quantity, at)
        yield quantity


def _range(text: str, first: Quantity, at: int) -> tuple[Quantity, int]:
    """``first`` and what follows it as a range, where "1-3天" or "1 to 3 days" is written."""
    joint = _RANGE.match(text, at)
    match = _ATOM.match(text, joint.end()) if joint else None
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
    start, end = match.span()
    return Quantity(start, end, tuple(_special(text, match, group)))


def _value(text: str) -> Decimal | None:
    """The value of digits or Hanzi."""
    plain = text.replace(",", "")
    return Decimal(plain) if plain[:1].isdigit() or plain[:1] == "." else hanzi.hanzi_value(plain)


def _special(text: str, match: re.Match[str], group: str) -> Iterator[Reading]:
    """Readings of a number whose form says what it is."""
    found = match[group]
    if group in ("iso", "day", "en_day"):
        yield from _date(match, group)
    elif group == "percent":
        value = _value(found)
        if value is None:
            yield from _VAGUE
        else:
            yield Reading("ratio", (value / 100,), "%", value)
    elif group == "above":
        above, below = _value(found), _value(match["below"])
        if above is None or not below:
            yield from _VAGUE
        else:
            yield Reading("ratio", (above / below,), "", f"{above}/{below}")
    elif group == "half_off":
        yield Reading("discount", (Decimal(5),), "折", Decimal(5))
    elif group == "half":
        yield Reading("ratio", (Decimal("0.5"),), "", Decimal("0.5"))
    elif group == "twice":
        times = 3 if found.startswith("triple") else 2
        yield Reading("times", (Decimal(times),), "倍", Decimal(times))
    elif group == "clock":
        hours, minutes = found.split(":")
        yield Reading("clock", (Decimal(60 * int(hours) + int(minutes)),), "", found)
    elif group == "size":
        values = tuple(Decimal(part.replace(",", "")) for part in re.findall(_DIGITS, found))
        yield Reading("size", values, "", found)
    elif group == "fraction":
        above, below = (Decimal(part) for part in found.split("/"))
        yield Reading("fraction", (above, below), "", found)
        if below:
            yield Reading("ratio", (above / below,), "", found)
        yield Reading("date", (above, below), "date", found)
    elif group in ("event", "in_one", "model"):
        yield Reading("model", (), found, found)
    elif group == "ordinal":
        yield Reading("ordinal", (Decimal(re.sub(r"\D", "", found)),), "", found)
    else:
        yield from _VAGUE


def _date(match: re.Match[str], group: str) -> Iterator[Reading]:
    if group == "iso":
        parts = [Decimal(part) for part in re.split(r"\D", match["iso"])]
    elif group == "en_day":
        names = [name[:3] for name in _MONTHS.split()]
        parts = [Decimal(names.index(match["en_month"][:3]) + 1), Decimal(match["en_day"])]
    else:
        written = (match["year"], match["month"], match["day"])
        values = [_value(part) for part in written if part]
        parts = [value for value in values if value is not None]
        if len(parts) != len(values):
            yield from _VAGUE
            return
    yield Reading("date", tuple(parts), "date", "-".join(f"{int(part):02}" for part in parts))


def _plain(text: str, match: re.Match[str], group: str) -> Quantity:
    """A number in digits, Hanzi or words, with what stands before and after it."""
    start, end = match.span()
    written = match[group]
    values = _values(written, group)
    if group == "digits" and (more := _MAGNITUDE.match(text, end)):
        # "1.2万", "3k"; a Hanzi number holds its own.
        values = tuple(value * _MAGNITUDES[more[0]] for value in values)
        end = more.end()
    before = text[start - 1] if start else ""
    if group != "hanzi" and (half := _AND_A_HALF.match(text, end)):
        values = tuple(value + Decimal("0.5") for value in values)
        end = half.end()
    vague = (
        not values
        or (group != "words" and _VAGUE_AFTER.match(text, end))
        or (group == "words" and written.endswith("s"))
        # 几百, 上千, 数十: how many is not said.
        or (group == "hanzi" and written[0] in "百千万亿")
        or (group == "hanzi" and written[0] == "十" and before in ("几", "数", "好"))
    )
    if vague:
        return Quantity(start, end, _VAGUE)
    if before == "第":
        ordinal = Reading("ordinal", values, "第", f"第{values[0]}")
        return Quantity(start - 1, end, (ordinal,))
    suffix = suffix_at(text, end)
    if suffix.clock is not None and values[0] < 12 and afternoon(text, start):
        values = (values[0] + 12,)
    two = _two_digits(written) if group == "hanzi" else None
    if two and suffix.discount:
        values = (two[0] + two[1] / 10,)
    elif two and (suffix.dimensions or suffix.counter):
        return Quantity(start, suffix.end, tuple(_ranges(two, suffix)))
    mark = currency_before(text, start)
    if mark and suffix.dimensions and suffix.dimensions[0][0] != mark.dimensions[0][0]:
        return Quantity(mark.start, suffix.end, _VAGUE)  # ¥129美元
    readings = tuple(_readings(values, suffix, mark))
    small = written in ("一", "one")
    return Quantity(
        mark.start if mark else start,
        suffix.end,
        readings,
        article=small
        and all(reading.dimension.startswith(("bare", "count:")) for reading in readings[-1:]),
    )


def _values(written: str, group: str) -> tuple[Decimal, ...]:
    if group == "words":
        return english.english_values(re.split(r"[\s-]+", written.removesuffix("s")))
    if written == "一半":
        return (Decimal("0.5"),)
    value = _value(written)
    return () if value is None else (value,)


def _two_digits(written: str) -> tuple[Decimal, Decimal] | None:
    """两三 and 三五 mean two or three, three to five; 八五 before 折 is 8.5."""
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
        if suffix.counter:
            whole = value + suffix.tail
            yield Reading(f"count:{suffix.counter}", (whole,), suffix.unit, whole)
        if suffix.model:
            yield Reading("model", (), f"{value}{suffix.unit}", f"{value}{suffix.unit}")
        if suffix.empty:
            yield Reading("bare", (value,), "", value)
