"""What columns are told by, and amounts of money as shops write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.lineup.importing.guessing import guess
from host.lineup.importing.money import amount


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=6))
def test_any_table_is_guessed_at_without_a_crash(cells: list[tuple[str, str]]) -> None:
    columns = guess([name for name, _ in cells], [(2, tuple(value for _, value in cells))])
    assert all(0 <= column.confidence <= 1 for column in columns)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("宝贝标题", "name"), ("一口价", "price"), ("Compare At Price", "list_price"),
        ("shangpinmingcheng", "name"), ("kucun", "stock"), ("直播间售价", "price"),
        ("SKU规格", "option"), ("Body (HTML)", "description"), ("成本价", "ignored"),
        ("Variant Inventroy Qty", "stock"), ("供货价", "ignored"), ("毛利率", "margin"),
        ("商品主图", "images"), ("占用库存", "ignored"),
    ],
)  # fmt: skip
def test_names_of_columns(name: str, field: str) -> None:
    (column,) = guess([name], [])
    assert column.target == field


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("¥59.90", "59.90", "CNY"), ("59元", "59", "CNY"), ("1,299.00", "1299.00", ""),
        ("12,99 €", "12.99", "EUR"), ("US$24", "24", "USD"), ("5990分", "59.9", "CNY"),
        ("５９．９元", "59.9", "CNY"), ("59元/件", "59", "CNY"), ("59.9起", None, ""),
        ("59-89", None, ""), ("面议", None, ""), ("¥59 USD", None, ""), ("", None, ""),
    ],
)  # fmt: skip
def test_amounts(text: str, value: str | None, currency: str) -> None:
    found = amount(text)
    assert (found and found.value) == (value and Decimal(value))
    assert (found.currency if found else "") == currency
