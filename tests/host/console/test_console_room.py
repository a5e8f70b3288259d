"""The console's connections: they feed the desk, carry orders, and come back by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from host.console import room as console_room
from host.console.desk import Desk
from host.console.room import Room
from host.console.show import DeskView
from host.link import Link, serve
from host.model import Comment
from host.model.messages import Beat, EndShow, Hello, Hold, Retire
from tests.e2e.fake_room import FakeRoom

pytestmark = pytest.mark.anyio


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeRoom]:
    with FakeRoom(tmp_path / "sockets") as started:
        yield started


class Running:
    """A console's room beside a fake one."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(clock=time.monotonic)
        self._change = anyio.Event()
        self.room = Room(folder, self.desk, self._changed)

    def _changed(self) -> None:
        self._change.set()

    async def until(self, holds: Callable[[DeskView], object]) -> DeskView:
        """The first view for which that holds."""
        with anyio.fail_after(10):
            while not holds(view := self.desk.view()):
                await self._change.wait()
                self._change = anyio.Event()
        return view


async def test_introduces_itself_and_follows_rows_and_state(fake: FakeRoom) -> None:
    running = Running(fake.folder)
    fake.write(Comment("c1", "小王", "多少钱", 0))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.room.run)
        view = await running.until(lambda view: view.comments and view.light == "onair")
        assert view.gone == ()
        assert fake.wait_for(Hello).role == "console"
        tasks.cancel_scope.cancel()


async def test_the_red_button_goes_to_onair_without_a_supervisor(fake: FakeRoom) -> None:
    running = Running(fake.folder)
    fake.lose("supervisor")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.room.run)
        await running.until(lambda view: view.light == "onair" and "supervisor" in view.gone)
        assert await running.room.hold(True)
        await running.until(lambda view: view.light == "hold")
        assert await running.room.hold(False)
        await running.until(lambda view: view.light == "onair")
        tasks.cancel_scope.cancel()
    presses = [message for message in fake.heard if isinstance(message, Hold)]
    assert presses == [Hold(True), Hold(False)]


async def test_a_restarted_onair_is_held_again(fake: FakeRoom) -> None:
    running = Running(fake.folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.room.run)
        await running.until(lambda view: view.light == "onair")
        assert await running.room.hold(True)
        await running.until(lambda view: view.hold)
        fake.lose("onair")
        await running.until(lambda view: view.light == "off")
        assert not await running.room.hold(True)
        fake.hold = False  # a new process knows nothing of it
        fake.revive("onair")
        await running.until(lambda view: view.light == "hold")
        tasks.cancel_scope.cancel()


async def test_a_supervisor_that_comes_back_is_found(fake: FakeRoom) -> None:
    running = Running(fake.folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.room.run)
        await running.until(lambda view: view.light == "onair" and not view.gone)
        fake.lose("supervisor")
        await running.until(lambda view: view.gone == ("supervisor",))
        fake.revive("supervisor")
        await running.until(lambda view: not view.gone)
        fake.write(Comment("c2", "小李", "有货吗", 0))
        await running.until(lambda view: view.comments)
        tasks.cancel_scope.cancel()


async def test_ends_when_there_is_no_supervisor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_room, "ORPHANED", 0.5)
    began = time.monotonic()
    with anyio.fail_after(5):
        await Running(tmp_path).room.run()
    assert time.monotonic() - began >= 0.5


async def test_an_onair_that_says_nothing_counts_as_away(
    fake: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_room, "SILENT", 0.4)  # it speaks once a second
    running = Running(fake.folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.room.run)
        await running.until(lambda view: view.light == "onair")
        await running.until(lambda view: view.light == "off")
        tasks.cancel_scope.cancel()


async def test_the_end_is_asked_of_the_supervisor_then_of_onair_and_failure_is_told(
    fake: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_room, "ENDING", 0.3)
    running = Running(fake.folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.room.run)
        await running.until(lambda view: view.light == "onair" and not view.gone)
        tasks.start_soon(running.room.end, "operator")
        await running.until(lambda view: view.ending == "asked")
        await running.until(lambda view: view.ending == "failed")
        tasks.cancel_scope.cancel()
    ends = [message for message in fake.heard if isinstance(message, EndShow)]
    assert ends == [EndShow("operator"), EndShow("to onair")]


async def test_it_beats_and_leaves_when_it_is_asked_to(tmp_path: Path) -> None:
    beats: list[Beat] = []

    async def supervise(link: Link) -> None:
        async for message in link:
            if isinstance(message, Beat):
                beats.append(message)
                await link.send(Retire("another one comes"))

    async with anyio.create_task_group() as tasks:
        await tasks.start(serve, tmp_path, "supervisor", supervise)
        with anyio.fail_after(5):
            await Running(tmp_path).room.run()
        tasks.cancel_scope.cancel()
    assert beats == [Beat()]
