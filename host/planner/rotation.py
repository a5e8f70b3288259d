"""Which product comes next: smooth weighted round robin, and how much of a lap each takes.

The algorithm is nginx's: each turn every product earns its weight, the richest goes on air and pays
what all have earned. With equal weights it is the merchant's own order, round and round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from statistics import median

from host.model import Product
from host.planner.state import Standing

SCARCE = 10
"""Pieces at and under which a product comes on half as often: those who come late find it gone."""
_SHARE = 4
"""Parts of a priority's weight; a margin or a stock above the median adds one each."""
_MOST = 10_000
"""Credit is kept within it: what was away for long has no hour to catch up on."""


def pieces(product: Product) -> int | None:
    """How many are left, of all options; None: not counted."""
    if product.stock is not None:
        return product.stock
    stocks = [variant.stock for variant in product.variants]
    if not stocks or any(stock is None for stock in stocks):
        return None
    return sum(stock or 0 for stock in stocks)


def sold_out(product: Product) -> bool:
    """Nothing of it is left."""
    return product.stock == 0 or pieces(product) == 0


def available(product: Product, now: datetime) -> bool:
    """Whether it may be sold at ``now`` (with time zone): on sale, and not sold out."""
    if product.valid_from is not None and now < product.valid_from:
        return False
    if product.valid_to is not None and now >= product.valid_to:
        return False
    return not sold_out(product)


def weights(products: Sequence[Product]) -> dict[str, int]:
    """SKU → how often it comes on beside the others."""
    margins = [product.margin for product in products if product.margin is not None]
    stocks = [count for product in products if (count := pieces(product)) is not None]
    usual = median(margins) if margins else Decimal(0)
    many = median(stocks) if stocks else 0
    found: dict[str, int] = {}
    for product in products:
        weight = _SHARE * product.priority
        if product.margin is not None and product.margin > usual:
            weight += product.priority
        count = pieces(product)
        if count is not None:
            weight += product.priority if count > many else 0
            weight //= 2 if count <= SCARCE else 1
        found[product.sku] = max(weight, 1)
    return found


def following(
    products: Sequence[Product],
    standings: Mapping[str, Standing],
    last: str,
    weights: Mapping[str, int],
) -> Product | None:
    """The next of ``products`` (those that may be sold): what is new or back, else the richest.

    Never the last one while there is another.
    """
    others = [product for product in products if product.sku != last] or list(products)
    if not others:
        return None
    news = [one for one in others if standings.get(one.sku, Standing()).news == "back"]
    if news:
        return news[0]
    return max(
        others,
        key=lambda one: standings.get(one.sku, Standing()).credit + weights[one.sku],
    )  # of equals the first in the merchant's order


def paid(
    products: Sequence[Product],
    standings: Mapping[str, Standing],
    chosen: str,
    weights: Mapping[str, int],
) -> dict[str, Standing]:
    """The standings when ``chosen`` goes on air."""
    total = sum(weights[product.sku] for product in products)
    changed = dict(standings)
    for product in products:
        one = changed.get(product.sku, Standing())
        credit = one.credit + weights[product.sku] - (total if product.sku == chosen else 0)
        changed[product.sku] = replace(one, credit=max(-_MOST, min(credit, _MOST)))
    return changed


def length(sku: str, weights: Mapping[str, int]) -> float:
    """How long its block is beside the others': 0.75 to 1.25, by its weight."""
    mean = sum(weights.values()) / len(weights)
    return max(0.75, min(weights[sku] / mean, 1.25))
