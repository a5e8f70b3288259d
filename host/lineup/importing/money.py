"""Amounts as shops write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_BEFORE = r"(?P<before>¥|￥|RMB|CNY|人民币|US\$|USD|\$|€|EUR|£|GBP|HK\$|HKD)?"
_AFTER = (
    r"(?P<after>元整?|块钱?|圆|分|RMB|CNY|USD|EUR|€|GBP|HKD|cents?|dollars?)?"
    r"(?:/[\w一-鿿]{1,4})?"
)
_DIGITS = r"(?P<digits>\d[\d,.]*)"
_AMOUNT = re.compile(rf"{_BEFORE}\s*{_DIGITS}\s*{_AFTER}", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_EUROPEAN = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}")
_CURRENCIES = {
    "¥": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY", "元": "CNY", "元整": "CNY",
    "块": "CNY", "块钱": "CNY", "圆": "CNY", "分": "CNY", "us$": "USD", "usd": "USD", "$": "USD",
    "dollar": "USD", "dollars": "USD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
    "hk$": "HKD", "hkd": "HKD",
}  # fmt: skip
_HUNDREDTHS = frozenset({"分", "cent", "cents"})


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as it was written."""

    value: Decimal
    """In the unit written; in whole units where ``marked`` says so."""
    currency: str = ""
    """ISO 4217; empty: none is written."""
    marked: bool = False
    """A mark or a fraction tells that it is of whole units (元, dollars)."""


def amount(text: str) -> Amount | None:
    """``¥59.90``, ``59元``, ``1,299.00``, ``12,99 €``, ``5990分``; None: it is no one amount."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("￥", "¥")
    match = _AMOUNT.fullmatch(plain)
    value = digits(match["digits"]) if match else None
    if match is None or value is None:
        return None
    before, after = (match["before"] or "").lower(), (match["after"] or "").lower()
    if after in _HUNDREDTHS:
        return Amount(value / 100, _CURRENCIES.get(after, ""), marked=True)
    first, second = _CURRENCIES.get(before, ""), _CURRENCIES.get(after, "")
    if first and second and first != second:
        return None
    fraction = value != value.to_integral_value() or "." in match["digits"]
    return Amount(value, first or second, marked=bool(before or after) or fraction)


def digits(text: str) -> Decimal | None:
    """A number in digits with its thousands split or not; None when it is none."""
    if _THOUSANDS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _EUROPEAN.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None


def written(value: Decimal) -> str:
    """As a lineup writes it: no exponent, no zeros behind a fraction's cents."""
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
        whole, _, cents = plain.partition(".")
        plain = f"{whole}.{cents:0<2}" if cents else whole
    return plain
