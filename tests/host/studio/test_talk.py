"""The rolling talk: so far ahead and no further, and nothing that the gate refuses."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import anyio
import pytest

from host.clauses import split
from host.errors import StageError
from host.gate import Gate
from host.model import Decision, Ended, Line, Lineup, Planned, Product
from host.planner import PlannerState
from host.studio.delivery import Delivery
from host.studio.talk import AHEAD, REFUSALS, Talk
from tests.host.studio.room import FakeGate, FakeVoices, current, eventually, settled

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=5)
LINEUP = Lineup(
    tuple(Product(f"S{number}", f"东西{number}", Decimal(10)) for number in range(4)), "1"
)


class Show:
    """A talk, and what it reported."""

    def __init__(self, folder: Path, gate: Gate, closes: datetime | None = None) -> None:
        self.told: list[Planned | Decision] = []
        self.closes = closes
        self.voices = FakeVoices()
        self.delivery = Delivery(folder, self.voices, self._drop)
        self.talk = Talk(
            current(LINEUP, gate=gate),
            self.delivery,
            self._report,
            number=itertools.count(1).__next__,
            now=lambda: NOW,
            closes=lambda now: self.closes,
        )

    @property
    def planned(self) -> list[Planned]:
        return [one for one in self.told if isinstance(one, Planned)]

    @property
    def refused(self) -> list[Decision]:
        return [one for one in self.told if isinstance(one, Decision)]

    async def _report(self, what: Planned | Decision) -> None:
        self.told.append(what)

    async def _drop(self, line: int, why: str) -> None:
        self.end(line, "dropped", why)

    def end(self, line: int, outcome: Literal["finished", "dropped"], why: str = "") -> None:
        ended = Ended(line, outcome, why)
        self.talk.ended(ended)
        self.delivery.ended(ended)

    @property
    def beats(self) -> list[str]:
        return [one.line.beat for one in self.planned]


def good_bye(number: int) -> Line:
    return current(LINEUP).planner.closing(number, NOW)


@asynccontextmanager
async def talking(show: Show, state: PlannerState | None = None) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(show.talk.run, state or PlannerState())
        yield
        tasks.cancel_scope.cancel()


async def test_it_keeps_so_many_lines_ahead(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate())
    async with talking(show):
        await eventually(lambda: len(show.planned) > AHEAD)
        await settled()
        assert [one.line.id for one in show.planned] == [1, 2, 3]
        show.delivery.ended(Ended(1, "finished"))
        await eventually(lambda: len(show.planned) == AHEAD + 2)
        await settled()
        assert show.delivery.talk == AHEAD + 1


async def test_the_next_line_is_planned_when_this_one_has_its_sounds(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate())
    free = show.voices.hold()
    async with talking(show):
        await eventually(lambda: bool(show.voices.said))
        await settled()
        assert len(show.planned) == 1
        free.set()
        await eventually(lambda: len(show.planned) > AHEAD)


async def test_a_refused_line_is_told_of_and_passed_over(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate(lambda text: "甲" in text))
    async with talking(show):
        await eventually(lambda: len(show.planned) > AHEAD and bool(show.refused))
    assert all("乙" in one.line.text for one in show.planned)
    first = show.refused[0]
    assert (first.what, first.why) == ("line-refused", str(FakeGate(bool).check("x")))
    assert "甲" in str(first.about["text"])
    ids = [one.line.id for one in show.planned]
    assert ids == sorted(set(ids))


async def test_when_nothing_passes_it_fails_in_place_of_spinning(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate(bool))
    with pytest.raises(StageError, match=f"refused {REFUSALS} lines"):
        await show.talk.run(PlannerState())
    assert len(show.refused) == REFUSALS


async def test_a_line_without_a_sound_does_not_hold_the_talk_up(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate())
    show.voices.cannot = {"opening 甲", "opening 乙"}
    async with talking(show):
        await eventually(lambda: show.delivery.talk > AHEAD)
    assert [one.line.beat for one in show.planned][:2] == ["opening", "pain"]


async def test_it_goes_on_from_the_state_that_was_kept(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate())
    async with talking(show):
        await eventually(lambda: len(show.planned) > AHEAD)
    state = PlannerState.load(show.planned[0].planner_state)
    again = Show(tmp_path, FakeGate())
    async with talking(again, state):
        await eventually(lambda: len(again.planned) > 1)
    assert [one.line.text for one in again.planned[:2]] == [
        one.line.text for one in show.planned[1:3]
    ]


async def test_with_no_time_for_another_line_it_says_good_bye_and_no_more(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate(), closes=SOON)
    async with talking(show):
        await eventually(lambda: bool(show.planned))
        show.end(1, "finished")
        await settled()
    assert show.beats == ["closing"]
    assert PlannerState.load(show.planned[0].planner_state).stage == "opening"


async def test_a_good_bye_that_was_not_heard_whole_is_said_anew(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate(), closes=SOON)
    async with talking(show):
        await eventually(lambda: bool(show.planned))
        await show.delivery.cut(1, "planned anew")
        await eventually(lambda: len(show.planned) == 2)
    assert show.beats == ["closing", "closing"]


async def test_a_good_bye_without_a_sound_is_put_otherwise(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate(), closes=SOON)
    show.voices.cannot = {clause.text for clause in split(good_bye(1))}
    async with talking(show):
        await eventually(lambda: len(show.planned) == 2)
        await settled()
    assert [one.line.text for one in show.planned] == [good_bye(1).text, good_bye(2).text]
    assert show.delivery.talk == 1


async def test_the_gate_reads_the_good_bye_too(tmp_path: Path) -> None:
    refused = good_bye(1).text
    show = Show(tmp_path, FakeGate(lambda text: text == refused), closes=SOON)
    async with talking(show):
        await eventually(lambda: bool(show.planned))
    assert show.planned[0].line == good_bye(2)
    assert [one.about["text"] for one in show.refused] == [refused]


@pytest.mark.parametrize("said", [True, False])
async def test_when_the_end_moves_away_the_talk_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bool
) -> None:
    monkeypatch.setattr("host.studio.talk.LOOK", 0.01)
    show = Show(tmp_path, FakeGate(), closes=SOON)
    async with talking(show):
        await eventually(lambda: bool(show.planned))
        if said:
            show.end(1, "finished")
        show.closes = NOW + timedelta(hours=1)
        await eventually(lambda: len(show.planned) > AHEAD)
    assert show.beats[:2] == ["closing", "opening"]
    assert show.beats.count("closing") == 1


@pytest.mark.parametrize("line", [0, 9])
async def test_a_former_studio_s_good_bye_is_not_said_twice(tmp_path: Path, line: int) -> None:
    show = Show(tmp_path, FakeGate(), closes=SOON)
    show.talk.parted(line)
    async with talking(show):
        await settled()
        if line:
            show.end(line, "finished")
            await settled()
    assert show.planned == []


async def test_long_before_the_end_it_goes_on(tmp_path: Path) -> None:
    show = Show(tmp_path, FakeGate(), closes=NOW + timedelta(hours=1))
    async with talking(show):
        await eventually(lambda: len(show.planned) > AHEAD)
    assert "closing" not in [one.line.beat for one in show.planned]
