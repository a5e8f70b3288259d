"""Typed connections between the asynchronous processes of a room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import SocketStream, TaskStatus

from host.errors import WireError
from host.model import sockets, wire
from host.model.messages import Beat

BEAT = 1.0
"""Seconds between two beats."""

Handler = Callable[["Link"], Awaitable[None]]

_GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError)


class Link:
    """One end of a connection. Several tasks may send; one iterates over what comes."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream
        self._unframer = wire.Unframer()
        self._sending = anyio.Lock()

    async def send(self, message: object) -> None:
        """Send one message; waits while the other end is slow.

        Raises WireError (retryable) when the connection is gone. Cancelled while it waits, it
        closes the connection: half a message would spoil the next.
        """
        frame = wire.encode(message)
        async with self._sending:
            try:
                await self._stream.send(frame)
            except anyio.get_cancelled_exc_class():
                await anyio.aclose_forcefully(self._stream)
                raise
            except _GONE as error:
                raise WireError(f"the connection is gone: {type(error).__name__}") from error

    async def __aiter__(self) -> AsyncIterator[Any]:
        """Messages until the other end closes. Raises WireError on bytes that are no message."""
        while True:
            try:
                data = await self._stream.receive()
            except _GONE:
                return
            for message in self._unframer.feed(data):
                yield message

    async def aclose(self) -> None:
        """Close this end."""
        await self._stream.aclose()


async def connect(folder: Path, name: str, *, patience: float = 30.0) -> Link:
    """Connect to ``NAME.sock``, asking again every 50 ms for ``patience`` seconds.

    Raises WireError when nobody has listened by then.
    """
    path = sockets.address(folder, name)
    with anyio.move_on_after(patience):
        while True:
            try:
                return Link(await anyio.connect_unix(path))
            except OSError:
                await anyio.sleep(0.05)
    raise WireError(f"nobody answers at {name}.sock after {patience:g} s")


async def beat(link: Link) -> None:
    """Show the supervisor that this process's event loop turns, until the connection is gone."""
    with contextlib.suppress(WireError):
        while True:
            await link.send(Beat())
            await anyio.sleep(BEAT)


def leave_quietly() -> None:
    """To be called before tasks that read are cancelled, when the process is about to end.

    A socket that becomes readable as its reader is cancelled: anyio sets the reader's future a
    second time, which asyncio would print with a traceback. It means nothing at the end.
    """
    loop = asyncio.get_running_loop()
    former = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(context.get("exception"), asyncio.InvalidStateError):
            return
        if former is None:
            loop.default_exception_handler(context)
        else:
            former(loop, context)

    loop.set_exception_handler(handle)


async def serve(
    folder: Path,
    name: str,
    handler: Handler,
    *,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Listen at ``NAME.sock`` for ever; each connection gets its own task of ``handler``.

    A WireError that leaves ``handler`` ends its connection, not the others.
    """
    path = sockets.address(folder, name)
    await anyio.Path(path).unlink(missing_ok=True)
    listener = await anyio.create_unix_listener(path, mode=0o600)

    async def handle(stream: SocketStream) -> None:
        async with stream:
            with contextlib.suppress(WireError):
                await handler(Link(stream))

    async with listener:
        task_status.started()
        await listener.serve(handle)
