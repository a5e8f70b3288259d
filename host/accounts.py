"""Which lines are on their way, and the one end of each. Pure; the supervisor keeps it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from host.model import Aired, Ended, Planned, wire
from host.model.messages import Row, Welcome

REMEMBERED = 4096
"""Lines that have ended whose ids are kept, so that none ends twice: a day's."""


KINDS = ("Planned", "Aired", "Ended")
"""The rows that ``Accounts.replay`` takes up."""


class Accounts:
    """Every planned line ends in exactly one ``Ended``, in whatever order reports come.

    They come on three connections: a line's plan from the studio, its runs from onair, its drop
    from media or the studio.
    """

    def __init__(self) -> None:
        self._planned: dict[int, Planned] = {}
        self._aired: dict[int, list[Aired]] = {}
        self._dropped: dict[int, str] = {}  # why; told before the line's plan came
        self._ended: deque[int] = deque(maxlen=REMEMBERED)
        self._state = ""
        self._next_line = 1

    def plan(self, planned: Planned) -> Ended | None:
        """A line was handed to playout; its end, when that was told before."""
        line = planned.line.id
        self._next_line = max(self._next_line, line + 1)
        if line in self._ended or line in self._planned:
            return None
        self._planned[line] = planned
        if planned.planner_state:
            self._state = planned.planner_state
        return self._settle(line)

    def air(self, aired: Aired) -> Ended | None:
        """A run of ticks was aired; the line's end, when it was its last."""
        if aired.line in self._ended:
            return None
        self._aired.setdefault(aired.line, []).append(aired)
        return self._settle(aired.line)

    def drop(self, line: int, why: str) -> Ended | None:
        """A line is not said (any more); None when it had ended already."""
        if line in self._ended:
            return None
        self._dropped.setdefault(line, why)
        return self._settle(line)

    def _settle(self, line: int) -> Ended | None:
        """The line's end, once it is planned and finished or dropped."""
        runs = self._aired.get(line, [])
        finished = any(run.ends_line for run in runs)
        if line not in self._planned or not (finished or line in self._dropped):
            return None
        ticks = tuple((run.first_tick, run.last_tick) for run in runs)
        reason = "" if finished else self._dropped[line]
        self._forget(line)
        return Ended(line, "finished" if finished else "dropped", reason, ticks)

    def _forget(self, line: int) -> None:
        for kept in (self._planned, self._aired, self._dropped):
            kept.pop(line, None)
        self._ended.append(line)

    def begin_anew(self) -> list[Ended]:
        """Ends that a new broadcast owes: nothing goes on in mid-line after the air was left, and
        an answer comes too late. Whole lines of talk are still said.
        """
        late = [
            line
            for line, planned in self._planned.items()
            if planned.line.priority or self._aired.get(line)
        ]
        ends = [self.drop(line, "the broadcast had ended before it was said") for line in late]
        return [ended for ended in ends if ended is not None]

    @property
    def welcome(self) -> Welcome:
        """Where the show stands, for a studio that begins or begins again."""
        runs = tuple(run for line in self._planned for run in self._aired.get(line, ()))
        return Welcome(self._next_line, self._state, tuple(self._planned.values()), runs)

    def replay(self, rows: Iterable[Row]) -> list[Ended]:
        """Take up what a ledger tells, after a crash or a reboot.

        Returns ends that the rows imply and that were not written: the supervisor died between.
        """
        owed: dict[int, Ended] = {}
        for row in rows:
            if row.kind not in KINDS:
                continue
            message = wire.from_json(row.body)
            if isinstance(message, Ended):
                if owed.pop(message.line, None) is None:
                    self._forget(message.line)
                continue
            ended = self.plan(message) if isinstance(message, Planned) else self.air(message)
            if ended is not None:
                owed[ended.line] = ended
        return list(owed.values())
