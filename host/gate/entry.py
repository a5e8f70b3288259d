"""A fact as a number may be it, and what the gate calls facts by."""

from __future__ import annotations

from dataclasses import dataclass

from host.model import Fact
from host.quantities.model import Key

MONEY: dict[str, tuple[str, ...]] = {
    "price": ("price", "total"),
    "list_price": ("list",),
    "saving": ("saving",),
    "coupon": ("coupon", "saving"),
    "coupon_threshold": ("over:coupon",),
    "coupon_price": ("net", "total"),
    "promotion_price": ("price", "promo", "total"),
    "promotion_saving": ("saving", "promo"),
    "coupon_saving": ("saving",),
    "promotion_cut": ("saving", "promo"),
    "with_postage": ("total", "with-ship"),
}
"""Money attribute → the labels that a cue may call it by."""

OPTION = {"price": "price", "saving": "saving", "coupon_price": "net", "dearer": "dearer"}
"""What an option has of its own → its label."""
NAMED = "named"
"""Label of a fact that its own words name: no cue beside it says otherwise."""
CHOICE_COUNTERS = {
    **dict.fromkeys(("个", "款", "种"), ""),
    **dict.fromkeys(("色", "color", "colour"), "colors"),
    **dict.fromkeys(("option", "style"), "options"),
    "size": "sizes",
}
"""What options are counted by → the attribute that the word itself names."""
BESIDE = {
    "coupon_saving": frozenset({"net", "coupon"}),
    "dearer": frozenset({"dearer"}),
    "with_postage": frozenset({"ship", "with-ship"}),
}
"""Attribute → labels of which the text must hold one besides."""
SELLING = frozenset({"price", "promotion_price"})
NEEDY = frozenset({"shipping", "warranty", "returns", "promotion"})
SERVICE = frozenset({"warranty", "returns", "after", "exchange", "ship", "dispatch", "deliver"})
"""Labels of what a shop does: its figures say nothing of the goods."""
SAYINGS = frozenset({"selling_point", "faq", "claim"})
NAMES = frozenset({"name", "short_name", "variant", "evidence"})
TEXT_LABELS = {
    "shipping": ("ship",),
    "warranty": ("warranty", "after"),
    "returns": ("returns", "after"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as a number may be it."""

    fact: Fact
    labels: frozenset[str]
    """A cue beside the number must bear one of them."""
    needs: bool
    """Without a cue the number is not taken for this fact."""
    basis: Key | None = None
    """The number that it is a share of, and that must be said too: 每100克; None: none."""
    group: frozenset[str] = frozenset()
    """The options, as labels, that must all be named; empty: none."""

    @property
    def beside(self) -> frozenset[str]:
        """Labels of which the text must hold one besides; empty: of none."""
        return BESIDE.get(self.fact.attribute.rpartition(":")[2], frozenset())

    @property
    def open(self) -> bool:
        """Whether only an approximation may be it."""
        return "_open" in self.fact.attribute

    @property
    def about(self) -> bool:
        """Whether it tells what the product is, not what it costs or how it is sold."""
        return self.fact.attribute.partition(":")[0] in ("spec", *SAYINGS)

    @property
    def pieces(self) -> frozenset[str]:
        """The labels of the pieces it is of; empty: of the product as it is sold."""
        return frozenset(label for label in self.labels if label.startswith("piece:"))

    @property
    def each(self) -> bool:
        """Whether two pieces come to twice of it: a coupon is taken once an order."""
        attribute = self.fact.attribute
        return "coupon" not in attribute and attribute not in ("stock", "with_postage")

    @property
    def with_coupon(self) -> bool:
        """Whether it is what one pays with the coupon."""
        return self.fact.attribute.endswith("coupon_price")

    @property
    def by_option(self) -> bool:
        """Whether it differs between variants, so that naming one rules the others out."""
        stem = self.fact.attribute.partition(":")[0]
        return stem in ("price", "stock", "variant", "saving", "discount", "discount_percent")
