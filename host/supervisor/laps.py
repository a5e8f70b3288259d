"""Ends a rendering with the last line of a lap."""

from __future__ import annotations

from host.model import Ended, Planned
from host.planner import PlannerState
from host.supervisor.levers import Levers


class LapEnd:
    """Hears each line as it is planned: the first of the next lap tells which was the last.

    The studio plans two lines ahead, and none is voiced before it is on record, so that the file
    knows its last line before it comes to its end.
    """

    def __init__(self, levers: Levers, laps: int) -> None:
        """``laps``: that the file holds, from the show's first on."""
        self._levers = levers
        self._laps = laps
        self._lines: list[int] = []  # of those laps, not dropped
        self._over = False

    def hear(self, role: str, message: object) -> None:
        """See ``Observer``."""
        if isinstance(message, Planned) and not message.line.priority and not self._over:
            lap = PlannerState.load(message.planner_state).lap
            self._over = lap > self._laps
            if not self._over:
                self._lines.append(message.line.id)
                return
            self._tell()
        elif (
            isinstance(message, Ended)
            and message.outcome == "dropped"
            and message.line in self._lines
        ):
            self._lines.remove(message.line)
            if self._over:  # it may have been the last
                self._tell()

    def _tell(self) -> None:
        if self._lines:
            self._levers.finish(self._lines[-1])
