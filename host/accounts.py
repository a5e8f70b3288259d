"""Which lines are on their way, and the one end of each. Pure; the supervisor keeps it."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable

from host.model import Aired, Cursor, Ended, Planned, wire
from host.model.messages import Row, Welcome

REMEMBERED = 4096
"""Lines that have ended whose ids are kept, so that none ends twice: a day's."""
RUNS = 8192
"""Runs kept so that one told again is known: twice what onair keeps while nobody notes it."""

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
        self._runs: OrderedDict[tuple[int, int, int, int], None] = OrderedDict()
        self._state = ""
        self._next_line = 1
        self._parted = False
        self._afresh = False
        self.last_tick = -1
        """The last air tick that a line was heard at; −1: none."""

    def plan(self, planned: Planned) -> Ended | None:
        """A line was handed to playout; its end, when that was told before."""
        line = planned.line.id
        self._next_line = max(self._next_line, line + 1)
        if line in self._ended or line in self._planned:
            return None
        self._planned[line] = planned
        if not planned.line.priority:
            self._parted = self._afresh = False
        if planned.planner_state:
            self._state = planned.planner_state
        return self._settle(line)

    def air(self, aired: Aired) -> Ended | None:
        """A run of ticks was aired; the line's end, when it was its last."""
        self._runs[_key(aired)] = None
        if len(self._runs) > RUNS:
            self._runs.popitem(last=False)
        self.last_tick = max(self.last_tick, aired.last_tick)
        if aired.line in self._ended:
            return None
        self._aired.setdefault(aired.line, []).append(aired)
        return self._settle(aired.line)

    def knows(self, aired: Aired) -> bool:
        """Whether that run was told before: onair tells again what nobody noted."""
        return _key(aired) in self._runs

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
        if finished and self._planned[line].line.beat == "closing":
            self._parted = True
        self._forget(line)
        return Ended(line, "finished" if finished else "dropped", reason, ticks)

    def _forget(self, line: int) -> None:
        for kept in (self._planned, self._aired, self._dropped):
            kept.pop(line, None)
        self._ended.append(line)

    def cut_off(self, why: str) -> list[Ended]:
        """Ends that a broadcast owes when the air is left: nothing goes on in mid-line, and an
        answer comes too late, a good-bye too. Whole lines of talk are still said, by the next one.
        """
        self._parted = False
        late = [
            line
            for line, planned in self._planned.items()
            if planned.line.priority or planned.line.beat == "closing" or self._aired.get(line)
        ]
        return self._drop_all(late, why)

    def begin_afresh(self, why: str) -> list[Ended]:
        """Drop every outstanding line; the talk goes on with the opening of its next lap."""
        self._parted, self._afresh = False, True
        return self._drop_all(list(self._planned), why)

    def start_over(self, why: str) -> list[Ended]:
        """Drop every outstanding line and let the talk begin at its opening."""
        self._state = ""
        return self._drop_all(list(self._planned), why)

    def _drop_all(self, lines: list[int], why: str) -> list[Ended]:
        ends = [self.drop(line, why) for line in lines]
        return [ended for ended in ends if ended is not None]

    def next_up(self, cursor: Cursor) -> tuple[int, int] | None:
        """Line and clause that media is to say next, if ``cursor`` is where the air stands."""
        if cursor.line in self._planned and not cursor.ends_clause:
            return cursor.line, cursor.clause
        over = cursor.line if cursor.ends_line else 0
        left = [planned.line for line, planned in self._planned.items() if line != over]
        if not left:
            return None
        line = max(left, key=lambda each: each.priority).id  # the first of the highest
        said = [run.clause for run in self._aired.get(line, ()) if run.ends_clause]
        if cursor.line == line:
            said.append(cursor.clause)
        return line, max(said, default=-1) + 1

    @property
    def welcome(self) -> Welcome:
        """Where the show stands, for a studio that begins or begins again."""
        runs = tuple(run for line in self._planned for run in self._aired.get(line, ()))
        outstanding = tuple(self._planned.values())
        return Welcome(self._next_line, self._state, outstanding, runs, self._parted, self._afresh)

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
                heard = (last for _, last in message.ticks)
                self.last_tick = max(self.last_tick, *heard, -1)
                if owed.pop(message.line, None) is None:
                    self._forget(message.line)
                continue
            ended = self.plan(message) if isinstance(message, Planned) else self.air(message)
            if ended is not None:
                owed[ended.line] = ended
        return list(owed.values())


def _key(aired: Aired) -> tuple[int, int, int, int]:
    return aired.line, aired.clause, aired.first_tick, aired.last_tick
