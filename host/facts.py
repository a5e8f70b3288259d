"""Everything that may be said of a product, one typed fact each.

Attributes of the facts::

    name short_name category unit link stock purchase_limit          as in the lineup
    price list_price                                                 money
    saving discount discount_percent                                 derived from both prices
    coupon coupon_threshold coupon_price                             the last: price − coupon
    variant:OPTION:price  variant:OPTION:stock                       one option
    promotion promotion_price promotion_saving promotion_from/to     only while it runs
    promotion_until                                                  the first moment after it
    spec:ATTRIBUTE                                                   number or text, with unit
    selling_point shipping warranty returns claim faq:QUESTION       texts

A number inside a text is a fact of its own, with the text's attribute and its own unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from host.lineup.cells import number
from host.model import Fact, Product, Promotion, Value
from host.quantities.scan import scan

PRICES = ("price", "promotion_price", "coupon_price")
"""Attributes of a product's selling prices; a variant's own is ``variant:OPTION:price``."""


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes facts of one product from one source."""

    product: Product
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def fact(self, attribute: str, value: Value, unit: str = "", column: str = "") -> Fact:
        source = f"{self.product.source} [{column or attribute.partition(':')[0]}]".strip()
        return Fact(
            self.product.sku, attribute, value, unit, source, self.valid_from, self.valid_to
        )

    def text(self, attribute: str, text: str, column: str = "") -> Iterator[Fact]:
        """The text itself and each number in it."""
        if not text:
            return
        yield self.fact(attribute, text, "", column)
        for quantity in scan(text):
            reading = quantity.readings[0]
            if reading.written is not None:
                yield self.fact(attribute, reading.written, reading.unit, column)


def facts_of(product: Product) -> tuple[Fact, ...]:
    """All facts of ``product``, in the order of its attributes; those of a product with a time of
    sale hold only in it."""
    maker = _Maker(product, product.valid_from, product.valid_to)
    priced = replace(maker, valid_to=_first(product.valid_to, product.priced_until))
    facts = [*_identity(maker), *_money(priced), *_variants(maker, priced)]
    for promotion in product.promotions:
        facts += _promotion(product, promotion)
    facts += _texts(maker)
    return tuple(facts)


def percent_off(price: Decimal, before: Decimal) -> Decimal | None:
    """By how much ``price`` is below ``before``, in percent; None when it is no whole number."""
    off = (before - price) / before * 100
    return off if off > 0 and off == int(off) else None


def _identity(maker: _Maker) -> Iterator[Fact]:
    product = maker.product
    yield maker.fact("name", product.name)
    for attribute in ("short_name", "category", "unit"):
        text = getattr(product, attribute)
        if text:
            yield maker.fact(attribute, text)
    if product.link is not None:
        yield maker.fact("link", Decimal(product.link))
    if product.stock is not None:
        yield maker.fact("stock", Decimal(product.stock), product.unit)
    elif product.variants and all(variant.stock is not None for variant in product.variants):
        total = sum(variant.stock or 0 for variant in product.variants)
        yield maker.fact("stock", Decimal(total), product.unit, "variants")
    if product.purchase_limit is not None:
        yield maker.fact("purchase_limit", Decimal(product.purchase_limit), product.unit)


def _money(maker: _Maker) -> Iterator[Fact]:
    product, currency = maker.product, maker.product.currency
    yield maker.fact("price", product.price, currency)
    if product.list_price is not None:
        yield maker.fact("list_price", product.list_price, currency)
        yield from _reduced(maker, "saving", "discount", product.price)
    if product.coupon is not None:
        coupon = product.coupon
        yield maker.fact("coupon", coupon.amount, currency)
        if coupon.threshold:
            yield maker.fact("coupon_threshold", coupon.threshold, currency, "coupon")
        if coupon.threshold <= product.price:
            yield maker.fact("coupon_price", product.price - coupon.amount, currency, "coupon")


