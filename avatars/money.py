"""Amounts of money as they are drawn."""

from __future__ import annotations

from decimal import Decimal

from host.model import Lang

_SYMBOLS = {
    "CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$", "TWD": "NT$",
    "KRW": "₩", "SGD": "S$", "MYR": "RM", "THB": "฿", "PHP": "₱", "IDR": "Rp", "VND": "₫",
    "AUD": "A$", "CAD": "C$", "INR": "₹", "BRL": "R$", "MXN": "MX$",
}  # fmt: skip


def symbol(currency: str) -> str:
    """The sign of an ISO 4217 currency; its code and a thin gap where it has none here."""
    return _SYMBOLS.get(currency, f"{currency} ")


def money(amount: Decimal, currency: str, lang: Lang) -> str:
    """``amount``, never rounded: "¥59.9" and "¥1299" (zh); "$24.99", "$24.50", "$1,299" (en)."""
    plain = amount.normalize()
    places = max(0, -int(plain.as_tuple().exponent))
    if lang == "zh":
        return f"{symbol(currency)}{plain:.{places}f}"
    # English writes cents with two digits or not at all.
    return f"{symbol(currency)}{plain:,.{max(2, places) if places else 0}f}"
