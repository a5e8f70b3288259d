"""What a merchant may write in one cell, and what it comes to.

Each function takes a cell's text and gives plain values (or dicts of them) that ``row`` validates.
Texts that fit no form come back as they were, for ``row`` to refuse.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from host.quantities.units import is_unit

Plain = dict[str, str]

_ITEMS = re.compile(r"[；;|｜\n]")
_PAIRS = re.compile(r"[|｜\n]")
_MEASURE = re.compile(r"^(\d+(?:[.,]\d+)*(?:\s*[-~–x×*]\s*\d+(?:\.\d+)?)*)\s*(\D*)$")
_MONEY_MARK = re.compile(r"^(?:[¥$€£]|RMB|CNY|USD|US\$)\s*|\s*(?:元|块|圆|RMB|CNY|USD)$", re.I)
_DATE_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
)

YEARS = range(1970, 2200)
"""Of moments."""


def items(text: str) -> list[str]:
    """A list: split at ``；``, ``;``, ``|`` or a line break."""
    return [item.strip() for item in _ITEMS.split(text) if item.strip()]


def paragraphs(text: str) -> list[str]:
    """A list of sentences: split at ``|`` or a line break only."""
    return [item.strip() for item in _PAIRS.split(text) if item.strip()]


def variant(text: str) -> Plain:
    """``红色 L@59#120``: option, own price after ``@``, own stock after ``#``."""
    match = re.match(r"^([^@#＠＃]+)(?:[@＠]([^#＃]*))?(?:[#＃](.*))?$", text)
    if match is None:
        return {"option": text}
    return _filled(option=match[1], price=match[2], stock=match[3])


def measure(text: str) -> tuple[str, str]:
    """``500 ml`` is ("500", "ml"); ``304不锈钢`` stays whole, for what follows is no unit."""
    match = _MEASURE.match(text.strip())
    unit = match[2].strip() if match else ""
    if match is None or not (is_unit(unit) or re.fullmatch(r"[A-Za-zμ°·/²³]{0,8}", unit)):
        return text.strip(), ""
    return match[1].strip(), unit


def spec(text: str) -> Plain:
    """``容量=500 ml`` (also ``：`` or ``:``): attribute, value, unit."""
    parts = re.split(r"\s*[=＝：:]\s*", text, maxsplit=1)
    if len(parts) < 2:
        return _filled(attribute=text)
    value, unit = measure(parts[1])
    return _filled(attribute=parts[0], value=value, unit=unit)


def faq(text: str) -> Plain:
    """``问?答``: the question ends at the first question mark, which it keeps."""
    match = re.match(r"^(.*?[?？])\s*(.*)$", text, re.S)
    return _filled(question=match[1], answer=match[2]) if match else _filled(question=text)


def coupon(text: str) -> Plain:
    """``满99减10``, ``10`` or ``10元``; ``10 off 50``."""
    match = re.match(r"^满\s*(.+?)\s*(?:元)?\s*减\s*(.+)$", text)
    if match:
        return _filled(threshold=match[1], amount=match[2])
    match = re.match(r"^(\S+)\s+off\s+(?:orders?\s+(?:over|of)\s+)?(\S+)$", text, re.I)
    if match:
        return _filled(amount=match[1], threshold=match[2])
    return _filled(amount=re.sub(r"(优惠券|券|off)$", "", text.strip(), flags=re.I))


def claim(text: str) -> Plain:
    """``每100克含蛋白质12克@检测报告 A-17``: the statement, then its evidence."""
    parts = re.split(r"[@＠]", text, maxsplit=1)
    return _filled(text=parts[0], evidence=parts[1] if len(parts) > 1 else None)


def promotion(text: str) -> Plain:
    """``周年特价@49[2026-11-01~2026-11-12]``: text, price after ``@``, from and to in brackets."""
    match = re.match(
        r"^([^@＠\[【]+)(?:[@＠]([^\[【]+))?(?:[\[【]([^~～\]】]*)(?:[~～]([^\]】]*))?[\]】])?$",
        text,
    )
    if match is None:
        return {"text": text}
    return _filled(text=match[1], price=match[2], valid_from=match[3], valid_to=match[4])


def number(text: str) -> Decimal | None:
    """A number in digits, its thousands split or not; None when it is none."""
    bare = text.strip()
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    try:
        found = Decimal(bare)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def money(text: str) -> Decimal | None:
    """``59``, ``¥59.90``, ``59元``, ``1,299``; None when it is no amount."""
    return number(_MONEY_MARK.sub("", text.strip().replace("￥", "¥")))


def moment(value: str | date | datetime, zone: tzinfo, *, end: bool) -> datetime | None:
    """``2026-11-11``, ``2026/11/11 20:00``, ``2026年11月11日``; None when it is no date.

    Years are ``YEARS``: at the ends of the calendar no day more can be counted.

    A day without a time is its midnight; with ``end``, the midnight after it: "to the 12th" holds
    all through the 12th.
    """
    if isinstance(value, date) and value.year not in YEARS:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return _midnight(value, zone, end=end)
    text = re.sub(r"[年月/.]", "-", value.strip()).replace("日", "").strip()
    for form in _DATE_FORMS:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if found.year not in YEARS:
            return None
        return _midnight(found.date(), zone, end=end) if form == "%Y-%m-%d" else found
    return None


def _midnight(day: date, zone: tzinfo, *, end: bool) -> datetime:
    return datetime.combine(day + timedelta(days=int(end)), time(), zone)


def _filled(**values: str | None) -> Plain:
    return {key: value.strip() for key, value in values.items() if value and value.strip()}
