"""What the operator asks of the supervisor, and what it tells."""

from __future__ import annotations

import anyio

from host import link
from host.errors import WireError
from host.model.messages import Address, Told

PATIENCE = 20.0
"""Seconds without a word after which nothing more is waited for."""


class Asking:
    """One question at a time over the console's link; replies come in its stream."""

    def __init__(self) -> None:
        self._turn = anyio.Lock()
        self._told: Told | None = None
        self._news = anyio.Event()

    def hear(self, told: Told) -> None:
        """The supervisor told something."""
        self._told = told
        self._news.set()

    async def ask(self, supervisor: link.Link | None, message: Address) -> Told | None:
        """What it told last. None: it is away, or did not answer; nothing is asked again."""
        async with self._turn:
            self._told, self._news = None, anyio.Event()
            if supervisor is None:
                return None
            try:
                await supervisor.send(message)
            except WireError:
                return None
            while True:
                with anyio.move_on_after(PATIENCE) as waiting:
                    await self._news.wait()
                if waiting.cancelled_caught:
                    return None
                self._news = anyio.Event()
                if self._told is not None and self._told.over:
                    return self._told
