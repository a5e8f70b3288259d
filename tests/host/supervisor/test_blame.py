"""What kills a process again and again is left out; a process that is broken costs no show."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from host.model import Cursor
from host.model.messages import Retire, Welcome
from tests.host.supervisor.reception_room import Room, planned, run, settled, some


async def die(room: Room, role: str, times: int) -> None:
    """That many processes of the role are let in, and are gone without having been asked."""
    for _ in range(times):
        async with room.join(role) as link:
            await some(link, 1)
        await settled(lambda: room.holder(role) is not None and room.holder(role).left.is_set())  # type: ignore[union-attr]


def test_a_line_that_kills_media_twice_is_dropped(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        for line in (1, 2):
            room.desk.take(planned(line, clauses=2))
        room.ring.at = Cursor(5, 1, 5, 1, 0, 960)
        await die(room, "media", 2)
        async with room.join("media") as media:
            await some(media, 1)
        assert [one.line.id for one in room.accounts.welcome.outstanding] == [2]

    room = run(tmp_path, test)
    assert room.incidents == ["line-dropped"]


def test_deaths_at_different_clauses_drop_nothing(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        room.desk.take(planned(1, clauses=9))
        for clause in range(5):
            room.ring.at = Cursor(clause, 1, clause, 1, clause, 960)
            await die(room, "media", 1)
        assert len(room.accounts.welcome.outstanding) == 1

    assert run(tmp_path, test).incidents == []


def test_a_media_that_dies_at_every_line_costs_three_lines_not_the_show(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        for line in range(1, 9):
            room.desk.take(planned(line))
        await die(room, "media", 14)
        assert [one.line.id for one in room.accounts.welcome.outstanding] == [4, 5, 6, 7, 8]
        room.reception.heard()
        await die(room, "media", 3)
        assert [one.line.id for one in room.accounts.welcome.outstanding] == [5, 6, 7, 8]

    assert run(tmp_path, test).incidents == ["line-dropped"] * 4


def test_one_that_retired_is_no_death(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        room.desk.take(planned(1))
        async with AsyncExitStack() as stack:
            media = await stack.enter_async_context(room.join("media"))
            for _ in range(4):
                await some(media, 1)
                newcomer = await stack.enter_async_context(room.join("media"))
                assert isinstance((await some(media, 1))[0], Retire)
                await media.aclose()
                media = newcomer
            await some(media, 1)
        assert len(room.accounts.welcome.outstanding) == 1

    assert run(tmp_path, test).incidents == []


def test_a_welcome_that_kills_the_studio_three_times_begins_anew(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        room.desk.take(planned(1))
        await die(room, "studio", 3)
        async with room.join("studio") as studio:
            assert await some(studio, 1) == [Welcome(2)]

    room = run(tmp_path, test)
    assert room.incidents == ["began-anew"]
    assert room.kinds == ["Planned", "Incident", "Ended"]


def test_a_studio_that_plans_is_well(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        for line in range(1, 6):
            async with room.join("studio") as studio:
                await some(studio, 1)
                await studio.send(planned(line))
                await some(studio, 1)
            await settled(lambda: room.desk.studio is None)
        assert len(room.accounts.welcome.outstanding) == 5

    assert run(tmp_path, test).incidents == []
