"""The comment server, driven by real clients."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from anyio.streams.memory import MemoryObjectReceiveStream
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from host.comments import ReplyingSource, WebSocketSettings, WebSocketSource
from host.errors import PortInUseError
from host.model import Comment


class Room:
    """A server, what it hands on, and how to reach it."""

    def __init__(self, source: WebSocketSource, comments: MemoryObjectReceiveStream[Comment]):
        self.source = source
        self.comments = comments

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.source.port}/comments"


def drive(test: Callable[[Room], Awaitable[None]], buffer: int = 100, **settings: Any) -> None:
    """Run ``test`` against a server on a free port; everything is closed after 20 s at most."""

    async def main() -> None:
        source = WebSocketSource(WebSocketSettings(port=0, **settings), unix_time=lambda: 1700.5)
        send, receive = anyio.create_memory_object_stream[Comment](buffer)
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks, send, receive:
                await tasks.start(lambda *, task_status: source.run(send, task_status=task_status))
                await test(Room(source, receive))
                await source.aclose()
                tasks.cancel_scope.cancel()

    anyio.run(main)


def message(number: int | str, text: str = "多少钱", user: str = "买家甲") -> str:
    return json.dumps({"id": number, "user": user, "text": text})


async def received(client: ClientConnection) -> dict[str, Any]:
    found = json.loads(await client.recv())
    assert isinstance(found, dict)
    assert set(found) == {"id", "status", "why"}
    return found


async def works(room: Room) -> None:
    """A fresh client is served as ever."""
    async with connect(room.url) as client:
        await client.send(message("still"))
        # An answer that "queued" was not said before still makes two replies.
        room.source.resolve((await room.comments.receive()).id, "answered")
        assert [(await received(client))["status"] for _ in range(2)] == ["queued", "answered"]


def test_a_comment_gets_two_replies() -> None:
    async def test(room: Room) -> None:
        assert isinstance(room.source, ReplyingSource)
        async with connect(room.url) as client:
            await client.send('{"id":"c1","user":"买家甲","text":"多少钱","ts":1234}')
            comment = await room.comments.receive()
            assert comment == Comment("c1", "买家甲", "多少钱", 1234, "websocket")
            room.source.resolve("c1", "queued")
            assert await received(client) == {"id": "c1", "status": "queued", "why": ""}
            room.source.resolve("c1", "queued", "again")
            room.source.resolve("c1", "answered", "price")
            assert await received(client) == {"id": "c1", "status": "answered", "why": "price"}
            room.source.resolve("c1", "dropped", "too late to tell")
            await client.send(message(7))
            comment = await room.comments.receive()
            assert (comment.id, comment.ts_ms) == ("7", 1_700_500)
            room.source.resolve("7", "dropped", "abusive")
            expected = {"id": 7, "status": "dropped", "why": "abusive"}
            assert [await received(client) for _ in range(2)] == [expected, expected]

    drive(test)


@pytest.mark.parametrize(
    "data",
    ["{", "[]", b'{"id":"a","user":"b","text":"c"}', b"\xff\xfe", '{"id":"a","text":1}', "[" * 5000,
     '{"id":"a","user":"b","text":"' + "x" * 9000 + '"}', '"' + "啊" * 3000 + '"'],
    ids=["broken", "list", "binary", "bad-binary", "types", "deep", "large", "large-utf8"],
)  # fmt: skip
def test_malformed_is_told_and_the_connection_goes_on(data: str | bytes) -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as client:
            await client.send(data)
            told = await received(client)
            assert (told["id"], told["status"]) == (None, "dropped")
            assert told["why"]
            await client.send(message("after"))
            assert (await room.comments.receive()).id == "after"

    drive(test)


def test_empty_text_and_the_same_id_are_dropped_with_two_replies() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as client:
            await client.send(message("e", "  \n"))
            for _ in range(2):
                told = await received(client)
                assert (told["id"], told["status"]) == ("e", "dropped")
                assert "empty" in told["why"]
            await client.send(message("d"))
            await room.comments.receive()
            await client.send(message("d", "另一句"))
            assert "before" in (await received(client))["why"]
            assert room.comments.statistics().current_buffer_used == 0

    drive(test)


def test_two_programs_may_count_alike() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as one, connect(room.url) as other:
            await one.send(message(1, "多少钱"))
            first = await room.comments.receive()
            await other.send(message(1, "包邮吗"))
            second = await room.comments.receive()
            assert first.id != second.id
            room.source.resolve(second.id, "answered", "second")
            room.source.resolve(first.id, "answered", "first")
            assert (await received(one))["why"] == "first"
            assert (await received(other))["why"] == "second"

    drive(test)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"x" * 70_000], ids=["text that is no UTF-8", "over 64 KB"]
)
def test_what_breaks_the_protocol_closes_only_its_own_connection(data: bytes) -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as client:
            await client.send(data, text=True)
            with pytest.raises(ConnectionClosed) as raised:
                await client.recv()
            assert raised.value.rcvd is not None
            assert raised.value.rcvd.code in (1007, 1009)
        await works(room)

    drive(test)


@pytest.mark.parametrize(
    ("path", "origin", "status"),
    [
        ("/comments", "https://evil.example", 403),
        ("/comments", "null", 403),
        ("/other", None, 404),
        ("/", "http://127.0.0.1:8700", 404),
    ],
)
def test_foreign_pages_and_wrong_paths_are_refused(
    path: str, origin: str | None, status: int
) -> None:
    async def test(room: Room) -> None:
        url = f"ws://127.0.0.1:{room.source.port}{path}"
        with pytest.raises(InvalidStatus) as raised:
            async with connect(url, origin=Origin(origin) if origin else None):
                pass
        assert raised.value.response.status_code == status
        await works(room)
        async with connect(room.url + "?a=b", origin=Origin("http://127.0.0.1:8700")):
            pass  # the console's page

    drive(test)


def test_a_flood_is_refused_and_others_are_served() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as flood, connect(room.url) as calm:
            for number in range(60):
                await flood.send(message(number))
            whys = [(await received(flood))["why"] for _ in range(80)]
            assert all("too fast" in why for why in whys)
            await calm.send(message("calm"))
            got = [(await room.comments.receive()).id for _ in range(21)]
            assert "calm" in got

    drive(test, rate=0.001, burst=20.0)


def test_all_connections_together_are_bounded() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as one, connect(room.url) as other:
            for number in range(5):
                await one.send(message(number))
                await room.comments.receive()
            await other.send(message("x"))
            assert "full" in (await received(other))["why"]

    drive(test, total_rate=0.001, total_burst=5.0)


def test_a_full_room_is_told_at_once() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as client:
            for number in range(3):
                await client.send(message(number))
            told = await received(client)
            assert (told["id"], told["why"]) == (2, "the room is busy")

    drive(test, buffer=2)


def test_a_client_that_reads_nothing_blocks_nobody() -> None:
    async def test(room: Room) -> None:
        # A raw socket that never reads: the kernel's buffers fill, then the server's.
        with socket.create_connection(("127.0.0.1", room.source.port)) as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            deaf.sendall(
                b"GET /comments HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            deaf.setblocking(False)
            frames = b"\x81\x81\x00\x00\x00\x00{" * 5000
            blocked = at = 0
            while blocked < 100:  # the server reads no more than its reader does
                try:
                    at = (at + deaf.send(frames[at:])) % len(frames)
                    blocked = 0
                except BlockingIOError:
                    blocked += 1
                    await anyio.sleep(0.001)
            await works(room)

    drive(test)


def test_a_program_that_leaves_is_forgotten() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as client:
            await client.send(message("gone"))
            comment = await room.comments.receive()
        await works(room)
        room.source.resolve(comment.id, "answered")
        assert room.source.owed == 0

    drive(test)


def test_connections_are_counted() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as one, connect(room.url):
            await one.send("{")
            await received(one)
            with pytest.raises(InvalidStatus) as raised:
                async with connect(room.url):
                    pass
            assert raised.value.response.status_code == 503

    drive(test, connections=2)


def test_a_port_in_use_is_one_line_with_its_fix() -> None:
    async def test(room: Room) -> None:
        second = WebSocketSource(WebSocketSettings(port=room.source.port))
        send, receive = anyio.create_memory_object_stream[Comment](1)
        async with send, receive:
            with pytest.raises(PortInUseError) as raised:
                await second.run(send)
        assert str(raised.value).count("\n") == 0
        assert str(room.source.port) in str(raised.value)

    drive(test)


def test_a_hundred_comments_are_all_answered() -> None:
    async def test(room: Room) -> None:
        async with connect(room.url) as client:
            for number in range(100):
                await client.send(message(number))
                room.source.resolve((await room.comments.receive()).id, "answered")
            got = [await received(client) for _ in range(200)]
        for status in ("queued", "answered"):
            assert [r["id"] for r in got if r["status"] == status] == list(range(100))

    drive(test)
