"""The room's life, from its first process to its last."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator

import anyio

from host.accounts import KINDS, Accounts
from host.config import Room
from host.errors import ConfigError, Finding, StageError, WireError
from host.ledger import Ledger, newest
from host.link import connect, serve
from host.model import Decision, Incident
from host.model.messages import Hello
from host.model.state import OnAirState
from host.supervisor.cast import Output, cast
from host.supervisor.child import Child
from host.supervisor.desk import Desk
from host.supervisor.prepare import make_folder
from stream import ring as rings

RECALLED = 5000
"""Newest rows about lines read at start: outstanding lines are among the last dozens."""


class Supervisor:
    """Runs a room until it is ended."""

    def __init__(
        self,
        room: Room,
        output: Output,
        *,
        tell: Callable[[Incident | Decision], None],
        state: Callable[[OnAirState], None],
    ) -> None:
        """``tell``: what a person at the terminal should know. ``state``: onair's, each second."""
        self._room = room
        self._output = output
        self._tell = tell
        self._state = state
        self._over = anyio.Event()
        self._failure: StageError | None = None
        self._exit_code = 0

    def end(self) -> None:
        """End the show in good order."""
        self._over.set()

    async def run(self) -> int:
        """Until SIGTERM, SIGINT, ``end`` or the end of the file that is rendered; the exit code.

        Raises ConfigError when the room is on air already, its folder cannot be written or its
        ledger cannot be read; StageError when a process cannot begin.
        """
        room = self._room
        make_folder(room)
        with _locked(room), contextlib.closing(self._open_ledger()) as ledger:
            accounts = _recalled(room, ledger)
            fd = rings.create(room.format)
            wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            try:
                await self._broadcast(
                    Desk(
                        ledger, accounts, grant=rings.Ring(fd).grant, end=self.end, tell=self._tell
                    ),
                    fd,
                    wake,
                )
            finally:
                os.close(wake)
                os.close(fd)
        if self._failure is not None:
            raise self._failure
        return self._exit_code

    def _open_ledger(self) -> Ledger:
        if self._output.render_to is not None:
            for old in self._room.var.glob("ledger.sqlite*"):
                old.unlink()  # a rendering begins at the opening, each time
        return Ledger(self._room.ledger)

    async def _broadcast(self, desk: Desk, fd: int, wake: int) -> None:
        async def report(incident: Incident) -> None:
            desk.take(incident)

        children = cast(self._room, self._output, fd, wake, report)
        async with anyio.create_task_group() as tasks:
            await tasks.start(serve, self._room.sockets, "supervisor", desk.serve)
            tasks.start_soon(self._heed_signals)
            for child in children:
                tasks.start_soon(self._keep, child)
            tasks.start_soon(self._follow_onair, desk)
            await self._over.wait()
            await self._end(children)
            tasks.cancel_scope.cancel()

    async def _keep(self, child: Child) -> None:
        try:
            code = await child.keep()
        except StageError as error:
            self._failure = error
            self._over.set()
            return
        if child.once:
            self._exit_code = code
            self._over.set()

    async def _end(self, children: list[Child]) -> None:
        """What goes on air ends first, so that no stand-by clip is the last thing seen."""
        await children[0].end()
        async with anyio.create_task_group() as tasks:
            for child in children[1:]:
                tasks.start_soon(child.end)

    async def _heed_signals(self) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async for _ in signals:
                self._over.set()

    async def _follow_onair(self, desk: Desk) -> None:
        while True:
            try:
                link = await connect(self._room.sockets, "onair")
                await link.send(Hello("supervisor", os.getpid()))
                async for message in link:
                    if isinstance(message, OnAirState):
                        self._state(message)
                    else:
                        desk.take(message)
            except WireError:
                pass  # onair is being restarted
            await anyio.sleep(0.05)


def _recalled(room: Room, ledger: Ledger) -> Accounts:
    """The accounts as the ledger tells them; ends that it owes are written."""
    accounts = Accounts()
    try:
        owed = accounts.replay(newest(room.ledger, KINDS, RECALLED))
        for ended in [*owed, *accounts.begin_anew()]:
            ledger.append(ended)
    except (sqlite3.Error, WireError) as error:
        fix = "see that its disk has space, or move it away, and the show begins anew"
        what = f"the ledger cannot be taken up: {error}"
        raise ConfigError(Finding(what, fix, room.ledger)) from error
    return accounts


@contextlib.contextmanager
def _locked(room: Room) -> Iterator[None]:
    """One supervisor a room; the kernel gives the lock back however it ends."""
    lock = os.open(room.var / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fix = "end that one first (Ctrl+C there), or give this room another name"
            what = f"the room {room.name!r} is on air already from {room.var}"
            raise ConfigError(Finding(what, fix, room.file)) from None
        yield
    finally:
        os.close(lock)
