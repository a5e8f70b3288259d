"""The studio, put together."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from datetime import datetime

import anyio
from anyio.abc import TaskGroup

from host.comments import WebSocketSettings, WebSocketSource
from host.config import Room
from host.errors import StageError
from host.inbox import Inbox
from host.lineup.store import store_of
from host.link import beat, connect, leave_quietly
from host.model import Aired, Comment, Decision, Ended, Planned
from host.model.messages import Hello, Noted, Retire, Welcome
from host.planner import PlannerState
from host.schedule import Schedule
from host.settings_talk import ScheduleSettings
from host.studio.change import Change
from host.studio.corrections import Corrections
from host.studio.delivery import Delivery
from host.studio.edits import Edits
from host.studio.opening import opened
from host.studio.patient import Patient
from host.studio.replies import Replies
from host.studio.reports import Reports
from host.studio.rests import known
from host.studio.revision import Current, Maker
from host.studio.talk import AHEAD, Talk
from host.studio.voices import Voices
from host.studio.warming import Warming
from host.writer import Phrasing, Shelf, Writer

COMMENTS = 500
"""Comments between the sources and the inbox: 5 s of the fastest room tried (100 a second)."""


@dataclass(frozen=True, slots=True)
class _Show:
    """Who is told what was heard."""

    replies: Replies
    corrections: Corrections
    talk: Talk

    def ended(self, ended: Ended) -> None:
        """Before the delivery is told, and forgets the line."""
        self.corrections.ended(ended)
        self.talk.ended(ended)


class Studio:
    """Plans, answers and delivers until the supervisor goes."""

    def __init__(self, room: Room, *, listens: bool, schedule: Schedule | None = None) -> None:
        """``listens``: take comments. ``schedule``: as the supervisor keeps it; None: none.

        Raises ConfigError for what the room names.
        """
        settings = room.settings
        self._room = room
        self._schedule = schedule or Schedule(ScheduleSettings(), room.timezone)
        self._listens = listens
        store = store_of(room)
        maker = Maker(room, store)
        begun = opened(room, store, maker)
        self._current = Current(begun.revision)
        self._edits = Edits(
            room, maker, store, begun.files, self._current,
            report=self._report, now=self._now, wrong=begun.wrong,
        )  # fmt: skip
        console = settings.console
        self._source = WebSocketSource(
            WebSocketSettings(
                settings.comments.host,
                settings.comments.port,
                origins=tuple(
                    f"http://{name}:{console.port}"
                    for name in dict.fromkeys((console.host, "127.0.0.1", "localhost"))
                ),
            )
        )
        self._voices = Voices(room.sockets)
        patient = Patient(self._voices, self._report)
        self._delivery = Delivery(room.sockets, patient, self._drop)
        shelf = Shelf(room.var / "writer" / "variants.jsonl", settings.lang)
        self._phrasing: Phrasing | None = None
        self._writer: Writer | None = None
        if settings.writer.on:
            self._phrasing = Phrasing(shelf)
            self._writer = Writer(
                room, shelf, self._phrasing,
                show=lambda: self._current.revision,
                report=self._report,
                now=self._now,
                spare=lambda: self._delivery.talk > AHEAD,
            )  # fmt: skip
        self._reports: Reports | None = None

    def _now(self) -> datetime:
        return datetime.now(self._room.timezone)

    async def run(self) -> None:
        """Until the supervisor goes, or asks it to: what the ledger has, the next studio takes up.

        Raises WireError when there is none, PortInUseError when comments cannot be listened for.
        """
        link = await connect(self._room.sockets, "supervisor")
        self._reports = Reports(link)
        await link.send(Hello("studio", os.getpid()))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(beat, link)
            show: _Show | None = None
            async for message in link:
                if isinstance(message, Welcome):
                    show = await self._begin(message, tasks)
                elif isinstance(message, Noted):
                    self._reports.noted(message.count)
                elif isinstance(message, Aired):
                    if show is not None:
                        show.corrections.aired(message)
                    self._delivery.aired(message)
                elif isinstance(message, Ended):
                    if show is not None:
                        show.ended(message)
                    self._delivery.ended(message)
                    if show is not None:
                        await show.replies.ended(message)
                elif isinstance(message, Retire):
                    break
            leave_quietly()
            tasks.cancel_scope.cancel()
        await link.aclose()

    async def _begin(self, welcome: Welcome, tasks: TaskGroup) -> _Show:
        """Take up the show where the ledger says that it stands."""
        numbers = itertools.count(welcome.next_line)
        delivery = self._delivery
        number, current = numbers.__next__, self._current
        replies = Replies(
            Inbox(lambda comment, on_air: current.answerer.understand(comment, on_air)),
            current,
            delivery,
            resolve=self._source.resolve,
            report=self._report,
            number=number,
            now=self._now,
        )
        talk = Talk(
            current, delivery, self._report,
            number=number, now=self._now, phrasing=self._phrasing,
            closes=self._schedule.closes,
        )  # fmt: skip
        corrections = Corrections(current, delivery, self._report, number=number, now=self._now)
        warming = Warming(current, self._voices, delivery, ahead=AHEAD, now=self._now)
        await delivery.revise(current.revision.lineup)
        if welcome.parted:
            talk.parted()
        before: PlannerState | None = None
        for planned in welcome.outstanding:
            verdict = current.gate.check_line(planned.line, self._now())
            if verdict.passed:
                facts = known(planned, current.revision.rests)
                delivery.accept(planned, _next_clause(planned, welcome), facts)
                replies.adopt(planned)
                if planned.line.beat == "closing":
                    talk.parted(planned.line.id)
            else:
                await self._drop(planned.line.id, f"no longer true: {verdict}")
            if before is not None and not planned.line.priority:
                talk.begins(planned.line.id, before)
            before = _state_after(planned) or before
        tasks.start_soon(self._voices.run)
        tasks.start_soon(delivery.run)
        if self._listens:
            into, comments = anyio.create_memory_object_stream[Comment](COMMENTS)
            await tasks.start(self._source.run, into)
            tasks.start_soon(replies.listen, comments)
            tasks.start_soon(replies.run)
            tasks.start_soon(warming.run)
        tasks.start_soon(corrections.run)
        if self._writer is not None:
            tasks.start_soon(self._writer.run)
        tasks.start_soon(self._talk, talk, welcome)
        change = Change(current, delivery, talk, replies, corrections, self._now)
        tasks.start_soon(self._edits.run, change)
        return _Show(replies, corrections, talk)

    async def _talk(self, talk: Talk, welcome: Welcome) -> None:
        for planned in welcome.outstanding:
            await self._delivery.deliver(planned.line.id)
        await talk.run(await self._state(welcome))

    async def _state(self, welcome: Welcome) -> PlannerState:
        """Where the talk goes on. A state that nobody can read must not end the show."""
        try:
            state = PlannerState.load(welcome.planner_state)
            return state.reopened() if welcome.afresh else state
        except StageError as error:
            why = f"{error.why}; the talk begins at its opening"
            await self._report(Decision("planner-state-lost", why))
            return PlannerState()

    async def _report(self, what: object) -> None:
        assert self._reports is not None
        await self._reports.tell(what)

    async def _drop(self, line: int, why: str) -> None:
        await self._report(Ended(line, "dropped", why))


def _state_after(planned: Planned) -> PlannerState | None:
    """Where the talk stood after a former studio's line; None: nobody can tell."""
    if not planned.planner_state:
        return None
    try:
        return PlannerState.load(planned.planner_state)
    except StageError:
        return None


def _next_clause(planned: Planned, welcome: Welcome) -> int:
    """The first clause of a line that was not aired to its end."""
    aired = (
        run.clause + 1 for run in welcome.aired if run.line == planned.line.id and run.ends_clause
    )
    return max(aired, default=0)
