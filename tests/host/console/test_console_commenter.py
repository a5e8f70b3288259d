"""A test comment takes a viewer's way in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
from websockets.asyncio.server import ServerConnection, serve

from host.console import commenter
from host.console.commenter import LONGEST, Reply, send_comment
from tests.e2e.ingest import free_port

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def source(*replies: dict[str, str]) -> AsyncIterator[tuple[int, list[dict[str, object]]]]:
    """A comments port that gives these replies to each comment; "id" is filled in."""
    heard: list[dict[str, object]] = []

    async def hear(connection: ServerConnection) -> None:
        assert connection.request is not None
        assert connection.request.path == "/comments"
        async for message in connection:
            comment = json.loads(message)
            heard.append(comment)
            for reply in replies:
                await connection.send(json.dumps({"id": comment["id"], **reply}))

    async with serve(hear, "127.0.0.1", 0) as server:
        port: int = next(iter(server.sockets)).getsockname()[1]
        yield port, heard


async def test_the_first_reply_is_told() -> None:
    async with source({"status": "queued"}, {"status": "answered"}) as (port, heard):
        assert await send_comment(port, "测试观众", "多少钱") == Reply("queued")
    (comment,) = heard
    assert (comment["user"], comment["text"]) == ("测试观众", "多少钱")
    assert isinstance(comment["ts"], int)


async def test_why_it_was_dropped_is_told() -> None:
    async with source({"status": "dropped", "why": "too long"}) as (port, _):
        assert await send_comment(port, "u", "x") == Reply("dropped", "too long")


async def test_it_is_never_longer_than_a_comment() -> None:
    async with source({"status": "queued"}) as (port, heard):
        await send_comment(port, "u", "x" * 5000)
    assert len(str(heard[0]["text"])) == LONGEST


async def test_nobody_there() -> None:
    reply = await send_comment(free_port(), "u", "x")
    assert reply.status == "away"


async def test_somebody_who_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commenter, "PATIENCE", 0.3)
    async with source() as (port, _):
        with anyio.fail_after(3):
            assert await send_comment(port, "u", "x") == Reply("away", "TimeoutError")
