"""The rolling talk: plan a line, pass the gate, bring it to the air, for ever."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from host.clauses import split
from host.errors import StageError
from host.gate import Gate
from host.model import Decision, Planned
from host.planner import Planner, PlannerState
from host.studio.delivery import Delivery

AHEAD = 2
"""Lines synthesised ahead of the one on air: enough that synthesis at 2x real time never falls
behind, few enough that an edit of the lineup is soon heard."""
REFUSALS = 50
"""Lines in a row that the gate refuses before the planner is called broken: a lap's worth."""


class Talk:
    """Keeps ``AHEAD`` lines between the planner and the air."""

    def __init__(
        self,
        planner: Planner,
        gate: Gate,
        delivery: Delivery,
        report: Callable[[Planned | Decision], Awaitable[None]],
        *,
        number: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        """``number`` gives the next free line id; ``now`` the moment, with time zone."""
        self._planner = planner
        self._gate = gate
        self._delivery = delivery
        self._report = report
        self._number = number
        self._now = now

    async def run(self, state: PlannerState) -> None:
        """From ``state`` on, for ever. Raises StageError when no line passes the gate."""
        while True:
            while self._delivery.talk > AHEAD:
                await self._delivery.changed()
            planned, state = await self._next(state)
            await self._report(planned)
            self._delivery.accept(planned)
            await self._delivery.deliver(planned.line.id)

    async def _next(self, state: PlannerState) -> tuple[Planned, PlannerState]:
        """The next line that may be said. A refused one is told of and passed over."""
        for _ in range(REFUSALS):
            number, now = self._number(), self._now()
            step = self._planner.next(state, number, now)
            state = step.state
            verdict = self._gate.check(step.line.text, step.line.sku, step.line.lang, now)
            if verdict.passed:
                return Planned(step.line, split(step.line), state.dump()), state
            about: dict[str, str | int | None] = {"text": step.line.text, "sku": step.line.sku}
            await self._report(Decision("line-refused", str(verdict), about))
        raise StageError("talk", f"the gate refused {REFUSALS} lines in a row", retryable=False)
