"""Lines on their way: each is heard whole, once, whoever dies on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from host.link import Link, serve
from host.model import Aired, Ended
from host.model.messages import Enqueue, Voiced, Withdraw
from host.studio.delivery import Delivery
from tests.host.studio.room import FakeVoices, Process, alive, eventually, planned, settled

pytestmark = pytest.mark.anyio


class Room:
    """A delivery, its voices, and the lines that it told the supervisor it drops."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.voices = FakeVoices()
        self.dropped: list[tuple[int, str]] = []
        self.delivery = Delivery(folder, self.voices, self._drop)

    async def _drop(self, line: int, why: str) -> None:
        self.dropped.append((line, why))

    async def connected(self, media: Process) -> None:
        """Return when lines reach ``media``."""
        await eventually(lambda: bool(media.links))
        await settled()


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    one = Room(folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one.delivery.run)
        yield one
        tasks.cancel_scope.cancel()


def told(message: Any) -> tuple[object, ...]:
    """A message in short."""
    if isinstance(message, Enqueue):
        return ("enqueue", message.planned.line.id, message.start_clause)
    if isinstance(message, Voiced):
        return ("voiced", message.line, message.clause)
    assert isinstance(message, Withdraw)
    return ("withdraw", message.line, message.why)


def aired(line: int, clause: int, ends_clause: bool = True) -> Aired:
    return Aired(line, clause, 1, 9, ends_clause=ends_clause, ends_line=False)


async def test_a_line_and_its_sounds_reach_media_in_order(tmp_path: Path) -> None:
    async with room(tmp_path) as one, alive(tmp_path, "media") as media:
        await one.connected(media)
        one.delivery.accept(planned(7, 2, priority=1))
        await one.delivery.deliver(7)
        heard = [told(message) for message in await media.until(3)]
    assert heard == [("enqueue", 7, 0), ("voiced", 7, 0), ("voiced", 7, 1)]
    assert one.voices.said == [("7.0", True), ("7.1", True)]


async def test_a_new_media_is_handed_what_was_not_aired(tmp_path: Path) -> None:
    async with room(tmp_path) as one:
        async with alive(tmp_path, "media") as media:
            await one.connected(media)
            for line in (1, 2):
                one.delivery.accept(planned(line))
                await one.delivery.deliver(line)
            await media.until(8)
            one.delivery.aired(aired(1, 0))
            one.delivery.aired(aired(1, 1, ends_clause=False))  # cut by the media's death
        async with alive(tmp_path, "media") as media:
            heard = [told(message) for message in await media.until(7)]
    # Clause 1 of line 1 again from its beginning; nothing was synthesised again.
    assert heard == [
        ("enqueue", 1, 1), ("voiced", 1, 1), ("voiced", 1, 2),
        ("enqueue", 2, 0), ("voiced", 2, 0), ("voiced", 2, 1), ("voiced", 2, 2),
    ]  # fmt: skip
    assert len(one.voices.said) == 6


async def test_what_has_ended_is_forgotten(tmp_path: Path) -> None:
    async with room(tmp_path) as one:
        for line in (1, 2):
            one.delivery.accept(planned(line, 1, priority=line - 1))
            await one.delivery.deliver(line)
        assert (one.delivery.talk, one.delivery.answers) == (1, 1)
        one.delivery.ended(Ended(1, "finished"))
        one.delivery.ended(Ended(1, "finished"))
        one.delivery.aired(aired(1, 0))
        assert (one.delivery.talk, one.delivery.answers) == (0, 1)
        async with alive(tmp_path, "media") as media:
            await media.until(2)
            await settled()
    assert [told(message) for message in media.heard] == [("enqueue", 2, 0), ("voiced", 2, 0)]


async def test_a_restarted_studio_goes_on_where_the_air_is(tmp_path: Path) -> None:
    async with room(tmp_path) as one, alive(tmp_path, "media") as media:
        await one.connected(media)
        one.delivery.accept(planned(1), start=2)
        await one.delivery.deliver(1)
        heard = [told(message) for message in await media.until(2)]
    assert heard == [("enqueue", 1, 2), ("voiced", 1, 2)]
    assert one.voices.said == [("1.2", False)]


async def test_a_line_that_ends_before_its_turn_is_passed_over(tmp_path: Path) -> None:
    """Media outlives a studio and says what it holds, while the new studio waits for the voice."""
    async with room(tmp_path) as one:
        one.delivery.accept(planned(1))
        one.delivery.ended(Ended(1, "finished"))
        await one.delivery.deliver(1)
    assert one.voices.said == []


