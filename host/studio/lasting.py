"""A connection to another process of the room that comes back whenever that process does."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio

from host.errors import WireError
from host.link import Link, connect


class Lasting:
    """Connects to ``NAME.sock`` again and again."""

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        up: Callable[[Link], Awaitable[None]],
        heard: Callable[[Any], Awaitable[None]],
    ) -> None:
        """``up`` runs on each new connection, before anything else is sent on it.

        ``heard`` is given each message.
        """
        self._folder = folder
        self._name = name
        self._up = up
        self._heard = heard
        self._link: Link | None = None
        self._coming_up = anyio.Lock()

    async def run(self) -> None:
        """For ever."""
        while True:
            with contextlib.suppress(WireError):  # it is being restarted
                await self._serve(await connect(self._folder, self._name))
            await anyio.sleep(0.05)

    async def _serve(self, link: Link) -> None:
        try:
            async with self._coming_up:
                await self._up(link)
                self._link = link
            async for message in link:
                await self._heard(message)
        finally:
            self._link = None
            await link.aclose()

    async def send(self, message: object) -> bool:
        """Send, if the other end is there; ``up`` must make good what it missed.

        While ``up`` runs it waits: what changes meanwhile may be behind what ``up`` has sent, so
        it must not be lost.
        """
        async with self._coming_up:
            link = self._link
        if link is None:
            return False
        try:
            await link.send(message)
        except WireError:
            return False
        return True
