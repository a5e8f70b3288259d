"""One holder a role: who comes next is let in when the former has left, alive or dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from host.model import Aired, Ended
from host.model.messages import Address, Beat, Cost, Grant, Hello, Noted, Retire, Upgrade, Welcome
from host.supervisor import holders, reception
from tests.host.supervisor.reception_room import Room, aired, planned, run, settled, some


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not heed SIGTERM."""
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_media_is_granted_an_epoch_each_time(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        for epoch in (1, 2):
            async with room.join("media") as link:
                assert await some(link, 1) == [Grant(epoch)]

    run(tmp_path, test)


@pytest.mark.parametrize(
    ("role", "word"), [("media", Grant), ("studio", Welcome), ("voice", Hello)]
)
def test_a_newcomer_waits_until_the_former_has_retired(
    tmp_path: Path, role: str, word: type
) -> None:
    async def test(room: Room) -> None:
        async with room.join(role) as former:
            assert isinstance((await some(former, 1))[0], word)
            async with room.join(role) as newcomer:
                assert isinstance((await some(former, 1))[0], Retire)
                with anyio.move_on_after(0.2) as early:
                    await some(newcomer, 1)
                assert early.cancelled_caught
                await former.aclose()
                assert isinstance((await some(newcomer, 1))[0], word)

    run(tmp_path, test)


def test_what_the_former_studio_said_last_is_known_to_the_next(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("studio") as former, room.join("studio") as newcomer:
            assert [type(one) for one in await some(former, 2)] == [Welcome, Retire]
            await former.send(planned(1, clauses=2))
            assert await some(former, 1) == [Noted()]
            room.desk.take(aired(1, 0, last=False))
            assert await some(former, 1) == [aired(1, 0, last=False)]
            await former.aclose()
            (welcome,) = await some(newcomer, 1)
            assert welcome.outstanding == (planned(1, clauses=2),)
            assert welcome.aired == (aired(1, 0, last=False),)
            room.desk.take(aired(1, 1))
            assert [type(one) for one in await some(newcomer, 2)] == [Aired, Ended]

    run(tmp_path, test)


def test_one_that_does_not_retire_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders.dismiss, "__defaults__", (0.3,))

    async def test(room: Room) -> None:
        with sleeper() as process:
            async with room.join("media", pid=process.pid) as former:
                await some(former, 1)
                async with room.join("media") as newcomer:

                    async def dies() -> None:
                        await anyio.to_thread.run_sync(process.wait)
                        await former.aclose()

                    async with anyio.create_task_group() as tasks:
                        tasks.start_soon(dies)
                        assert await some(newcomer, 1) == [Grant(2)]
            assert process.returncode == -signal.SIGKILL

    run(tmp_path, test)


def test_a_media_that_beats_may_say_a_long_clause_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders.dismiss, "__defaults__", (0.1,))

    async def test(room: Room) -> None:
        with sleeper() as process:
            async with room.join("media", pid=process.pid) as former:
                await some(former, 1)
                async with room.join("media") as newcomer:
                    for _ in range(8):
                        await former.send(Beat())
                        await anyio.sleep(0.1)
                    assert process.poll() is None
                    await former.aclose()
                    assert await some(newcomer, 1) == [Grant(2)]
            assert process.poll() is None

    run(tmp_path, test)


def test_one_that_beats_and_never_leaves_is_killed_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders.dismiss, "__defaults__", (0.1,))
    monkeypatch.setattr(reception, "LONG_CLAUSE", 0.3)

    async def test(room: Room) -> None:
        with sleeper() as process:
            async with room.join("media", pid=process.pid) as former:
                await some(former, 1)
                await former.send(Beat())
                async with room.join("media"):
                    assert await anyio.to_thread.run_sync(process.wait) == -signal.SIGKILL

    run(tmp_path, test)


def test_the_ring_is_drained_before_its_epoch_is_over(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("media") as former:
            await some(former, 1)
            room.ring.depth = 6
        async with room.join("media") as newcomer:
            with anyio.move_on_after(0.15):
                await some(newcomer, 1)
            assert room.ring.epoch == 1
            room.ring.depth = 0
            await settled(lambda: room.ring.epoch == 2)

    run(tmp_path, test)


def test_a_programme_that_stands_still_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception.drained, "__defaults__", (0.1,))

    async def test(room: Room) -> None:
        room.ring.depth = 6
        async with room.join("media") as media:
            assert await some(media, 1) == [Grant(1)]

    run(tmp_path, test)


