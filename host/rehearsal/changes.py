"""A change of the lineup while lines are on their way, by the rules of the air.

What is untrue is cut (``host.studio.change``), and what was heard and is not so any more is taken
back aloud (``host.studio.corrections``); here on passed-in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from host.clauses import split
from host.model import Fact, Planned
from host.planner import PlannerState
from host.rehearsal.air import Begun
from host.rehearsal.desk import Desk, Parcel
from host.rehearsal.revision import Revision
from host.studio.corrections import PRIORITY, TRIES, WINDOW
from host.studio.rests import gone
from host.studio.stale import news, states, untrue


@dataclass(slots=True)
class _Heard:
    planned: Planned
    facts: frozenset[Fact]
    """What it rested on that was not corrected yet."""
    clauses: dict[int, float] = field(default_factory=dict)
    """Clause → when it began, seconds."""


class Changes:
    """Cuts and corrects after a change."""

    def __init__(
        self,
        desk: Desk,
        *,
        withdraw: Callable[[int, str], None],
        send: Callable[[Planned], None],
        back_to: Callable[[PlannerState], None],
        number: Callable[[], int],
    ) -> None:
        """``back_to``: plan on from that state; ``number`` gives the next free line id."""
        self._desk = desk
        self._withdraw = withdraw
        self._send = send
        self._back_to = back_to
        self._number = number
        self._heard: dict[int, _Heard] = {}
        self._under_way: dict[int, frozenset[Fact]] = {}
        self._tries: Counter[Fact] = Counter()

    def heard(self, begun: Begun, parcel: Parcel, t: float) -> None:
        """A clause begins at ``t``."""
        for line, heard in tuple(self._heard.items()):
            if max(heard.clauses.values()) < t - WINDOW:
                del self._heard[line]
        line = begun.line.id
        heard = self._heard.setdefault(line, _Heard(parcel.planned, parcel.known))
        heard.clauses[begun.clause.index] = t

    def revised(self, sku: str, revision: Revision, t: float, now: datetime, sounding: int) -> None:
        """Product ``sku`` is another. ``sounding``: line of the clause on air; 0: none."""
        selling = self._desk.on_air
        self._sweep(sku, revision, now, sounding)
        product = revision.lineup.get(sku)
        assert product is not None  # a change of price or stock leaves it in the lineup
        if sku == selling and not revision.planner.available(product, now):
            for heard in self._heard.values():  # the talk tells that itself
                if heard.planned.line.sku == sku:
                    heard.facts = frozenset()
        self.correct(revision, t, now)

    def _sweep(self, sku: str, revision: Revision, now: datetime, sounding: int) -> None:
        back = False
        for parcel in self._desk:
            line = parcel.line
            if line.beat == "answer":
                continue  # ``Replies`` makes it anew
            why = ""
            if line.sku == sku or any(fact.sku == sku for fact in parcel.known):
                start = parcel.start(sounding)
                why = untrue(parcel.planned, start, parcel.known, revision, now)
            if not why and back and not line.priority:
                why = "planned anew"
            if not why:
                continue
            if not line.priority and not back and parcel.begun is None:
                assert parcel.before is not None
                back = True
                self._back_to(parcel.before)
            self._withdraw(line.id, why)

    def correct(self, revision: Revision, t: float, now: datetime) -> None:
        """Take back what is wrong and not being taken back yet."""
        covered = frozenset[Fact]().union(*self._under_way.values())
        wrong: dict[str, frozenset[Fact]] = {}
        for heard in self._heard.values():
            clauses = heard.planned.clauses
            said = [clauses[index] for index, at in heard.clauses.items() if at >= t - WINDOW]
            for fact in gone(heard.facts - covered, revision.rests, now):
                if any(states(clause, fact) for clause in said) and news(fact, revision.rests):
                    wrong[fact.sku] = wrong.get(fact.sku, frozenset()) | {fact}
        for sku, facts in wrong.items():
            self._say(sku, facts, revision, now)

    def _say(self, sku: str, facts: frozenset[Fact], revision: Revision, now: datetime) -> None:
        product = revision.lineup.get(sku)
        assert product is not None
        self._tries.update(facts)
        if max(self._tries[fact] for fact in facts) > TRIES:
            self._settle(facts)
            return
        attributes = {fact.attribute for fact in facts}
        line = revision.planner.correction(product, attributes, self._number(), now)
        line = replace(line, priority=max(line.priority, PRIORITY))
        if not revision.gate.check_line(line, now).passed:
            self._settle(facts)
            return
        self._under_way[line.id] = facts
        self._send(Planned(line, split(line)))

    def ended(self, line: int, *, whole: bool) -> bool:
        """A line has ended. True: it was a correction that was cut, and ``correct`` is due."""
        facts = self._under_way.pop(line, None)
        if facts is None:
            return False
        if whole:
            self._settle(facts, before=line)
        return not whole

    def _settle(self, facts: frozenset[Fact], before: int | None = None) -> None:
        for fact in facts:
            del self._tries[fact]  # a counter: one that is not there is no error
        for heard in self._heard.values():
            if before is None or heard.planned.line.id < before:
                heard.facts -= facts
