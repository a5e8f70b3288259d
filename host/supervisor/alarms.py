"""What a person is told of, and how often: each trouble of each place on its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from host.model import Incident
from host.model.state import PushState
from host.supervisor.pacing import Reminder, Spell

AGAIN = 300.0
"""Seconds between two beginnings of the same trouble that are told of."""
REMIND = 1800.0
"""Seconds between reminders while a trouble lasts."""
STEADY = 10.0
"""Seconds for which a trouble must be gone to be told as over."""

REJECTED = 15.0
"""Seconds of being rejected after which it is told: well within the 30 s of the fault table."""
LOST = 60.0
"""Seconds without a connection after which it is told."""
ACCEPTED = 5.0
"""Seconds for which a connection must last to be one: a pusher lives before it is refused."""
OFTEN = 5
"""Restarts of a process within ``OFTEN_SECONDS`` above which it is told."""
OFTEN_SECONDS = 600.0
KEPT = 200
"""Troubles remembered; there are two dozen kinds and a few destinations."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a person should know."""

    kind: str
    """Short, fixed name; a row of the texts in ``alerts``."""
    about: str = ""
    """Which destination or process."""
    detail: str = ""
    """Figures, or the reason as it was reported; holds no address."""
    over: bool = False
    """It is over."""


class Alarms:
    """Turns conditions and incidents into alerts, without a storm."""

    def __init__(self, send: Callable[[Alert], None]) -> None:
        self._send = send
        self._reminders: dict[tuple[str, str], Reminder] = {}
        self._standing: dict[tuple[str, str], str] = {}
        self._pushes: dict[str, _Push] = {}
        self._restarts: dict[str, deque[float]] = {}

    def trouble(
        self, kind: str, holds: bool, now: float, about: str = "", detail: str = ""
    ) -> None:
        """Say whether the trouble is there now; to be called again and again."""
        key = (kind, about)
        reminder = self._reminders.get(key)
        if reminder is None:
            if not holds or len(self._reminders) >= KEPT:
                return
            reminder = self._reminders[key] = Reminder(AGAIN, REMIND, STEADY)
        if reminder.begins(holds, now):
            self._send(Alert(kind, about, detail))
        elif reminder.ends(holds, now):
            self._send(Alert(kind, about, over=True))

    def hear(self, incident: Incident, now: float) -> None:
        """Reports that are alerts, or become one when they are many."""
        match incident.stage, incident.what:
            case "ledger", "unwritten" | "written":
                self._stands("ledger", incident, incident.what == "unwritten", now)
            case "recorder", "stopped" | "resumed":
                self._stands("recording", incident, incident.what == "stopped", now)
            case "onair", "restarted":
                self._happened("onair-restarted", "", incident.why, now)
            case role, "hung":
                self._happened("hung", role, incident.why, now)
            case role, "restarted":
                self._count(role, incident.why, now)

    def pushes(self, states: tuple[PushState, ...], now: float) -> None:
        """How the destinations are."""
        for state in states:
            push = self._pushes.setdefault(state.name, _Push())
            rejected, lost = push.judge(state, now)
            self.trouble("rejected", rejected, now, state.name)
            self.trouble("disconnected", lost, now, state.name)

    def remind(self, now: float) -> None:
        """Once a second: what stands still is told again in its time."""
        for (kind, about), why in self._standing.items():
            self.trouble(kind, bool(why), now, about, why)

    def _stands(self, kind: str, incident: Incident, holds: bool, now: float) -> None:
        self._standing[kind, ""] = (incident.why or incident.what) if holds else ""
        self.remind(now)

    def _happened(self, kind: str, about: str, why: str, now: float) -> None:
        self.trouble(kind, True, now, about, why)
        # It is no state that could be over.
        self._reminders[kind, about].closed()

    def _count(self, role: str, why: str, now: float) -> None:
        times = self._restarts.setdefault(role, deque(maxlen=OFTEN + 1))
        times.append(now)
        if len(times) > OFTEN and now - times[0] <= OFTEN_SECONDS:
            self._happened("restarting", role, why, now)


class _Push:
    """One destination over time."""

    def __init__(self) -> None:
        self._up, self._rejected, self._lost = Spell(), Spell(), Spell()
        self._restarts = 0

    def judge(self, state: PushState, now: float) -> tuple[bool, bool]:
        """(rejected for too long, lost for too long)."""
        if state.restarts != self._restarts:
            self._restarts = state.restarts
            self._up.seconds(False, now)
        up = self._up.seconds(state.connected and not state.rejected, now) >= ACCEPTED
        rejected = self._rejected.seconds(not up and state.rejected > 0, now)
        lost = self._lost.seconds(not up and not state.rejected, now)
        return rejected >= REJECTED, lost >= LOST
