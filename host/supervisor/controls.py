"""The levers: what those who watch, an operator and an upgrade may change in a running room."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import anyio

from host.model import Decision, Destination, Incident, OnAirSpec, wire
from host.model.messages import Destinations, Finish, Preset
from host.supervisor.desk import Desk
from host.supervisor.onair_link import OnAirLink
from host.supervisor.reception import Reception
from host.supervisor.roster import Roster

ORDERS = 100
"""Orders to onair that may wait, the newest: while it is stopped, none is taken."""


class Controls:
    """``Levers`` of a running room. No call waits."""

    def __init__(
        self, desk: Desk, reception: Reception, roster: Roster, onair: OnAirLink, spec: OnAirSpec
    ) -> None:
        """``spec``: what onair was started with."""
        self._desk = desk
        self._reception = reception
        self._roster = roster
        self._onair = onair
        self._spec = spec
        self._orders: deque[object] = deque(maxlen=ORDERS)
        self._due = anyio.Event()

    async def run(self) -> None:
        """Pass orders to onair, for ever; one that is away is told ``standing`` when it is back."""
        while True:
            await self._due.wait()
            self._due = anyio.Event()
            while self._orders:
                await self._onair.send(self._orders.popleft())

    def restart(self, role: str, why: str) -> None:
        """See ``Levers``."""
        child = self._roster.get(role)
        if child is not None:
            child.restart(why)

    def cost(self, level: int, why: str) -> None:
        """See ``Levers``."""
        if level != self._reception.cost:
            self.note(Decision("cost", why, {"level": level}))
            self._reception.spend(level)

    def preset(self, name: str, why: str) -> None:
        """See ``Levers``."""
        self.note(Decision("preset", why, {"preset": name}))
        self._order(Preset(name))

    def finish(self, line: int) -> None:
        """See ``Levers``."""
        self._order(Finish(line))

    def redirect(self, destination: Destination) -> None:
        """See ``Levers``."""
        now = self._spec.destinations
        if destination.name in (each.name for each in now):
            self.push_to([destination if each.name == destination.name else each for each in now])

    def note(self, what: Incident | Decision) -> None:
        """See ``Levers``."""
        self._desk.take(what, "supervisor")

    def standing(self) -> tuple[object, ...]:
        """What holds for each onair: what is unchanged stays connected."""
        return (Destinations(self._spec.destinations),)

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Where onair pushes to."""
        return self._spec.destinations

    def push_to(self, destinations: Sequence[Destination]) -> None:
        """Push there from now on, this onair and the next."""
        self._spec = replace(self._spec, destinations=tuple(destinations))
        self._roster["onair"].stdin = wire.to_json(self._spec).encode()
        self._order(Destinations(self._spec.destinations))

    def _order(self, order: object) -> None:
        self._orders.append(order)
        self._due.set()
