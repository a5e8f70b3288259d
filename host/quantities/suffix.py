"""What stands around a number and says what it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from host.quantities import english, hanzi
from host.quantities.idioms import IDIOMS
from host.quantities.units import COUNTERS, ENGLISH_COUNTERS, SYMBOLS, UNITS

_H1 = "一二三四五六七八九"


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_LATIN = [name for name in UNITS if name[0].isascii() and name[0].isalpha() and name != "x"]
_OTHER = [name for name in UNITS if name not in _LATIN and name not in ("x", "两")]
_UNIT = re.compile(
    rf"\s?个?(?P<half>半)?(?:个?(?!分[享之开类量期别成明])(?P<other>{_alternatives(_OTHER)})"
    rf"|[\s-]*(?P<latin>{_alternatives(_LATIN)})(?![a-z²³]))"
)
_PACKED = r"[个瓶支片袋枚颗只粒卷头罐盒条包]装(?:好|起|进|在|成|满|得|不|完|了|一[箱盒罐袋]|上)"
"""A measure word and the verb behind it: 十六小包装好了."""
_COUNTER = re.compile(
    rf"(?P<half>个半)?(?:\s?(?:[小大整]|个(?=人)|[个份][小大整](?=包|袋|瓶|盒|罐))?"
    rf"(?P<hanzi>(?={_PACKED})[^装]|(?!包邮|{_PACKED})(?:{_alternatives(sorted(COUNTERS))}))"
    rf"|[\s-]+(?P<latin>{_alternatives(sorted(ENGLISH_COUNTERS))})(?![a-z]))"
)
_NOUN = re.compile(r"[\s-]+([a-z]{3,})")
_GLUED = re.compile(r"x{0,4}[sml](?=\d+(?:\.\d+)?(?:元|块))|-?[a-z][a-z\d]*")
_DISCOUNT = re.compile(r"\s?折(?!叠|射|腾|痕|扣)")
_LINK = re.compile(r"\s*号(?:链接|宝贝|商品|产品|车|小黄车)?")
_CLOCK = re.compile(rf"点(?:(?P<half>半)|(?P<minutes>\d{{1,2}}|[{_H1}十]+)分|钟|整)?(?!点|儿)")
_COUNTED = _alternatives(sorted(COUNTERS))
_LATER = re.compile(r"(?:下午|晚上|傍晚|夜里)$")
_MERIDIEM = re.compile(r"\s*([ap])\.?m\b\.?")
_STOP = rf"(?!(?!一(?:{_COUNTED}|斤|公斤|两|升))[\d{_H1}十百千万.%])"
_MAO = "(?:毛|角)?(?:钱|元)?"
_TAIL = re.compile(
    rf"(?P<cents>\d[毛角]?\d分?(?![\d.%])|[{_H1}][毛角]?[{_H1}]分?{_STOP})(?:钱|元)?(?!{_COUNTED})"
    rf"|(?P<digit>\d(?={_MAO}(?![\d.%]))|[{_H1}](?={_MAO}{_STOP})){_MAO}"
)
_MORE_DIGITS = re.compile(rf"(?:\d{{1,2}}(?![\d.%])|[{_H1}]{{1,2}}{_STOP})(?!{_COUNTED})")
_NOT_A_TAIL = re.compile(rf"折|号|%|(?!包邮)(?:{_alternatives([*sorted(COUNTERS), *_OTHER])})")
_HALVED = frozenset({"seconds", "months", "weight", "volume", "length", "ratio"})
"""Dimensions of the units that a 半 may follow: 七厘米半."""
_CENT_WORD = "|".join((*english.ONES, *english.TENS))
_CENTS = re.compile(
    rf"\s*(?:and\s+)?(\d{{1,2}}|(?:{_CENT_WORD})(?:[\s-](?:{_CENT_WORD}))?)\s*cents?\b"
    rf"|\s+((?:{'|'.join(english.TENS)})(?:[\s-](?:{'|'.join(english.ONES)}))?)\b(?![\s-]+[a-z]+s\b)"
)
_BEFORE = re.compile(rf"({_alternatives(list(SYMBOLS))})\s*$")
_LINK_BEFORE = re.compile(r"(?:(?<!号)链接|\blink(?:\s+(?:number|no\.?))?)\s*#?\s*$|#\s*$")
_WORDS = frozenset(
    {
        *("today", "now", "only", "and", "for", "per", "off", "left", "the", "with"),
        *("are", "come", "comes", "cost", "costs", "make", "makes", "will"),
    }
)


@dataclass(frozen=True, slots=True)
class Suffix:
    """What surrounds a number."""

    start: int
    end: int
    """Behind the unit; the number's own end where there is none."""
    unit: str = ""
    dimensions: tuple[tuple[str, Decimal], ...] = ()
    """(dimension, factor to its base unit)."""
    counter: str = ""
    discount: bool = False
    link: bool = False
    clock: Decimal | None = None
    """Minutes past the hour."""
    tail: Decimal = Decimal(0)
    """What the unit's tail adds: 9 in 五十九块九 is 0.9."""
    model: bool = False
    """Letters are glued to it: 2XL."""
    bare: bool = False
    """May as well have no unit."""

    @property
    def empty(self) -> bool:
        """Nothing says what the number counts, or it may be so."""
        return self.bare or not (
            self.dimensions
            or self.counter
            or self.discount
            or self.link
            or self.model
            or self.clock is not None
        )


