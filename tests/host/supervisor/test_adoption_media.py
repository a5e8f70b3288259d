"""A former supervisor's media that says no Hello does not stay beside the one that has the ring."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import anyio
import psutil
import pytest

from host.accounts import Accounts
from host.config import Room, load_room
from host.ledger import Ledger
from host.model.messages import Grant
from host.supervisor import Output
from host.supervisor.adoption import end_former_media, new_air
from host.supervisor.process import Left
from host.supervisor.show import Show
from tests.host.supervisor import reception_room
from tests.host.supervisor.reception_room import some

ROOT = Path(__file__).parents[3]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    return load_room(ROOT / "configs/demo.toml")


@contextmanager
def sleeper(module: str, room: Room) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose command line says what one of a room's does."""
    code = "import time; time.sleep(60)"
    process = subprocess.Popen(
        [module, "-c", code, "--room", str(room.file), "--sub", room.sub],
        executable=sys.executable,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_is_ended_though_it_is_stopped_and_nothing_else_is(room: Room) -> None:
    with (
        sleeper("host.media", room) as former,
        sleeper("host.media", room) as ours,
        sleeper("host.voice", room) as voice,
        sleeper("host.media", load_room(ROOT / "configs/demo.toml", sub="other")) as other,
    ):
        os.kill(former.pid, signal.SIGSTOP)
        while psutil.Process(former.pid).status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)

        async def end() -> None:
            with anyio.fail_after(15):
                await end_former_media(room, lambda pid: pid == ours.pid)

        anyio.run(end)
        assert former.wait(5) == -signal.SIGKILL
        assert [one.poll() for one in (ours, voice)] == [None, None]
        assert other.poll() is None


@pytest.mark.parametrize("adopted", [True, False])
def test_the_first_grant_of_an_adopted_room_ends_it(room: Room, adopted: bool) -> None:
    room.var.mkdir(parents=True)

    async def grant(former: subprocess.Popen[bytes], onair: subprocess.Popen[bytes]) -> None:
        air = new_air(room.format, 1)
        air.onair = Left(onair.pid) if adopted else None
        with closing(air), closing(Ledger(room.ledger)) as ledger:
            show = Show(
                room, Output(), air, ledger, Accounts(), end=print, tell=print, state=print,
                observe=lambda levers: (), renew=None,
            )  # fmt: skip
            with anyio.fail_after(15):
                async with anyio.create_task_group() as tasks:
                    show._tasks = tasks
                    show._reception._granted()
                assert (former.poll() is not None) is adopted
        if air.onair is not None:
            air.onair.close()

    with sleeper("host.media", room) as former, sleeper("stream.onair", room) as onair:
        anyio.run(grant, former, onair)
        assert onair.poll() is None


def test_each_grant_is_told_of(tmp_path: Path) -> None:
    granted: list[int] = []

    async def test(room: reception_room.Room) -> None:
        room.reception._granted = lambda: granted.append(room.ring.epoch)
        async with room.join("media") as media:
            assert await some(media, 1) == [Grant(1)]
        async with room.join("media") as media:
            assert await some(media, 1) == [Grant(2)]

    reception_room.run(tmp_path, test)
    assert granted == [1, 2]
