"""The supervisor's socket: rows are written once, and who connects misses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from host.accounts import Accounts
from host.ledger import Ledger, read
from host.link import Link, connect, serve
from host.model import Aired, Clause, Comment, Decision, Ended, Incident, Line, Planned, wire
from host.model.messages import EndShow, Grant, Hello, Row, Welcome
from host.supervisor import desk as desks
from host.supervisor.desk import Desk


def planned(line: int) -> Planned:
    return Planned(
        Line(line, "zh", "…", "selling"), (Clause(line, 0, "…", "zh", last=True),), f"after {line}"
    )


def aired(line: int) -> Aired:
    return Aired(line, 0, line * 10, line * 10 + 9, ends_clause=True, ends_line=True)


class Room:
    """A desk on a real socket, with all that it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "ledger.sqlite"
        self.ledger = Ledger(self.path)
        self.accounts = Accounts()
        self.granted = 0
        self.ends = 0
        self.told: list[Incident | Decision] = []
        self.desk = Desk(
            self.ledger, self.accounts, grant=self._grant, end=self._end, tell=self.told.append
        )

    def _grant(self) -> int:
        self.granted += 1
        return self.granted

    def _end(self) -> None:
        self.ends += 1

    @property
    def kinds(self) -> list[str]:
        return [row.kind for row in read(self.path)]

    @asynccontextmanager
    async def join(self, role: str) -> AsyncIterator[Link]:
        link = await connect(self.folder, "supervisor")
        await link.send(Hello(role, 1))
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
                await tasks.start(serve, folder, "supervisor", room.desk.serve)
                await test(room)
                tasks.cancel_scope.cancel()

    anyio.run(limited)
    room.ledger.close()
    return room


async def some(link: Link, count: int) -> list[Any]:
    got: list[Any] = []
    async for message in link:
        got.append(message)
        if len(got) == count:
            break
    return got


async def settled(ready: Callable[[], bool]) -> None:
    """Until the desk has taken what was sent to it."""
    never = anyio.Event()
    while not ready():
        with anyio.move_on_after(0.005):
            await never.wait()


