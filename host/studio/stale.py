"""Which lines on their way are true no longer, and which clause said what is not so any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from host.gate import Verdict
from host.model import Clause, Fact, Line, Lineup, Planned
from host.planner import Planner
from host.quantities.scan import scan
from host.studio.rests import Rests, gone


class _Judge(Protocol):
    """What is needed of ``host.gate.Gate``."""

    def check_line(self, line: Line, at: datetime) -> Verdict: ...

    def check_clause(
        self, line: Line, clauses: tuple[Clause, ...], index: int, at: datetime
    ) -> Verdict: ...


class Facts(Protocol):
    """What is needed of a revision, the studio's or a rehearsal's."""

    @property
    def lineup(self) -> Lineup: ...

    @property
    def gate(self) -> _Judge: ...

    @property
    def planner(self) -> Planner: ...

    @property
    def rests(self) -> Rests: ...


_UNSAID = frozenset({"name", "short_name", "category", "unit", "selling_point", "claim", "variant"})
"""Attributes whose change is no news to a viewer: a name, a way to praise."""
_STIR = 10
"""A stock that fell by less than one part in so many is what every sale does: no mistake."""


def untrue(
    planned: Planned, start: int, facts: Iterable[Fact], revision: Facts, now: datetime
) -> str:
    """Why a line must not be said from clause ``start`` on; empty: it may.

    ``facts``: what it rested on when it was planned.
    """
    line, clauses = planned.line, planned.clauses
    gate, product = revision.gate, revision.lineup.get(line.sku or "")
    if start == 0:
        verdicts = [gate.check_line(line, now)]
    else:
        rest = range(start, len(clauses))
        verdicts = [gate.check_clause(line, clauses, index, now) for index in rest]
    refused = [str(verdict) for verdict in verdicts if not verdict.passed]
    if refused:
        return f"no longer true: {refused[0]}"
    for fact in gone(facts, revision.rests, now):
        if start == 0 or any(states(clause, fact) for clause in clauses[start:]):
            return f"no longer true: {told(fact)}"
    sells = not line.priority and line.beat != "soldout"
    if sells and product is not None and not revision.planner.available(product, now):
        return f"no longer on sale: {product.called}"
    return ""


def told(fact: Fact) -> str:
    """A fact for a person: "price 59 CNY"."""
    value = f"{fact.value:f}" if isinstance(fact.value, Decimal) else fact.value
    return f"{fact.attribute} {value} {fact.unit}".strip()


def states(clause: Clause, fact: Fact) -> bool:
    """Whether the clause says the fact: its figure, or words of it."""
    if isinstance(fact.value, Decimal):
        return any(
            fact.value in (reading.written, *reading.values)
            for quantity in scan(clause.text)
            for reading in quantity.readings
        )
    said = clause.text.strip("，。！？、；,.!?; ")
    return bool(said) and (said in fact.value or fact.value in said)


def news(fact: Fact, rests: Rests) -> bool:
    """Whether viewers who heard ``fact``, which is gone, are to be told."""
    if fact.attribute in _UNSAID or fact.attribute.startswith("faq:"):
        return False
    later = rests.now(fact)
    if not (fact.attribute == "stock" or fact.attribute.endswith(":stock")) or later is None:
        return True
    if not (isinstance(fact.value, Decimal) and isinstance(later.value, Decimal)):
        return True
    fell = fact.value - later.value
    return later.value == 0 or fell < 0 or fell * _STIR > fact.value
