"""Comments from any program over a WebSocket: ``ws://127.0.0.1:8701/comments``.

One JSON object a message, two replies to each: see docs/comments.md. Whatever comes in, the
room goes on: each connection costs bounded memory and waits only for itself.
"""

from __future__ import annotations

import errno
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import anyio
from anyio.abc import TaskStatus
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Origin

from host.comments import messages
from host.comments.limits import TokenBucket
from host.comments.source import Reply
from host.errors import Finding, PortInUseError
from host.model import Comment

_FRAME_LIMIT = 64 * 1024
"""Bytes. Over 8 KB a message is refused with a reply; over this the connection is closed."""
_PENALTY = 0.02
"""Seconds between two messages of a connection that sends too fast: reading them costs the room
nothing then, and its program feels TCP's back-pressure."""
_OUTBOX = 256
"""Replies waiting for one reader. A reader that lets more wait is let go."""
_REMEMBERED = 4096
"""Comments whose ids are remembered to refuse them a second time; some minutes of a full room."""


@dataclass(frozen=True, slots=True)
class WebSocketSettings:
    """Settings of the comment port."""

    host: str = "127.0.0.1"
    """Address to listen at."""
    port: int = 8701
    """0: any free one."""
    path: str = "/comments"
    origins: tuple[str, ...] = ("http://127.0.0.1:8700", "http://localhost:8700")
    """Pages that may connect: the console's. A program sends no Origin and may."""
    connections: int = 32
    """Most at one time."""
    rate: float = 50.0
    """Messages a second from one connection, on the long run."""
    burst: float = 100.0
    """Messages at once from one connection."""
    total_rate: float = 100.0
    """Messages a second from all connections together."""
    total_burst: float = 200.0
    """Messages at once from all connections together."""


@dataclass(slots=True, eq=False)
class _Client:
    """One connection."""

    socket: ServerConnection
    outbox: MemoryObjectSendStream[str]
    inner: MemoryObjectReceiveStream[str]
    open: bool = True


@dataclass(slots=True)
class _Pending:
    """A comment whose final reply is owed."""

    client: _Client
    message_id: str | int
    queued: bool = field(default=False)


