"""What an operator may ask of a running room: an upgrade, and a new address."""

from __future__ import annotations

import logging
from collections.abc import Callable

from host.config import Room
from host.errors import ConfigError
from host.model import Decision, Incident
from host.model.messages import Address, Told
from host.supervisor.controls import Controls
from host.supervisor.keys import resolve_address
from host.supervisor.notify import Notify
from host.supervisor.upgrade import RefusedError, Upgrade

_log = logging.getLogger(__name__)


def _nobody(told: object) -> None:
    """Asked by a signal: nobody is told; how it went is on record."""


class Requests:
    """Does what is asked for and says how it went."""

    def __init__(self, upgrade: Upgrade, controls: Controls, notify: Notify, room: Room) -> None:
        self._upgrade = upgrade
        self._controls = controls
        self._notify = notify
        self.room = room
        """As its file was read last."""

    async def upgrade(self, tell: Callable[[Told], None] = _nobody) -> None:
        """Start everything behind the air anew. ``tell`` is told how it goes. Never raises."""
        self._notify.reloading()
        try:
            await self._upgrade.run(lambda text: tell(Told(text)))
        except RefusedError as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 (whatever it was, the show goes on as before)
            _log.exception("the upgrade failed")
            why = f"it failed: {error!r}"
        else:
            why = ""
        self._notify.ready("upgraded" if not why else "on air; an upgrade was not done")
        if why:
            self._controls.note(Incident("supervisor", "upgrade-failed", why))
            tell(Told(why, over=True, failed=True))
        else:
            self._controls.note(Decision("upgraded", "everything behind the air is new"))
            tell(Told("upgraded", over=True))

    def redirect(self, address: Address) -> Told:
        """Push to that address from now on; what whoever asked is told."""
        on_air = {each.name: each for each in self._controls.destinations}
        try:
            found = resolve_address(self.room, address.name, address.url, on_air.get(address.name))
        except ConfigError as error:
            return Told(str(error), over=True, failed=True)
        self._controls.redirect(found)
        self._controls.note(Decision("address-given", f"{found.name} has a new address"))
        return Told(f"{found.name}: it has the new address", over=True)
