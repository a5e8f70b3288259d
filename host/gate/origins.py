"""Where goods are said to come from: only as a text of the product has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from host.gate.folding import tight
from host.gate.reading import Reading
from host.gate.verdict import Violation
from host.gate.wordlist import law

_FROM = (
    "进口|原产|直供|直采|直邮|直发|制造|工艺|技术|品牌|设计|血统|产的?|产区|产地|特产|果园|农场|牧场|茶园|基地|"
    "空运|匠人|老字号|原料|货源|版|货|品质|大牌|名牌|专柜|同款|仓库?|发货|发出|寄出|出库|出货|装箱|"
    "(?:那边|本地|统一|直接|现|就近|当天|每天|工厂|总仓)(?:发货?|寄|出货)|(?<=从[\u3400-\u9fff]{2})(?:发|寄|走)(?!往|到)"
)
_VISITED = "的?(?:朋友|粉丝|观众|网友)|那边|时间|旅游|旅行|出差|留学|人"
"""What follows a country that is spoken of for the viewers' sake."""
_NOT_FROM = re.compile(
    r"(?:不是|并非|不产自|不从|不来自|没有?说?是?|别当成?|谈不上|不靠|非)(?:什么|从|产自)?$"
)
_IS_IT = re.compile(r"[^，]{0,2}(?:吗|么(?!么)|不是)")
_FROM_EN = re.compile(
    r"\b(?i:ships?|shipped|shipping|sent|leaves|dispatched|made|grown|sourced|imported|produced|baked"
    r"|woven|roasted|farmed|picked|built)\b[^.,;!?]{0,24}?\b(?:from|in)\s+(?:the\s+)?"
    r"(?P<place>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"
)
_NOT_EN = re.compile(r"(?:\bnot|n['’]t|\bnever)\s+$", re.IGNORECASE)
"""A place in English; it begins with a capital."""
_CAME = "产自|源自|来自|产地[是在为]?|原产于?|出自|采自|选自|发源于?|引进自?|来源于|进口自"


def origins(reading: Reading, known: str | None) -> Iterator[Violation]:
    """Each place that ``known`` does not name; ``known``: the product's texts, folded without
    marks; None: the text is of no product."""
    if reading.text.isascii():
        yield from _told_in_english(reading, known)
    else:
        yield from _origins(reading, known)
        yield from _called_after(reading, known)


def _origins(reading: Reading, known: str | None) -> Iterator[Violation]:
    folded = tight(reading.text)
    for match in _origin().finditer(folded.text):
        place = match["of"] or match["its"] or match["far"]
        if _NOT_FROM.search(folded.text, 0, match.start()) or _IS_IT.match(
            folded.text, match.end()
        ):
            continue
        if known is None or place not in known:
            start, end = folded.written(*match.span())
            said = reading.text[start:end]
            why = reading.messages.why("unproven", said)
            yield Violation("unproven", start, end, said, why, reading.messages.origin())


def _told_in_english(reading: Reading, known: str | None) -> Iterator[Violation]:
    for match in _FROM_EN.finditer(reading.text):
        place = tight(match["place"]).text
        if _NOT_EN.search(reading.text, 0, match.start()):
            continue
        if known is None or place not in known:
            start, end = match.span()
            why = reading.messages.why("unproven", match[0])
            fix = reading.messages.origin()
            yield Violation("unproven", start, end, match[0], why, fix)


def _called_after(reading: Reading, known: str | None) -> Iterator[Violation]:
    """A place before what the product is called: 烟台苹果."""
    product = reading.product
    short = product.short_name if product else ""
    if known is None or len(short) < 2 or short.isascii():
        return
    folded, kind = tight(reading.text), tight(short[-2:]).text
    at = folded.text.find(kind)
    while at >= 0:
        end = at - (folded.text[at - 1 : at] == "的")
        place = next((each for each in _places() if folded.text.endswith(each, 0, end)), None)
        if place and place not in known:
            start, end = folded.written(end - len(place), at + len(kind))
            said = reading.text[start:end]
            why = reading.messages.why("unproven", said)
            yield Violation("unproven", start, end, said, why, reading.messages.origin())
        at = folded.text.find(kind, at + 1)


@cache
def _places() -> tuple[str, ...]:
    rules = law("ad-law-zh")
    return (*rules.abroad, *rules.places)


@cache
def _origin() -> re.Pattern[str]:
    """A place that goods are said to come from."""
    rules = law("ad-law-zh")
    abroad = "|".join(sorted(rules.abroad, key=len, reverse=True))
    places = "|".join(sorted((*rules.abroad, *rules.places), key=len, reverse=True))
    near = "[省市县的]|本地|当地|本土|正宗|原装"
    return re.compile(
        f"(?:{_CAME})(?P<of>{places})|(?P<its>{places})(?:{near}){{0,2}}(?:{_FROM})"
        f"|(?P<far>{abroad})(?!{_VISITED})"
    )
