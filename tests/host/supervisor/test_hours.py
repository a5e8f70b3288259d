"""Hours as a supervisor keeps them; the clock is the test's."""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import anyio
import pytest

from host.config import load_room
from host.schedule import Schedule
from host.settings_talk import ScheduleSettings
from host.supervisor import Output, Supervisor
from host.supervisor import hours as module
from host.supervisor.hours import Hours
from host.supervisor.notify import Notify
from host.supervisor.show import Show
from tests.host.showing import ROOT

ZONE = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 11, 22, 23, 59, 59, 900_000, tzinfo=ZONE)
SILENT = Notify(environ={})


class Clock:
    """Starts at a moment of the test's and runs as ``anyio`` does."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._at = anyio.current_time()

    def __call__(self) -> datetime:
        return self._begin + timedelta(seconds=anyio.current_time() - self._at)

    def step(self, **by: float) -> None:
        self._begin += timedelta(**by)


def kept(clock: Clock, *spans: str, ends: datetime | None = None) -> Hours:
    return Hours(Schedule(ScheduleSettings(hours=spans, ends=ends), ZONE), clock)


@pytest.mark.anyio
async def test_they_are_over_at_their_end_and_not_before() -> None:
    clock = Clock(EVENING)
    hours = kept(clock, "20:00-00:00")
    with anyio.fail_after(2):
        await hours.until_over()
    assert hours.over
    assert timedelta(0) <= clock() - datetime(2026, 11, 23, tzinfo=ZONE) < timedelta(seconds=1)


@pytest.mark.anyio
async def test_without_hours_nothing_is_over() -> None:
    hours = kept(Clock(EVENING))
    with anyio.move_on_after(0.2) as scope:
        await hours.until_over()
    assert scope.cancelled_caught
    assert not hours.over


@pytest.mark.anyio
async def test_a_clock_that_is_set_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.02)
    clock = Clock(EVENING - timedelta(hours=2))
    hours = kept(clock, "20:00-00:00")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hours.until_over)
        await anyio.sleep(0.1)
        assert not hours.over
        clock.step(hours=2.5)
        with anyio.fail_after(2):
            while not hours.over:  # noqa: ASYNC110 (what is tested has no event to wait for)
                await anyio.sleep(0.01)


@pytest.mark.anyio
async def test_it_waits_for_them_to_begin() -> None:
    clock = Clock(EVENING)
    hours = kept(clock, "00:00-06:00")
    with anyio.fail_after(2):
        assert await hours.until_open("closed", SILENT)
    assert clock() >= datetime(2026, 11, 23, tzinfo=ZONE)


@pytest.mark.anyio
async def test_it_does_not_wait_for_what_never_comes() -> None:
    hours = kept(Clock(EVENING), ends=EVENING - timedelta(hours=1))
    assert hours.opens() is None
    with anyio.fail_after(2):
        assert not await hours.until_open("closed", SILENT)


@pytest.mark.anyio
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_can_be_ended_while_it_waits(number: signal.Signals) -> None:
    hours = kept(Clock(EVENING), "06:00-12:00")
    opened: list[bool] = []
    before = signal.getsignal(number)

    async def wait() -> None:
        opened.append(await hours.until_open("closed", SILENT))

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            while signal.getsignal(number) == before:  # noqa: ASYNC110 (as above)
                await anyio.sleep(0.01)
            os.kill(os.getpid(), number)
    assert opened == [False]


class EndingShow:
    """Takes a while to end."""

    def __init__(self) -> None:
        self.hurried = False
        self.ending = anyio.Event()
        self.ended = anyio.Event()

    async def run(self, over: anyio.Event) -> None:
        await over.wait()
        self.ending.set()
        await self.ended.wait()

    def hurry(self) -> None:
        self.hurried = True


@pytest.mark.anyio
@pytest.mark.parametrize(("signals", "hurried"), [(0, False), (1, False), (2, True)])
async def test_who_ends_it_while_its_hours_do_ends_it_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signals: int, hurried: bool
) -> None:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    room = load_room(ROOT / "configs/demo.toml")
    hours = kept(Clock(EVENING), "20:00-00:00")
    supervisor = Supervisor(
        room, Output(), tell=lambda what: None, state=lambda state: None, hours=hours
    )
    show = EndingShow()
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor._run, cast(Show, show))
            await show.ending.wait()
            for number in range(signals):
                os.kill(os.getpid(), signal.SIGTERM)
                while (supervisor.ending, show.hurried) != (True, number > 0):  # noqa: ASYNC110
                    await anyio.sleep(0.01)
            show.ended.set()
    assert (hours.over, show.hurried) == (signals == 0, hurried)
