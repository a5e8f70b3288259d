"""Comments in, answers out: source → inbox → answerer → gate → air, and the word back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from host.answerer import kept_question
from host.clauses import split
from host.comments.source import Reply
from host.inbox import Ask, Inbox, dropped
from host.model import Answer, Comment, Decision, Ended, Planned
from host.studio.delivery import Delivery, Parcel
from host.studio.rests import known
from host.studio.revision import Current
from host.studio.stale import untrue

AT_ONCE = 2
"""Answers on their way at a time: the second is synthesised while the first is heard."""
LOOK = 0.5
"""Seconds between looks for what has expired."""
STALE = 90.0
"""Seconds after its question at which an answer that has not begun is no longer given: after a
long hold or an outage it would answer what nobody remembers asking."""

TRIES = 3
"""Times that an answer is made anew because the facts changed before it was heard."""

Resolve = Callable[[str, Reply, str], None]
"""Tell a source what became of a comment: its id, the status, why."""
Report = Callable[[Planned | Decision | Comment | Answer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an answer's line answers."""

    comment: str
    """Id of the comment that asked first."""
    at: float
    """When, as ``_seconds`` gives it."""
    ask: Ask | None = None
    """To answer anew; None: asked of a former studio."""
    tries: int = 1


class Replies:
    """Every comment ends in one word back: answered, or dropped and why."""

    def __init__(
        self,
        inbox: Inbox,
        current: Current,
        delivery: Delivery,
        *,
        resolve: Resolve,
        report: Report,
        number: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        """``number`` gives the next free line id; ``now`` the moment, with time zone."""
        self._inbox = inbox
        self._current = current
        self._revised = float("-inf")  # when the facts changed last
        self._delivery = delivery
        self._resolve = resolve
        self._report = report
        self._number = number
        self._now = now
        self._asked: dict[int, _Asked] = {}  # by the answer's line
        self._again: list[tuple[Ask, int]] = []  # to be answered anew, and which try that is
        self._due = anyio.Event()

    async def listen(self, comments: MemoryObjectReceiveStream[Comment]) -> None:
        """Take comments as they come, for ever."""
        async for comment in comments:
            await self._report(comment)
            taken = self._inbox.take(comment, _seconds(), self._delivery.on_air)
            self._resolve(comment.id, taken.status, taken.why)
            if taken.status == "dropped":
                await self._report(dropped(comment, taken.why))
            self._due.set()

    async def run(self) -> None:
        """Answer what the inbox chooses, ``AT_ONCE`` at a time, for ever."""
        async with anyio.create_task_group() as tasks:
            while True:
                with anyio.move_on_after(LOOK):
                    await self._due.wait()
                self._due = anyio.Event()
                while self._again or self._delivery.answers < AT_ONCE:
                    ask, tries = self._next()
                    if ask is None:
                        break
                    planned = await self._plan(ask, tries)
                    if planned is not None:
                        tasks.start_soon(self._delivery.deliver, planned.line.id)
                await self._withdraw_stale()
                await self._settle()

    async def ended(self, ended: Ended) -> None:
        """A line has ended; if it was an answer, whoever asked is told."""
        asked = self._asked.pop(ended.line, None)
        if asked is not None:
            answered = ended.outcome == "finished"
            self._inbox.ended(asked.comment, _seconds(), answered=answered, why=ended.reason)
            await self._settle()
            self._due.set()

    def adopt(self, planned: Planned) -> None:
        """Watch an answer of a former studio's; when it was asked is not known, so from now on."""
        if planned.line.beat == "answer":
            self._asked[planned.line.id] = _Asked(planned.line.in_reply_to or "", _seconds())

    async def revised(self) -> None:
        """The facts are others: answers that are true no longer are dropped, and made anew."""
        self._revised = _seconds()
        for parcel in self._delivery.parcels:
            if parcel.planned.line.id in self._asked:
                await self._renew(parcel)

    async def _renew(self, parcel: Parcel) -> bool:
        """Drop the answer if it is true no longer; one that was begun is not begun again."""
        line = parcel.planned.line.id
        why = untrue(
            parcel.planned, parcel.start, parcel.known, self._current.revision, self._now()
        )
        if why:
            asked = self._asked[line]
            if not parcel.heard and asked.ask is not None and asked.tries < TRIES:
                del self._asked[line]  # its asker is told of the answer that follows
                self._again.append((asked.ask, asked.tries + 1))
                self._due.set()
            await self._delivery.cut(line, why)
        return bool(why)

    def _next(self) -> tuple[Ask | None, int]:
        return self._again.pop(0) if self._again else (self._inbox.next(_seconds()), 1)

    async def _withdraw_stale(self) -> None:
        now = _seconds()
        for line, asked in tuple(self._asked.items()):
            if now - asked.at >= STALE:
                why = f"asked more than {STALE:g} s ago"
                await self._delivery.withdraw(line, why)

    async def _plan(self, ask: Ask, tries: int) -> Planned | None:
        """The answer as a planned line; None when the gate refuses it, or the facts changed."""
        now, on_air, revision = self._now(), self._delivery.on_air, self._current.revision
        # What was understood of an earlier lineup may point at what this one has not.
        asked = ask.asked if ask.arrived > self._revised else None
        answer = revision.answerer.answer(ask.comment, on_air, self._number(), now, asked)
        line = answer.line
        await self._report(answer)
        verdict = revision.gate.check(line.text, line.sku, line.lang, now)
        if not verdict.passed:
            about: dict[str, str | int | None] = {"text": line.text, "sku": line.sku}
            await self._report(Decision("line-refused", str(verdict), about))
            self._inbox.ended(
                ask.comment.id,
                _seconds(),
                answered=False,
                why="its answer did not pass the gate",
            )
            return None
        kept = kept_question(answer)
        if kept is not None:
            await self._report(kept)
        planned = Planned(line, split(line))
        self._asked[line.id] = _Asked(ask.comment.id, ask.arrived, ask, tries)
        await self._report(planned)
        self._delivery.accept(planned, known=known(planned, revision.rests))
        if revision is not self._current.revision:
            parcel = next(one for one in self._delivery.parcels if one.planned is planned)
            if await self._renew(parcel):
                return None
        return planned

    async def _settle(self) -> None:
        for settled in self._inbox.settled():
            self._resolve(settled.comment.id, settled.status, settled.why)
            if settled.decision is not None:
                await self._report(settled.decision)


def _seconds() -> float:
    """Seconds, rising, those in which the machine was suspended too: a question ages meanwhile."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
