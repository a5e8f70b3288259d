"""The studio as the supervisor sees it: what it plans first, takes up, drops, and when it goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from host.clauses import split
from host.config import Room, load_room
from host.lineup import load_lineup
from host.model import Aired, Decision, Ended, Line, Planned
from host.model.messages import (
    Beat,
    Enqueue,
    Hello,
    Noted,
    Retire,
    Speak,
    Spoken,
    Voiced,
    Welcome,
)
from host.planner import Planner, PlannerState
from host.schedule import Schedule
from host.script import load_scripts
from host.settings_talk import ScheduleSettings
from host.studio.studio import Studio
from tests.host.showing import ROOT
from tests.host.studio.room import PATIENCE, Process, alive, eventually, settled, sound

pytestmark = pytest.mark.anyio


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    one = load_room(ROOT / "configs/demo.toml")
    one.sockets.mkdir(parents=True)
    return one


class Around:
    """What a studio sees of its room."""

    def __init__(self, supervisor: Process, media: Process) -> None:
        self.supervisor = supervisor
        self.media = media
        self.studio = anyio.Event()
        """Set when it has left."""

    def told(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.supervisor.heard if isinstance(one, kind)]

    @property
    def enqueued(self) -> list[Enqueue]:
        return [one for one in self.media.heard if isinstance(one, Enqueue)]

    async def say(self, message: object) -> None:
        await self.supervisor.links[0].send(message)


def speak(message: object) -> Spoken | None:
    if isinstance(message, Speak):
        return Spoken(message.request, sound(message.clause))
    return None


@asynccontextmanager
async def working(room: Room, welcome: Welcome, *, noting: bool = True) -> AsyncIterator[Around]:
    def supervise(message: object) -> object | None:
        if isinstance(message, Hello):
            return welcome
        return Noted() if noting and isinstance(message, Planned) else None

    async def run(around: Around) -> None:
        await Studio(room, listens=False).run()
        around.studio.set()

    async with (
        alive(room.sockets, "supervisor", supervise) as supervisor,
        alive(room.sockets, "media") as media,
        alive(room.sockets, "voice", speak) as voice,
        anyio.create_task_group() as tasks,
    ):
        around = Around(supervisor, media)
        tasks.start_soon(run, around)
        yield around
        await around.say(Retire())
        with anyio.fail_after(PATIENCE):
            await around.studio.wait()
        await eventually(lambda: not (supervisor.open or media.open or voice.open))


def line(number: int, text: str, sku: str | None = None, priority: int = 0) -> Planned:
    one = Line(number, "zh", text, "price", sku=sku, priority=priority)
    return Planned(one, split(one), "")


async def test_media_gets_a_line_only_after_it_was_noted(room: Room) -> None:
    async with working(room, Welcome(1), noting=False) as around:
        await eventually(lambda: len(around.told(Planned)) == 1)
        await settled()
        assert around.enqueued == []
        await around.say(Noted(1))
        await eventually(lambda: len(around.enqueued) == 1)
        await eventually(lambda: len(around.told(Planned)) == 2)
        await settled()
        assert len(around.enqueued) == 1
        await around.say(Noted(5))  # more than it waits for
        await eventually(lambda: len(around.told(Planned)) == 3)
    first, second, _ = around.told(Planned)
    assert [one.planned for one in around.enqueued] == [first, second]


async def test_it_beats_and_leaves_when_it_is_asked_to(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        await eventually(lambda: len(around.told(Beat)) > 0)
    assert around.studio.is_set()
    hello = around.supervisor.heard[0]
    assert (hello.role, hello.epoch) == ("studio", 0)


async def test_what_is_no_longer_true_is_dropped_and_the_rest_taken_up(room: Room) -> None:
    """A price that has changed, a product that has gone: the lineup was edited meanwhile."""
    outstanding = (
        line(3, "这支洁面乳现在只要39元。", "BT02"),
        line(4, "这款只要49元。泡沫很细密。", "GONE"),
        line(5, "泡沫很细密，洗完脸不紧绷。", "BT02"),
        line(6, "欢迎大家。", priority=1),
    )
    aired = (Aired(5, 0, 100, 150, ends_clause=True, ends_line=False),)
    async with working(room, Welcome(7, "", outstanding, aired)) as around:
        await eventually(lambda: len(around.enqueued) >= 3)  # all that is outstanding, and more
        await eventually(lambda: len(around.told(Ended)) == 2)
    assert [(one.line, one.outcome) for one in around.told(Ended)] == [
        (3, "dropped"),
        (4, "dropped"),
    ]
    assert all(one.reason.startswith("no longer true: ") for one in around.told(Ended))
    assert "39" in around.told(Ended)[0].reason
    taken = [(one.planned.line.id, one.start_clause) for one in around.enqueued]
    assert taken[:2] == [(5, 1), (6, 0)]
    voiced = [one for one in around.media.heard if isinstance(one, Voiced) and one.line == 5]
    assert [one.clause for one in voiced] == [1]


async def test_it_plans_the_next_line_of_the_same_lap(room: Room) -> None:
    scripts = load_scripts(room.scripts, "zh")
    planner = Planner(load_lineup(room.lineup, tz=room.timezone), scripts, 7, "zh")
    state, now = PlannerState(), Studio(room, listens=False)._now()
    for number in range(1, 13):
        state = planner.next(state, number, now).state
    expected = [planner.next(state, 13, now)]
    expected.append(planner.next(expected[0].state, 14, now))
    async with working(room, Welcome(13, state.dump())) as around:
        await eventually(lambda: len(around.told(Planned)) >= 2)
    assert [one.line for one in around.told(Planned)[:2]] == [step.line for step in expected]


async def test_after_a_break_the_talk_opens_its_next_lap(room: Room) -> None:
    lineup, scripts = load_lineup(room.lineup), load_scripts(room.scripts, "zh")
    planner = Planner(lineup, scripts, room.settings.seed, "zh", room.settings.talk)
    state, now = PlannerState(), datetime.now(room.timezone)
    for number in range(1, 13):
        state = planner.next(state, number, now).state
    async with working(room, Welcome(13, state.dump(), afresh=True)) as around:
        await eventually(lambda: bool(around.told(Planned)))
    first = around.told(Planned)[0]
    assert first.line.beat == "opening"
    assert PlannerState.load(first.planner_state).lap == state.lap + 1


@pytest.mark.parametrize("outstanding", [True, False])
async def test_it_does_not_say_good_bye_twice(
    room: Room, monkeypatch: pytest.MonkeyPatch, outstanding: bool
) -> None:
    """A studio that begins again in the last seconds of the room's hours."""
    ends = datetime.now(room.timezone) + timedelta(seconds=20)
    schedule = Schedule(ScheduleSettings(ends=ends), room.timezone)
    monkeypatch.setattr("tests.host.studio.test_studio.Studio", partial(Studio, schedule=schedule))
    one = Line(7, "zh", "今天就到这里，下次见。", "closing")
    said = (Planned(one, split(one), ""),) if outstanding else ()
    async with working(room, Welcome(8, "", said, parted=not outstanding)) as around:
        if outstanding:
            await eventually(lambda: bool(around.enqueued))
            await around.say(Ended(7, "finished"))
        await anyio.sleep(0.5)  # in which it would have planned several lines
    assert around.told(Planned) == []


