"""Onair's control socket: orders in; the state once a second and what was aired out."""

from __future__ import annotations

import contextlib
import heapq
import os
import select
import time
from collections import deque
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from selectors import BaseSelector
from typing import Any, Protocol

from host.model import Aired, Destination, Incident, sockets, wire
from host.model.messages import Destinations, EndShow, Finish, Hello, Hold, Noted, Preset, Retire
from host.model.state import OnAirState
from stream.hub import Hub

KEPT_INCIDENTS = 4096
"""Incidents kept until they are noted; the oldest go first."""
KEPT_AIRED = 65_536
"""Runs of clauses kept until they are noted: a day and more of talk, 20 MB. No room comes near:
where nobody notes, the studio plans no further line."""
UNNOTED = 60.0
"""Seconds in which a supervisor notes what it was told; else it hangs, and is cut off."""
LIMIT = 4 * 1024 * 1024
"""Bytes queued for a peer at which it is cut off: state is small, so it has stopped reading."""
AHEAD = 256 * 1024
"""Bytes of reports queued at once, so that a long account does not itself reach ``LIMIT``."""

Report = Aired | Incident


class Orders(Protocol):
    """Who does what the socket's peers ask for; no call waits."""

    def hold(self, on: bool) -> None:
        """The red button was pressed or released."""

    def stop(self) -> None:
        """End the broadcast in good order."""

    def retire(self) -> None:
        """The same, after the clause on air."""

    def redirect(self, destinations: tuple[Destination, ...]) -> None:
        """Push to these from now on."""

    def allow(self, preset: str) -> None:
        """Encode with this of x264's presets."""

    def finish(self, line: int) -> None:
        """End with the last tick of that line."""


class Control:
    """Serves ``onair.sock`` inside another's selector loop.

    Reports are numbered by their order on a connection, and kept until the supervisor has noted
    them: a new one is first told all that the former did not note.
    """

    def __init__(
        self,
        folder: str | Path,
        selector: BaseSelector,
        orders: Orders,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._orders = orders
        self._now = now
        self._number = 0
        self._incidents: deque[tuple[int, Report]] = deque(maxlen=KEPT_INCIDENTS)
        self._aired: deque[tuple[int, Report]] = deque(maxlen=KEPT_AIRED)
        self._supervisor: sockets.Peer | None = None
        self._process = -1  # pidfd of the supervisor's process; -1: none, or it cannot be held
        self._untold: deque[tuple[int, Report]] = deque()
        self._unnoted: deque[int] = deque()  # told on this connection
        self._noted_at = 0.0
        self._hub = Hub(folder, "onair", selector, limit=LIMIT, said=self._hear)

    @property
    def supervised(self) -> bool:
        """A supervisor is connected, and notes what it is told."""
        return self._supervisor is not None and not self._supervisor.closed

    @property
    def orphaned(self) -> bool:
        """No supervisor is connected, and the last one's process has ended.

        One that hangs (a disk, a terminal that takes nothing, Ctrl+Z) may come round, and only
        once it is ended can another take its place.
        """
        return not self.supervised and not (self._process >= 0 and not _ended(self._process))

    def report(self, what: Report) -> None:
        """Tell the supervisor, now or when there is one again."""
        self._number += 1
        numbered = self._number, what
        (self._aired if isinstance(what, Aired) else self._incidents).append(numbered)
        if self.supervised:
            self._untold.append(numbered)
            self._deliver()

    def publish(self, state: OnAirState) -> None:
        """Tell everyone. Call about once a second."""
        frame = wire.encode(state)
        for peer in self._hub:
            self._hub.send(peer, frame)
        if self._unnoted and self._now() - self._noted_at > UNNOTED and self._supervisor:
            self._hub.cut(self._supervisor)
        self._deliver()

    def _hear(self, peer: sockets.Peer, message: Any) -> None:
        """A message's fields may hold anything: what is ill-typed is passed over."""
        match message:
            case Hello(role=str(role), pid=int(pid)) if role == "supervisor":
                self._take_on(peer, pid)
            case Hold(on=bool(on)):
                self._orders.hold(on)
            case EndShow():
                self._orders.stop()
            case _ if peer is self._supervisor:
                self._obey(message)

    def _obey(self, message: Any) -> None:
        """What only the supervisor may ask for."""
        match message:
            case Noted(count=int(count)):
                self._note(count)
            case Retire():
                self._orders.retire()
            case Preset(name=str(name)):
                self._orders.allow(name)
            case Finish(line=int(line)):
                self._orders.finish(line)
            case Destinations(destinations=tuple(wanted)) if _pushable(wanted):
                self._orders.redirect(wanted)

    def _take_on(self, peer: sockets.Peer, pid: int) -> None:
        self._supervisor = peer
        self._let_go()
        # It has ended already, or the number is none.
        with contextlib.suppress(OSError, OverflowError):
            self._process = os.pidfd_open(pid)
        self._untold = deque(heapq.merge(self._incidents, self._aired, key=itemgetter(0)))
        self._unnoted.clear()
        self._deliver()

    def _deliver(self) -> None:
        peer = self._supervisor
        while self._untold and peer is not None and not peer.closed and peer.queued < AHEAD:
            number, report = self._untold.popleft()
            if not self._unnoted:
                self._noted_at = self._now()
            self._unnoted.append(number)
            self._hub.send(peer, wire.encode(report))

    def _note(self, count: int) -> None:
        self._noted_at = self._now()
        for _ in range(min(count, len(self._unnoted))):
            number = self._unnoted.popleft()
            for kept in (self._incidents, self._aired):
                # Not there: an incident that had to go for newer ones.
                if kept and kept[0][0] == number:
                    kept.popleft()
        self._deliver()

    def _let_go(self) -> None:
        if self._process >= 0:
            os.close(self._process)
            self._process = -1

    def close(self) -> None:
        """Cut everyone off."""
        self._let_go()
        self._hub.close()


def _ended(process: int) -> bool:
    """Whether the process behind that pidfd has ended."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(0))


def _pushable(wanted: tuple[Any, ...]) -> bool:
    """Whether these are destinations, each with a name of its own and a command to run."""
    sound = all(
        isinstance(one, Destination)
        and isinstance(one.name, str)
        and isinstance(one.argv, tuple)
        and one.argv
        and all(isinstance(word, str) and _passes_exec(word) for word in one.argv)
        and isinstance(one.longest_seconds, int | float)
        and isinstance(one.first_ms, int)
        for one in wanted
    )
    return sound and len({one.name for one in wanted}) == len(wanted)


def _passes_exec(word: str) -> bool:
    try:
        return b"\0" not in word.encode()
    except UnicodeEncodeError:
        return False
