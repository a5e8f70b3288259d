"""The talk without a voice: planner, gate, accounts and ledger, on time that is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from host.accounts import KINDS, Accounts
from host.clauses import split
from host.config import Room
from host.gate import Gate
from host.ledger import Ledger, newest
from host.lineup import load_lineup
from host.model import Aired, Decision, Ended, Incident, Planned
from host.planner import Planner, PlannerState
from host.platforms import profiles_of
from host.script import load_scripts

RECALLED = 5000
"""Newest rows about lines that a supervisor reads when it begins."""
REFUSALS = 50
"""Lines in a row that may be refused."""


class SimulatedTalk:
    """Plans lines and keeps their accounts, as studio and supervisor do between them."""

    def __init__(self, room: Room) -> None:
        """Raises ConfigError for what the room names. Its ledger is begun in its folder."""
        lineup = load_lineup(room.lineup, tz=room.timezone)
        scripts = load_scripts(room.scripts, room.settings.lang)
        self._room = room
        self._gate = Gate(lineup, profiles_of(room, room.settings.lang))
        settings = room.settings
        self._planner = Planner(lineup, scripts, settings.seed, settings.lang, settings.talk)
        self._state = PlannerState()
        self._ledger = Ledger(room.ledger)
        self._accounts = Accounts()
        self._next = 1
        self.planned = self.ended = self.refused = 0
        self.faults: list[str] = []
        self._last_ended = 0

    def next(self, now: datetime) -> Planned:
        """The next line that the gate lets pass, written ahead."""
        for _ in range(REFUSALS):
            step = self._planner.next(self._state, self._next, now)
            self._state = step.state
            verdict = self._gate.check(step.line.text, step.line.sku, step.line.lang, now)
            self._next += 1
            if verdict.passed:
                planned = Planned(step.line, split(step.line), step.state.dump())
                self._ledger.append(planned, now)
                self._accounts.plan(planned)
                self.planned += 1
                return planned
            self.refused += 1
            self._ledger.append(Decision("line-refused", str(verdict)), now)
        raise RuntimeError(f"the gate refused {REFUSALS} lines in a row")

    def air(self, runs: Iterable[Aired], now: datetime) -> None:
        """What was aired; writes it and the ends that follow from it."""
        for run in runs:
            self._ledger.append(run, now)
            ended = self._accounts.air(run)
            if ended is not None:
                self._end(ended, now)

    def note(self, incident: Incident, now: datetime) -> None:
        """Something that the air told."""
        self._ledger.append(incident, now)

    def restart(self) -> None:
        """A new supervisor takes everything up from the ledger."""
        before = self._accounts.welcome
        self._ledger.close()
        self._ledger = Ledger(self._room.ledger)
        self._accounts = Accounts()
        owed = self._accounts.replay(newest(self._room.ledger, KINDS, RECALLED))
        if owed:
            self.faults.append(f"a restart finds {len(owed)} ends that were not written")
        if self._accounts.welcome != before:
            self.faults.append(f"a restart at line {self._next} finds another state of the show")

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    def _end(self, ended: Ended, now: datetime) -> None:
        self._ledger.append(ended, now)
        self.ended += 1
        if ended.outcome != "finished" or ended.line <= self._last_ended:
            self.faults.append(f"line {ended.line} {ended.outcome} after {self._last_ended}")
        if list(ended.ticks) != sorted(ended.ticks):
            self.faults.append(f"line {ended.line} was heard at {ended.ticks}")
        self._last_ended = ended.line
