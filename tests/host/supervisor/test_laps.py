"""A rendering ends with the last line of its laps."""

from __future__ import annotations

from dataclasses import replace

from host.model import Clause, Ended, Line, Planned
from host.planner import PlannerState
from host.supervisor.laps import LapEnd


class Levers:
    """Notes which line the file is to end with."""

    def __init__(self) -> None:
        self.ends: list[int] = []

    def finish(self, line: int) -> None:
        self.ends.append(line)

    def restart(self, role: str, why: str) -> None: ...
    def cost(self, level: int, why: str) -> None: ...
    def preset(self, name: str, why: str) -> None: ...
    def redirect(self, destination: object) -> None: ...
    def note(self, what: object) -> None: ...


def planned(line: int, lap: int, priority: int = 0) -> Planned:
    said = Line(line, "zh", "好。", "selling", priority=priority)
    state = "" if priority else replace(PlannerState(), lap=lap).dump()
    return Planned(said, (Clause(line, 0, "好。", "zh"),), state)


def test_the_first_line_of_the_next_lap_tells_the_last_of_this_one() -> None:
    levers = Levers()
    end = LapEnd(levers, 2)
    for line, lap in ((1, 1), (2, 1), (4, 2), (7, 2)):
        end.hear("studio", planned(line, lap))
    end.hear("studio", planned(8, 0, priority=1))
    assert not levers.ends
    end.hear("studio", planned(9, 3))
    end.hear("studio", planned(10, 3))
    assert levers.ends == [7]


def test_a_last_line_that_is_dropped_leaves_the_one_before() -> None:
    levers = Levers()
    end = LapEnd(levers, 1)
    for line, lap in ((1, 1), (2, 1), (3, 1)):
        end.hear("studio", planned(line, lap))
    end.hear("supervisor", Ended(2, "dropped", "no sound"))
    end.hear("supervisor", Ended(1, "finished"))
    assert not levers.ends
    end.hear("studio", planned(4, 2))
    end.hear("supervisor", Ended(3, "dropped", "no sound"))
    assert levers.ends == [3, 1]
