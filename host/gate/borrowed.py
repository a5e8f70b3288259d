"""A scent, material or cut of another product of the room, said of this one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from host.gate.reading import Reading, violation
from host.gate.verdict import Violation
from host.model import Lineup, Product
from host.quantities.normal import normalise

_KINDS = (
    (re.compile("香型|香味|气味"), "(?:的?(?:香|味道|气味|味的|味儿))"),
    (re.compile("材质|面料|材料"), ""),
    (re.compile("领型|版型"), "(?:的|版|款|领)"),
)
"""Of a spec: what its name says, and what stands behind its value where it tells a property."""
_PARTS = re.compile(r"[、，,/和]|混合")
_LEAST = 2


class Borrowed:
    """Refuses properties that only another product has."""

    def __init__(self, lineup: Lineup) -> None:
        self._texts = {each.sku: _everything(each) for each in lineup.products}
        self._properties = [
            (each, value, re.compile(re.escape(value) + behind))
            for each in lineup.products
            for spec in each.specs
            for kind, behind in _KINDS
            if kind.search(spec.attribute)
            for value in _PARTS.split(normalise(spec.value).text)
            if len(value) >= _LEAST and not value.isascii()
        ]

    def __call__(self, reading: Reading) -> Iterator[Violation]:
        product, text = reading.product, reading.normal.text
        if product is None:
            return
        for owner, value, property_ in self._properties:
            if owner.sku == product.sku or value in self._texts[product.sku]:
                continue
            match = property_.search(text)
            if match and not any(name in text for name in (owner.short_name, owner.category)):
                yield violation(reading, "unproven", *match.span())


def _everything(product: Product) -> str:
    """All that the merchant wrote of a product, normalised."""
    parts = [
        product.name,
        *product.selling_points,
        *(spec.value for spec in product.specs),
        *(f"{faq.question}{faq.answer}" for faq in product.faq),
        *(claim.text for claim in product.claims),
    ]
    return normalise("，".join(parts)).text