class WebSocketSource:
    """The comment server of a room."""

    def __init__(
        self,
        settings: WebSocketSettings | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        unix_time: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` paces the limits; ``unix_time`` stamps comments that carry no time."""
        self._settings = settings or WebSocketSettings()
        self._clock = clock
        self._unix_time = unix_time
        self._bucket = TokenBucket(self._settings.total_rate, self._settings.total_burst, clock)
        self._clients: set[_Client] = set()
        self._pending: dict[str, _Pending] = {}
        self._seen: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._server: Server | None = None
        self._closed = anyio.Event()
        self._copies = 0

    @property
    def port(self) -> int:
        """The port it listens at; the one set until ``run`` has started."""
        if self._server is None:
            return self._settings.port
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def owed(self) -> int:
        """Comments whose last reply is owed to a program that is still there."""
        return len(self._pending)

    async def run(
        self,
        into: MemoryObjectSendStream[Comment],
        *,
        task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Serve until cancelled or closed. Raises PortInUseError."""
        settings = self._settings

        async def handle(socket: ServerConnection) -> None:
            await self._serve(socket, into)

        try:
            server = await serve(
                handle,
                settings.host,
                settings.port,
                origins=[None, *(Origin(origin) for origin in settings.origins)],
                process_request=self._admit,
                compression=None,  # so that no message can grow when it is unpacked
                max_size=_FRAME_LIMIT,
                max_queue=16,
                server_header=None,
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(
                Finding(
                    f"port {settings.port} for comments is taken by another program",
                    "end it, or set another comments port in the room's file",
                )
            ) from None
        self._server = server
        try:
            task_status.started()
            await self._closed.wait()
        finally:
            server.close()
            with anyio.CancelScope(shield=True), anyio.move_on_after(2):
                await server.wait_closed()

    def resolve(self, comment_id: str, status: Reply, why: str = "") -> None:
        """Reply about a comment: "queued" or "dropped" at once, then the end; never waits.

        Each comment gets exactly two replies: a first one that was left out is sent with the
        last. Unknown ids, and those whose program has gone, are left alone.
        """
        pending = self._pending.get(comment_id)
        if pending is None:
            return
        if status == "queued":
            if not pending.queued:
                pending.queued = True
                self._post(pending.client, messages.reply(pending.message_id, status, why))
            return
        del self._pending[comment_id]
        if not pending.queued:
            first: Reply = "dropped" if status == "dropped" else "queued"
            self._post(pending.client, messages.reply(pending.message_id, first, why))
        self._post(pending.client, messages.reply(pending.message_id, status, why))

    async def aclose(self) -> None:
        """Close every connection; ``run`` returns."""
        self._closed.set()

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        if request.path.split("?", 1)[0] != self._settings.path:
            return socket.respond(HTTPStatus.NOT_FOUND, f"comments go to {self._settings.path}\n")
        if len(self._clients) >= self._settings.connections:
            return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections\n")
        return None

    async def _serve(self, socket: ServerConnection, into: MemoryObjectSendStream[Comment]) -> None:
        settings = self._settings
        outbox, inner = anyio.create_memory_object_stream[str](_OUTBOX)
        bucket = TokenBucket(settings.rate, settings.burst, self._clock)
        client = _Client(socket, outbox, inner)
        self._clients.add(client)
        try:
            async with anyio.create_task_group() as tasks, inner, outbox:
                tasks.start_soon(self._write, client)
                try:
                    async for data in socket:
                        within = bucket.take()
                        for text in self._take(client, data, into, within):
                            # A program that does not read its replies waits here, alone.
                            await outbox.send(text)
                        if not within:
                            await anyio.sleep(_PENALTY)
                except (ConnectionClosed, anyio.BrokenResourceError, anyio.ClosedResourceError):
                    pass  # it has gone; what it asked is still answered on air
                tasks.cancel_scope.cancel()
        finally:
            client.open = False
            self._clients.discard(client)
            self._pending = {
                key: pending for key, pending in self._pending.items() if pending.client != client
            }

    async def _write(self, client: _Client) -> None:
        try:
            async for text in client.inner:
                await client.socket.send(text)
        except ConnectionClosed:
            await client.inner.aclose()

    def _post(self, client: _Client, text: str) -> None:
        if not client.open:
            return
        try:
            client.outbox.send_nowait(text)
        except anyio.WouldBlock:
            # It has let 256 replies wait: let it go, before it costs more.
            client.open = False
            client.socket.transport.abort()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            client.open = False

    def _take(
        self,
        client: _Client,
        data: str | bytes,
        into: MemoryObjectSendStream[Comment],
        within: bool,
    ) -> tuple[str, ...]:
        """Hand the comment on; the replies that are due at once. ``within``: it keeps the rate."""
        try:
            if isinstance(data, bytes):
                raise messages.MalformedError("binary frame: JSON text is wanted")
            message = messages.parse(data)
        except messages.MalformedError as error:
            return (messages.reply(None, "dropped", str(error)),)
        why = self._objection(client, message, within)
        if why is None:
            why = self._hand_on(client, message, into)
        if why is None:
            return ()
        refused = messages.reply(message.id, "dropped", why)
        return (refused, refused)

    def _objection(self, client: _Client, message: messages.Message, within: bool) -> str | None:
        if not within:
            return f"too fast: {self._settings.rate:g} comments a second from one connection"
        if not self._bucket.take():
            return "the room is full of comments"
        if len(self._pending) >= _REMEMBERED:
            return "the room is busy"
        if not message.text.strip():
            return "the text is empty"
        pending = self._pending.get(str(message.id))
        same = self._seen.get(str(message.id)) == (message.user, message.text)
        if same or (pending is not None and pending.client is client):
            return "this id has come before"
        return None

    def _hand_on(
        self, client: _Client, message: messages.Message, into: MemoryObjectSendStream[Comment]
    ) -> str | None:
        key = str(message.id)
        if key in self._pending or key in self._seen:
            # Another program, or one that counts anew since it came back: ids must not mix.
            self._copies += 1
            key = f"{key}~{self._copies}"
        written = message.ts_ms if message.ts_ms is not None else int(self._unix_time() * 1000)
        try:
            into.send_nowait(Comment(key, message.user, message.text, written, "websocket"))
        except (anyio.WouldBlock, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return "the room is busy"
        self._pending[key] = _Pending(client, message.id)
        self._seen[str(message.id)] = (message.user, message.text)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return None
