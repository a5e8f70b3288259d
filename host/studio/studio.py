"""The studio, put together."""

from __future__ import annotations

import itertools
import os
from datetime import datetime

import anyio
from anyio.abc import TaskGroup

from host.answerer import Answerer
from host.comments import WebSocketSettings, WebSocketSource
from host.config import Room
from host.errors import StageError
from host.gate import Gate
from host.inbox import Inbox
from host.lineup import load_lineup
from host.link import beat, connect, leave_quietly
from host.model import Aired, Comment, Decision, Ended, Planned
from host.model.messages import Hello, Noted, Retire, Welcome
from host.planner import Planner, PlannerState
from host.script import load_scripts
from host.studio.delivery import Delivery
from host.studio.patient import Patient
from host.studio.replies import Replies
from host.studio.reports import Reports
from host.studio.talk import AHEAD, Talk
from host.studio.voices import Voices
from host.studio.warming import Warming

COMMENTS = 500
"""Comments between the sources and the inbox: 5 s of the fastest room tried (100 a second)."""


class Studio:
    """Plans, answers and delivers until the supervisor goes."""

    def __init__(self, room: Room, *, listens: bool) -> None:
        """``listens``: take comments. Raises ConfigError for what the room names."""
        settings = room.settings
        lineup = load_lineup(room.lineup, tz=room.timezone)
        scripts = load_scripts(room.scripts, settings.lang)
        self._room = room
        self._listens = listens
        self._skus = tuple(product.sku for product in lineup.products)
        self._gate = Gate(lineup)
        self._planner = Planner(lineup, scripts, settings.seed, settings.lang)
        self._answerer = Answerer(lineup, settings.lang, settings.seed)
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
            replies: Replies | None = None
            async for message in link:
                if isinstance(message, Welcome):
                    replies = await self._begin(message, tasks)
                elif isinstance(message, Noted):
                    self._reports.noted(message.count)
                elif isinstance(message, Aired):
                    self._delivery.aired(message)
                elif isinstance(message, Ended):
                    self._delivery.ended(message)
                    if replies is not None:
                        await replies.ended(message)
                elif isinstance(message, Retire):
                    break
            leave_quietly()
            tasks.cancel_scope.cancel()
        await link.aclose()

    async def _begin(self, welcome: Welcome, tasks: TaskGroup) -> Replies:
        """Take up the show where the ledger says that it stands."""
        numbers = itertools.count(welcome.next_line)
        delivery = self._delivery
        replies = Replies(
            Inbox(self._answerer.understand),
            self._answerer,
            self._gate,
            delivery,
            resolve=self._source.resolve,
            report=self._report,
            number=numbers.__next__,
            now=self._now,
        )
        talk = Talk(
            self._planner,
            self._gate,
            delivery,
            self._report,
            number=numbers.__next__,
            now=self._now,
        )
        warming = Warming(
            self._answerer, self._voices, delivery, self._skus, ahead=AHEAD, now=self._now
        )
        for planned in welcome.outstanding:
            verdict = self._gate.check_line(planned.line, self._now())
            if verdict.passed:
                delivery.accept(planned, _next_clause(planned, welcome))
                replies.adopt(planned)
            else:
                await self._drop(planned.line.id, f"no longer true: {verdict}")
        tasks.start_soon(self._voices.run)
        tasks.start_soon(delivery.run)
        if self._listens:
            into, comments = anyio.create_memory_object_stream[Comment](COMMENTS)
            await tasks.start(self._source.run, into)
            tasks.start_soon(replies.listen, comments)
            tasks.start_soon(replies.run)
            tasks.start_soon(warming.run)
        tasks.start_soon(self._talk, talk, welcome)
        return replies

    async def _talk(self, talk: Talk, welcome: Welcome) -> None:
        for planned in welcome.outstanding:
            await self._delivery.deliver(planned.line.id)
        await talk.run(await self._state(welcome))

    async def _state(self, welcome: Welcome) -> PlannerState:
        """Where the talk goes on. A state that nobody can read must not end the show."""
        try:
            return PlannerState.load(welcome.planner_state)
        except StageError as error:
            why = f"{error.why}; the talk begins at its opening"
            await self._report(Decision("planner-state-lost", why))
            return PlannerState()

    async def _report(self, what: object) -> None:
        assert self._reports is not None
        await self._reports.tell(what)

    async def _drop(self, line: int, why: str) -> None:
        await self._report(Ended(line, "dropped", why))


def _next_clause(planned: Planned, welcome: Welcome) -> int:
    """The first clause of a line that was not aired to its end."""
    aired = (
        run.clause + 1 for run in welcome.aired if run.line == planned.line.id and run.ends_clause
    )
    return max(aired, default=0)
