"""A connection that comes back, and loses nothing while it comes up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from host.link import Link
from host.model.messages import EndShow, Hold
from host.studio.lasting import Lasting
from tests.host.studio.room import PATIENCE, alive, eventually

pytestmark = pytest.mark.anyio

FIRST = EndShow("first")


async def greet(link: Link) -> None:
    await link.send(FIRST)


async def ignore(message: Any) -> None:
    """What the others say matters to one test only."""


async def test_nobody_there_is_told_to_the_sender(tmp_path: Path) -> None:
    lasting = Lasting(tmp_path, "x", up=greet, heard=ignore)

    assert not await lasting.send(Hold(True))


async def test_it_comes_back_and_begins_with_up_each_time(tmp_path: Path) -> None:
    lasting = Lasting(tmp_path, "x", up=greet, heard=ignore)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lasting.run)
        for _ in range(3):
            async with alive(tmp_path, "x") as other:
                await other.until(1)
                assert await lasting.send(Hold(True))
                assert await other.until(2) == [FIRST, Hold(True)]
        tasks.cancel_scope.cancel()


async def test_what_it_hears_is_passed_on(tmp_path: Path) -> None:
    heard: list[Any] = []

    async def hear(message: Any) -> None:
        heard.append(message)

    lasting = Lasting(tmp_path, "x", up=greet, heard=hear)
    async with anyio.create_task_group() as tasks, alive(tmp_path, "x", lambda message: message):
        tasks.start_soon(lasting.run)
        await eventually(lambda: heard == [FIRST])
        tasks.cancel_scope.cancel()


async def test_what_is_sent_while_it_comes_up_follows_it(tmp_path: Path) -> None:
    """``up`` sends what there was when it looked: what came since must not be lost."""
    looking, go_on = anyio.Event(), anyio.Event()
    sent: list[bool] = []

    async def slowly(link: Link) -> None:
        looking.set()
        await go_on.wait()
        await link.send(FIRST)

    async def send() -> None:
        sent.append(await lasting.send(Hold(True)))

    lasting = Lasting(tmp_path, "x", up=slowly, heard=ignore)
    async with anyio.create_task_group() as tasks, alive(tmp_path, "x") as other:
        tasks.start_soon(lasting.run)
        with anyio.fail_after(PATIENCE):
            await looking.wait()
        tasks.start_soon(send)
        await anyio.sleep(0.05)
        assert (sent, other.heard) == ([], [])
        go_on.set()
        assert await other.until(2) == [FIRST, Hold(True)]
        assert sent == [True]
        tasks.cancel_scope.cancel()


async def test_one_that_talks_nonsense_is_left_for_a_new_connection(tmp_path: Path) -> None:
    lasting = Lasting(tmp_path, "x", up=greet, heard=ignore)
    async with anyio.create_task_group() as tasks, alive(tmp_path, "x") as other:
        tasks.start_soon(lasting.run)
        await other.until(1)
        await other.links[0]._stream.send(b"\xff" * 64)
        assert await other.until(2) == [FIRST, FIRST]
        assert len(other.links) == 2
        tasks.cancel_scope.cancel()
