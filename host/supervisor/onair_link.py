"""The supervisor's connection to onair: its reports, its state, and the orders it is given."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import anyio

from host.errors import WireError
from host.link import Link, connect
from host.model.messages import Hello, Noted
from host.model.state import OnAirState

RETRY = 0.05
"""Seconds before a connection that was lost is made again."""


class OnAirLink:
    """Follows ``onair.sock`` for ever; notes each report that was taken."""

    def __init__(
        self,
        folder: Path,
        *,
        report: Callable[[object], None],
        state: Callable[[OnAirState], None],
        orders: Callable[[], Sequence[object]],
    ) -> None:
        """``report``: takes one. ``state``: told onair's, each second. ``orders``: what each new
        connection is told first: what was ordered while there was none.
        """
        self._folder = folder
        self._report = report
        self._told = state
        self._orders = orders
        self._link: Link | None = None
        self._owed = 0
        self._owes = anyio.Event()
        self.state: OnAirState | None = None
        """As it was told last; None: not yet."""
        self.quiet = anyio.Event()
        """There is no connection: all that onair had said is taken."""
        self.quiet.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                link = await connect(self._folder, "onair")
                await self._follow(link)
            except WireError:
                pass  # onair is being restarted
            await anyio.sleep(RETRY)

    async def _follow(self, link: Link) -> None:
        self._owed = 0
        try:
            await link.send(Hello("supervisor", os.getpid()))
            # Orders may be given from here on: a link sends in turn, so they come after these.
            self._link, self.quiet = link, anyio.Event()
            for order in self._orders():
                await link.send(order)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._acknowledge, link)
                async for message in link:
                    if isinstance(message, OnAirState):
                        self.state = message
                        self._told(message)
                    else:
                        self._report(message)
                        self._owed += 1
                        self._owes.set()
                tasks.cancel_scope.cancel()
        finally:
            self._link = None
            self.quiet.set()
            with anyio.CancelScope(shield=True):
                await link.aclose()

    async def _acknowledge(self, link: Link) -> None:
        """As many as came together are noted together."""
        while True:
            await self._owes.wait()
            self._owes = anyio.Event()
            owed, self._owed = self._owed, 0
            if owed and not await _sent(link, Noted(owed)):
                return

    async def send(self, message: object) -> bool:
        """Give onair an order. False: it is away."""
        link = self._link
        return link is not None and await _sent(link, message)


async def _sent(link: Link, message: object) -> bool:
    try:
        await link.send(message)
    except WireError:
        return False
    return True
