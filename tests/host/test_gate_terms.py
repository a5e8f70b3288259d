"""What is said of all, prices in a merchant's own texts, gifts, places and idioms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from host.gate import Gate
from host.lineup import load_lineup
from host.model import Faq, Lineup, Product

AT = datetime(2026, 11, 22, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
FILE = Path(__file__).parents[2] / "configs" / "lineups" / "demo-zh.csv"


@cache
def demo() -> Lineup:
    return load_lineup(FILE)


def product(sku: str) -> Product:
    found = demo().get(sku)
    assert found is not None
    return found


def passes(text: str, goods: Product) -> bool:
    gate = Gate(Lineup((goods,), "1"))
    return gate.check(text, goods.sku, "zh", AT).passed


@pytest.mark.parametrize(
    ("sku", "text"),
    [
        ("FD01", "没有门槛，直接减10块。"),
        ("FD01", "一罐也能减10元。"),
        ("FD01", "不管在哪儿都包邮。"),
        ("HM03", "拍一只就包邮。"),
        ("CL04", "每个码都99。"),
        ("CL04", "藏青都是99。"),
        ("EL05", "拍下送快充头和手机壳。"),
        ("FP06", "烟台苹果。"),
        ("HM03", "杭州发货，48小时内。"),
        ("FD01", "一天两包，吃十六天。"),
        ("FP06", "一个苹果一块多。"),
    ],
)
def test_what_the_lineup_has_an_exception_to_is_refused(sku: str, text: str) -> None:
    assert not passes(text, product(sku))


@pytest.mark.parametrize(
    ("sku", "text"),
    [
        ("FD01", "满79才减10，一罐用不了券。"),
        ("FD01", "全国包邮，偏远地区除外。"),
        ("CL04", "只有藏青2XL是109，别的都是99。"),
        ("EL05", "下单送充电线吗？盒子里带一根60厘米的充电线。"),
        ("FP06", "不是日本的，是甘肃的苹果。"),
        ("FD01", "一天两包，八天一罐。"),
        ("FP06", "一个苹果两块多钱。"),
        ("HM03", "有空。前情先不说，看杯子。"),
        ("HM03", "收拾好了，一半放这儿，三五好友来了用。"),
    ],
)
def test_what_the_lineup_bears_out_is_said(sku: str, text: str) -> None:
    assert passes(text, product(sku))


def test_a_price_in_a_text_of_the_merchant_is_judged_as_any_other() -> None:
    said = "藏青2XL是109元，其他款式99元。"
    goods = product("CL04")
    dearer = tuple(
        replace(each, price=Decimal(119)) if "2XL" in each.option else each
        for each in goods.variants
    )
    assert passes(said, goods)
    assert not passes(said, replace(goods, variants=dearer))


def test_an_amount_of_something_else_is_said_word_for_word() -> None:
    texts = ("可以，刻字加10元。", "押金50元，到时退。")
    goods = replace(product("CL04"), faq=tuple(Faq(f"问题{text}", text) for text in texts))
    assert all(passes(text, goods) for text in texts)
    assert not passes("刻字加20元。", goods)
