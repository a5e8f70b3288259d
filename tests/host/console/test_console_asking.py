"""A new address goes to the supervisor, and what it tells comes back."""

from __future__ import annotations

import time
from pathlib import Path

import anyio
import pytest

from host.console import asking
from host.console.desk import Desk
from host.console.room import Room
from host.model.messages import Address, Told
from tests.e2e.fake_room import FakeRoom

pytestmark = pytest.mark.anyio


class Running:
    """A console's room whose changes can be waited for."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(clock=time.monotonic)
        self._change = anyio.Event()
        self.room = Room(folder, self.desk, lambda: self._change.set())

    async def connected(self) -> None:
        with anyio.fail_after(10):
            while self.desk.view().light != "onair" or self.desk.view().gone:
                await self._change.wait()
                self._change = anyio.Event()


async def test_the_last_word_is_the_answer(tmp_path: Path) -> None:
    running = Running(tmp_path / "sockets")
    room = running.room
    with FakeRoom(tmp_path / "sockets") as fake:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.run)
            await running.connected()
            fake.told = (Told("looking"), Told("done", over=True))
            answers: list[Told | None] = []

            async def ask(name: str) -> None:
                answers.append(await room.address(name, "rtmp://h/a/k"))

            async with anyio.create_task_group() as asked:
                for name in ("tea", "cup"):
                    asked.start_soon(ask, name)
            assert answers == [Told("done", over=True)] * 2
            given = [message for message in fake.heard if isinstance(message, Address)]
            assert sorted(message.name for message in given) == ["cup", "tea"]
            tasks.cancel_scope.cancel()


async def test_silence_and_absence_are_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.3)
    running = Running(tmp_path / "sockets")
    room = running.room
    assert await room.address("tea", "rtmp://h/a/k") is None
    with FakeRoom(tmp_path / "sockets") as fake:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.run)
            await running.connected()
            fake.told = (Told("looking"),)
            assert await room.address("tea", "rtmp://h/a/k") is None
            tasks.cancel_scope.cancel()
