"""Numbers written in Hanzi."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {
    **{hanzi: value for value, hanzi in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
TENS = {"廿": 20, "卅": 30, "卌": 40}
CHARACTERS = "".join((*DIGITS, *PLACES, *TENS, "半"))
"""Every character of which a Hanzi number is made (after ``normalise``)."""


def hanzi_value(text: str) -> Decimal | None:
    """The value of a number written in Hanzi only; None when it is none.

    "三百二十" is 320, "三百五" 350, "一万二" 12 000, "二零二六" 2026, "三点五" 3.5, "廿五" 25.
    """
    whole, point, part = text.partition("点")
    if point:
        digits = [DIGITS.get(hanzi) for hanzi in part]
        before = hanzi_value(whole)
        if before is None or not digits or None in digits:
            return None
        return before + Decimal("0." + "".join(str(digit) for digit in digits))
    if text == "半":
        return Decimal("0.5")
    if not text or any(hanzi not in CHARACTERS or hanzi == "半" for hanzi in text):
        return None
    if all(hanzi in DIGITS for hanzi in text):
        return Decimal("".join(str(DIGITS[hanzi]) for hanzi in text))
    return _placed(text)


def _placed(text: str) -> Decimal | None:
    """A number with place characters, such as 一万二千 or 十五."""
    total = section = 0
    digit: int | None = None
    place = 0  # the last place character's value, for 三百五 and 一万二
    zero = False
    for hanzi in text:
        if hanzi in DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = DIGITS[hanzi]
            zero = zero or digit == 0
        elif hanzi in TENS:
            section += TENS[hanzi]
            digit, place, zero = None, 10, False
        elif hanzi in "十百千":
            section += (1 if digit is None else digit) * PLACES[hanzi]
            digit, place, zero = None, PLACES[hanzi], False
        else:
            below = section + (digit or 0)
            # 万亿: the ten thousands of a hundred million.
            total = (
                (total + below) * PLACES[hanzi]
                if total and hanzi == "亿"
                else total + (below or 1) * PLACES[hanzi]
            )
            section, digit, place, zero = 0, None, PLACES[hanzi], False
    if digit:
        section += digit * (place // 10 if place > 10 and not zero else 1)
    return Decimal(total + section)
