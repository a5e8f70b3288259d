"""The voice process's work: requests in, sounds out, urgent ones first."""

from __future__ import annotations

import heapq
import itertools
import logging
from dataclasses import dataclass

import anyio

from host.errors import StageError, VoiceError, WireError
from host.link import Link
from host.model.messages import Speak, Spoken, Unspoken
from host.model.sound import Sound
from host.voice.chain import Chain
from host.voice.style import style_of

_log = logging.getLogger(__name__)
_WAITING = 512
"""Requests of one client that may wait: many times what two lines ahead and a warm-up need."""
HUNG = 16
"""Unanswered calls of one engine in a row at which the process is of no further use: with the rests
between them that takes more than an hour, and each may hold a thread."""


@dataclass(slots=True)
class _Client:
    link: Link
    waiting: int = 0
    gone: bool = False


class Service:
    """Answers ``Speak`` with ``Spoken`` or ``Unspoken``, for any number of connections.

    What was said before is answered at once; the rest waits for one worker: inference takes all
    the processor that a voice may have, so two clauses at a time would only both be late.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._queue: list[tuple[int, int, _Client, Speak]] = []
        self._order = itertools.count()
        self._more = anyio.Event()

    async def handle(self, link: Link) -> None:
        """Serve one connection until it closes; its waiting requests go with it."""
        client = _Client(link)
        try:
            async for message in link:
                if isinstance(message, Speak):
                    await self._accept(client, message)
                else:
                    _log.warning("voice does not take %s", type(message).__name__)
        except WireError as error:
            _log.warning("a client sent what is no message: %s", error.why)
        finally:
            client.gone = True
            self._queue = [entry for entry in self._queue if entry[2] is not client]
            heapq.heapify(self._queue)

    async def work(self) -> None:
        """Speak what waits, for ever. Raises StageError when an engine hangs for good."""
        while True:
            while not self._queue:
                self._more = anyio.Event()
                await self._more.wait()
            _, _, client, speak = heapq.heappop(self._queue)
            client.waiting -= 1
            if client.gone:
                continue
            try:
                clause = speak.clause
                sound = await self._chain.synthesize(clause, style_of(clause.mood))
            except VoiceError as error:
                await _send(client, Unspoken(speak.request, error.why))
            else:
                await _send(client, Spoken(speak.request, sound))
            if self._chain.hung >= HUNG:
                raise StageError("voice", f"{HUNG} calls of an engine hang", retryable=True)

    async def _accept(self, client: _Client, speak: Speak) -> None:
        sound: Sound | None = None
        if not self._ahead(client, speak):
            sound = await self._chain.recall(speak.clause, style_of(speak.clause.mood))
        if sound is not None:
            await _send(client, Spoken(speak.request, sound))
        elif client.waiting >= _WAITING:
            await _send(client, Unspoken(speak.request, f"{_WAITING} requests wait already"))
        else:
            client.waiting += 1
            rank = 0 if speak.urgent else 1
            heapq.heappush(self._queue, (rank, next(self._order), client, speak))
            self._more.set()

    def _ahead(self, client: _Client, speak: Speak) -> bool:
        """An earlier clause of the line still waits: its engine, and so its voice, is not known."""
        return any(
            other is client and waiting.clause.line == speak.clause.line
            for _, _, other, waiting in self._queue
        )


async def _send(client: _Client, message: object) -> None:
    try:
        await client.link.send(message)
    except WireError:
        # It went away while we spoke; its reading side is ending, too.
        client.gone = True
