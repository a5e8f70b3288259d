"""One connection to the supervisor's socket: who it is, and what it is still to be told."""

from __future__ import annotations

import contextlib

import anyio

from host.errors import WireError
from host.link import Link
from host.model.messages import Hello
from host.supervisor.process import Left

BEHIND = 1000
"""Messages a guest may fall behind before it is cut off and must connect anew."""


class Guest:
    """Says what it is told to without ever making the teller wait."""

    def __init__(self, link: Link, hello: Hello) -> None:
        """Raises TypeError for an ill-typed Hello: roles and processes are kept by these."""
        fields = (hello.role, str), (hello.pid, int), (hello.epoch, int)
        if not all(isinstance(value, kind) for value, kind in fields):
            raise TypeError(f"a Hello of {hello}")
        self.role = hello.role
        self.pid = hello.pid
        self.epoch = hello.epoch
        self.left = anyio.Event()
        """Its connection is closed, and all that it said has been taken."""
        self.left_at = 0.0
        """When that was, ``time.monotonic()``."""
        self.heard_at = 0.0
        """When it last beat, ``time.monotonic()``; 0: not yet."""
        self.retired = False
        """It was told to go."""
        self.process: Left | None = None
        """Held from its Hello on, so that its pid means no other; None: it has gone already."""
        with contextlib.suppress(OSError):
            self.process = Left(hello.pid)
        self._link = link
        self._send, self._receive = anyio.create_memory_object_stream[object](BEHIND)

    def tell(self, message: object) -> None:
        """Queue a message; one that is too far behind is cut off."""
        try:
            self._send.send_nowait(message)
        except (anyio.WouldBlock, anyio.BrokenResourceError, anyio.ClosedResourceError):
            self._send.close()

    async def deliver(self) -> None:
        """Send what it is told, until it goes away or is cut off: then its connection ends."""
        try:
            async for message in self._receive:
                await self._link.send(message)
            await self._link.aclose()
        except WireError:
            pass  # it went away; what it had said is still read
        finally:
            self._send.close()
            self._receive.close()

    def release(self) -> None:
        """Let go of its process."""
        process, self.process = self.process, None
        if process is not None:
            process.close()
