"""Roles that one process holds at a time: who comes next waits until the former has left."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable

import anyio

from host.model.messages import Retire
from host.supervisor.guest import Guest
from host.supervisor.process import end_group

PATIENCE = 4.0
"""Seconds for the clause on air to end (2.6 s for the longest) before its holder is killed."""
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
    ) -> None:
        """``vacant``: waits for what else must be over when that former holder has gone (None:
        there was none). ``enter``: lets the next one in. ``ports``: a holder listens at one, so
        that its process must have ended too.
        """
        self.role = role
        self.holder: Guest | None = None
        """Who holds it, or held it last."""
        self.closed = False
        """The show is ending: nobody is let in any more."""
        self._ports = ports
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
                await dismiss(former, f"another {self.role} takes over", ended=self._ports)
            await self._vacant(former)
            if not guest.left.is_set() and not self.closed:
                self._take(guest)
                self._enter(guest)

    def _take(self, guest: Guest) -> None:
        former, self.holder = self.holder, guest
        if former is not None and former is not guest:
            former.release()


async def dismiss(
    guest: Guest, why: str, patience: float = PATIENCE, *, ended: bool = True
) -> None:
    """Tell it to go; returns when its connection is closed and, with ``ended``, its process has
    ended too. Both are forced after ``patience`` seconds.
    """
    if not guest.left.is_set():
        guest.retired = True
        guest.tell(Retire(why))
    process = guest.process
    with anyio.move_on_after(patience):
        await guest.left.wait()
        if process is not None and ended:
            await process.wait()
        return
    if process is not None:
        process.signal(signal.SIGKILL)
        await process.wait()
        end_group(guest.pid)
    with anyio.move_on_after(1.0):  # what it had said is taken within a moment
        await guest.left.wait()
