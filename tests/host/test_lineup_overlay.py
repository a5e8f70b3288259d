"""What is pushed lies over the file, until the file's newer word, and not for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from avatars.cards import CardTexts
from host.errors import ConfigError
from host.facts import as_of, facts_of, holds_until
from host.gate import Gate
from host.lineup.overlay import NOTHING, PRODUCTS, Overlay, Push, overlaid, read
from host.lineup.row import context
from host.model import Lineup, Product, Promotion, Variant

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MUG = Product("A1", "玻璃杯", Decimal(35), list_price=Decimal(50), stock=40, unit="只")
SHIRT = Product(
    "B2",
    "卫衣",
    Decimal(99),
    variants=(Variant("红 L", None, 5), Variant("红 XL", Decimal(109), 7)),
)
LISTED = Lineup((MUG, SHIRT), "file")


def push(*products: dict[str, Any], **more: Any) -> Push:
    body = json.dumps({"products": products, **more})
    return Push.model_validate_json(body, context=context(ZoneInfo("Asia/Shanghai")))


def laid(*products: dict[str, Any], listed: Lineup = LISTED, at: datetime = AT) -> Lineup:
    return overlaid(listed, NOTHING.with_push(push(*products), LISTED, at), HOUR)


def test_nothing_pushed_is_the_file_itself() -> None:
    assert overlaid(LISTED, NOTHING, HOUR) is LISTED


def test_a_pushed_price_is_the_price_and_the_rest_stays() -> None:
    lineup = laid({"sku": "A1", "price": 29.9, "stock": 7})
    assert lineup.products == (
        replace(MUG, price=Decimal("29.9"), stock=7, priced_until=AT + HOUR),
        SHIRT,
    )
    assert lineup.revision != LISTED.revision


def test_the_same_values_are_the_same_revision_whenever_they_were_pushed() -> None:
    one, later = laid({"sku": "A1", "price": 30}), laid({"sku": "A1", "price": 30}, at=AT + HOUR)
    assert one.revision == later.revision
    assert one != later


def test_a_later_push_stands_beside_an_earlier_one() -> None:
    overlay = NOTHING.with_push(push({"sku": "A1", "price": 30}), LISTED, AT)
    overlay = overlay.with_push(push({"sku": "A1", "stock": 3}), LISTED, AT + HOUR)
    (mug, _) = overlaid(LISTED, overlay, HOUR).products
    assert (mug.price, mug.stock) == (Decimal(30), 3)
    assert mug.priced_until == AT + HOUR  # the stock's push says nothing of the price
    assert overlay.age("A1") == AT + HOUR
    assert overlay.age("B2") is None


def test_the_files_own_newer_word_counts() -> None:
    overlay = NOTHING.with_push(push({"sku": "A1", "price": 30, "stock": 3}), LISTED, AT)
    edited = Lineup((replace(MUG, price=Decimal(33)), SHIRT), "file 2")
    (mug, _) = overlaid(edited, overlay, HOUR).products
    assert (mug.price, mug.stock, mug.priced_until) == (Decimal(33), 3, None)


def test_options_have_prices_and_stock_of_their_own() -> None:
    lineup = laid({"sku": "B2", "variants": [{"option": "红 L", "price": "95", "stock": 1}]})
    (_, shirt) = lineup.products
    assert shirt.variants == (Variant("红 L", Decimal(95), 1), Variant("红 XL", Decimal(109), 7))
    assert (shirt.stock, shirt.priced_until) == (8, AT + HOUR)


def test_promotions_are_replaced_as_a_whole_and_dates_have_the_rooms_zone() -> None:
    offers = [
        {"text": "特价", "price": 30, "valid_from": "2026-11-22 20:00", "valid_to": "2026-11-23"},
        {"text": "晚场", "valid_to": "2026-11-22T23:00:00+00:00"},
    ]
    (mug, _) = laid({"sku": "A1", "promotions": offers}).products
    china = ZoneInfo("Asia/Shanghai")
    assert mug.promotions == (
        Promotion(
            "特价", Decimal(30),
            datetime(2026, 11, 22, 20, tzinfo=china), datetime(2026, 11, 24, tzinfo=china),
        ),
        Promotion("晚场", None, None, datetime(2026, 11, 22, 23, tzinfo=UTC)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("product", "named"),
    [
        ({"sku": "ZZ", "price": 3}, "ZZ"),
        ({"sku": "B2", "variants": [{"option": "蓝 L", "stock": 1}]}, "蓝 L"),
    ],
)
def test_what_the_lineup_has_not_is_named(product: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        laid(product)


@pytest.mark.parametrize(
    "product",
    [{"sku": "A1", "price": 60}, {"sku": "A1", "list_price": 20}, {"sku": "B2", "stock": 3}],
    ids=["above the list price", "list price below", "not the sum of the options"],
)
def test_what_contradicts_the_rest_is_refused(product: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=str(product["sku"])):
        laid(product)


@pytest.mark.parametrize(
    "product",
    [
        {"sku": "A1"},
        {"sku": "A1", "price": "免费"},
        {"sku": "A1", "price": 0},
        {"sku": "A1", "price": True},
        {"sku": "A1", "stock": 1.5},
        {"sku": "A1", "stock": -1},
        {"sku": "A1", "cost": 3},
        {"sku": "A1", "promotions": [{"text": "x", "valid_to": "tomorrow"}]},
    ],
    ids=str,
)
def test_wrong_values_are_no_push(product: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        push(product)


def test_a_price_too_old_is_neither_a_fact_nor_on_the_card() -> None:
    offers = [{"text": "特价", "price": 28}]
    (mug, _) = laid({"sku": "A1", "price": 30, "promotions": offers}).products
    gate = Gate(Lineup((mug,), ""))
    before, after = AT + HOUR - timedelta(seconds=1), AT + HOUR
    assert gate.check("这款现在28元", "A1", "zh", before).passed
    assert not gate.check("这款现在28元", "A1", "zh", after).passed
    assert not gate.check("这款现在30元", "A1", "zh", after).passed
    assert gate.check("还有40只", "A1", "zh", after).passed
    held = {fact.attribute for fact in facts_of(mug) if fact.holds_at(after)}
    assert held == {"name", "unit", "stock"}
    texts = CardTexts.of(as_of(mug, before), "zh")
    assert (texts.price, texts.offer) == ("¥28", "特价")
    texts = CardTexts.of(as_of(mug, after), "zh")
    assert (texts.price, texts.list_price, texts.offer, texts.name) == ("", "", "", "玻璃杯")
    assert holds_until(mug, before) == after
    assert holds_until(mug, after) is None


def test_it_is_kept_and_read_again(tmp_path: Path) -> None:
    offers = [{"text": "特价", "price": 30, "valid_to": "2026-11-23"}]
    product = {"sku": "A1", "price": "30.50", "promotions": offers}
    overlay = NOTHING.with_push(push(product), LISTED, AT)
    file = tmp_path / "pushed.json"
    file.write_text(overlay.model_dump_json(), encoding="utf-8")
    assert overlaid(LISTED, read(file), HOUR) == overlaid(LISTED, overlay, HOUR)


@pytest.mark.parametrize("text", [None, "", "{", '{"products": 3}', '{"prices": {}}'])
def test_what_nobody_can_read_was_not_pushed(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "pushed.json"
    if text is not None:
        file.write_text(text)
    assert read(file) == NOTHING


def test_what_has_left_the_lineup_is_forgotten() -> None:
    overlay = NOTHING.with_push(push({"sku": "A1", "stock": 1}), LISTED, AT)
    left = Lineup((SHIRT,), "")
    overlay = overlay.with_push(push({"sku": "B2", "price": 90}), left, AT)
    assert list(overlay.products) == ["B2"]


_PRICES = some.decimals(min_value="0.01", max_value="50", places=2)


@given(some.lists(some.tuples(_PRICES, some.integers(0, 999)), min_size=1, max_size=8))
def test_the_last_push_is_what_holds(pushes: list[tuple[Decimal, int]]) -> None:
    overlay = Overlay()
    for number, (price, stock) in enumerate(pushes):
        one = push({"sku": "A1", "price": str(price), "stock": stock})
        overlay = overlay.with_push(one, LISTED, AT + timedelta(seconds=number))
    (mug, _) = overlaid(LISTED, overlay, HOUR).products
    assert (mug.price, mug.stock) == pushes[-1]


@pytest.mark.parametrize(
    "product",
    [
        {"sku": "A1", "promotions": [{"text": "晚" * 501}]},
        {"sku": "A1", "promotions": [{"text": "晚场价"}] * 21},
        {"sku": "B2", "variants": [{"option": "红 L", "stock": 1}] * 21},
        {"sku": "A" * 501, "price": 3},
        {"sku": "A1", "stock": "1e100000000"},
        {"sku": "A1", "price": "1e999999"},
    ],
    ids=["long text", "many offers", "many options", "long sku", "huge stock", "huge price"],
)
def test_a_pushed_product_is_bounded(product: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        push(product)


def test_a_push_is_bounded() -> None:
    most = [{"sku": f"S{number}", "stock": 1} for number in range(PRODUCTS)]
    assert len(push(*most).products) == PRODUCTS
    with pytest.raises(ValidationError):
        push(*most, {"sku": "A1", "stock": 1})
