"""The console's connections to the room; each comes back by itself."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import anyio

from host import link
from host.console.asking import Asking
from host.console.desk import Desk
from host.errors import WireError
from host.model.messages import Address, EndShow, Hello, Hold, Retire, Row, Told
from host.model.state import OnAirState

_log = logging.getLogger(__name__)

SILENT = 5.0
"""Seconds without a state after which onair counts as away: it sends one a second."""
ORPHANED = 8.0
"""Seconds without a supervisor after which the console ends."""
ENDING = 10.0
"""Seconds a broadcast may take to end before onair is told directly."""
_RETRY = 0.25
"""Seconds between two tries to connect."""


class Room:
    """Feeds the desk from ``onair.sock`` and ``supervisor.sock``, and carries orders back."""

    def __init__(self, folder: Path, desk: Desk, changed: Callable[[], None]) -> None:
        """``folder``: the room's sockets. ``changed``: called after each change of the desk."""
        self._folder = folder
        self._desk = desk
        self._changed = changed
        self._onair: link.Link | None = None
        self._supervisor: link.Link | None = None
        self._held: bool | None = None
        self._asking = Asking()

    async def run(self) -> None:
        """Until the supervisor asks the console to leave, or is away for ``ORPHANED`` seconds."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._follow_onair)
            await self._follow_supervisor()
            tasks.cancel_scope.cancel()

    async def hold(self, on: bool) -> bool:
        """The red button: straight to onair. False: onair is away and will be told when back."""
        self._held = on
        return await _tell(self._onair, Hold(on))

    async def address(self, name: str, url: str) -> Told | None:
        """Give a destination another address; None: the supervisor did not answer."""
        return await self._asking.ask(self._supervisor, Address(name, url))

    async def end(self, why: str) -> None:
        """End the broadcast; when the supervisor does not, onair is told itself.

        Returns when it is seen that the broadcast goes on all the same: an end ends the console.
        """
        self._ending("asked")
        if await _tell(self._supervisor, EndShow(why)):
            await anyio.sleep(ENDING)
        await _tell(self._onair, EndShow(why))
        await anyio.sleep(ENDING / 2)
        self._ending("failed")

    def _ending(self, state: str) -> None:
        self._desk.ending = "asked" if state == "asked" else "failed"
        self._changed()

    async def _follow_onair(self) -> None:
        while True:
            try:
                onair = await link.connect(self._folder, "onair", patience=_RETRY)
            except WireError:
                self._link("onair", up=False)
                continue
            try:
                await onair.send(Hello("console", os.getpid()))
                # An onair that was restarted does not know that the button is down.
                if self._held:
                    await onair.send(Hold(True))
                self._onair = onair
                await self._states(onair)
            except WireError as error:
                _log.warning("onair: %s", error)
            finally:
                self._onair = None
                with anyio.CancelScope(shield=True):
                    await onair.aclose()
            self._link("onair", up=False)
            await anyio.sleep(_RETRY)

    async def _states(self, onair: link.Link) -> None:
        with anyio.CancelScope(deadline=anyio.current_time() + SILENT) as scope:
            async for message in onair:
                scope.deadline = anyio.current_time() + SILENT
                if isinstance(message, OnAirState):
                    if self._held is None:
                        self._held = message.hold
                    self._desk.link("onair", up=True)
                    self._desk.on_air(message)
                    self._changed()
        if scope.cancelled_caught:
            _log.warning("onair: silent for %g s", SILENT)

    async def _follow_supervisor(self) -> None:
        seen = anyio.current_time()
        while anyio.current_time() - seen < ORPHANED:
            try:
                supervisor = await link.connect(self._folder, "supervisor", patience=_RETRY)
            except WireError:
                self._link("supervisor", up=False)
                continue
            try:
                await supervisor.send(Hello("console", os.getpid()))
                self._supervisor = supervisor
                self._link("supervisor", up=True)
                if await self._attend(supervisor):
                    return
            except WireError as error:
                _log.warning("supervisor: %s", error)
            finally:
                self._supervisor = None
                with anyio.CancelScope(shield=True):
                    await supervisor.aclose()
            seen = anyio.current_time()
            self._link("supervisor", up=False)
            await anyio.sleep(_RETRY)

    async def _attend(self, supervisor: link.Link) -> bool:
        """Beat and take rows until the connection ends; True: the console is to leave."""
        retired = False
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(link.beat, supervisor)
            try:
                async for message in supervisor:
                    if isinstance(message, Retire):
                        retired = True
                        break
                    if isinstance(message, Row):
                        self._desk.row(message)
                        self._changed()
                    elif isinstance(message, Told):
                        self._asking.hear(message)
            except WireError as error:
                _log.warning("supervisor: %s", error)
            tasks.cancel_scope.cancel()
        return retired

    def _link(self, name: str, *, up: bool) -> None:
        self._desk.link(name, up)
        self._changed()


async def _tell(peer: link.Link | None, message: object) -> bool:
    if peer is None:
        return False
    try:
        await peer.send(message)
    except WireError:
        return False
    return True