def test_a_media_that_lost_its_supervisor_holds_the_ring_until_the_next_is_up(
    tmp_path: Path,
) -> None:
    async def test(room: Room) -> None:
        room.ring.epoch = 7
        room.reception.posts["media"].await_former()
        async with room.join("media") as newcomer:
            await anyio.sleep(0.05)
            async with room.join("media", epoch=7) as orphan:
                assert [type(one) for one in await some(orphan, 2)] == [Cost, Retire]
                assert room.ring.epoch == 7
                await orphan.aclose()
                assert await some(newcomer, 1) == [Grant(8)]

    run(tmp_path, test)


def test_a_media_of_a_former_epoch_is_sent_home_and_the_holder_stays(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        room.ring.epoch = 7
        async with room.join("media") as holder:
            assert await some(holder, 1) == [Grant(8)]
            async with room.join("media", epoch=7) as late:
                assert [type(one) for one in await some(late, 1)] == [Retire]
            with anyio.move_on_after(0.2) as untold:
                await some(holder, 1)
            assert untold.cancelled_caught
            assert room.ring.epoch == 8

    run(tmp_path, test)


def test_a_candidate_lets_the_former_be_until_its_turn(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        post = room.reception.posts["media"]
        with sleeper() as process:
            candidate = post.expect(process.pid)
            async with room.join("media") as former:
                await some(former, 1)
                async with room.join("media", pid=process.pid) as newcomer:
                    await candidate.ready.wait()
                    with anyio.move_on_after(0.1) as undisturbed:
                        await some(former, 1)
                    assert undisturbed.cancelled_caught
                    candidate.turn.set()
                    assert isinstance((await some(former, 1))[0], Retire)
                    await former.aclose()
                    assert await some(newcomer, 1) == [Grant(2)]
            process.kill()

    run(tmp_path, test)


def test_a_studio_waits_for_what_onair_has_kept(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        room.reception.caught_up = anyio.Event()
        room.desk.take(planned(1))
        async with room.join("studio") as studio:
            await settled(lambda: bool(room.reception.posts["studio"]._order.locked()))
            room.desk.take(aired(1))
            room.reception.caught_up.set()
            assert (await some(studio, 1))[0].outstanding == ()

    run(tmp_path, test)


def test_what_is_asked_for_is_handed_on_and_an_address_is_on_no_record(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("command") as link:
            await some(link, 1)
            await link.send(Upgrade())
            await link.send(Address("main", "rtmp://h/a/live_7f3"))
            await settled(lambda: len(room.asked) == 2)

    room = run(tmp_path, test)
    assert room.kinds == []
    assert b"live_7f3" not in room.path.read_bytes()


def test_the_cost_level_holds_for_the_next_media_too(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        async with room.join("media") as media:
            await some(media, 1)
            room.reception.spend(2)
            assert await some(media, 1) == [Cost(2)]
        async with room.join("media") as media:
            assert await some(media, 2) == [Grant(2), Cost(2)]

    run(tmp_path, test)


def test_nobody_is_let_in_at_the_end(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        room.reception.close()
        async with room.join("media") as media:
            with anyio.move_on_after(0.2) as nothing:
                await some(media, 1)
            assert nothing.cancelled_caught
        assert room.ring.epoch == 0

    run(tmp_path, test)


def test_no_descriptor_of_a_process_is_left_open(tmp_path: Path) -> None:
    async def test(room: Room) -> None:
        open_before = len(os.listdir("/proc/self/fd"))
        with sleeper() as process:
            for _ in range(20):
                async with room.join("media", pid=process.pid, epoch=0) as media:
                    with anyio.move_on_after(0.01):
                        await some(media, 1)
                room.reception.posts["media"].holder = None
            async with room.join("console", pid=process.pid):
                pass
        await settled(lambda: len(os.listdir("/proc/self/fd")) <= open_before + 1)

    run(tmp_path, test)
