"""The facts that lines rest on, looked up in one lineup."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from host.facts import facts_of
from host.model import Fact, Lineup, Planned


class Rests:
    """What lines rest on, looked up in one lineup."""

    def __init__(self, lineup: Lineup) -> None:
        self._held: dict[str, frozenset[tuple[str, object, str]]] = {}
        self._numbers: dict[tuple[str, str], Fact] = {}
        self._lineup = lineup

    def has(self, fact: Fact) -> bool:
        """Whether the lineup still says so of that product."""
        if fact.sku not in self._held:
            self._read(fact.sku)
        return _key(fact) in self._held[fact.sku]

    def now(self, fact: Fact) -> Fact | None:
        """What it says of that attribute; None: nothing."""
        self.has(fact)
        return self._numbers.get((fact.sku, fact.attribute))

    def _read(self, sku: str) -> None:
        product = self._lineup.get(sku)
        facts = facts_of(product) if product is not None else ()
        self._held[sku] = frozenset(_key(fact) for fact in facts)
        for fact in facts:
            self._numbers.setdefault((sku, fact.attribute), fact)


def _key(fact: Fact) -> tuple[str, object, str]:
    return fact.attribute, fact.value, fact.unit


def known(planned: Planned, rests: Rests) -> frozenset[Fact]:
    """The facts of a line that the lineup holds: those that can be withdrawn."""
    return frozenset(fact for fact in planned.line.facts if rests.has(fact))


def gone(facts: Iterable[Fact], rests: Rests, now: datetime) -> tuple[Fact, ...]:
    """Those that the lineup says no longer; one whose own time is over was no mistake."""
    return tuple(fact for fact in facts if not rests.has(fact) and fact.holds_at(now))