def _reduced(maker: _Maker, saving: str, discount: str, price: Decimal) -> Iterator[Fact]:
    """What is saved against the list price; 折 and percent only where they are exact."""
    before = maker.product.list_price
    if before is None or before <= price:
        return
    yield maker.fact(saving, before - price, maker.product.currency, "list_price")
    percent = percent_off(price, before)
    if percent is not None:
        yield maker.fact(discount, (100 - percent) / 10, "折", "list_price")
        yield maker.fact(f"{discount}_percent", percent, "%", "list_price")


def _first(*moments: datetime | None) -> datetime | None:
    """The earliest of those that are given."""
    return min((moment for moment in moments if moment is not None), default=None)


def _variants(maker: _Maker, priced: _Maker) -> Iterator[Fact]:
    product = maker.product
    for variant in product.variants:
        price = product.price if variant.price is None else variant.price
        yield maker.fact("variant", variant.option, "", "variants")
        yield priced.fact(f"variant:{variant.option}:price", price, product.currency, "variants")
        if variant.stock is not None:
            stock = Decimal(variant.stock)
            yield maker.fact(f"variant:{variant.option}:stock", stock, product.unit, "variants")


def as_of(product: Product, moment: datetime) -> Product:
    """The product as a card shows it at ``moment`` (with time zone): a running promotion's price
    is the price, and its name stands as a promotion without dates; others are left out. One whose
    ``priced_until`` stands has no price to be shown; else it is None.
    """
    if product.priced_until is not None and product.priced_until <= moment:
        return replace(product, promotions=())
    running = [each for each in product.promotions if _runs(each, moment)]
    price = next((each.price for each in running if each.price is not None), product.price)
    names = tuple(Promotion(each.text) for each in running)
    return replace(product, price=price, promotions=names, priced_until=None)


def holds_until(product: Product, moment: datetime) -> datetime | None:
    """When ``as_of`` will give another product than at ``moment``; None: never by itself."""
    bounds = [product.priced_until]
    for promotion in product.promotions:
        bounds += [promotion.valid_from, promotion.valid_to]
    return min((bound for bound in bounds if bound is not None and bound > moment), default=None)


def _runs(promotion: Promotion, moment: datetime) -> bool:
    begun = promotion.valid_from is None or promotion.valid_from <= moment
    return begun and (promotion.valid_to is None or moment < promotion.valid_to)


def _promotion(product: Product, promotion: Promotion) -> Iterator[Fact]:
    begins = [moment for moment in (product.valid_from, promotion.valid_from) if moment]
    end = _first(product.valid_to, product.priced_until, promotion.valid_to)
    maker = _Maker(product, max(begins, default=None), end)
    yield from maker.text("promotion", promotion.text, "promotions")
    if promotion.price is not None:
        yield maker.fact("promotion_price", promotion.price, product.currency, "promotions")
        yield from _reduced(maker, "promotion_saving", "promotion_discount", promotion.price)
    if promotion.valid_from is not None:
        yield maker.fact(
            "promotion_from", promotion.valid_from.date().isoformat(), "date", "promotions"
        )
    if promotion.valid_to is not None:
        # The end is the first moment that no longer counts; the last day is the one before it.
        last = (promotion.valid_to - timedelta(microseconds=1)).date()
        yield maker.fact("promotion_to", last.isoformat(), "date", "promotions")
        until = promotion.valid_to.isoformat()
        yield maker.fact("promotion_until", until, "moment", "promotions")


def _texts(maker: _Maker) -> Iterator[Fact]:
    product = maker.product
    for point in product.selling_points:
        yield from maker.text("selling_point", point, "selling_points")
    for spec in product.specs:
        value = number(spec.value)
        attribute = f"spec:{spec.attribute}"
        if value is not None:
            yield maker.fact(attribute, value, spec.unit, "specs")
        else:
            text = f"{spec.value} {spec.unit}".strip()
            yield from maker.text(attribute, text, "specs")
    for attribute in ("shipping", "warranty", "returns"):
        yield from maker.text(attribute, getattr(product, attribute))
    for pair in product.faq:
        yield from maker.text(f"faq:{pair.question}", pair.answer, "faq")
    for claim in product.claims:
        yield from maker.text("claim", claim.text, "claims")
