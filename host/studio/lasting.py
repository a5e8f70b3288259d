"""A connection to another process of the room that comes back whenever that process does."""

from __future__ import annotations

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

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                link = await connect(self._folder, self._name)
                await self._up(link)
                self._link = link
                async for message in link:
                    await self._heard(message)
            except WireError:
                pass  # it is being restarted
            self._link = None
            await anyio.sleep(0.05)

    async def send(self, message: object) -> bool:
        """Send, if the other end is there; ``up`` must make good what it missed."""
        if self._link is None:
            return False
        try:
            await self._link.send(message)
        except WireError:
            return False
        return True
