"""English text to spoken English (American).

Numbers become words here, whatever engine speaks, so that all read them alike. Every rule stands
in ``_RULES`` in the order in which it is applied; tests/data/reading_en.tsv says what each must
give.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hibari.g2p import numbers

from host.voice.units import EN

_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = "|".join(re.escape(unit) for unit in sorted(EN, key=len, reverse=True))
_MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"), "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "¥": ("yuan", "yuan", "fen", "fen"),
}  # fmt: skip
_SCALES = {"k": "thousand", "m": "million", "b": "billion"}
_MONTHS = {
    name[:3]: name
    for name in (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    )
}  # fmt: skip
_MONTH = "|".join(f"{name}|{short}\\.?" for short, name in _MONTHS.items())
_FRACTIONS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 8: "eighth", 10: "tenth"}


def spoken(text: str) -> str:
    """``text`` as ``reading.canonical`` gives it, to what is said."""
    for pattern, made in (*_RULES, *_SWEEP):
        text = pattern.sub(made, text)
    return text.strip(" ,;:-")


def _words(number: str) -> str:
    """ "1,299.5" → "one thousand two hundred ninety-nine point five"."""
    return _american(numbers.decimal(number.replace(",", "")))


def _american(words: str) -> str:
    return words.replace(",", "").replace(" and ", " ")


def _year(number: int) -> str:
    return _american(numbers.year(number)).replace("-", " ").replace("oh ", "oh-")


def _money(found: re.Match[str]) -> str:
    one, many, small, smalls = _MONEY[found["sign"]]
    amount = found["amount"].replace(",", "")
    scale = _SCALES.get((found["scale"] or "").lower())
    if scale:
        return f"{_words(amount)} {scale} {many}"
    whole, _, part = amount.partition(".")
    if len(part) > 2:
        return f"{_words(amount)} {many}"
    cents = int((part + "00")[:2])
    said = (
        [f"{_words(whole)} {one if int(whole) == 1 else many}"] if int(whole) or not cents else []
    )
    if cents:
        said.append(f"{_words(str(cents))} {small if cents == 1 else smalls}")
    return " and ".join(said)


def _money_range(found: re.Match[str]) -> str:
    many = _MONEY[found["sign"]][1]
    return f"{_words(found['low'])} to {_words(found['high'])} {many}"


def _quantity(found: re.Match[str]) -> str:
    one, many = EN[found["unit"]]
    amount = found["amount"]
    minus = "minus " if found["minus"] else ""
    return f"{minus}{_words(amount)} {one if amount == '1' else many}"


def _adjective(found: re.Match[str]) -> str:
    """A unit between a number and a noun, as in 12-oz cup, is in the singular."""
    return f"{_words(found['amount'])}-{EN[found['unit']][0].replace(' ', '-')}"


def _digits(found: re.Match[str]) -> str:
    return ", ".join(
        " ".join(numbers.ONES[int(digit)] for digit in part)
        for part in re.findall(r"\d+", found[0])
    )


def _model_number(found: re.Match[str]) -> str:
    return f"{found['name']} {_model(found['digits'])}"


def _model(digits: str) -> str:
    """Digits of a model name, in pairs: X200 two hundred, 4090 forty ninety, 501 five oh one."""
    number = int(digits)
    if digits.startswith("0") or len(digits) > 4:
        return " ".join(numbers.ONES[int(digit)] for digit in digits)
    if len(digits) <= 2 or number % 1000 == 0 or (number % 100 == 0 and len(digits) == 3):
        return _american(numbers.cardinal(number))
    high, low = divmod(number, 100)
    return f"{numbers.cardinal(high)} {_low(low)}"


def _low(low: int) -> str:
    if low == 0:
        return "hundred"
    return f"oh {numbers.ONES[low]}" if low < 10 else numbers.cardinal(low)


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    said = str(numbers.cardinal(hour))
    if minute:
        said += f" {_low(minute)}"
    elif not found["half"]:
        said += " o'clock"
    return said + (f" {found['half'][0].upper()} M" if found["half"] else "")


def _date(found: re.Match[str]) -> str:
    said = f"{_MONTHS[found['month'][:3]]} {numbers.ordinal(int(found['day']))}"
    return said + (f", {_year(int(found['year']))}" if found["year"] else "")


def _fraction(found: re.Match[str]) -> str:
    over, under = int(found[1]), int(found[2])
    if under not in _FRACTIONS or not 0 < over < under:
        return f"{_words(found[1])} over {_words(found[2])}"
    part = _FRACTIONS[under]
    many = "halves" if under == 2 else f"{part}s"
    return f"{_words(found[1])} {part if over == 1 else many}"


def _pinyin(found: re.Match[str]) -> str:
    from pypinyin import lazy_pinyin  # 0.25 s, only for the rare Chinese name in an English line

    return f" {' '.join(lazy_pinyin(found[0], errors='ignore'))} "


def _rule(pattern: str, made: str | Callable[[re.Match[str]], str]) -> _Rule:
    return re.compile(pattern), made


_RULES: tuple[_Rule, ...] = (
    _rule(r"https?://\S+|www\.\S+", ""),
    _rule(r"[\u3400-\u9fff]+", _pinyin),
    _rule(r"[，、]", ", "),
    _rule(r"。", ". "),
    _rule(r"！", "! "),
    _rule(r"？", "? "),
    # Telephone numbers before anything reads them as amounts.
    _rule(r"(?<![\w$.-])(?:1-)?(?:\d{3}-)?\d{3}-\d{4}(?![\w-])", _digits),
    _rule(r"(?<![\d/])24/7(?![\d/])", "twenty-four seven"),
    # Money.
    _rule(
        rf"(?P<sign>[$€£¥])\s?(?P<low>{_NUMBER})\s?(?:-|~|to)\s?(?P=sign)?\s?(?P<high>{_NUMBER})(?!\d)",
        _money_range,
    ),
    _rule(rf"(?P<sign>[$€£¥])\s?(?P<amount>{_NUMBER})(?P<scale>[kKmMbB](?![A-Za-z]))?", _money),
    _rule(rf"({_NUMBER})\s?¢", lambda found: f"{_words(found[1])} cents"),
    # Dates and times.
    _rule(
        rf"(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<year>(?:19|20)\d\d))?",
        _date,
    ),
    _rule(
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?:\s?(?P<half>[ap]\.?m\b\.?|[AP]\.?M\b\.?))?",
        _time,
    ),
    _rule(r"(?<![\d:])(?P<hour>\d{1,2})(?P<minute>)\s?(?P<half>[ap]\.?m\b|[AP]\.?M\b)", _time),
    _rule(
        r"\b([Ii]n|[Ss]ince|[Oo]f)\s((?:19|20)\d\d)(?![\d%,.]*\d|%)",
        lambda found: f"{found[1]} {_year(int(found[2]))}",
    ),
    # Ranges, products, promotions.
    _rule(rf"({_NUMBER})%?\s?[-~]\s?({_NUMBER})(?=\s?%)", r"\1 to \2"),
    _rule(rf"(?<![\w.-])({_NUMBER})\s?[-~]\s?(?={_NUMBER}(?!\d*-))", r"\1 to "),
    _rule(r"(?<=\d)\s?[×xX*]\s?(?=\d)", " by "),
    _rule(r"(?<=[A-Za-z])\s?[×*]\s?(?=\d)", " times "),
    _rule(r"(?<![\w])[x×](?=\d{1,2}\b)", "times "),
    _rule(r"\b(\d+)[xX×](?!\w)", lambda found: f"{_words(found[1])} times"),
    _rule(r"\b(\d+)-in-(\d+)\b", lambda f: f"{_words(f[1])} in {_words(f[2])}"),
    _rule(r"(?:#\s?|\b[Nn]o\.\s?|№\s?)(?=\d)", "number "),
    _rule(r"\b(\d+)(?:st|nd|rd|th)\b", lambda found: _american(numbers.ordinal(int(found[1])))),
    _rule(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", _fraction),
    # Quantities and names with digits in them.
    _rule(rf"(?<![\w.])(?P<amount>{_NUMBER})-(?P<unit>{_UNIT})(?![A-Za-z0-9])", _adjective),
    _rule(
        rf"(?P<minus>(?<![\w])-)?(?P<amount>{_NUMBER})\s?(?P<unit>{_UNIT})(?![A-Za-z0-9'])",
        _quantity,
    ),
    _rule(rf"({_NUMBER})\s?%", lambda found: f"{_words(found[1])} percent"),
    _rule(r"\b(?P<digits>\d{3,4})(?P<name>p)\b", lambda f: f"{_model(f['digits'])} P"),
    _rule(r"(?P<name>\b[A-Za-z]{1,10})-?(?P<digits>\d{1,5})(?![\d.,%])", _model_number),
    _rule(r"(?P<name>\b[A-Z]{2,5}) (?P<digits>\d{3,4})(?![\d.,%])", _model_number),
    _rule(rf"(?<!\w)-({_NUMBER})", lambda found: f"minus {_words(found[1])}"),
    _rule(_NUMBER, lambda found: f"{_words(found[0])} "),
)

_SWEEP: tuple[_Rule, ...] = (
    _rule(r"(?<=\S)\s?\+", " plus"),
    _rule(r"\s?&\s?", " and "),
    _rule(r"\s?@\s?", " at "),
    _rule(r"\s?=\s?", " equals "),
    _rule(r"\bw/\s?", "with "),
    _rule(r"(?<=[A-Za-z])/(?=[A-Za-z])", ", "),
    _rule(r"(?<=[A-Za-z])[_·](?=[A-Za-z])", " "),
    _rule(r"—+|…+|\.{2,}|\s-+\s|[|/\\()\[\]（）【】]", ", "),
    _rule(r"[^A-Za-z' ,.!?:;-]", " "),
    _rule(r"(?<![A-Za-z])['-]+|['-]+(?![A-Za-z])", " "),
    _rule(r"\s+", " "),
    _rule(r"\s+(?=[,.!?:;])", ""),
    _rule(r"[,:;]*([.!?])[,.!?:;]*", r"\1"),
    _rule(r"[,:;]*([,:;])", r"\1"),
    _rule(r"^[,.!?:; ]+", ""),
)
