"""The rolling talk: plan a line, pass the gate, bring it to the air, for ever."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import anyio

from host.clauses import split
from host.errors import StageError
from host.model import Decision, Ended, Fact, Line, Planned
from host.pacing import seconds
from host.planner import PlannerState
from host.studio.delivery import Delivery
from host.studio.parting import Parting
from host.studio.rests import known
from host.studio.revision import Current, Revision
from host.studio.stale import untrue
from host.writer import Phrasing

AHEAD = 2
"""Lines synthesised ahead of the one on air: enough that synthesis at 2x real time never falls
behind, few enough that an edit of the lineup is soon heard."""
KEPT = 16
"""Lines whose beginning is remembered: more than are ever on their way."""
REFUSALS = 50
"""Lines in a row that the gate refuses before the planner is called broken: a lap's worth."""
WORDINGS = 5
"""Good-byes in a row that the gate refuses before the talk goes on without one."""
LOOK = 1.0
"""Seconds between looks at the clock when the good-bye is behind us: it may be set back."""


class Talk:
    """Keeps ``AHEAD`` lines between the planner and the air."""

    def __init__(
        self,
        current: Current,
        delivery: Delivery,
        report: Callable[[Planned | Decision], Awaitable[None]],
        *,
        number: Callable[[], int],
        now: Callable[[], datetime],
        phrasing: Phrasing | None = None,
        closes: Callable[[datetime], datetime | None] = lambda now: None,
    ) -> None:
        """``number`` gives the next free line id; ``now`` the moment, with time zone;
        ``phrasing``: puts written words in place of planned ones; ``closes``: when the room goes
        off air next, None: never."""
        self._current = current
        self._delivery = delivery
        self._report = report
        self._number = number
        self._now = now
        self._phrasing = phrasing
        self._parting = Parting(closes, now)
        self._state = PlannerState()
        self._before: dict[int, PlannerState] = {}  # line → where the talk stood
        self._turn = 0  # counts how often the talk went back

    async def run(self, state: PlannerState) -> None:
        """For ever from ``state`` on; silent behind the good-bye, before the room goes off air.

        Raises StageError when no line passes the gate.
        """
        self._state = state
        while True:
            if self._parting.moved():
                await self._take_back()
            if self._parting.pending:
                with anyio.move_on_after(LOOK):
                    await self._delivery.changed()
            elif self._delivery.talk > AHEAD:
                await self._delivery.changed()
            else:
                await self._say()

    async def _say(self) -> None:
        """One line more."""
        turn = self._turn
        closing = await self._closing()
        planned, revision = closing or await self._next()
        await self._report(planned)
        facts = known(planned, revision.rests)
        self._delivery.accept(planned, known=facts)
        if closing is not None:
            self._parting.plan(planned.line.id)
        if not await self._overtaken(planned, revision, facts, turn):
            await self._delivery.deliver(planned.line.id)

    def parted(self, line: int = 0) -> None:
        """A former studio planned the good-bye as ``line``; 0: and it was said."""
        self._parting.adopt(line)

    def ended(self, ended: Ended) -> None:
        """A line has ended. To be told before the delivery is."""
        if self._parting.ended(ended.line, whole=ended.outcome == "finished"):
            self._state = self._state.reopened()

    async def _take_back(self) -> None:
        """The end has moved away: the talk goes on."""
        line = self._parting.take_back()
        if line:
            await self._delivery.cut(line, "the room goes off air later")

    async def _overtaken(
        self, planned: Planned, revision: Revision, facts: frozenset[Fact], turn: int
    ) -> bool:
        """Whether the facts changed while the line was noted, and it is dropped for that."""
        line, current = planned.line.id, self._current.revision
        if turn != self._turn:
            await self._delivery.cut(line, "the talk goes on from before it")
            return True
        if current is revision:
            return False
        why = untrue(planned, 0, facts, current, self._now())
        if why:
            self.back_to(line)
            await self._delivery.cut(line, why)
        return bool(why)

    def begins(self, line: int, state: PlannerState) -> None:
        """A line of a former studio's began at ``state``."""
        self._before[line] = state

    def back_to(self, line: int) -> None:
        """Plan on from where that line began: it and all behind it are not said.

        A line whose beginning is not known is passed over.
        """
        self._turn += 1
        self._state = self._before.get(line, self._state)

    async def _closing(self) -> tuple[Planned, Revision] | None:
        """The good-bye, when there is no time for another line before it."""
        revision, now = self._current.revision, self._now()
        line = revision.planner.closing(0, now)
        ahead = sum(seconds(each.text, each.lang) for each in (*self._delivery.lines, line))
        if not self._parting.due(ahead):
            return None
        for _ in range(WORDINGS):
            line = revision.planner.closing(self._number(), now)
            if await self._passes(line, revision, now):
                self._begun(line.id, self._state)
                return Planned(line, split(line), self._state.reopened().dump()), revision
        return None

    async def _next(self) -> tuple[Planned, Revision]:
        """The next line that may be said. A refused one is told of and passed over."""
        for _ in range(REFUSALS):
            number, now, before = self._number(), self._now(), self._state
            revision = self._current.revision
            step = revision.planner.next(before, number, now)
            self._state = step.state
            line = step.line
            if self._phrasing is not None:
                line = self._phrasing.phrase(line, revision.lineup, revision.gate, now)
            if await self._passes(line, revision, now):
                self._begun(number, before)
                return Planned(line, split(line), step.state.dump()), revision
        raise StageError("talk", f"the gate refused {REFUSALS} lines in a row", retryable=False)

    async def _passes(self, line: Line, revision: Revision, now: datetime) -> bool:
        verdict = revision.gate.check(line.text, line.sku, line.lang, now)
        if not verdict.passed:
            about: dict[str, str | int | None] = {"text": line.text, "sku": line.sku}
            await self._report(Decision("line-refused", str(verdict), about))
        return verdict.passed

    def _begun(self, line: int, state: PlannerState) -> None:
        self._before[line] = state
        for old in list(self._before)[:-KEPT]:
            del self._before[old]
