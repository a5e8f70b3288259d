"""Which pushes still stand when the lineup's file was edited."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from host.lineup.overlay import NOTHING, Entry, Overlay, overlaid
from host.lineup.settled import settled
from host.model import Lineup
from tests.host.test_lineup_overlay import AT, HOUR, LISTED, MUG, SHIRT, push


def test_what_the_file_has_overruled_does_not_come_back_with_its_old_value() -> None:
    overlay = NOTHING.with_push(push({"sku": "A1", "price": 30, "stock": 3}), LISTED, AT)
    edited = Lineup((replace(MUG, price=Decimal(33)), SHIRT), "file 2")
    found = settled(edited, overlay)
    assert [(each.sku, each.key, each.why) for each in found.dropped] == [("A1", "price", "")]
    (mug, _) = overlaid(LISTED, found.overlay, HOUR).products
    assert (mug.price, mug.stock, mug.priced_until) == (MUG.price, 3, None)
    assert settled(LISTED, overlay).dropped == ()


def test_an_older_push_does_not_hold_an_edit_back() -> None:
    product = {"sku": "A1", "price": 45, "stock": 3}
    overlay = NOTHING.with_push(push(product), LISTED, AT)
    edited = Lineup((replace(MUG, list_price=Decimal(40)), SHIRT), "file 2")
    found = settled(edited, overlay)
    (mug, _) = overlaid(edited, found.overlay, HOUR).products
    assert (mug.price, mug.list_price, mug.stock) == (Decimal(35), Decimal(40), 3)
    (dropped,) = found.dropped
    assert dropped.key == "price"
    assert "40 is below the price 45" in dropped.why


def test_a_picture_that_is_gone_is_no_pushs_fault() -> None:
    listed = Lineup((replace(MUG, images=("/gone.png",)), SHIRT), "file")
    overlay = NOTHING.with_push(push({"sku": "A1", "price": 30}), listed, AT)
    assert settled(listed, overlay).dropped == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [("price", "x"), ("stock", []), ("colour", "red"), ("promotions", [{"text": "x" * 501}])],
)
def test_what_another_version_pushed_is_dropped(key: str, value: object) -> None:
    over = {"price": "35", "stock": 40, "promotions": []}.get(key)
    entry = Entry(value=value, over=over, at=AT)
    found = settled(LISTED, Overlay(products={"A1": {key: entry}}))
    assert found.overlay == NOTHING


def test_a_newer_push_of_the_same_value_is_not_forgotten() -> None:
    old = NOTHING.with_push(push({"sku": "A1", "price": 30}), LISTED, AT)
    new = old.with_push(push({"sku": "A1", "price": 31}), LISTED, AT + HOUR)
    gone = [("A1", "price", old.products["A1"]["price"])]
    assert new.without(gone) == new
    assert old.without(gone) == NOTHING


def test_the_oldest_price_in_use_is_the_age_of_a_products_prices() -> None:
    overlay = NOTHING.with_push(push({"sku": "B2", "price": 98}), LISTED, AT)
    option = {"option": "红 L", "price": 95}
    overlay = overlay.with_push(push({"sku": "B2", "variants": [option]}), LISTED, AT + HOUR / 2)
    (_, shirt) = overlaid(LISTED, overlay, HOUR).products
    assert shirt.priced_until == AT + HOUR
