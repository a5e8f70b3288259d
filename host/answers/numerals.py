"""Numbers, money and amounts as the host says them."""

from __future__ import annotations

from decimal import Decimal

from host.model import Lang

_ZH_MONEY = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "HKD": "港元"}
_EN_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def figure(value: Decimal) -> str:
    """Without trailing zeros: 59.00 → "59", 39.90 → "39.9"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal, currency: str, lang: Lang) -> str:
    """ "39.9元"; "$39.90", "$24"; other currencies by their words or codes."""
    if lang == "zh":
        return f"{figure(value)}{_ZH_MONEY.get(currency, currency)}"
    text = figure(value)
    text = f"{value:.2f}" if "." in text and len(text.split(".")[1]) <= 2 else text
    if currency in _EN_SIGNS:
        return f"{_EN_SIGNS[currency]}{text}"
    return f"{text} {'yuan' if currency == 'CNY' else currency}"


def pieces(count: Decimal, unit: str, lang: Lang) -> str:
    """ "860罐"; "540 mugs", "1 mug", "80" where the unit has no name."""
    text = figure(count)
    if lang == "zh":
        return f"{text}{unit or '件'}"
    if not unit:
        return text
    if count == 1 or unit.endswith("s"):
        return f"{text} {unit}"
    return f"{text} {unit}{'es' if unit.endswith(('x', 'ch', 'sh')) else 's'}"


def measured(value: str, unit: str, lang: Lang) -> str:
    """ "350毫升"; "16 oz", "55%"."""
    if lang == "en" and unit and unit != "%":
        return f"{value} {unit}"
    return f"{value}{unit}"


def listed(items: list[str], lang: Lang) -> str:
    """ "甲、乙、丙"; "a, b and c"."""
    if lang == "zh":
        return "、".join(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
