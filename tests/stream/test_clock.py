"""Air time: exact for ever, and no burst after a stall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.clock import STALL, Clock


class Time:
    def __init__(self, now: float = 50_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("first", [0, 7, 10**9])
def test_ticks_are_due_on_a_fixed_schedule(first: int) -> None:
    time = Time()
    clock = Clock(25, time, first=first)
    assert clock.wait_for(first) == 0
    assert clock.wait_for(first + 1) == pytest.approx(0.04)
    assert clock.wait_for(first + 25 * 3600) == pytest.approx(3600)


def test_a_month_on_air_drifts_by_nothing() -> None:
    time = Time()
    clock = Clock(25, time)
    month = 30 * 24 * 3600
    time.now += month
    assert clock.wait_for(month * 25) == 0
    assert clock.wait_for(month * 25 + 1) == pytest.approx(0.04, abs=1e-6)
    assert clock.stalls == 0


def test_a_tick_that_is_a_little_late_is_made_up_for() -> None:
    time = Time()
    clock = Clock(25, time)
    time.now += STALL - 0.01
    assert [clock.wait_for(tick) for tick in range(5)] == [0] * 5
    assert clock.wait_for(5) == pytest.approx(0.2 - (STALL - 0.01))
    assert clock.stalls == 0


def test_after_a_stall_ticks_go_on_from_now_without_a_burst() -> None:
    time = Time()
    clock = Clock(25, time)
    time.now += 10
    assert clock.wait_for(1) == 0
    assert clock.stalls == 1
    assert clock.wait_for(1) == 0
    assert clock.wait_for(2) == pytest.approx(0.04)


@given(st.lists(st.floats(0, 1), max_size=50))
def test_whatever_the_machine_does_at_most_a_stalls_ticks_come_at_once(
    works: list[float],
) -> None:
    time = Time()
    clock = Clock(25, time)
    aired: list[float] = []
    for tick, work in enumerate(works):
        time.now += clock.wait_for(tick)
        aired.append(time.now)
        time.now += work
    for at, moment in enumerate(aired):
        soon = [other for other in aired[at:] if other - moment < 0.04 - 1e-6]
        assert len(soon) <= 1 + STALL * 25 + 1
