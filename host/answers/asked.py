"""What a comment asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["complaint", "purchase", "product", "host", "unknown", "greeting", "chatter"]
"""complaint: something went wrong for the viewer; purchase: money, stock, delivery, ordering;
product: what it is and does; host: who speaks; unknown: a question that the lineup does not
answer; greeting; chatter: nothing to answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment, understood."""

    kind: Kind
    topics: tuple[str, ...]
    """What is asked, at most two: "price", "stock", "spec:容量", "faq:2", "unknown"…"""
    sku: str | None
    """The product that is meant; None: of none, or not to be told."""
    named: bool = False
    """The comment names the product; False: it means the one on air."""
    options: tuple[str, ...] = ()
    """The options of the product that the comment names, as the merchant wrote them."""

    @property
    def topic(self) -> str:
        """All topics in one word."""
        return "+".join(self.topics)

    @property
    def key(self) -> str:
        """Two comments with one key get one answer."""
        return "|".join((self.topic, self.sku or "", *self.options))
