"""Programs that bring comments and misbehave.

``python -m tests.chaos.comments URL SECONDS`` sends 1 000 comments a second, and says how it went.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

CONNECTIONS = 25
EACH = 40
"""Comments a second a connection: below the limit of one, far above that of all together."""


def half_open(url: str) -> socket.socket:
    """A connection that is upgraded, sends half a frame and says no more."""
    sock = _upgraded(url)
    sock.sendall(b"\x81\xfe")
    return sock


def never_upgraded(url: str) -> socket.socket:
    """A connection that begins its request and never ends it."""
    sock = _connected(url)
    sock.sendall(b"GET /comments HTTP/1.1\r\nHost: ")
    return sock


def bad_utf8(url: str) -> None:
    """A text frame whose text is none."""
    with _upgraded(url) as sock:
        _send(sock, b'{"id": 1, "user": "\xff\xfe\xed\xa0\x80", "text": "\xc3\x28"}')
        _closed(sock)


def big_frame(url: str) -> None:
    """A text frame of 10 MB, as far as it is read."""
    with _upgraded(url) as sock:
        try:
            _send(sock, b"x" * 10_000_000)
        except OSError:
            return
        _closed(sock)


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def _upgraded(url: str) -> socket.socket:
    sock = _connected(url)
    parts = urlsplit(url)
    sock.sendall(
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        data = sock.recv(4096)
        if not data:
            raise ConnectionError("closed before the upgrade")
        head += data
    if b" 101 " not in head:
        raise ConnectionError(head.decode(errors="replace"))
    return sock


def _send(sock: socket.socket, payload: bytes) -> None:
    """One masked text frame (RFC 6455, 5.2), masked with zeros."""
    size = len(payload)
    length = struct.pack(">BQ", 0xFF, size) if size > 65535 else struct.pack(">BH", 0xFE, size)
    sock.sendall(b"\x81" + length + bytes(4) + payload)


def _closed(sock: socket.socket) -> None:
    """Read until the other side closes. Raises TimeoutError when it does not."""
    try:
        while sock.recv(65536):
            pass
    except ConnectionError:
        return


async def _flood(url: str, until: float, counts: dict[str, int]) -> None:
    while time.monotonic() < until:
        try:
            async with connect(url, close_timeout=1, max_queue=4) as room:
                reading = asyncio.create_task(_read(room, counts))
                try:
                    await _write(room, until, counts)
                finally:
                    reading.cancel()
        except (OSError, WebSocketException, TimeoutError):
            counts["cut off"] += 1
            await asyncio.sleep(0.5)


async def _write(room: object, until: float, counts: dict[str, int]) -> None:
    began, sent = time.monotonic(), 0
    while (now := time.monotonic()) < until:
        while sent < (now - began) * EACH:
            text = f"这款多少钱 {os.urandom(2).hex()}"
            comment = {"id": f"{id(room)}-{began}-{sent}", "user": f"v{sent % 997}", "text": text}
            await room.send(json.dumps(comment))  # type: ignore[attr-defined]
            sent += 1
            counts["sent"] += 1
        await asyncio.sleep(0.02)


async def _read(room: object, counts: dict[str, int]) -> None:
    async for reply in room:  # type: ignore[attr-defined]
        counts[json.loads(reply)["status"]] = counts.get(json.loads(reply)["status"], 0) + 1


async def _main(url: str, seconds: float) -> None:
    counts = {"sent": 0, "cut off": 0}
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(_flood(url, until, counts))
    told = ", ".join(f"{what} {count}" for what, count in counts.items())
    print(f"{counts['sent'] / seconds:.0f} comments a second: {told}")


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], float(sys.argv[2])))
