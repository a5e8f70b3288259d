"""Chinese text to spoken Chinese.

Rules first for what a seller writes and a general normaliser misreads (models, units, promotions),
then wetext's rules (finite-state transducers in its wheel) for numbers, dates and times, then a
sweep that leaves nothing but Hanzi, Latin words and marks. Every rule stands in ``_RULES`` in the
order in which it is applied; tests/data/reading_zh.tsv says what each must give.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from host.voice.units import ZH

_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_DIGITS = "零一二三四五六七八九"
_UNIT = "|".join(re.escape(unit) for unit in sorted(ZH, key=len, reverse=True))
_AFTER_UNIT = r"(?![A-Za-z0-9²³])"
_MONEY = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑", "₩": "韩元"}
_HANZI = r"\u3400-\u9fff"


def spoken(text: str) -> str:
    """``text`` as ``reading.canonical`` gives it, to what is said."""
    for pattern, made in _RULES:
        text = pattern.sub(made, text)
    if re.search(r"[0-9%‰]", text):
        text = str(_normalizer().normalize(text))
    for pattern, made in _SWEEP:
        text = pattern.sub(made, text)
    return text.strip(" ，、；：")


@cache
def _normalizer() -> Any:
    # 0.6 s to import, so only for the first text that holds a number.
    from wetext import Normalizer

    return Normalizer(lang="zh", operator="tn")


def _one_by_one(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits if digit.isdigit())


def _model_number(found: re.Match[str]) -> str:
    """Digits of a model name, as sellers say them: X200 二百, A15 十五, RTX4090 四零九零."""
    name, digits = found["name"], found["digits"]
    if len(digits) <= 2 and digits[0] != "0":
        return f"{name} {_cardinal(int(digits))}"
    if re.fullmatch(r"[1-9]0{2,3}", digits):
        return f"{name} {_cardinal(int(digits))}"
    return f"{name} {_one_by_one(digits)}"


def _cardinal(number: int) -> str:
    """1…9999 with 二, never 两: as it is said after 第 and in names. 120 → 一百二十."""
    if number < 20:
        return ("十" if number >= 10 else "") + (_DIGITS[number % 10] if number % 10 else "")
    said = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            said += _DIGITS[digit] + name
        elif said and number % scale and not said.endswith("零"):
            said += "零"
    return said


def _money(found: re.Match[str]) -> str:
    amount = _without_zeros(found["amount"])
    return f"{amount}{found['scale'] or ''}{_MONEY[found['sign']]}"


def _without_zeros(amount: str) -> str:
    amount = amount.replace(",", "")
    return re.sub(r"\.?0+$", "", amount) if "." in amount else amount


def _quantity(found: re.Match[str]) -> str:
    return f"{_without_zeros(found['amount'])}{ZH[found['unit']]}"


def _below_zero(found: re.Match[str]) -> str:
    return f"零下{found['amount']}{found['unit']}"


def _discount(found: re.Match[str]) -> str:
    return f"{_one_by_one(found[1])}折"


def _telephone(found: re.Match[str]) -> str:
    said = "，".join(_one_by_one(part) for part in re.split(r"\D+", found[0]))
    return said.replace("一", "幺")


def _percent_range(found: re.Match[str]) -> str:
    return f"{found[1]}%到{found[2]}%"


def _rule(pattern: str, made: str | Callable[[re.Match[str]], str]) -> _Rule:
    return re.compile(pattern), made


_RULES: tuple[_Rule, ...] = (
    # Marks with a meaning of their own.
    _rule(r"https?://\S+|www\.\S+", ""),
    _rule(rf"(?<=元|块)/(?P<unit>{_UNIT}){_AFTER_UNIT}", lambda found: f"每{ZH[found['unit']]}"),
    _rule(r"(?<=\d)\s?[×xX*]\s?(?=\d)|(?<=[cm]m)\s?[xX]\s?(?=\d)", "乘"),
    _rule(rf"(?<=[A-Za-z℃{_HANZI}])\s?[×*]\s?(?=\d)", "乘"),
    _rule(r"(?i)(?<![a-z])wi-?fi(?![a-z])", "WiFi"),
    # Telephone and order numbers before anything reads them as amounts.
    _rule(r"(?<!\d)1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)", _telephone),
    _rule(r"(?<!\d)(?:400|800)-?\d{3,4}-?\d{3,4}(?!\d)", _telephone),
    _rule(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", _telephone),
    # Money.
    _rule(rf"(?P<sign>[¥$€£₩])\s?(?P<amount>{_NUMBER})(?P<scale>[万千百亿]?)元?", _money),
    _rule(rf"({_NUMBER})\s?(?:RMB|CNY|rmb)(?![A-Za-z])", r"\1元"),
    _rule(r"(\d+)\.00(?=元|块)", r"\1"),
    _rule(r"(\d+\.[1-9])0(?=元|块)", r"\1"),
    _rule(rf"({_NUMBER})\s?[wW](?=\+|人|件|单|粉|个|次|条|台|\s|$)(?=.*[{_HANZI}])", r"\1万"),
    # Promotions.
    _rule(r"(?<![\d.])([1-9]{2})折", _discount),
    _rule(r"(?<!\d)24\s?[/*]\s?7(?!\d)", "全天候"),
    _rule(r"(?<![\d.])618(?=$|大促|活动|狂欢|\D?价|年中)", "六一八"),
    # Ordinals and grades take 二; wetext would say 两.
    _rule(r"第(\d{1,4})(?![\d-])", lambda found: f"第{_cardinal(int(found[1]))}"),
    _rule(r"(?<![\d.])2(?=[代楼号线级类型档期胎手维等])", "二"),
    # Ranges.
    _rule(r"(\d+(?:\.\d+)?)%\s?[-~至到]+\s?(\d+(?:\.\d+)?)%", _percent_range),
    _rule(
        rf"(?<![\w.-])({_NUMBER}(?:{_UNIT}|[元块天个小时万]+)?)\s?[-~]+\s?(?={_NUMBER}(?:{_UNIT}|[{_HANZI}%]))"
        r"(?!\d{1,2}-\d)",
        r"\1到",
    ),
    # Names with digits in them: materials, standards, sizes.
    _rule(
        r"(?<![\d.])(?P<name>)(?P<digits>30[1-9]L?|31[0-9]L?|4[1-4]0|201|202)(?=\s?(?:L\s?)?(?:食品级|医用|级)?不锈钢)",
        lambda found: _one_by_one(found["digits"]) + (" L" if "L" in found["digits"] else ""),
    ),
    _rule(r"(?<![A-Za-z\d])(\d{3,4})[pP](?![A-Za-z])", lambda found: f"{_one_by_one(found[1])} P"),
    _rule(
        r"(?P<name>(?<![A-Za-z\d])[A-Za-z]{1,10})[ -]?(?P<digits>\d{1,5})"
        rf"(?![\d.%]|[元块折件年月号]|\s?(?:{_UNIT})(?![A-Za-z]))",
        _model_number,
    ),
    # Quantities.
    _rule(rf"-(?P<amount>{_NUMBER})\s?(?P<unit>℃|°C|°F|℉|度|°)", _below_zero),
    _rule(rf"(?P<amount>{_NUMBER})\s?(?P<unit>{_UNIT}){_AFTER_UNIT}", _quantity),
    _rule(
        rf"(?<=[米升克斤安瓦伏])/(?P<unit>{_UNIT}){_AFTER_UNIT}",
        lambda found: f"每{ZH[found['unit']]}",
    ),
    _rule(r"(?<=[米升克斤元块])/(?=[\u3400-\u9fff])", "每"),
    # What is left of signs beside numbers.
    _rule(r"(?<=\S)\s?\+", "加"),
    _rule(r"№\s?(?=\d)|#(?=\d)|(?:No|NO)\.\s?(?=\d)", "第"),
    _rule(r"(?<=\d)\s?=\s?", "等于"),
    _rule(r"±\s?(?=\d)", "正负"),
    _rule(r">=|≥", "大于等于"),
    _rule(r"<=|≤", "小于等于"),
    _rule(r"<\s?(?=\d)", "小于"),
    _rule(r">\s?(?=\d)", "大于"),
    # wetext takes these for the emergency numbers.
    _rule(r"(?<![\d.])1(?:10|19|20)(?![\d.]*\d)", lambda found: _cardinal(int(found[0]))),
)

_SWEEP: tuple[_Rule, ...] = (
    _rule(r"[0-9]", lambda found: _DIGITS[int(found[0])]),
    _rule(r"(?<=[A-Za-z])\s?&\s?(?=[A-Za-z])", " and "),
    _rule(r"&", "和"),
    _rule(r"\+", "加"),
    _rule(r"%", "百分号"),
    _rule(r"(?<=[A-Za-z])[-_/.·](?=[A-Za-z])", " "),
    _rule(rf"(?<=[{_HANZI}])/(?=[{_HANZI}])", "、"),
    _rule(r"[,|/\\]|\s[-—]\s|—+|…+|\.{2,}", "，"),
    _rule(r"\.(?=\s|$)|;", "。"),
    _rule(r"!", "！"),
    _rule(r"\?", "？"),
    _rule(r":", "："),
    _rule(r"[（(【\[]|[）)】\]]", "，"),
    _rule(rf"[^{_HANZI}\U00020000-\U0002ffff〇A-Za-z' ，、。！？：；]", " "),
    _rule(r"〇", "零"),
    _rule(r"(?<![A-Za-z])'|'(?![A-Za-z])", ""),
    _rule(rf"(?<=[{_HANZI}，、。！？：；])\s+|\s+(?=[{_HANZI}，、。！？：；])", ""),
    _rule(r"\s+", " "),
    # Of marks beside each other the strongest stays.
    _rule(r"[，、：；]*([。！？])[，、。：；！？]*", r"\1"),
    _rule(r"[，、：；]*([：；])[，、：；]*", r"\1"),
    _rule(r"[，、]{2,}", "，"),
    _rule(r"^[，、。：；！？ ]+", ""),
)
