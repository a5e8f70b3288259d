"""The supervisor's socket: each process reports here and is told what concerns it."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectSendStream

from host.accounts import Accounts
from host.errors import WireError
from host.ledger import Ledger
from host.link import Link
from host.model import Aired, Answer, Comment, Decision, Ended, Incident, Planned
from host.model.messages import EndShow, Grant, Hello, Row

REPLAYED = 200
"""Rows a console is shown on connecting: what a page can hold."""
BEHIND = 1000
"""Messages a console or studio may fall behind before it is cut off and must connect anew."""


_Group = set[MemoryObjectSendStream[object]]


class Desk:
    """Keeps accounts and ledger; passes rows to consoles and what was aired to the studio."""

    def __init__(
        self,
        ledger: Ledger,
        accounts: Accounts,
        *,
        grant: Callable[[], int],
        end: Callable[[], None],
        tell: Callable[[Incident | Decision], None],
    ) -> None:
        """``grant`` gives a new epoch of the ring; ``tell`` prints for the person who watches."""
        self._ledger = ledger
        self._accounts = accounts
        self._grant = grant
        self._end = end
        self._tell = tell
        self._recent: deque[Row] = deque(maxlen=REPLAYED)
        self._consoles: _Group = set()
        self._studios: _Group = set()
        self.unwritten = 0
        """Rows that the disk did not take; the show goes on without them."""

    def take(self, message: object) -> None:
        """One report, whoever sent it. Never raises for a full disk."""
        if isinstance(message, Planned):
            ended = self._accounts.plan(message)
            self._write(message)
            self._finish(ended)
        elif isinstance(message, Aired):
            ended = self._accounts.air(message)
            self._write(message)
            self._pass_on(self._studios, message)
            self._finish(ended)
        elif isinstance(message, Ended):
            self._finish(self._accounts.drop(message.line, message.reason))
        elif isinstance(message, (Decision, Incident)):
            self._write(message)
            self._tell(message)
        elif isinstance(message, (Comment, Answer)):
            self._write(message)
        elif isinstance(message, EndShow):
            self._end()

    async def serve(self, link: Link) -> None:
        """One connection, from its Hello to its end."""
        async with anyio.create_task_group() as tasks:
            try:
                async for message in link:
                    if isinstance(message, Hello):
                        await self._greet(link, message, tasks)
                    else:
                        self.take(message)
            except WireError as error:
                self.take(Incident("supervisor", "bad-message", str(error)))
            tasks.cancel_scope.cancel()

    async def _greet(self, link: Link, hello: Hello, tasks: TaskGroup) -> None:
        if hello.role == "media":
            await link.send(Grant(self._grant()))
        elif hello.role == "studio":
            self._feed(link, self._studios, (self._accounts.welcome,), tasks)
        elif hello.role == "console":
            self._feed(link, self._consoles, tuple(self._recent), tasks)
        else:
            await link.send(Hello("supervisor", os.getpid()))

    def _feed(self, link: Link, group: _Group, first: tuple[object, ...], tasks: TaskGroup) -> None:
        """Send ``first``, then whatever the group is told from this moment on."""
        send, receive = anyio.create_memory_object_stream[object](BEHIND)
        group.add(send)

        async def feed() -> None:
            try:
                for message in first:
                    await link.send(message)
                async for message in receive:
                    await link.send(message)
                tasks.cancel_scope.cancel()  # it fell behind: its connection ends
            except WireError:
                pass  # it went away; what it had said is still read in serve()
            finally:
                group.discard(send)
                send.close()
                receive.close()

        tasks.start_soon(feed)

    def _finish(self, ended: Ended | None) -> None:
        if ended is not None:
            self._write(ended)
            self._pass_on(self._studios, ended)

    def _write(self, message: object) -> None:
        try:
            row = self._ledger.append(message)
        except sqlite3.Error:
            self.unwritten += 1
            return
        self._recent.append(row)
        self._pass_on(self._consoles, row)

    @staticmethod
    def _pass_on(group: _Group, message: object) -> None:
        for send in tuple(group):
            try:
                send.send_nowait(message)
            except (anyio.WouldBlock, anyio.BrokenResourceError):
                group.discard(send)
                send.close()
