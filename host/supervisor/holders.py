"""Roles that one process holds at a time: who comes next waits until the former has left."""

from __future__ import annotations

import signal
import time
from collections.abc import Awaitable, Callable

import anyio

from host.model.messages import Retire
from host.supervisor.guest import Guest
from host.supervisor.process import Left, end_group

PATIENCE = 4.0
"""Seconds for the clause on air to end, before its holder is killed. Most take less than 2.6 s."""
BEATING = 2.5
"""Seconds within which a process that is to go on must have shown that its loop turns."""
KILLED = 5.0
"""Seconds in which a killed process ends. One that the kernel holds is not waited for."""
BEFORE = 1.0
"""Seconds in which a holder of a former supervisor comes back: it tries every 0.5 s."""


class Candidate:
    """A newcomer that is not let in before its time: it shows that it can, first."""

    def __init__(self) -> None:
        self.ready = anyio.Event()
        """It said Hello."""
        self.turn = anyio.Event()
        """It may be let in."""


class Post:
    """One role. A newcomer is admitted when the former holder's connection has closed.

    The former is told to retire, and killed ``PATIENCE`` seconds later.
    """

    def __init__(
        self,
        role: str,
        *,
        vacant: Callable[[Guest | None], Awaitable[None]],
        enter: Callable[[Guest], None],
        ports: bool = False,
        finishing: float = 0.0,
    ) -> None:
        """``vacant``: waits for what else must be over when that former holder has gone (None:
        there was none). ``enter``: lets the next one in. ``ports``: a holder listens at one, so
        that its process must have ended too. ``finishing``: see ``dismiss``.
        """
        self.role = role
        self.holder: Guest | None = None
        """Who holds it, or held it last."""
        self.closed = False
        """The show is ending: nobody is let in any more."""
        self._ports = ports
        self._finishing = finishing
        self._vacant = vacant
        self._enter = enter
        self._candidates: dict[int, Candidate] = {}
        self._order = anyio.Lock()
        self._back: anyio.Event | None = None

    def expect(self, pid: int) -> Candidate:
        """Let the process ``pid`` wait at the door when it comes."""
        return self._candidates.setdefault(pid, Candidate())

    def forget(self, pid: int) -> None:
        """It is no candidate any more."""
        self._candidates.pop(pid, None)

    def await_former(self) -> None:
        """Let nobody in for ``BEFORE`` seconds, or until a former supervisor's holder is back."""
        self._back = anyio.Event()

    def claim(self, guest: Guest) -> None:
        """It holds the role already, from a former supervisor."""
        self._take(guest)
        if self._back is not None:
            self._back.set()

    async def admit(self, guest: Guest) -> None:
        """Let it in when its turn has come; not when it has gone meanwhile."""
        candidate = self._candidates.get(guest.pid)
        if candidate is not None:
            candidate.ready.set()
            await candidate.turn.wait()
        async with self._order:
            if self._back is not None:
                with anyio.move_on_after(BEFORE):
                    await self._back.wait()
                self._back = None
            former = self.holder
            if former is not None and former is not guest:
                why = f"another {self.role} takes over"
                await dismiss(former, why, ended=self._ports, finishing=self._finishing)
            await self._vacant(former)
            if not guest.left.is_set() and not self.closed:
                self._take(guest)
                self._enter(guest)

    def _take(self, guest: Guest) -> None:
        former, self.holder = self.holder, guest
        if former is not None and former is not guest:
            former.release()


async def dismiss(
    guest: Guest,
    why: str,
    patience: float = PATIENCE,
    *,
    ended: bool = True,
    finishing: float = 0.0,
) -> None:
    """Tell it to go; returns when its connection is closed and, with ``ended``, its process has
    ended too. Both are forced after ``patience`` seconds, or ``finishing`` later while it beats.
    """
    if not guest.left.is_set():
        guest.retired = True
        guest.tell(Retire(why))
    process = guest.process
    if await _has_gone(guest, process if ended else None, patience):
        return
    until = time.monotonic() + finishing
    while time.monotonic() < until and time.monotonic() - guest.heard_at < BEATING:
        if await _has_gone(guest, process if ended else None, 0.5):
            return
    if process is not None:
        process.signal(signal.SIGKILL)
        with anyio.move_on_after(KILLED):
            await process.wait()
            end_group(guest.pid)
    with anyio.move_on_after(1.0):  # what it had said is taken within a moment
        await guest.left.wait()


async def _has_gone(guest: Guest, process: Left | None, seconds: float) -> bool:
    with anyio.move_on_after(seconds):
        await guest.left.wait()
        if process is not None:
            await process.wait()
        return True
    return False
