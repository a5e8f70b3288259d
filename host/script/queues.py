"""Kinds of facts of which a product has several, or that should not come in every line: each fact
has its turn."""

from __future__ import annotations

from collections.abc import Sequence

from host.model import Fact, Product

QUEUES = {
    "selling_point": "selling_point",
    "spec": "spec",
    "spec_name": "spec",
    "spec_value": "spec",
    "question": "faq",
    "answer": "faq",
    "claim": "claim",
    "shipping": "shipping",
    "warranty": "warranty",
    "returns": "returns",
}
"""Field → the kind of fact whose turn it shows: each fact of a product has its turn."""


def queued(product: Product, facts: Sequence[Fact]) -> dict[str, int]:
    """Kind of fact → how many the product has of it."""
    texts = ("selling_point", "claim", "shipping", "warranty", "returns")
    counts = {name: len(texts_of(facts, name)) for name in texts}
    counts |= {"spec": len(product.specs), "faq": len(product.faq)}
    return {name: count for name, count in counts.items() if count}


def texts_of(facts: Sequence[Fact], attribute: str) -> list[Fact]:
    """The texts of an attribute, without the numbers in them."""
    return [
        fact
        for fact in facts
        if fact.attribute == attribute and isinstance(fact.value, str) and not fact.unit
    ]
