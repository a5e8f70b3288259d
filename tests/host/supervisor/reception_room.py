"""A reception on a real socket with a ring of numbers, and all that they were given."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio

from host.accounts import Accounts
from host.ledger import Ledger, read
from host.link import Link, connect, serve
from host.model import Aired, Clause, Cursor, Decision, Incident, Line, Planned
from host.model.messages import Address, Hello, Upgrade
from host.supervisor.desk import Desk
from host.supervisor.guest import Guest
from host.supervisor.reception import Reception

_NOBODY = itertools.count(2**22 + 1)
"""Process ids above Linux's highest: nothing is killed by mistake."""


def planned(line: int, clauses: int = 1, priority: int = 0) -> Planned:
    parts = tuple(Clause(line, n, "…", "zh", last=n == clauses - 1) for n in range(clauses))
    return Planned(Line(line, "zh", "…", "selling", priority=priority), parts, f"after {line}")


def aired(line: int, clause: int = 0, *, last: bool = True) -> Aired:
    first = line * 100 + clause * 10
    return Aired(line, clause, first, first + 9, ends_clause=True, ends_line=last)


class FakeRing:
    """Numbers in place of shared memory."""

    def __init__(self) -> None:
        self.epoch = 0
        self.depth = 0
        self.at = Cursor(0, 0, 0, 0, -1, 0)

    def grant(self) -> int:
        self.epoch += 1
        return self.epoch

    def cursor(self) -> Cursor:
        return self.at


class Room:
    """Everything of a supervisor that a connection meets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "ledger.sqlite"
        self.ledger = Ledger(self.path)
        self.accounts = Accounts()
        self.ring = FakeRing()
        self.ends = 0
        self.told: list[Incident | Decision] = []
        self.beats: list[str] = []
        self.asked: list[Upgrade | Address] = []
        self.desk = Desk(self.ledger, self.accounts, end=self._end, tell=self.told.append)
        self.reception = Reception(
            self.desk,
            self.ring,
            beat=lambda guest: self.beats.append(guest.role),
            command=lambda guest, message: self.asked.append(message),
        )
        self.reception.caught_up.set()

    def _end(self) -> None:
        self.ends += 1

    @property
    def kinds(self) -> list[str]:
        return [row.kind for row in read(self.path)]

    @property
    def incidents(self) -> list[str]:
        return [one.what for one in self.told if isinstance(one, Incident)]

    def holder(self, role: str) -> Guest | None:
        return self.reception.posts[role].holder

    @asynccontextmanager
    async def join(self, role: str, *, pid: int = 0, epoch: int = 0) -> AsyncIterator[Link]:
        link = await connect(self.folder, "supervisor")
        await link.send(Hello(role, pid or next(_NOBODY), epoch))
        try:
            yield link
        finally:
            await link.aclose()


def run(folder: Path, test: Callable[[Room], Awaitable[None]]) -> Room:
    """In an event loop, for 20 s at most."""
    room = Room(folder)

    async def limited() -> None:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                await tasks.start(serve, folder, "supervisor", room.reception.serve)
                await test(room)
                tasks.cancel_scope.cancel()

    anyio.run(limited)
    room.ledger.close()
    return room


async def some(link: Link, count: int) -> list[Any]:
    """The next ``count`` messages."""
    got: list[Any] = []
    async for message in link:
        got.append(message)
        if len(got) == count:
            break
    return got


async def settled(ready: Callable[[], bool]) -> None:
    """Until what was sent has been taken."""
    never = anyio.Event()
    while not ready():
        with anyio.move_on_after(0.005):
            await never.wait()
