"""What was said and is so no longer is corrected aloud, once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import anyio

from host.clauses import split
from host.model import Aired, Decision, Ended, Fact, Planned
from host.studio.delivery import Delivery
from host.studio.rests import gone, known
from host.studio.revision import Current, Revision
from host.studio.stale import news, states, told, untrue

WINDOW = 90.0
"""Seconds for which viewers are taken to go by what they heard."""
PRIORITY = 2
"""Of a correction's line: before talk and answers."""
TRIES = 3
"""Times that a correction is begun; one that is dropped so often is told of and given up."""


@dataclass(slots=True)
class _Heard:
    """A line of which something was aired."""

    planned: Planned
    facts: frozenset[Fact]
    """What it rested on that was not corrected yet."""
    clauses: dict[int, float] = field(default_factory=dict)
    """Clause → when it was heard last, seconds of the clock."""


@dataclass(slots=True)
class _Correction:
    """A line on its way that takes something back."""

    sku: str
    facts: frozenset[Fact]
    """What it takes back."""
    revision: Revision
    """By which it was planned."""


class Corrections:
    """Remembers what was aired in the last ``WINDOW`` seconds, and takes back what is not so."""

    def __init__(
        self,
        current: Current,
        delivery: Delivery,
        report: Callable[[Planned | Decision], Awaitable[None]],
        *,
        number: Callable[[], int],
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``number`` gives the next free line id; ``now`` the moment, with time zone; ``clock``:
        seconds, rising.
        """
        self._current = current
        self._delivery = delivery
        self._report = report
        self._number = number
        self._now = now
        self._clock = clock
        self._heard: dict[int, _Heard] = {}
        self._under_way: dict[int, _Correction] = {}  # by the correction's line
        self._tries: Counter[Fact] = Counter()
        self._due = anyio.Event()

    def aired(self, aired: Aired) -> None:
        """A clause, or a part of it, was heard. To be told before the delivery is."""
        heard = self._heard.get(aired.line) or self._remember(aired.line)
        if heard is not None:
            heard.clauses[aired.clause] = self._clock()
            if gone(heard.facts, self._current.revision.rests, self._now()):
                self._due.set()

    def ended(self, ended: Ended) -> None:
        """A line has ended. To be told before the delivery is: what is aired of it may be told
        later.
        """
        if ended.line not in self._heard:
            self._remember(ended.line)
        correction = self._under_way.pop(ended.line, None)
        if correction is None:
            return
        if ended.outcome == "finished":
            for heard in self._heard.values():
                if heard.planned.line.id != ended.line:
                    heard.facts -= correction.facts
            self._forget_tries(correction.facts)
            return
        if correction.revision is self._current.revision:
            self._tries.update(correction.facts)  # not the facts were at fault
        self._due.set()

    def revised(self, left: str | None) -> None:
        """The facts are others. ``left``: the product on air that is sold no more; the talk tells
        that itself.
        """
        for heard in self._heard.values():
            if heard.planned.line.sku == left:
                heard.facts = frozenset()
        wrong = gone(self._tries, self._current.revision.rests, self._now())
        self._forget_tries(self._tries.keys() - set(wrong))  # so again: its next change is another
        self._due.set()

    async def run(self) -> None:
        """For ever: say what is due."""
        async with anyio.create_task_group() as tasks:
            while True:
                await self._due.wait()
                self._due = anyio.Event()
                for sku, facts in self._wrong().items():
                    if self._joins(sku, facts):
                        continue
                    planned = await self._plan(sku, facts)
                    if planned is not None:
                        tasks.start_soon(self._delivery.deliver, planned.line.id)

    def _remember(self, line: int) -> _Heard | None:
        parcel = self._delivery.parcel(line)
        if parcel is None:
            return None
        oldest = self._clock() - WINDOW
        for number, heard in tuple(self._heard.items()):
            over = self._delivery.parcel(number) is None
            if over and max(heard.clauses.values(), default=oldest) < oldest:
                del self._heard[number]
        self._heard[line] = _Heard(parcel.planned, parcel.known)
        return self._heard[line]

    def _wrong(self) -> dict[str, frozenset[Fact]]:
        """SKU → what was heard of it and is not so."""
        rests, now = self._current.revision.rests, self._now()
        since = self._clock() - WINDOW
        wrong: dict[str, frozenset[Fact]] = {}
        for heard in self._heard.values():
            said = [
                heard.planned.clauses[index]
                for index, at in heard.clauses.items()
                if at >= since and index < len(heard.planned.clauses)
            ]
            for fact in gone(heard.facts, rests, now):
                if any(states(clause, fact) for clause in said) and news(fact, rests):
                    wrong[fact.sku] = wrong.get(fact.sku, frozenset()) | {fact}
        return wrong

    def _joins(self, sku: str, facts: frozenset[Fact]) -> bool:
        """Whether a correction is on its way that tells what is so of all these."""
        attributes = {fact.attribute for fact in facts}
        for line, correction in self._under_way.items():
            parcel = self._delivery.parcel(line)
            told = {fact.attribute for fact in correction.facts}
            if correction.sku == sku and parcel and not parcel.dropped and attributes <= told:
                correction.facts |= facts
                return True
        return False

    async def _plan(self, sku: str, facts: frozenset[Fact]) -> Planned | None:
        revision, now = self._current.revision, self._now()
        product = revision.lineup.get(sku)
        names = "; ".join(sorted(told(fact) for fact in facts))
        if product is None or max(self._tries[fact] for fact in facts) >= TRIES:
            why = "it has left the lineup" if product is None else f"dropped {TRIES} times"
            await self._give_up(sku, facts, f"{names}: {why}")
            return None
        attributes = {fact.attribute for fact in facts}
        line = revision.planner.correction(product, attributes, self._number(), now)
        line = replace(line, priority=max(line.priority, PRIORITY))
        verdict = revision.gate.check_line(line, now)
        if not verdict.passed:
            await self._give_up(sku, facts, f"{names}: {line.text!r}: {verdict}")
            return None
        planned = Planned(line, split(line))
        self._under_way[line.id] = _Correction(sku, facts, revision)
        await self._report(Decision("corrected", names, {"sku": sku, "line": line.id}))
        await self._report(planned)
        return await self._accept(planned, revision)

    async def _accept(self, planned: Planned, revision: Revision) -> Planned | None:
        """Send it off, unless the facts have changed again while it was noted."""
        line, facts = planned.line.id, known(planned, revision.rests)
        self._delivery.accept(planned, known=facts)
        if revision is not self._current.revision:
            why = untrue(planned, 0, facts, self._current.revision, self._now())
            if why:
                await self._delivery.cut(line, why)
                return None
        return planned

    def _forget_tries(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            del self._tries[fact]  # a counter: one that is not there is no error

    async def _give_up(self, sku: str, facts: frozenset[Fact], why: str) -> None:
        for heard in self._heard.values():
            heard.facts -= facts
        self._forget_tries(facts)
        await self._report(Decision("not-corrected", why, {"sku": sku}))
