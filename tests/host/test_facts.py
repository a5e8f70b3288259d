"""Facts: everything that may be said of a product, typed and timed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from host.facts import as_of, facts_of
from host.lineup import load_lineup
from host.model import Coupon, Fact, Product, Promotion, Spec, Variant

SECOND = timedelta(seconds=1)
DEMO = Path(__file__).parents[2] / "configs" / "lineups" / "demo-zh.csv"


def by_attribute(product: Product) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts_of(product):
        found.setdefault(fact.attribute, []).append(fact)
    return found


def test_money_and_what_is_derived_from_it() -> None:
    product = Product(
        "A1",
        "杯子",
        Decimal(35),
        list_price=Decimal(50),
        coupon=Coupon(Decimal(5), Decimal(30)),
        source="a.csv:2",
    )
    facts = by_attribute(product)
    values = {name: (fact.value, fact.unit) for name, (fact, *_) in facts.items()}
    assert values["price"] == (Decimal(35), "CNY")
    assert values["list_price"] == (Decimal(50), "CNY")
    assert values["saving"] == (Decimal(15), "CNY")
    assert values["discount"] == (Decimal(7), "折")
    assert values["discount_percent"] == (Decimal(30), "%")
    assert values["coupon"] == (Decimal(5), "CNY")
    assert values["coupon_threshold"] == (Decimal(30), "CNY")
    assert values["coupon_price"] == (Decimal(30), "CNY")
    assert facts["price"][0].source == "a.csv:2 [price]"


def test_a_discount_that_is_not_exact_is_no_fact() -> None:
    facts = by_attribute(Product("A1", "杯子", Decimal(59), list_price=Decimal(89)))
    assert "discount" not in facts
    assert "saving" in facts


def test_a_coupon_that_one_piece_does_not_reach_makes_no_price() -> None:
    product = Product("A1", "杯子", Decimal(35), coupon=Coupon(Decimal(5), Decimal(50)))
    assert "coupon_price" not in by_attribute(product)


def test_a_promotion_holds_only_while_it_runs() -> None:
    begin, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 13, tzinfo=UTC)
    product = Product(
        "A1",
        "杯子",
        Decimal(35),
        list_price=Decimal(50),
        valid_to=datetime(2026, 11, 10, tzinfo=UTC),
        promotions=(Promotion("买二送一", Decimal(25), begin, end),),
    )
    facts = by_attribute(product)
    price = facts["promotion_price"][0]
    assert price.value == Decimal(25)
    assert not price.holds_at(datetime(2026, 10, 31, tzinfo=UTC))
    assert price.holds_at(begin)
    # The product's own end comes first.
    assert not price.holds_at(datetime(2026, 11, 11, tzinfo=UTC))
    assert facts["promotion_saving"][0].value == Decimal(25)
    assert facts["promotion_discount"][0].value == Decimal(5)
    assert facts["promotion_to"][0].value == "2026-11-12"
    assert {fact.value for fact in facts["promotion"]} >= {"买二送一", Decimal(2)}


def test_variants_stock_and_specs() -> None:
    product = Product(
        "A1",
        "卫衣",
        Decimal(99),
        unit="件",
        variants=(Variant("红 L", Decimal(109), 3), Variant("红 M", None, 4)),
        specs=(Spec("容量", "500", "ml"), Spec("果径", "80-85", "毫米"), Spec("材质", "304不锈钢")),
    )
    facts = by_attribute(product)
    assert facts["variant:红 L:price"][0].value == Decimal(109)
    assert facts["variant:红 M:price"][0].value == Decimal(99)
    assert facts["variant:红 L:stock"][0].value == Decimal(3)
    assert (facts["stock"][0].value, facts["stock"][0].unit) == (Decimal(7), "件")
    assert (facts["spec:容量"][0].value, facts["spec:容量"][0].unit) == (Decimal(500), "ml")
    assert ("80-85", "毫米") in {(fact.value, fact.unit) for fact in facts["spec:果径"]}
    assert facts["spec:材质"][0].value == "304不锈钢"


def test_numbers_in_texts_are_facts_of_the_text() -> None:
    product = Product("A1", "杯子", Decimal(9), shipping="48小时内发货，满2只包邮，运费6元")
    found = {(fact.value, fact.unit) for fact in by_attribute(product)["shipping"]}
    assert found >= {(Decimal(48), "小时"), (Decimal(2), "只"), (Decimal(6), "元")}


def test_every_fact_of_the_demo_names_its_product_and_source() -> None:
    for product in load_lineup(DEMO).products:
        facts = facts_of(product)
        assert len(facts) > 30
        assert {fact.sku for fact in facts} == {product.sku}
        assert all(fact.source.startswith(product.source) for fact in facts)


def test_a_card_shows_the_price_that_holds() -> None:
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    ends = datetime(2026, 4, 1, tzinfo=UTC)
    offer = Promotion("会员日特价", Decimal(45), begins, ends)
    product = Product("A", "杯子", Decimal(49), list_price=Decimal(79), promotions=(offer,))

    before, during, after = (as_of(product, moment) for moment in (begins - SECOND, begins, ends))

    assert (before.price, before.promotions) == (Decimal(49), ())
    assert (during.price, during.promotions) == (Decimal(45), (Promotion("会员日特价"),))
    assert (during.list_price, after) == (Decimal(79), before)
