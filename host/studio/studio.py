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
from host.gate import Gate
from host.inbox import Inbox
from host.lineup import load_lineup
from host.link import Link, connect
from host.model import Aired, Comment, Ended, Planned
from host.model.messages import Hello, Welcome
from host.planner import Planner, PlannerState
from host.script import load_scripts
from host.studio.delivery import Delivery
from host.studio.replies import Replies
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
        self._delivery = Delivery(room.sockets, self._voices, self._drop)
        self._supervisor: Link | None = None

    def _now(self) -> datetime:
        return datetime.now(self._room.timezone)

    async def run(self) -> None:
        """Until the supervisor goes.

        Raises WireError when there is none, PortInUseError when comments cannot be listened for.
        """
        self._supervisor = link = await connect(self._room.sockets, "supervisor")
        await link.send(Hello("studio", os.getpid()))
        async with anyio.create_task_group() as tasks:
            replies: Replies | None = None
            async for message in link:
                if isinstance(message, Welcome):
                    replies = await self._begin(message, tasks)
                elif isinstance(message, Aired):
                    self._delivery.aired(message)
                elif isinstance(message, Ended):
                    self._delivery.ended(message)
                    if replies is not None:
                        await replies.ended(message)
            tasks.cancel_scope.cancel()

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
        await talk.run(PlannerState.load(welcome.planner_state))

    async def _report(self, what: object) -> None:
        assert self._supervisor is not None
        await self._supervisor.send(what)

    async def _drop(self, line: int, why: str) -> None:
        await self._report(Ended(line, "dropped", why))


def _next_clause(planned: Planned, welcome: Welcome) -> int:
    """The first clause of a line that was not aired to its end."""
    aired = (
        run.clause + 1 for run in welcome.aired if run.line == planned.line.id and run.ends_clause
    )
    return max(aired, default=0)
