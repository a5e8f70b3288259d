"""A room on air: its processes, its sockets, and what keeps them going."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

import anyio
from anyio.abc import TaskGroup

from host.accounts import Accounts
from host.config import Room
from host.errors import StageError
from host.ledger import Ledger
from host.link import serve
from host.model import Aired, Decision, Incident, messages
from host.model.messages import Told
from host.model.state import OnAirState
from host.supervisor.adoption import Air, end_former_media, merged
from host.supervisor.cast import Output, cast, spec
from host.supervisor.child import Child
from host.supervisor.controls import Controls
from host.supervisor.desk import ILL_TYPED, Desk
from host.supervisor.ending import end_show, kill_all
from host.supervisor.guest import Guest
from host.supervisor.keys import KeyKeeper
from host.supervisor.levers import Levers, Observer
from host.supervisor.liveness import Liveness
from host.supervisor.notify import Notify
from host.supervisor.onair_link import OnAirLink
from host.supervisor.reception import Reception
from host.supervisor.requests import Requests
from host.supervisor.roster import Roster
from host.supervisor.upgrade import Renewed, Upgrade
from stream.ring import Ring

LOOK = 0.25
"""Seconds between tries to write what the disk did not take; the journal paces itself."""

_log = logging.getLogger(__name__)

Observe = Callable[[Levers], Sequence[Observer]]


@runtime_checkable
class Runs(Protocol):
    """An observer with work of its own."""

    async def run(self) -> None:
        """Until it is cancelled."""
        ...


class Show:
    """Runs a room's processes from the first to the last."""

    def __init__(
        self,
        room: Room,
        output: Output,
        air: Air,
        ledger: Ledger,
        accounts: Accounts,
        *,
        end: Callable[[], None],
        tell: Callable[[Incident | Decision], None],
        state: Callable[[OnAirState], None],
        observe: Observe,
        renew: Callable[[], Renewed] | None,
    ) -> None:
        """``end``: end the show. The others: see ``Supervisor``."""
        self._room = room
        self._given = output.destinations
        if air.onair is not None:
            output = replace(output, destinations=merged(air.destinations, output.destinations))
        self._output = output
        self._air = air
        self._end = end
        self._state = state
        self._on_air = output.render_to is None
        self._notify = Notify()
        self._ready = False
        self._former_media = air.onair is not None
        self._tasks: TaskGroup | None = None
        self.failure: StageError | None = None
        self.exit_code = 0
        self.desk = Desk(ledger, accounts, end=end, tell=tell)
        self._reception = Reception(
            self.desk,
            Ring(air.ring),
            greeted=self._greeted,
            granted=self._granted,
            beat=self._beat,
            command=self._asked,
        )
        self._roster = Roster(self._children(room))
        self._onair = OnAirLink(
            room.sockets, report=self._reported, state=self._follow, orders=self._standing
        )
        self._controls = Controls(
            self.desk, self._reception, self._roster, self._onair, spec(room, output)
        )
        self._adopt()
        self._watchers = tuple(observe(self._controls))
        self._keys = KeyKeeper(room, self._controls, output.destinations)
        self._keys_scope = anyio.CancelScope()
        upgrade = Upgrade(
            room,
            self._roster,
            self._reception,
            self._controls,
            renew=renew or self._as_it_is,
            children=self._children,
            keep=self._keep,
            given=self._given,
            renewed=self._renewed,
        )
        self._requests = Requests(upgrade, self._controls, self._notify, room)

    def _adopt(self) -> None:
        """What lives on is taken up; else there is nothing to wait for."""
        if self._air.onair is None:
            self._reception.caught_up.set()
            return
        for child in self._roster:
            child.settled = True
        self._roster["onair"].left = self._air.onair
        self._reception.posts["media"].await_former()

    def _children(self, room: Room) -> list[Child]:
        air = self._air
        return cast(room, self._output, air.ring, air.wake, self._report, hours=self._room)

    def _as_it_is(self) -> Renewed:
        return Renewed(self._room, self._given)

    async def run(self, over: anyio.Event) -> None:
        """Until ``over``, and then to the show's end in good order."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            await tasks.start(serve, self._room.sockets, "supervisor", self._reception.serve)
            for child in self._roster:
                self._keep(child)
            for work in (self._onair.run, self._controls.run, self._retry):
                tasks.start_soon(work)
            if self._on_air:
                tasks.start_soon(Liveness(self._roster, self._controls.note).run)
                self._observe()
            else:
                self.desk.observers = self._watchers
            await over.wait()
            self._notify.stopping()
            await end_show(self._roster, self._reception, self.desk, self._onair)
            tasks.cancel_scope.cancel()

    def hurry(self) -> None:
        """End at once: whoever asked for the end has asked again."""
        self.exit_code = 1
        kill_all(self._roster)

    def renew(self) -> None:
        """An upgrade that nobody waits for: how it went is an incident."""
        if self._tasks is not None and self._on_air:
            self._tasks.start_soon(self._requests.upgrade)

    def _asked(self, guest: Guest, message: messages.Upgrade | messages.Address) -> None:
        assert self._tasks is not None
        if not self._on_air:
            guest.tell(Told("a rendering is left as it is", over=True, failed=True))
        elif isinstance(message, messages.Upgrade):
            self._tasks.start_soon(self._requests.upgrade, guest.tell)
        else:
            guest.tell(self._requests.redirect(message))

    # Processes.

    def _keep(self, child: Child) -> None:
        assert self._tasks is not None
        self._tasks.start_soon(self._kept, child)

    async def _kept(self, child: Child) -> None:
        try:
            code = await child.keep()
        except StageError as error:
            self.failure = error
            self._end()
            return
        if child.once and child is self._roster.get("onair"):
            self.exit_code = code
            self._end()

    async def _report(self, incident: Incident) -> None:
        self.desk.take(incident, incident.stage)

    def _greeted(self, guest: Guest) -> bool:
        child = self._roster.by_pid(guest.pid)
        if child is None:
            return guest.role not in self._roster
        child.greet()
        return True

    def _granted(self) -> None:
        if self._former_media:
            self._former_media = False
            assert self._tasks is not None
            self._tasks.start_soon(end_former_media, self._room, self._started_here)

    def _started_here(self, pid: int) -> bool:
        return self._roster.by_pid(pid) is not None

    def _beat(self, guest: Guest) -> None:
        child = self._roster.by_pid(guest.pid)
        if child is not None:
            child.beat()

    # Onair.

    def _standing(self) -> Sequence[object]:
        return self._controls.standing() if self._on_air else ()

    def _reported(self, message: object) -> None:
        try:
            self.desk.take(message, "onair")
        except ILL_TYPED as error:
            self.desk.complain("onair", error)
        if isinstance(message, Aired) and message.ends_clause:
            self._reception.heard()

    def _follow(self, state: OnAirState) -> None:
        self._roster["onair"].beat()
        self._reception.caught_up.set()
        self._state(state)
        self.desk.hear("onair", state)
        connected = sum(each.connected for each in state.destinations)
        status = f"{state.showing}; {connected} of {len(state.destinations)} destinations connected"
        if self._ready:
            self._notify.alive(status)
        elif state.showing:
            self._ready = True
            self._notify.ready(status)

    async def _retry(self) -> None:
        while True:
            await anyio.sleep(LOOK)
            self.desk.journal.retry()

    # Those who watch.

    def _observe(self) -> None:
        assert self._tasks is not None
        self.desk.observers = (self._keys, *self._watchers)
        self._tasks.start_soon(self._run_keys)
        for watcher in self._watchers:
            if isinstance(watcher, Runs):
                self._tasks.start_soon(self._run_watcher, watcher)

    async def _run_keys(self) -> None:
        while True:
            with anyio.CancelScope() as self._keys_scope:
                await self._run_watcher(self._keys)
                return

    async def _run_watcher(self, watcher: Runs) -> None:
        try:
            await watcher.run()
        except Exception:  # noqa: BLE001 (watching must not end what is watched)
            _log.exception("%s has stopped", type(watcher).__name__)

    async def _renewed(self, room: Room) -> None:
        self._requests.room = room
        self._keys = KeyKeeper(room, self._controls, self._controls.destinations)
        self.desk.observers = (self._keys, *self._watchers)
        self._keys_scope.cancel()
