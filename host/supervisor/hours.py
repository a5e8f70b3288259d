"""Ends a broadcast when the room's hours are over, and waits for the next."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable
from datetime import datetime

import anyio

from host.schedule import Schedule
from host.supervisor.notify import Notify

LOOK = 10.0
"""Seconds between looks at the wall clock, which may be set meanwhile."""


class Hours:
    """A room's schedule as its supervisor keeps it."""

    def __init__(self, schedule: Schedule, now: Callable[[], datetime]) -> None:
        """``now``: the moment, with time zone."""
        self._schedule = schedule
        self._now = now
        self.over = False
        """They have ended a broadcast, and nothing but they."""

    async def until_over(self) -> None:
        """Returns when the room goes off air by its hours; never where they do not end."""
        self.over = False
        while True:
            now = self._now()
            closes = self._schedule.closes(now)
            if closes is not None and closes <= now:
                break
            left = math.inf if closes is None else (closes - now).total_seconds()
            await anyio.sleep(min(left, LOOK))
        self.over = True

    def opens(self) -> datetime | None:
        """When it is on air next: now, where it is; None: never again."""
        return self._schedule.opens(self._now())

    async def until_open(self, status: str, notify: Notify) -> bool:
        """Wait for it. False: SIGTERM or SIGINT came, or it never opens again.

        ``status``: what systemd is told meanwhile.
        """
        notify.ready(status)
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async with anyio.create_task_group() as tasks:
                ended = False

                async def heed() -> None:
                    nonlocal ended
                    async for _ in signals:
                        ended = True
                        tasks.cancel_scope.cancel()

                tasks.start_soon(heed)
                while (opens := self.opens()) is not None and opens > self._now():
                    notify.alive(status)
                    left = (opens - self._now()).total_seconds()
                    await anyio.sleep(min(max(left, 0.0), LOOK))
                tasks.cancel_scope.cancel()
        return not ended and opens is not None
