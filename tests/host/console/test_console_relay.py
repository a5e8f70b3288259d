"""The preview's fan-out: it waits for nobody."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import av
import pytest

from host.console import relay as console_relay
from host.console.relay import VIEWERS, Item, Relay, Viewer
from host.model.messages import TapHeader
from tests.e2e.fake_room import FORMAT, FakeRoom

pytestmark = pytest.mark.anyio


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeRoom]:
    with FakeRoom(tmp_path / "sockets") as started:
        yield started


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[Relay, list[TapHeader]]]:
    headers: list[TapHeader] = []
    relay = Relay(folder, headers.append)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(relay.run)
        yield relay, headers
        tasks.cancel_scope.cancel()


async def items(viewer: Viewer, count: int) -> list[Item]:
    with anyio.fail_after(10):
        return [await viewer.items.receive() for _ in range(count)]


def pictures(data: bytes) -> int:
    with av.open(io.BytesIO(data), "r") as container:
        return len(list(container.decode(video=0)))


async def test_a_viewer_gets_header_init_and_pictures(fake: FakeRoom) -> None:
    async with running(fake.folder) as (relay, headers):
        with relay.viewer() as viewer:
            assert viewer is not None
            head, *rest = await items(viewer, 6)
    assert isinstance(head, str)
    told = json.loads(head)
    assert (told["width"], told["height"]) == (FORMAT.video.width, FORMAT.video.height)
    assert told["mime"].startswith("video/mp4; codecs=")
    assert headers[0].format == FORMAT
    assert pictures(b"".join(item for item in rest if isinstance(item, bytes))) >= 15


async def test_one_that_joins_later_begins_at_a_keyframe_at_once(fake: FakeRoom) -> None:
    async with running(fake.folder) as (relay, _):
        with relay.viewer() as first, relay.viewer():
            assert first is not None
            await items(first, 8)
            with relay.viewer() as second:
                assert second is not None
                head, init, fragment = second.items.receive_nowait(), *await items(second, 2)
    assert isinstance(head, str)
    assert isinstance(init, bytes)
    assert isinstance(fragment, bytes)
    assert pictures(init + fragment) >= 1


async def test_a_slow_viewer_is_let_go_and_the_others_never_wait(
    fake: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_relay, "BEHIND", 4)
    async with running(fake.folder) as (relay, _):
        with relay.viewer() as slow, relay.viewer() as quick:
            assert slow is not None
            assert quick is not None
            seen = await items(quick, 12)
            assert slow.lagging.is_set()
            assert not quick.lagging.is_set()
            assert len(seen) == 12
            assert slow.items.statistics().current_buffer_used == 4


async def test_too_many_viewers_are_refused(fake: FakeRoom) -> None:
    async with running(fake.folder) as (relay, _):
        opened = [relay.viewer() for _ in range(VIEWERS + 1)]
        viewers = [viewer.__enter__() for viewer in opened]
        assert viewers[-1] is None
        assert relay.viewers == VIEWERS
        for viewer in opened:
            viewer.__exit__(None, None, None)
        assert relay.viewers == 0


async def test_a_restarted_onair_begins_the_stream_anew(fake: FakeRoom) -> None:
    async with running(fake.folder) as (relay, _):
        with relay.viewer() as viewer:
            assert viewer is not None
            await items(viewer, 4)
            fake.lose("onair")
            fake.revive("onair")
            with anyio.fail_after(10):
                while not isinstance(await viewer.items.receive(), str):
                    pass
            init, fragment = await items(viewer, 2)
    assert isinstance(init, bytes)
    assert isinstance(fragment, bytes)
    assert pictures(init + fragment) >= 1


async def test_nobody_reads_the_tap_when_nobody_looks(
    fake: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_relay, "LINGER", 0.2)
    async with running(fake.folder) as (relay, headers):
        await anyio.sleep(0.3)
        assert headers == []
        with relay.viewer() as viewer:
            assert viewer is not None
            await items(viewer, 3)
        await anyio.sleep(0.6)
        with relay.viewer() as viewer:
            assert viewer is not None
            await items(viewer, 3)
        assert len(headers) == 2, "it had let go of the tap and connected anew"
