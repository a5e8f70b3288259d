"""What a number looks like in a text, and those whose form says what they are.

``ATOM`` finds the next one; ``special`` reads dates, shares, clocks, sizes, models and ordinals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from host.quantities import english, hanzi
from host.quantities.model import Reading
from host.quantities.units import UNITS
from host.quantities.words import words

_H = hanzi.CHARACTERS
_H1 = "零〇一二三四五六七八九"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d.])\.\d+)"
_ONE_PIECE = "一[个件只支瓶盒袋包箱罐台条双套本份单杯斤]"
_POINT = rf"点(?!一[定样起般些直切点下会共律])[{_H1}]+"
_HANZI = rf"(?:[{_H}]*[二三四五六七八九](?={_ONE_PIECE})|[{_H}]+(?:{_POINT})?)"
_NUMBER = rf"(?:{_DIGITS}|{_HANZI})"
_WORD = "|".join(sorted(english.WORDS, key=len, reverse=True))
_TEN = "|".join(english.TENS)
_ONE_WORD = "|".join(english.ONES)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS.split())

_ENGLISH_UNIT = "quart|pint|gallon|liter|litre|kilo|pound|ton|foot|yard|meter|metre"
_MEASURED = "|".join(
    rf"(?<={word}\s)"
    for word in words("holds weighs fits contains about nearly almost over under whole around than")
)
"""What a product holds or weighs, before "a pound"; "$3 a pound" is no number."""

ATOM = re.compile(
    rf"""(?=\d|\.\d|[^\x00-\x7f]|(?<![a-z])[a-z])(?:
      (?P<iso>(?<!\d)\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d))
    | (?:(?P<year>{_NUMBER})年)?(?P<month>{_NUMBER})月份?(?P<day>{_NUMBER})[日号]
    | \b(?P<en_month>{_MONTH})\s+(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?\b
    | (?P<event>双(?:十[一二]|1[12])(?![\d.点元块])|双旦
        |(?:六一八|(?<![\d.¥￥$])618)(?=大促|活动|年中|购物节|狂欢|期间|当天|预售|福利))
    | 百分(?:之|(?=百))(?P<percent>{_NUMBER})
    | (?P<below>{_NUMBER})分之(?P<above>{_NUMBER})
    | (?P<liang>[一二三四五六七八九半]两(?:[一二三四五六七八九](?![十百千万个]))?
        (?=[，。！？；多左上重的]|\s|$))
    | (?P<half_off>半价|对折|半折|\bhalf[\s-]+(?:the\s+)?(?:price|off)\b)
    | (?P<midnight>\bmidnight\b(?!\s+(?:snack|blue|black))|午夜(?=[0零结截前]))
    | (?P<half>\bhalf\b)
    | (?P<free_one>\bbogo\b|\ba\s+(?:few|couple(?:\s+of)?)\s+(?:dollars|bucks))
    | \ba\s+(?P<a_dollar>dollar|buck|quid|euro)
        (?:\s+(?:and\s+)?(?P<en_cents>{_TEN}(?:-(?:{_ONE_WORD}))?))?\b
    | \ba\s+(?P<a_half>year|month|week|day|hour|minute|pound|kilo|meter|metre|liter|litre)
        \s+and\s+a\s+half\b
    | (?:{_MEASURED})(?P<a_unit>an?)(?=\s+(?:{_ENGLISH_UNIT})\b(?!\s+and\s+a\s+half))
    | (?P<shapeless>[几数]成|(?<![\d零一二两三四五六七八九十百千万亿几])
        (?:块[儿]?[一二三四五六七八九](?!边|头|肉)
        |[百千万]把[块元个件]|毛把钱|百八十|百十来?|千八百))
    | (?P<few>[几数](?=[十百千万]))
    | (?P<few_money>几(?=块(?![冰糖饼肉砖布石巧小木姜豆蛋板])|元|毛|角|折)
        (?![^，。！;；]*(?:[?？]|呢|吗)))
    | (?P<twice>\btwice\b|\b(?:double|triple)\s+(?:the|your|our)\b|翻倍|翻番)
    | (?P<clock>(?<!\d)\d{{1,2}}:\d{{2}}(?!\d))
    | (?P<in_one>{_NUMBER}(?:-in-|合)(?:{_NUMBER}|{_ONE_WORD}\b))
    | (?P<size>{_DIGITS}(?:\s*(?:[x×*]|by\b)\s*(?:{_DIGITS})){{1,3}}(?![a-z]))
    | (?P<fraction>(?<![\d/])\d+/\d+(?![\d/]))
    | (?P<model>(?<![a-z])(?!ph\d)(?:[a-z]++-?)++\d[\da-z.-]*(?<![.-]))
    | (?P<share>\b(?:a|one|two|three|four)\s+(?:third|quarter|fifth|sixth|eighth|tenth)s?\b)
    | (?P<ordinal_word>\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s?\b)
    | (?P<ordinal>(?<![\d.])\d+(?:st|nd|rd|th)\b)
    | (?P<digits>{_DIGITS})
    | (?P<hanzi>{_HANZI})
    | \b(?P<words>(?:a\s+(?=hundred|thousand|million|dozen|grand))?(?:{_WORD})
        (?:[\s-]+(?:(?<=hundred\s)and\s+|(?<=thousand\s)and\s+)?(?:{_WORD}|point(?:[\s-]+(?:{_ONE_WORD}))+))*s?)\b)
    """,
    re.X,
)
"""The next number, by the group of its kind; digits, hanzi, words, few need what follows."""
_PARTS = words("whole half third quarter fifth sixth seventh eighth ninth tenth")
VAGUE = (Reading("vague", ()),)
"""A number that says no value."""


def value_of(text: str) -> Decimal | None:
    """The value of digits or Hanzi."""
    plain = text.replace(",", "")
    return Decimal(plain) if plain[:1].isdigit() or plain[:1] == "." else hanzi.hanzi_value(plain)


def special(match: re.Match[str], group: str) -> Iterator[Reading]:
    """Readings of a number whose form says what it is."""
    found = match[group]
    if group in ("iso", "day", "en_day"):
        yield from _date(match, group)
    elif group == "percent":
        value = value_of(found)
        if value is None:
            yield from VAGUE
        else:
            yield Reading("ratio", (value / 100,), "%", value)
    elif group == "above":
        above, below = value_of(found), value_of(match["below"])
        if above is None or not below:
            yield from VAGUE
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
    elif group == "midnight":
        yield Reading("clock", (Decimal(0),), "", found)
    elif group == "liang":
        tail = Decimal(hanzi.DIGITS[found[2]]) / 10 if len(found) > 2 else Decimal(0)
        liang = (hanzi.hanzi_value(found[0]) or Decimal(0)) + tail
        yield Reading("weight", (liang * 50,), "两", liang)
    elif group == "a_half":
        dimension, factor = UNITS[found]
        value = Decimal("1.5")
        yield Reading(dimension, (value * factor,), found, value)
    elif group in ("a_dollar", "en_cents"):
        dimension, _ = UNITS[match["a_dollar"]]
        cents = english.english_values((match["en_cents"] or "zero").split("-"))
        value = 1 + cents[0] / 100
        yield Reading(dimension, (value,), match["a_dollar"], value)
    elif group == "share":
        upper, lower = found.split()
        part = Decimal(english.ONES.get(upper, 1)) / (_PARTS.index(lower.removesuffix("s")) + 1)
        yield Reading("ratio", (part,), "", found)
    elif group == "ordinal":
        yield Reading("ordinal", (Decimal(re.sub(r"\D", "", found)),), "", found)
    else:
        yield from VAGUE


def _date(match: re.Match[str], group: str) -> Iterator[Reading]:
    if group == "iso":
        parts = [Decimal(part) for part in re.split(r"\D", match["iso"])]
    elif group == "en_day":
        names = [name[:3] for name in _MONTHS.split()]
        parts = [Decimal(names.index(match["en_month"][:3]) + 1), Decimal(match["en_day"])]
    else:
        written = (match["year"], match["month"], match["day"])
        values = [value_of(part) for part in written if part]
        parts = [value for value in values if value is not None]
        if len(parts) != len(values):
            yield from VAGUE
            return
    yield Reading("date", tuple(parts), "date", "-".join(f"{int(part):02}" for part in parts))
