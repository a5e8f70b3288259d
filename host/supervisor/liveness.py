"""Finds processes that run and do nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import MappingProxyType

import anyio

from host.model import Incident
from host.supervisor.child import Child

SILENT = 5.0
"""Seconds without a beat after which a process hangs; it beats each second."""
STARTING = 90.0
"""Seconds to the first beat."""
SLOW = MappingProxyType({"voice": 300.0})
"""Those that take longer to the first beat: a voice may load a model off a slow disk."""
LOOK = 0.5
"""Seconds between two looks."""
STALL = 1.0
"""Seconds by which a look may be late before nobody's silence is held against them: then this
process itself was stopped or starved, and what they said waits to be read."""


class Liveness:
    """Kills what hangs, so that it is started again."""

    def __init__(
        self,
        children: Iterable[Child],
        note: Callable[[Incident], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``children``: those that run now, each time that it is gone through."""
        self._children = children
        self._note = note
        self._clock = clock
        self._looked = clock()
        self._forgiven = self._looked

    async def run(self) -> None:
        """For ever."""
        while True:
            await anyio.sleep(LOOK)
            self.look()

    def look(self) -> None:
        """One look at all."""
        now = self._clock()
        if now - self._looked > LOOK + STALL:
            self._forgiven = now
        self._looked = now
        for child in self._children:
            why = self._hangs(child, now)
            if child.pid and not child.ending and why:
                self._note(Incident(child.role, "hung", why))
                child.restart(why)

    def _hangs(self, child: Child, now: float) -> str:
        """Why it counts as hanging; empty: it does not."""
        if child.heard_at:
            silent = now - max(child.heard_at, self._forgiven)
            return f"no sign of life for {SILENT:g} s" if silent > SILENT else ""
        limit = SLOW.get(child.role, STARTING)
        waited = now - max(child.started_at, self._forgiven)
        return f"no sign of life {limit:g} s after its start" if waited > limit else ""
