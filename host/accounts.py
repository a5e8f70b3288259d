"""Which lines are on their way, and the one end of each. Pure; the supervisor keeps it."""

from __future__ import annotations

from collections.abc import Iterable

from host.model import Aired, Ended, Planned, wire
from host.model.messages import Row, Welcome


class Accounts:
    """Every planned line ends in exactly one ``Ended``."""

    def __init__(self) -> None:
        self._planned: dict[int, Planned] = {}
        self._aired: dict[int, list[Aired]] = {}
        self._state = ""
        self._next_line = 1

    def plan(self, planned: Planned) -> None:
        """A line was handed to playout."""
        self._planned[planned.line.id] = planned
        self._next_line = max(self._next_line, planned.line.id + 1)
        if planned.planner_state:
            self._state = planned.planner_state

    def air(self, aired: Aired) -> Ended | None:
        """A run of ticks was aired; the line's end, when it was its last."""
        if aired.line not in self._planned:
            return None
        self._aired.setdefault(aired.line, []).append(aired)
        return self._end(aired.line, "finished", "") if aired.ends_line else None

    def drop(self, line: int, why: str) -> Ended | None:
        """A line is not said (any more); None when it had ended already."""
        return self._end(line, "dropped", why) if line in self._planned else None

    def _end(self, line: int, outcome: str, reason: str) -> Ended:
        del self._planned[line]
        runs = self._aired.pop(line, [])
        ticks = tuple((run.first_tick, run.last_tick) for run in runs)
        return Ended(line, "finished" if outcome == "finished" else "dropped", reason, ticks)

    @property
    def welcome(self) -> Welcome:
        """Where the show stands, for a studio that begins or begins again."""
        runs = tuple(run for runs in self._aired.values() for run in runs)
        return Welcome(self._next_line, self._state, tuple(self._planned.values()), runs)

    def replay(self, rows: Iterable[Row]) -> None:
        """Take up what a ledger tells, after a crash or a reboot."""
        for row in rows:
            if row.kind == "Planned":
                self.plan(wire.from_json(row.body))
            elif row.kind == "Aired":
                aired = wire.from_json(row.body)
                if aired.line in self._planned:
                    self._aired.setdefault(aired.line, []).append(aired)
            elif row.kind == "Ended":
                self._planned.pop(wire.from_json(row.body).line, None)
                self._aired.pop(wire.from_json(row.body).line, None)