async def test_no_more_of_a_line_is_made_when_it_has_ended(tmp_path: Path) -> None:
    async with room(tmp_path) as one, anyio.create_task_group() as tasks:
        free = one.voices.hold()
        one.delivery.accept(planned(1))
        tasks.start_soon(one.delivery.deliver, 1)
        await settled()
        one.delivery.ended(Ended(1, "dropped", "refused at playout"))
        free.set()
    assert one.voices.said == [("1.0", False)]
    assert one.dropped == []


async def test_what_cannot_be_spoken_is_withdrawn_and_dropped(tmp_path: Path) -> None:
    async with room(tmp_path) as one:
        one.voices.cannot = {"1.1"}
        async with alive(tmp_path, "media") as media:
            await one.connected(media)
            one.delivery.accept(planned(1))
            await one.delivery.deliver(1)
            heard = [told(message) for message in await media.until(3)]
        assert heard == [("enqueue", 1, 0), ("voiced", 1, 0), ("withdraw", 1, "1.1 cannot be said")]
        assert one.dropped == [(1, "1.1 cannot be said")]
        # Until its end is known a new media is not told of it: it would wait for the sound.
        one.delivery.accept(planned(2, 1))
        await one.delivery.deliver(2)
        async with alive(tmp_path, "media") as media:
            await media.until(2)
        assert [told(message) for message in media.heard] == [("enqueue", 2, 0), ("voiced", 2, 0)]


async def test_sounds_made_while_all_is_handed_over_are_not_lost(tmp_path: Path) -> None:
    """A clause that media never got would keep the talk waiting for ever."""
    async with room(tmp_path) as one, anyio.create_task_group() as tasks:
        one.delivery.accept(planned(1))
        one.delivery.accept(planned(2, 20))
        one.voices.samples = 100_000  # 400 kB: the socket is full again and again
        await one.delivery.deliver(2)
        free = one.voices.hold()
        tasks.start_soon(one.delivery.deliver, 1)
        async with alive(tmp_path, "media") as media:
            await media.until(1)
            free.set()
            heard = [told(message) for message in await media.until(1 + 1 + 20 + 3)]
    assert heard[:2] == [("enqueue", 1, 0), ("enqueue", 2, 0)]
    assert {("voiced", 1, clause) for clause in range(3)} <= set(heard)


async def test_the_product_on_air_is_that_of_the_talk(tmp_path: Path) -> None:
    async with room(tmp_path) as one:
        assert one.delivery.on_air is None
        one.delivery.accept(planned(1, sku=None))
        one.delivery.accept(planned(2, sku="B", priority=1))
        one.delivery.accept(planned(3, sku="A"))
        assert one.delivery.on_air == "A"
        assert [line.id for line in one.delivery.lines] == [1, 2, 3]


async def test_whoever_waits_for_a_change_is_woken_by_an_end(tmp_path: Path) -> None:
    async with room(tmp_path) as one, anyio.create_task_group() as tasks:
        tasks.start_soon(one.delivery.changed)
        await settled()
        one.delivery.ended(Ended(9, "finished"))


async def test_a_line_that_is_cut_on_its_way_to_a_busy_media_leaves_nothing_there(
    tmp_path: Path,
) -> None:
    heard: list[Any] = []
    free = anyio.Event()

    async def busy(link: Link) -> None:
        async for message in link:
            heard.append(message)
            await free.wait()

    async with anyio.create_task_group() as tasks:
        await tasks.start(serve, tmp_path, "media", busy)
        async with room(tmp_path) as one:
            await eventually(lambda: one.delivery._media._link is not None)
            one.voices.samples = 600_000  # more than a socket holds
            for line in (1, 2):
                one.delivery.accept(planned(line))
                tasks.start_soon(one.delivery.deliver, line)
                await eventually(lambda: bool(one.voices.said))
                await settled()
            tasks.start_soon(one.delivery.cut, 2, "no longer true")
            await settled()
            free.set()
            await eventually(lambda: len(heard) >= 6)
            await settled()
        tasks.cancel_scope.cancel()
    short = [told(message) for message in heard]
    of_second = [each for each in short if each[1] == 2]
    assert of_second == [("enqueue", 2, 0), ("withdraw", 2, "no longer true")]
    assert one.dropped == []  # media tells its end