def currency_before(text: str, start: int) -> Suffix | None:
    """The money mark or "link" that stands right before a number."""
    match = _BEFORE.search(text, max(0, start - 6), start)
    if match:
        dimension = SYMBOLS[match[1]]
        return Suffix(match.start(), start, match[1], ((dimension, Decimal(1)),))
    match = _LINK_BEFORE.search(text, max(0, start - 16), start)
    if match:
        return Suffix(match.start(), start, "号", (("link", Decimal(1)),))
    return None


def suffix_at(text: str, at: int) -> Suffix:
    """What follows the number that ends at ``at``."""
    if match := _DISCOUNT.match(text, at):
        return Suffix(at, match.end(), "折", discount=True)
    if match := _LINK.match(text, at):
        return Suffix(at, match.end(), "号", link=True)
    if match := _MERIDIEM.match(text, at):
        minutes = Decimal(720 if match[1] == "p" else 0)
        return Suffix(at, match.end(), match[0].strip(), clock=minutes)
    unit = _UNIT.match(text, at)
    counter = _COUNTER.match(text, at)
    if counter and unit and counter.end() > unit.end():
        unit = None
    if unit:
        return _measured(text, at, unit, counter)
    if counter:
        found = counter["hanzi"] or ENGLISH_COUNTERS[counter["latin"]]
        tail = Decimal("0.5") if counter["half"] else Decimal(0)
        return Suffix(at, counter.end(), found, counter=found, tail=tail)
    if match := _CLOCK.match(text, at):
        return Suffix(at, match.end(), "点", clock=_minutes(match))
    if (match := _GLUED.match(text, at)) and not match[0].startswith("-"):
        return Suffix(at, match.end(), match[0], model=True)
    if (match := _NOUN.match(text, at)) and match[1] not in _WORDS:
        # Any noun may be what one piece is called; the number may also stand alone before it.
        noun = match[1]
        single = noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
        return Suffix(at, at, single, counter=single, bare=True)
    return Suffix(at, at)


def afternoon(text: str, start: int) -> bool:
    """Whether the hour that begins at ``start`` is counted from noon: 下午四点 is 16:00."""
    return _LATER.search(text, max(0, start - 3), start) is not None


def _minutes(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return Decimal(30)
    written = match["minutes"]
    if not written:
        return Decimal(0)
    return Decimal(written) if written.isdigit() else hanzi.hanzi_value(written) or Decimal(0)


def _measured(text: str, at: int, unit: re.Match[str], counter: re.Match[str] | None) -> Suffix:
    name = unit["other"] or unit["latin"]
    dimension, factor = UNITS[name]
    end = unit.end()
    tail = Decimal("0.5") if unit["half"] else Decimal(0)
    if dimension == "currency:yuan":
        tail, end = _tail(text, end, factor)
    elif dimension == "currency:dollar" and factor == 1:
        cents = _CENTS.match(text, end)
        if cents:
            tail, end = _cents(cents[1] or cents[2]), cents.end()
    elif name in ("成", "米") and (match := _MORE_DIGITS.match(text, end)):
        # 九成五, 一米七五
        digits = "".join(_digit(char) for char in match[0])
        tail, end = Decimal(f"0.{digits}"), match.end()
    elif dimension in _HALVED and text.startswith("半", end):
        tail, end = Decimal("0.5"), end + 1
    dimensions = [(dimension, factor)]
    also = ""
    if counter and counter["hanzi"] == name and end == unit.end():
        also = name  # 块 is money or a piece
    return Suffix(at, end, name, tuple(dimensions), counter=also, tail=tail)


def _cents(written: str) -> Decimal:
    if written.isdigit():
        return Decimal(written) / 100
    return sum(english.english_values(re.split(r"[\s-]", written))[:1], Decimal(0)) / 100


def _tail(text: str, end: int, factor: Decimal) -> tuple[Decimal, int]:
    """三块五 is 3.5: a single digit right after the money word, if it counts nothing else."""
    if text.startswith("半", end):
        return Decimal("0.5"), end + 1
    match = _TAIL.match(text, end)
    if not match or IDIOMS.match(text, end):  # 45元一直到年底
        return Decimal(0), end
    written = match["cents"] or match["digit"]
    if match.end() == end + len(written) and _NOT_A_TAIL.match(text, match.end()):
        return Decimal(0), end
    digits = "".join(_digit(char) for char in written if char not in "毛角分")
    return Decimal(f"0.{digits}"), match.end()


def _digit(char: str) -> str:
    return char if char.isdigit() else str(hanzi.DIGITS[char])
