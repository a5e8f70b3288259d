"""The facts of one product that hold at one moment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from host.facts import facts_of
from host.model import Fact, Product


class Evidence:
    """Looks facts up by attribute. What it does not find may not be said."""

    def __init__(self, product: Product, now: datetime) -> None:
        """``now``: with time zone."""
        self.product = product
        self._held: dict[str, list[Fact]] = {}
        for fact in facts_of(product):
            if fact.holds_at(now):
                self._held.setdefault(fact.attribute, []).append(fact)

    def one(self, attribute: str) -> Fact | None:
        """The first fact of that attribute, or None."""
        return next(iter(self._held.get(attribute, ())), None)

    def all(self, attribute: str) -> tuple[Fact, ...]:
        """Every fact of that attribute: a text and the numbers in it."""
        return tuple(self._held.get(attribute, ()))

    def number(self, attribute: str) -> Decimal | None:
        """The fact's value where it is a number."""
        fact = self.one(attribute)
        return fact.value if fact is not None and isinstance(fact.value, Decimal) else None

    def about(self, text: str, attribute: str) -> tuple[Fact, ...]:
        """The facts of ``attribute`` that the text ``text`` states: itself and its numbers."""
        facts = self.all(attribute)
        for at, fact in enumerate(facts):
            if fact.value == text:
                numbers = []
                for later in facts[at + 1 :]:
                    if isinstance(later.value, str):
                        break
                    numbers.append(later)
                return (fact, *numbers)
        return ()
