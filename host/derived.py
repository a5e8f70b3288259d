"""Figures that no cell of the lineup holds, but that follow from cells by a listed rule.

docs/adr/0021-derived-figures.md argues each rule. ``facts_of`` makes those that the talk itself
uses (saving, discount, coupon_price); here are the others that a text may hold, for the gate.
What depends on the text beside it (two pieces, a price by weight) is host/gate/offers.py, what
depends on the time of day host/gate/moments.py.

Attributes of the facts::

    variant:OPTION:saving variant:OPTION:discount(_percent)  one option against the list price
    variant:OPTION:coupon_price                              its price − coupon
    group:A|B:stock group:A|B:choices                        options A and B, which share a word
    price_range                                              least-most of the options' prices
    variant:OPTION:dearer                                    than a cheaper option
    options colors sizes                                     how many there are to choose from
    evidence                                                 what proves a claim, word for word
    with_postage                                             price + what posting one costs
    coupon_saving                                            list price − coupon price
    promotion_cut                                            price − promotion price
    discount_open promotion_discount_open                    in 折, whether round or not
    discount_open_percent promotion_discount_open_percent    in %, whether round or not
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from host.model import Fact, Product, Promotion, Value, Variant

_SIZE = re.compile(r"\d*X*[SML]|\d+码?|均码|one size", re.I)
_POSTAGE = re.compile(
    r"(?:运费|邮费)(?P<zh>\d+(?:\.\d+)?)\s*元"
    r"|[$€£](?P<en>\d+(?:\.\d+)?)\s+(?:flat rate|postage|shipping)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a rule gives: a fact without its product."""

    attribute: str
    value: Value
    unit: str = ""
    promotion: Promotion | None = None
    """It holds only while this runs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How figures follow from a product's cells."""

    name: str
    figures: Callable[[Product], Iterator[Figure]]


def derived(product: Product) -> tuple[Fact, ...]:
    """Every figure that a rule gives for ``product``."""
    return tuple(_fact(product, rule, figure) for rule in RULES for figure in rule.figures(product))


def _fact(product: Product, rule: Rule, figure: Figure) -> Fact:
    begins = [product.valid_from]
    ends = [product.valid_to]
    if not figure.attribute.endswith(":stock"):
        ends.append(product.priced_until)
    if figure.promotion:
        begins.append(figure.promotion.valid_from)
        ends.append(figure.promotion.valid_to)
    source = f"{product.source} [{rule.name}]".strip()
    starts: list[datetime] = [moment for moment in begins if moment]
    stops: list[datetime] = [moment for moment in ends if moment]
    return Fact(
        product.sku,
        figure.attribute,
        figure.value,
        figure.unit,
        source,
        max(starts, default=None),
        min(stops, default=None),
    )


def _option_price(product: Product, variant: Variant) -> Decimal:
    return product.price if variant.price is None else variant.price


def _option_savings(product: Product) -> Iterator[Figure]:
    before = product.list_price
    if before is None:
        return
    for variant in product.variants:
        off = before - _option_price(product, variant)
        if off <= 0:
            continue
        stem = f"variant:{variant.option}"
        yield Figure(f"{stem}:saving", off, product.currency)
        percent = off / before * 100
        if percent == int(percent):
            yield Figure(f"{stem}:discount", (100 - percent) / 10, "折")
            yield Figure(f"{stem}:discount_percent", percent, "%")


def _option_coupon_prices(product: Product) -> Iterator[Figure]:
    if product.coupon is None:
        return
    for variant in product.variants:
        price = _option_price(product, variant)
        if product.coupon.threshold <= price:
            net = price - product.coupon.amount
            yield Figure(f"variant:{variant.option}:coupon_price", net, product.currency)


def _shared_stock(product: Product) -> Iterator[Figure]:
    """米白 is M and L: how many these are, and what is left of both."""
    groups: dict[str, list[Variant]] = defaultdict(list)
    for variant in product.variants:
        for word in set(re.split(r"[\s,，/]+", variant.option)):
            groups[word].append(variant)
    for group in groups.values():
        counts = [variant.stock for variant in group if variant.stock is not None]
        names = "|".join(variant.option for variant in group)
        if len(group) > 1:
            yield Figure(f"group:{names}:choices", Decimal(len(group)))
        if len(group) > 1 and len(counts) == len(group):
            yield Figure(f"group:{names}:stock", Decimal(sum(counts)), product.unit)


def _price_range(product: Product) -> Iterator[Figure]:
    prices = sorted({_option_price(product, variant) for variant in product.variants})
    if len(prices) > 1:
        yield Figure("price_range", f"{prices[0]:f}-{prices[-1]:f}", product.currency)
        for variant in product.variants:
            for low in prices:
                gap = _option_price(product, variant) - low
                if gap > 0:
                    yield Figure(f"variant:{variant.option}:dearer", gap, product.currency)


def _coupon_saving(product: Product) -> Iterator[Figure]:
    coupon, before = product.coupon, product.list_price
    if coupon and before and coupon.threshold <= product.price:
        yield Figure("coupon_saving", before - product.price + coupon.amount, product.currency)


def _promotion_cut(product: Product) -> Iterator[Figure]:
    for promotion in product.promotions:
        if promotion.price is not None and promotion.price < product.price:
            off = product.price - promotion.price
            yield Figure("promotion_cut", off, product.currency, promotion)


def _open_discount(product: Product) -> Iterator[Figure]:
    before = product.list_price
    if before is None:
        return
    prices: list[tuple[str, Decimal, Promotion | None]] = [("discount_open", product.price, None)]
    prices += [
        ("promotion_discount_open", promotion.price, promotion)
        for promotion in product.promotions
        if promotion.price is not None
    ]
    for attribute, price, promotion in prices:
        if price < before:
            yield Figure(attribute, price / before * 10, "折", promotion)
            off = (before - price) / before * 100
            yield Figure(f"{attribute}_percent", off, "%", promotion)


def _choices(product: Product) -> Iterator[Figure]:
    """How many options there are; and of what their first and last words name."""
    parts = [re.split(r"[\s,，/]+", variant.option) for variant in product.variants]
    if len(parts) < 2:
        return
    yield Figure("options", Decimal(len(parts)))
    colors = {words[0] for words in parts if not _SIZE.fullmatch(words[0])}
    sizes = {words[-1] for words in parts if _SIZE.fullmatch(words[-1])}
    for attribute, found in (("colors", colors), ("sizes", sizes)):
        if found:
            yield Figure(attribute, Decimal(len(found)))


def _evidence(product: Product) -> Iterator[Figure]:
    for claim in product.claims:
        yield Figure("evidence", claim.evidence)


def _with_postage(product: Product) -> Iterator[Figure]:
    for fee in _POSTAGE.finditer(product.shipping):
        amount = Decimal(fee["zh"] or fee["en"])
        yield Figure("with_postage", product.price + amount, product.currency)


RULES: tuple[Rule, ...] = (
    Rule("an option's saving", _option_savings),
    Rule("an option's price after the coupon", _option_coupon_prices),
    Rule("options that share a word, and what is left of them", _shared_stock),
    Rule("range of the options' prices, and what lies between them", _price_range),
    Rule("number of options", _choices),
    Rule("number of the report that proves a claim", _evidence),
    Rule("price with postage", _with_postage),
    Rule("saving with the coupon", _coupon_saving),
    Rule("what a promotion takes off the price", _promotion_cut),
    Rule("discount that is not round, for approximations only", _open_discount),
)
"""Every rule whose figure is one number, whatever the text and the time of day."""
