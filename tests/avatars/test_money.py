from __future__ import annotations

from decimal import Decimal

import pytest

from avatars.money import money
from host.model import Lang


@pytest.mark.parametrize(
    ("amount", "currency", "lang", "drawn"),
    [
        ("59.90", "CNY", "zh", "¥59.9"),
        ("59.00", "CNY", "zh", "¥59"),
        ("1299", "CNY", "zh", "¥1299"),
        ("0.05", "CNY", "zh", "¥0.05"),
        ("100", "CNY", "zh", "¥100"),
        ("24.99", "USD", "en", "$24.99"),
        ("24.5", "USD", "en", "$24.50"),
        ("1299.00", "USD", "en", "$1,299"),
        ("8", "CHF", "en", "CHF 8"),
    ],
)
def test_an_amount_is_drawn_as_it_is(amount: str, currency: str, lang: Lang, drawn: str) -> None:
    assert money(Decimal(amount), currency, lang) == drawn
