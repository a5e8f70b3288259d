"""What each amount of money in a text is of, by the words before it on its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from host.lineup.importing.money import Amount, amount

Kind = Literal["price", "list_price", "coupon_price", "other", "bare"]
"""price: what a buyer pays; list_price: before the reduction; coupon_price: after a coupon;
other: a coupon, deposit, fee, saving, an option of several; bare: nothing tells."""


def _bounded(listed: str) -> str:
    """Words of Latin letters only as whole words."""
    return "|".join(
        rf"\b(?:{word})\b" if word[0].isascii() and word[0].isalpha() else word
        for word in re.split(r"\|(?![^(]*\))", listed)
    )


_NUMBER = re.compile(
    r"(?:[¥￥€£]|US\$|HK\$|\$|(?:RMB|CNY|USD|EUR|GBP|HKD)\b)?\s*"
    r"(?<![\d.,A-Za-z_])\d[\d,.]*\d(?![\d])|"
    r"(?:[¥￥€£]|US\$|HK\$|\$|(?:RMB|CNY|USD|EUR|GBP|HKD)\b)?\s*(?<![\d.,A-Za-z_])\d(?![\d])",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s*(?:元整?|块钱?|圆|RMB\b|CNY\b|USD\b|EUR\b|GBP\b|HKD\b|€|dollars?\b)", re.IGNORECASE
)
_MARK = re.compile(r"[¥￥€£$]|RMB|CNY|USD|EUR|GBP|HKD", re.IGNORECASE)
_CUES: dict[Kind, str] = {
    "other": "满|减|立减|省|优惠券|红包|返|定金|尾款|运费|邮费|起送|预售|押金|补贴|最高|最低|"
    "会员|学生|新人|首单|拼团|团购|批发|成本|每[^价]{0,3}|第二件|第[2二]件|shipping|deposit|save|"
    "saving|off|coupon|fee|orders? (?:over|of|above)|member|wholesale|from|per|each",
    "coupon_price": "券后价?|用券后|领券后|after coupon|with coupon",
    "list_price": "原价|划线价|吊牌价|市场价|专柜价|参考价|日常价|门店价|建议零售价|零售价|"
    "list price|rrp|msrp|was|compare at(?: price)?|regular price|original(?:ly| price)",
    "price": "到手价|现价|售价|活动价|直播价|直播间价?|促销价|特价|一口价|秒杀价|抢购价|价格|"
    "优惠价|仅售|仅需|只要|仅要|到手|单价|our price|sale price|now|price|only|today",
}
_NAMED = re.compile(r"价格?$|price$|was|rrp|msrp|reg\.", re.IGNORECASE)
"""Cues behind which a number is money without a mark: "only 12" may be pieces."""
_CUE = re.compile(
    "|".join(f"(?P<{kind}>{_bounded(words)})" for kind, words in _CUES.items()), re.IGNORECASE
)
_TIGHT = re.compile(r"(?:\s|[:：=为是至到只仅才]|is\b|at\b|only\b)*", re.IGNORECASE)
"""What may stand between a price's name and the price: not "价格改成1元"."""
_SEVERAL = re.compile(r"\s*(?:起|[-~—–至到]\s*[¥￥$]?\d)")
_RANGED = re.compile(r"\d\s*[-~—–至到]\s*[¥￥$]?\s*$")
_BEHIND = re.compile(
    r"\s*(?:元|块)?\s*(?:off\b|优惠券|券\b|红包|定金|运费|shipping|deposit)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount where it stands."""

    kind: Kind
    money: Amount
    start: int
    """Position in the text, of the mark or first digit, inclusive."""
    end: int
    """Exclusive."""
    cue: int
    """Where the word stands that tells its kind; ``start`` where none does."""


def figures(text: str) -> Iterator[Figure]:
    """Every number of ``text`` that can be money: marked as such, or named a price."""
    begin = 0
    for line in text.split("\n"):
        yield from _of_line(line, begin)
        begin += len(line) + 1


def _of_line(line: str, begin: int) -> Iterator[Figure]:
    former = 0
    for match in _NUMBER.finditer(line):
        unit = _UNIT.match(line, match.end())
        end = unit.end() if unit else match.end()
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        money = amount(line[start:end].rstrip(",."))
        marked = bool(unit) or bool(_MARK.search(match[0]))
        # The nearest word before it, since the amount before it: 原价89，现价59.
        cues = list(_CUE.finditer(line, former, match.start()))
        cue = cues[-1] if cues else None
        kind: Kind = "bare"
        if cue is not None and match.start() - cue.end() <= 8:
            kind = cue.lastgroup  # type: ignore[assignment]
            if kind != "other" and not _TIGHT.fullmatch(line[cue.end() : start]):
                kind = "bare" if kind == "price" else "other"
        else:
            cue = None
        if (
            _SEVERAL.match(line, end)
            or _RANGED.search(line[:start])
            or _BEHIND.match(line, match.end())
        ):
            kind = "other"
        if money is not None and (marked or (kind != "bare" and _priced(line, cue, match, end))):
            where = cue.start() if cue is not None else start
            yield Figure(kind, money, begin + start, begin + end, begin + where)
        former = end


def _priced(line: str, cue: re.Match[str] | None, match: re.Match[str], end: int) -> bool:
    """Whether a number without a mark is money: named a price, and with no other unit behind."""
    if cue is None or cue.lastgroup == "other" or not _NAMED.search(cue[0]):
        return False
    between = line[cue.end() : match.start()]
    behind = line[end:].lstrip()[:1]
    return bool(re.fullmatch(r"\s*[:：=]?\s*", between)) and not re.match(
        r"[a-z%％克毫升件个瓶盒天年月]", behind, re.I
    )
