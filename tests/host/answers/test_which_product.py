"""Which product a comment names, in lineups that nobody tuned for."""

from decimal import Decimal

import pytest

from host.answers.which import Names
from host.model import Lineup, Product
from host.plain import plain


def product(sku: str, link: int | None, name: str, short: str = "", category: str = "") -> Product:
    return Product(sku, name, Decimal(9), link=link, short_name=short, category=category)


ZH = Lineup(
    (
        product("pot", 1, "匠柏 32cm 不粘炒锅", "炒锅", "厨具"),
        product("ear", 2, "声屿 Air 蓝牙耳机 Pro", "", "数码"),
        product("rice", 12, "稻香村口五常大米 5kg装", "五常大米", "粮油"),
        product("fry", 14, "智能空气炸锅 4.5L", "空气炸锅", "厨具"),
    ),
    "r",
)
EN = Lineup(
    (
        product("pan", 1, "Cast Iron Skillet, 10 inch", "skillet", "kitchen"),
        product("shoe", 2, "Trailrunner Hiking Shoes", "hiking shoes", "outdoor"),
        product("bag", 3, "Canvas Weekend Bag", "weekend bag", "travel"),
    ),
    "r",
)


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("炒锅多少钱", "pot"),
        ("那个锅怎么卖", "pot"),
        ("空气炸锅多大", "fry"),
        ("耳机续航多久", "ear"),
        ("蓝牙耳机有吗", "ear"),
        ("大米是新米吗", "rice"),
        ("五常大米几斤", "rice"),
        ("五常大咪几斤", "rice"),
        ("12号链接", "rice"),
        ("十二号链接多少钱", "rice"),
        ("十四号", "fry"),
        ("第二个链接", "ear"),
        ("链接1", "pot"),
        ("这个多少钱", None),
        ("充电多久", None),
        ("7号色有吗", None),
    ],
)
def test_chinese_names(text: str, sku: str | None) -> None:
    meant = Names(ZH).meant(plain(text), None)
    assert (meant.sku, meant.no_such_link) == (sku, False)


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("how much is the skillet", "pan"),
        ("is the pan oven safe", "pan"),
        ("do the shoes run small", "shoe"),
        ("the skilet price", "pan"),
        ("link 3 please", "bag"),
        ("item #2", "shoe"),
        ("how much is it", None),
    ],
)
def test_english_names(text: str, sku: str | None) -> None:
    assert Names(EN).meant(plain(text), None).sku == sku


def test_a_link_that_is_not_there() -> None:
    assert Names(ZH).meant("9号链接多少钱", "pot").no_such_link


def test_what_is_asked_is_left_without_the_name() -> None:
    assert Names(ZH).meant("蓝牙耳机防水吗", None).rest == "防水吗"


def test_where_two_fit_alike_the_one_on_air_is_meant() -> None:
    twins = Lineup((product("a", 1, "白茶杯", "茶杯"), product("b", 2, "黑茶杯", "茶杯")), "r")
    assert Names(twins).meant("茶杯多少钱", "b").sku == "b"
    assert Names(twins).meant("茶杯多少钱", "a").sku == "a"
