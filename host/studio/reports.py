"""What the studio tells the supervisor; a plan holds when the supervisor has it."""

from __future__ import annotations

import contextlib
from collections import deque

import anyio

from host.errors import WireError
from host.link import Link
from host.model import Planned


class Reports:
    """Write-ahead: nobody acts on a line that a crash could make forgotten."""

    def __init__(self, link: Link) -> None:
        """``link``: to the supervisor."""
        self._link = link
        self._unnoted: deque[anyio.Event] = deque()

    async def tell(self, what: object) -> None:
        """Send a report; returns for a ``Planned`` when it was noted.

        When the supervisor is gone, so is soon the studio: what is lost here the next one plans.
        """
        noted = anyio.Event()
        if isinstance(what, Planned):
            # The supervisor notes plans in the order in which they are sent, and a link sends in
            # the order in which it is asked to.
            self._unnoted.append(noted)
        else:
            noted.set()
        with contextlib.suppress(WireError):
            await self._link.send(what)
        await noted.wait()

    def noted(self, count: int) -> None:
        """The supervisor has ``count`` more plans."""
        for _ in range(min(count, len(self._unnoted))):
            self._unnoted.popleft().set()