def test_media_is_granted_an_epoch_each_time(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        for epoch in (1, 2):
            async with room.join("media") as link:
                assert await some(link, 1) == [Grant(epoch)]

    run(tmp_path, test)


def test_whoever_else_says_hello_is_greeted(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("voice") as link:
            (hello,) = await some(link, 1)
            assert (type(hello), hello.role) == (Hello, "supervisor")

    run(tmp_path, test)


def test_a_line_is_written_from_its_plan_to_its_end(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as studio:
            assert await some(studio, 1) == [Welcome(1)]
            await studio.send(planned(1))
            await settled(lambda: room.accounts.welcome.next_line == 2)
            room.desk.take(aired(1))
            assert await some(studio, 2) == [aired(1), Ended(1, "finished", "", ((10, 19),))]

    room = run(tmp_path, test)
    assert room.kinds == ["Planned", "Aired", "Ended"]


def test_a_drop_is_written_once_whoever_tells_it(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as studio, room.join("media") as media:
            await some(studio, 1)
            await studio.send(planned(1))
            await settled(lambda: room.kinds == ["Planned"])
            for link in (media, studio):
                await link.send(Ended(1, "dropped", "sold out"))
            assert await some(studio, 1) == [Ended(1, "dropped", "sold out")]

    room = run(tmp_path, test)
    assert room.kinds == ["Planned", "Ended"]


def test_reports_in_any_order_make_the_same_end(tmp_path: Path) -> None:
    """Onair's and the studio's connections are read in no order."""

    async def test(room: Room) -> None:
        room.desk.take(aired(1))
        room.desk.take(Ended(2, "dropped", "why"))
        room.desk.take(planned(1))
        room.desk.take(planned(2))

    room = run(tmp_path, test)
    assert room.kinds == ["Aired", "Planned", "Ended", "Planned", "Ended"]


def test_decisions_and_incidents_are_written_and_told(tmp_path: Path) -> None:
    decision, incident = Decision("line-refused", "price"), Incident("voice", "lost", "edge")

    async def test(room: Room) -> None:
        async with room.join("voice") as link:
            await link.send(decision)
            await link.send(incident)
            await link.send(Comment("c", "u", "t", 0))
            await settled(lambda: len(room.kinds) == 3)

    room = run(tmp_path, test)
    assert room.told == [decision, incident]
    assert room.kinds == ["Decision", "Incident", "Comment"]


def test_the_show_can_be_ended_from_here(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("console") as link:
            await link.send(EndShow("enough"))
            await settled(lambda: room.ends == 1)

    assert run(tmp_path, test).kinds == []


def test_a_console_gets_the_last_rows_and_every_new_one(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        for number in range(desks.REPLAYED + 50):
            room.desk.take(Incident("x", "y", str(number)))
        async with room.join("console") as link:
            rows = await some(link, desks.REPLAYED)
            assert [row.seq for row in rows] == list(range(51, desks.REPLAYED + 51))
            room.desk.take(Incident("x", "y", "new"))
            (row,) = await some(link, 1)
            assert isinstance(row, Row)
            assert wire.from_json(row.body).why == "new"

    run(tmp_path, test)


@pytest.mark.parametrize("role", ["studio", "console"])
def test_nothing_is_missed_while_one_is_greeted(
    tmp_path: Path, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes between the first message's making and its sending follows it."""
    send = Link.send

    async def test(room: Room) -> None:
        room.desk.take(planned(1))

        async def slowly(link: Link, message: object) -> None:
            if isinstance(message, (Welcome, Row)) and not room.accounts.welcome.aired:
                monkeypatch.setattr(Link, "send", send)
                room.desk.take(aired(1))
            await send(link, message)

        async with room.join(role) as link:
            monkeypatch.setattr(Link, "send", slowly)
            got = await some(link, 3)
        if role == "studio":
            assert got[0].outstanding == (planned(1),)
            assert got[1:] == [aired(1), Ended(1, "finished", "", ((10, 19),))]
        else:
            assert [row.kind for row in got] == ["Planned", "Aired", "Ended"]

    run(tmp_path, test)


def test_one_that_falls_behind_is_cut_off_and_can_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "BEHIND", 10)

    async def test(room: Room) -> None:
        async with room.join("console") as slow, room.join("console") as other:
            await settled(lambda: len(room.desk._consoles) == 2)
            for number in range(60):
                room.desk.take(Incident("x", "y" * 100_000, str(number)))
                if number % 5 == 0:
                    await some(other, 1 if number == 0 else 5)
            got = [row async for row in slow]
            assert 0 < len(got) < 60
            assert [row.seq for row in got] == list(range(1, len(got) + 1))
            await some(other, 4)
        async with room.join("console") as again:
            assert len(await some(again, 60)) == 60

    run(tmp_path, test)


def test_bad_bytes_are_an_incident_and_cost_one_connection(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as good:
            await some(good, 1)
            bad = await anyio.connect_unix(tmp_path / "supervisor.sock")
            await bad.send(b"\xff" * 8)
            await settled(lambda: room.kinds == ["Incident"])
            await bad.aclose()
            room.desk.take(planned(1))
            room.desk.take(aired(1))
            assert len(await some(good, 2)) == 2

    room = run(tmp_path, test)
    assert room.kinds == ["Incident", "Planned", "Aired", "Ended"]
    assert room.told[0] == Incident("supervisor", "bad-message", room.told[0].why)


def test_one_that_goes_away_is_let_go(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("console"), room.join("studio"):
            await settled(lambda: len(room.desk._consoles | room.desk._studios) == 2)
        await settled(lambda: not room.desk._consoles | room.desk._studios)
        room.desk.take(Incident("x", "y", "z"))

    run(tmp_path, test)


def test_what_one_said_before_it_went_is_taken(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as link:
            for line in range(1, 100):
                await link.send(planned(line))
        await settled(lambda: room.accounts.welcome.next_line == 100)

    run(tmp_path, test)


def test_the_show_goes_on_without_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(message: object) -> Row:
        raise sqlite3.OperationalError("database or disk is full")

    async def test(room: Room) -> None:
        monkeypatch.setattr(room.ledger, "append", full)
        async with room.join("studio") as studio:
            await some(studio, 1)
            room.desk.take(planned(1))
            room.desk.take(aired(1))
            assert [type(one) for one in await some(studio, 2)] == [Aired, Ended]

    room = run(tmp_path, test)
    assert room.desk.unwritten == 3
    assert room.kinds == []
