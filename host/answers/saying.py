"""An answer before it is worded: clauses by name, with what fills them."""

from __future__ import annotations

from dataclasses import dataclass, field

from host.answers.evidence import Evidence
from host.answers.numerals import money, pieces
from host.model import Fact, Lang, Variant


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its name in the wordings, and what fills it."""

    name: str
    fill: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saying:
    """An answer before it is worded."""

    clauses: tuple[Clause, ...]
    facts: tuple[Fact, ...] = ()
    known: bool = True


UNKNOWN = Saying((Clause("unknown"), Clause("unknown-kept"), Clause("unknown-staff")), known=False)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a saying is made from."""

    evidence: Evidence
    lang: Lang
    options: tuple[Variant, ...] = ()
    """The options named; empty: none."""

    def money(self, fact: Fact) -> str:
        """The fact's amount as said."""
        number = self.evidence.number(fact.attribute)
        return "" if number is None else money(number, self.evidence.product.currency, self.lang)

    def pieces(self, fact: Fact) -> str:
        """The fact's count as said."""
        number = self.evidence.number(fact.attribute)
        unit = self.evidence.product.unit
        return "" if number is None else pieces(number, unit, self.lang)


def join(*sayings: Saying) -> Saying:
    """One after the other, each fact once."""
    facts: dict[Fact, None] = {}
    clauses: list[Clause] = []
    known = True
    for saying in sayings:
        clauses += saying.clauses
        facts.update(dict.fromkeys(saying.facts))
        known = known and saying.known
    return Saying(tuple(clauses), tuple(facts), known)


def quote(asking: Asking, text: str, attribute: str) -> Saying:
    """The merchant's own words, where they hold now."""
    facts = asking.evidence.about(text, attribute) if text else ()
    return Saying((Clause("quote", {"text": text}),), facts) if facts else UNKNOWN


def order(asking: Asking) -> Saying:
    """The short call to order that ends an answer about money or stock."""
    number = asking.evidence.one("link")
    if number is None:
        return Saying((Clause("order-unlinked"),))
    return Saying((Clause("order", {"link": str(number.value)}),), (number,))
