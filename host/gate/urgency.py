"""Haste and scarcity: said only while stock or a promotion's end bears it out.

China: 规范促销行为暂行规定, 浙江 2024 (no made-up stock or haste); UK: the CMA on urgency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from host.gate.folding import tight
from host.gate.reading import Reading
from host.gate.verdict import Violation
from host.gate.words import Hit, listed, refused
from host.model import Product
from host.quantities.hanzi import CHARACTERS, hanzi_value

LOW_STOCK = 20
"""Pieces; with no more than these left, "快没了" is true."""
_DAY = timedelta(hours=24)
_COUNT = re.compile(rf"[0-9]+|[{CHARACTERS}]+")
_GAP = 6
"""Characters behind a word in which the number said of it may stand."""


def urgency(reading: Reading) -> Iterator[Violation]:
    """Each word that presses without ground."""
    for hit in listed(reading.text):
        if hit.group.category == "urgency" and not _grounded(hit, reading):
            yield refused(reading, hit, "urgency")


def _grounded(hit: Hit, reading: Reading) -> bool:
    product, proof = reading.product, hit.group.proof
    if product is None or proof is None:
        return False
    if proof == "low-stock":
        return _low(hit, product, reading.text)
    if proof == "limit":
        return product.purchase_limit is not None or _low(hit, product, reading.text)
    left = [end - reading.at for end in _ends(product, reading.at)]
    return bool(left) and (proof == "deadline" or min(left) <= _DAY)


def _low(hit: Hit, product: Product, text: str) -> bool:
    """Whether few are left, or as many as the word is said of."""
    options = {variant.option: variant.stock for variant in product.variants}
    folded = tight(text).text
    named = [
        stock
        for option, stock in options.items()
        if stock is not None and all(part in folded for part in _parts(option))
    ]
    counts = [stock for stock in options.values() if stock is not None]
    total = product.stock
    if total is None and options and len(counts) == len(options):
        total = sum(counts)
    relevant = named or ([] if total is None else [total])
    if not relevant:
        return False
    number = _COUNT.search(f"{hit.said}{hit.after[:_GAP]}")
    value = _value(number[0]) if number else None
    if value is not None:
        return value in relevant
    return min(relevant) <= LOW_STOCK


def _parts(option: str) -> list[str]:
    return [tight(part).text for part in re.split(r"[\s,，/]+", option) if part]


def _value(text: str) -> Decimal | None:
    return Decimal(text) if text.isdecimal() else hanzi_value(text)


def _ends(product: Product, at: datetime) -> Iterator[datetime]:
    """When what holds at that moment ends."""
    for promotion in product.promotions:
        begun = promotion.valid_from is None or promotion.valid_from <= at
        if begun and promotion.valid_to is not None and at < promotion.valid_to:
            yield promotion.valid_to
    if product.valid_to is not None and at < product.valid_to:
        yield product.valid_to
