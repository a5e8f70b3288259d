"""Typed connections: nothing is lost, nothing is torn, one bad peer harms no other."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest

from host.errors import WireError
from host.link import Handler, Link, connect, serve
from host.model import sockets
from host.model.messages import Hold, TapPacket


def run(test: Callable[..., Awaitable[None]], *args: object) -> None:
    """In an event loop, for 20 s at most."""

    async def limited() -> None:
        with anyio.fail_after(20):
            await test(*args)

    anyio.run(limited)


@asynccontextmanager
async def served(folder: Path, handler: Handler) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        await tasks.start(serve, folder, "x", handler)
        yield
        tasks.cancel_scope.cancel()


def packet(size: int, pts: int = 0) -> TapPacket:
    return TapPacket(True, True, pts, np.full(size, pts % 256, np.uint8))


async def echo(link: Link) -> None:
    async for message in link:
        await link.send(message)


def test_messages_go_both_ways_in_order(tmp_path: Path) -> None:
    async def test() -> None:
        async with served(tmp_path, echo):
            link = await connect(tmp_path, "x")
            for n in range(50):
                await link.send(Hold(n % 2 == 0))
            got = []
            async for message in link:
                got.append(message.on)
                if len(got) == 50:
                    break
            assert got == [n % 2 == 0 for n in range(50)]
            await link.aclose()

    run(test)


def test_large_messages_of_many_senders_arrive_whole(tmp_path: Path) -> None:
    async def test() -> None:
        got: list[TapPacket] = []
        all_here = anyio.Event()

        async def collect(link: Link) -> None:
            async for message in link:
                got.append(message)
                if len(got) == 20:
                    all_here.set()

        async with served(tmp_path, collect):
            link = await connect(tmp_path, "x")
            async with anyio.create_task_group() as senders:
                for n in range(20):
                    senders.start_soon(link.send, packet(300_000, n))
            await all_here.wait()
            assert sorted(one.pts for one in got) == list(range(20))
            assert all((one.data == one.pts).all() for one in got)
            await link.aclose()

    run(test)


def test_one_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    async def test() -> None:
        async with anyio.create_task_group() as tasks:
            here = anyio.Event()

            async def come() -> None:
                link = await connect(tmp_path, "x")
                here.set()
                await link.aclose()

            tasks.start_soon(come)
            with anyio.move_on_after(0.1):
                await here.wait()
            assert not here.is_set()
            async with served(tmp_path, echo):
                await here.wait()

    run(test)


def test_one_that_never_comes_is_a_wire_error(tmp_path: Path) -> None:
    async def test() -> None:
        with pytest.raises(WireError, match=r"x\.sock after 0\.1 s") as caught:
            await connect(tmp_path, "x", patience=0.1)
        assert caught.value.retryable

    run(test)


def test_the_end_of_the_other_side_ends_the_messages(tmp_path: Path) -> None:
    async def test() -> None:
        async def say_and_go(link: Link) -> None:
            await link.send(Hold(True))

        async with served(tmp_path, say_and_go):
            link = await connect(tmp_path, "x")
            assert [message async for message in link] == [Hold(True)]
            with pytest.raises(WireError, match="gone"):
                await link.send(packet(10_000_000))
            await link.aclose()
            with pytest.raises(WireError, match="gone"):
                await link.send(Hold(True))
            assert [message async for message in link] == []

    run(test)


def test_bad_bytes_end_their_connection_and_no_other(tmp_path: Path) -> None:
    async def test() -> None:
        async with served(tmp_path, echo):
            good = await connect(tmp_path, "x")
            with socket.socket(socket.AF_UNIX) as bad:
                bad.connect(sockets.address(tmp_path, "x"))
                bad.sendall(b"\xff" * 100)
                bad.setblocking(False)
                while True:
                    try:
                        assert bad.recv(100) == b""
                        break
                    except BlockingIOError:
                        await anyio.sleep(0.01)
                    except ConnectionResetError:
                        break
            await good.send(Hold(True))
            assert await anext(aiter(good)) == Hold(True)
            await (await connect(tmp_path, "x")).aclose()
            await good.aclose()

    run(test)


def test_a_sender_that_is_cancelled_leaves_no_half_message(tmp_path: Path) -> None:
    """Another task would put its message behind the half, and the other end would read rubbish."""

    async def test() -> None:
        got: list[Any] = []
        over = anyio.Event()

        async def slowly(link: Link) -> None:
            await read.wait()
            try:
                got.extend([message async for message in link])
            finally:
                over.set()

        read = anyio.Event()
        async with served(tmp_path, slowly):
            link = await connect(tmp_path, "x")
            await link.send(Hold(True))
            with anyio.move_on_after(0.1) as limit:
                await link.send(packet(20_000_000))
            assert limit.cancelled_caught
            with pytest.raises(WireError):
                await link.send(Hold(False))
            read.set()
            await over.wait()
            assert got == [Hold(True)]
            await link.aclose()

    run(test)


def test_a_deep_folder_can_hold_a_link(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()

    async def test() -> None:
        async with served(deep, echo):
            link = await connect(deep, "x")
            await link.send(Hold(True))
            assert await anext(aiter(link)) == Hold(True)
            await link.aclose()

    run(test)


def test_a_server_takes_the_place_of_a_dead_one_and_is_private(tmp_path: Path) -> None:
    sockets.listen(tmp_path, "x").close()

    async def test() -> None:
        async with served(tmp_path, echo):
            assert (tmp_path / "x.sock").stat().st_mode & 0o777 == 0o600
            await (await connect(tmp_path, "x")).aclose()

    run(test)
