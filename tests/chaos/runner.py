"""Tries faults and collects what they cost."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.chaos import verdict
from tests.chaos.case import Case, Figure
from tests.chaos.namespace import Beyond
from tests.chaos.scenario import Scenario
from tests.chaos.stand import Stand
from tests.chaos.table import END, OWN, SHARED
from tests.e2e.receiver import IngestError

NO_ROOM = 2
"""Rooms in a row that do not come on air after which no further one is tried."""
BETWEEN = (1.0, 5.0)
"""Seconds between two random faults, at least and at most: the room need not have settled."""


@dataclass(slots=True)
class Result:
    """What became of one fault."""

    row: str
    name: str
    how: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failure: str = ""
    """Why it could not be tried to its end."""
    skipped: str = ""
    """Why it was not tried."""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Every bar holds. What was skipped has not passed."""
        return not (self.failure or self.skipped) and all(f.holds for f in self.figures)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is tried, and how long."""

    folder: Path
    """For rooms and recordings; emptied by whoever made it."""
    kinds: str = "both"
    """Of ingests: "nginx", "node" or "both"."""
    quick: bool = False
    only: frozenset[str] = frozenset()
    """Rows; empty: all."""
    random: int = 10
    seed: int = 1
    comment_minutes: float = 10.0
    beyond: Beyond | None = None
    no_beyond: str = ""
    """Why there is no second network."""

    def takes(self, scenario: Scenario) -> bool:
        """Whether it is tried alone."""
        if self.only:
            number = scenario.row.rstrip("abcdefg") if scenario.row[0].isdigit() else scenario.row
            return bool({scenario.row, number} & self.only)
        return scenario.quick or not self.quick


def tried(plan: Plan, scenario: Scenario, stand: Stand, target: str) -> Result:
    """One fault, on a room that settles first."""
    name = f"{scenario.name} ({stand.feeds[target].kind})" if target else scenario.name
    result = Result(scenario.row, name, scenario.how)
    if why := _not_here(plan, scenario):
        result.skipped = why
        return result
    began = time.monotonic()
    try:
        stand.settle()
        case = Case(
            stand, stand.feeds.get(target), not plan.quick, comment_minutes=plan.comment_minutes
        )
        scenario.inject(case)
        if scenario is not END:
            verdict.in_step(case, scenario)
            verdict.common(case, scenario)
        result.figures, result.notes = case.figures, case.notes
    except Exception:  # noqa: BLE001 (one that breaks is a failure, and the next is tried)
        result.failure = traceback.format_exc(limit=4)
    result.seconds = time.monotonic() - began
    return result


def run(plan: Plan) -> Iterator[Result]:
    """Every fault of the plan, one after the other."""
    shared = [scenario for scenario in SHARED if plan.takes(scenario)]
    ending = plan.takes(END)
    if shared or ending:
        yield from _on_one_room(plan, shared, ending)
    if plan.random:
        yield from _at_random(plan)
    for scenario in OWN:
        if plan.takes(scenario):
            yield from _on_its_own(plan, scenario)


def _on_one_room(plan: Plan, shared: list[Scenario], ending: bool) -> Iterator[Result]:
    todo = [
        (scenario, target)
        for scenario in shared
        for target in ([scenario.target, "c"] if scenario.second_kind else [scenario.target])
        if not (target == "c" and (plan.kinds != "both" or plan.quick))
    ]
    if ending:
        todo.append((END, ""))
    number = absent = 0
    while todo:
        number += 1
        try:
            with _stand(plan, f"shared-{number}") as stand:
                absent = 0
                while todo:
                    scenario, target = todo.pop(0)
                    result = tried(plan, scenario, stand, target)
                    yield result
                    if result.failure:
                        break  # the next ones get a new room
        except (TimeoutError, OSError, IngestError) as error:
            absent += 1
            given_up, todo = (todo, []) if absent == NO_ROOM else (todo[:1], todo[1:])
            for scenario, _ in given_up:
                yield _failed(scenario, f"no room to try it on: {error}")


def _on_its_own(plan: Plan, scenario: Scenario) -> Iterator[Result]:
    if why := _not_here(plan, scenario):
        yield Result(scenario.row, scenario.name, scenario.how, skipped=why)
        return
    try:
        with _stand(plan, f"own-{scenario.row}", scenario) as stand:
            yield tried(plan, scenario, stand, scenario.target)
    except (TimeoutError, OSError, IngestError) as error:
        yield _failed(scenario, f"its room did not come on air: {error}")


def _at_random(plan: Plan) -> Iterator[Result]:
    """Faults in a row on one room that is not given the time to settle; bars at the end."""
    random = Random(plan.seed)  # noqa: S311 (no secret)
    usable = [s for s in SHARED if s.random and not _not_here(plan, s)]
    if plan.quick:
        usable = [scenario for scenario in usable if scenario.quick]
    chosen = [random.choice(usable) for _ in range(plan.random)]
    names = ", ".join(scenario.row for scenario in chosen)
    result = Result("random", f"{plan.random} in a row", f"seed {plan.seed}: {names}")
    began = time.monotonic()
    everything = Scenario("random", result.name, result.how, chosen[0].inject, everywhere=True)
    try:
        with _stand(plan, "random") as stand:
            stand.settle()
            case = Case(stand, None, long=False)
            for scenario in chosen:
                one = Case(stand, stand.feeds.get(scenario.target), long=False)
                scenario.inject(one)
                missed = [str(figure) for figure in one.figures if not figure.holds]
                result.notes += [f"{scenario.row}: {told}" for told in missed]
                time.sleep(random.uniform(*BETWEEN))
            back = time.monotonic()
            stand.settle(90)
            case.bar("all well after the last", time.monotonic() - back, 90.0)
            time.sleep(4)
            verdict.in_step(case, everything)
            verdict.common(case, everything)
            result.figures, result.notes = case.figures, result.notes + case.notes
    except Exception:  # noqa: BLE001 (whatever happens, the report is written)
        result.failure = traceback.format_exc(limit=4)
    result.seconds = time.monotonic() - began
    yield result


def _stand(plan: Plan, name: str, scenario: Scenario | None = None) -> Stand:
    setup = scenario.own if scenario is not None else None
    return Stand(plan.folder / name, setup, kinds=plan.kinds, beyond=plan.beyond)


def _not_here(plan: Plan, scenario: Scenario) -> str:
    if scenario.row == "6" and plan.beyond is None:
        return plan.no_beyond
    return scenario.lacking()


def _failed(scenario: Scenario, why: str) -> Result:
    return Result(scenario.row, scenario.name, scenario.how, failure=why)