@pytest.mark.parametrize("state", ["not a state", '[1,0,0,"a","b"]', '{"version":9}'])
async def test_a_state_that_nobody_can_read_begins_the_show_anew(room: Room, state: str) -> None:
    async with working(room, Welcome(50, state)) as around:
        await eventually(lambda: len(around.told(Planned)) > 0)
    (decision,) = around.told(Decision)
    assert decision.what == "planner-state-lost"
    assert around.told(Planned)[0].line.beat == "opening"
    assert around.told(Planned)[0].line.id == 50


async def test_it_leaves_when_the_supervisor_goes(room: Room) -> None:
    async with alive(room.sockets, "supervisor") as supervisor, anyio.create_task_group() as tasks:
        tasks.start_soon(Studio(room, listens=False).run)
        await supervisor.until(1)
        await supervisor.links[0].aclose()
        # The task group ends: it has left by itself, and no report that it could not send failed.


async def test_a_line_that_is_aired_from_its_middle_needs_no_sound_of_its_beginning(
    room: Room,
) -> None:
    whole = line(5, "泡沫很细密，洗完脸不紧绷。", "BT02")
    first = replace(whole, planner_state="")
    runs = tuple(
        Aired(5, index, 10 * index, 10 * index + 9, ends_clause=index == 0, ends_line=False)
        for index in range(2)
    )
    async with working(room, Welcome(6, "", (first,), runs)) as around:
        await eventually(lambda: len(around.enqueued) >= 1)
    assert (around.enqueued[0].planned.line.id, around.enqueued[0].start_clause) == (5, 1)
