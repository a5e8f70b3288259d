"""What is reported is written once, and who connects misses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import anyio
import pytest

from host.link import Link
from host.model import Aired, Comment, Decision, Ended, Incident, wire
from host.model.messages import Beat, EndShow, Hello, Noted, Row, Welcome
from host.supervisor import desk as desks
from host.supervisor import guest as guests
from tests.host.supervisor.reception_room import Room, aired, planned, run, settled, some


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
            assert await some(studio, 1) == [Noted()]
            room.desk.take(aired(1))
            assert await some(studio, 2) == [aired(1), Ended(1, "finished", "", ((100, 109),))]

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
            assert await some(studio, 2) == [Noted(), Ended(1, "dropped", "sold out")]

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
            assert got[1:] == [aired(1), Ended(1, "finished", "", ((100, 109),))]
        else:
            assert [row.kind for row in got] == ["Planned", "Aired", "Ended"]

    run(tmp_path, test)


def test_one_that_falls_behind_is_cut_off_and_can_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "BEHIND", 70)

    async def test(room: Room) -> None:
        async with room.join("console") as slow, room.join("console") as other:
            await settled(lambda: len(room.desk.consoles) == 2)
            for number in range(120):
                room.desk.take(Incident("x", "y" * 100_000, str(number)))
                if number % 5 == 4:
                    await some(other, 5)
            got = [row async for row in slow]
            assert 0 < len(got) < 120
            assert [row.seq for row in got] == list(range(1, len(got) + 1))
        monkeypatch.setattr(guests, "BEHIND", 1000)
        async with room.join("console") as again:
            assert len(await some(again, 120)) == 120

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


@pytest.mark.parametrize(
    "message",
    [
        Ended([1], "dropped"),  # type: ignore[arg-type]
        Aired("x", 0, "a", 1, True, True),  # type: ignore[arg-type]
        planned(None),  # type: ignore[arg-type]
        Incident("x", "y", {"a": (1, b"".decode())}),  # type: ignore[arg-type]
    ],
)
def test_an_ill_typed_message_costs_its_sender_the_connection_at_most(
    tmp_path: Path, message: object
) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as bad:
            await some(bad, 1)
            await bad.send(message)
            await settled(lambda: bool(room.told))
        room.desk.take(planned(1))
        assert room.accounts.welcome.next_line == 2

    room = run(tmp_path, test)
    assert room.told


def test_one_that_goes_away_is_let_go(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("console"), room.join("studio"):
            await settled(lambda: len(room.desk.consoles) == 1 and room.desk.studio is not None)
        await settled(lambda: not room.desk.consoles and room.desk.studio is None)
        room.desk.take(Incident("x", "y", "z"))

    run(tmp_path, test)


def test_a_run_told_twice_is_written_and_passed_on_once(tmp_path: Path) -> None:
    """Onair tells again what was not noted before its connection was lost."""

    async def test(room: Room) -> None:
        async with room.join("studio") as studio:
            await some(studio, 1)
            room.desk.take(planned(1, clauses=2))
            for run_ in (aired(1, 0, last=False), aired(1, 0, last=False), aired(1, 1)):
                room.desk.take(run_)
            room.desk.take(aired(1, 1))
            got = await some(studio, 3)
            assert got[:2] == [aired(1, 0, last=False), aired(1, 1)]

    room = run(tmp_path, test)
    assert room.kinds == ["Planned", "Aired", "Aired", "Ended"]


class Watcher:
    """An observer that speaks as it hears, or raises."""

    def __init__(self, desk: desks.Desk, *, broken: bool = False) -> None:
        self.heard: list[tuple[str, str]] = []
        self._desk = desk
        self._broken = broken

    def hear(self, role: str, message: object) -> None:
        self.heard.append((role, type(message).__name__))
        if self._broken:
            raise RuntimeError("no")
        if isinstance(message, Decision):
            self._desk.take(Incident("watcher", "said", "…"), "supervisor")


def test_observers_hear_everything_in_order_and_may_speak(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        first, second = Watcher(room.desk), Watcher(room.desk)
        room.desk.observers = (first, second)
        async with room.join("media") as media:
            await some(media, 1)
            await media.send(Beat())
            await media.send(Decision("a", "b"))
            await settled(lambda: len(second.heard) == 4)
        wanted = [("media", "Beat"), ("media", "Decision"), *[("supervisor", "Incident")] * 2]
        assert first.heard == second.heard == wanted
        assert room.beats == ["media"]

    run(tmp_path, test)


def test_an_observer_that_raises_at_everything_is_left_out(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        broken, sound = Watcher(room.desk, broken=True), Watcher(room.desk)
        room.desk.observers = (broken, sound)
        for _ in range(desks.FAULTS + 3):
            room.desk.take(Comment("c", "u", "t", 0), "studio")
        assert (len(broken.heard), len(sound.heard)) == (desks.FAULTS, desks.FAULTS + 4)

    assert run(tmp_path, test).incidents == ["alert"], "a person is told"


def test_what_one_said_before_it_went_is_taken(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as link:
            for line in range(1, 100):
                await link.send(planned(line))
        await settled(lambda: room.accounts.welcome.next_line == 100)

    run(tmp_path, test)


def test_the_show_goes_on_without_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(rows: Sequence[Row]) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async def test(room: Room) -> None:
        monkeypatch.setattr(room.ledger, "write", full)
        async with room.join("studio") as studio:
            await some(studio, 1)
            await studio.send(planned(1))
            assert await some(studio, 1) == [Noted()]
            room.desk.take(aired(1))
            assert [type(one) for one in await some(studio, 2)] == [Aired, Ended]

    room = run(tmp_path, test)
    assert room.desk.journal.waiting == 4
    assert room.kinds == []
