"""Air time: exact for ever, and no burst after a stall."""

from __future__ import annotations

import ast
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.model import Format
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


@pytest.mark.parametrize("ppm", [-200, 0, 200])
def test_a_clock_that_runs_off_keeps_order_and_never_re_anchors(ppm: int) -> None:
    """Three days by true time, on a machine whose second is off by so much."""
    time = Time()
    clock = Clock(25, time)
    day = 86_400 * 25
    tick = late = 0
    for start in range(0, 3 * day, day // 48):
        time.now += max(0.0, clock.wait_for(start))
        for tick in range(start, start + 50):
            left = clock.wait_for(tick)
            assert 0 <= left <= 0.04 + 1e-6
            time.now += left
            late += clock.late > 1e-6
    true_seconds = (time.now - 50_000.0) / (1 + ppm / 1e6)
    assert (clock.stalls, late) == (0, 0)
    aired = tick / 25
    assert aired - true_seconds == pytest.approx(true_seconds * ppm / 1e6, abs=0.05)


@pytest.mark.parametrize("jump", [0.0, 3600.0])
def test_a_suspended_machine_goes_on_with_the_next_tick(jump: float) -> None:
    """Linux's monotonic clock stands still meanwhile; a hypervisor's guest may see it jump."""
    time = Time()
    clock = Clock(25, time)
    for tick in range(100):
        time.now += clock.wait_for(tick)
    time.now += jump
    aired = []
    for tick in range(100, 150):
        time.now += clock.wait_for(tick)
        aired.append(time.now)
    assert clock.stalls == (1 if jump else 0)
    assert aired[-1] - aired[0] == pytest.approx(49 * 0.04, abs=0.041), "no burst"


def test_how_late_a_tick_begins_is_told() -> None:
    time = Time()
    clock = Clock(25, time)
    clock.wait_for(1)
    assert clock.late == 0
    time.now += 0.1
    clock.wait_for(1)
    assert clock.late == pytest.approx(0.06)
    time.now += 5
    clock.wait_for(2)
    assert clock.late > 5
    assert clock.wait_for(2) == clock.late == 0


@pytest.mark.parametrize("tick", [0, 1, 65_000_000, 2**31, 10**12])
@pytest.mark.parametrize("fps", [25, 30, 50])
def test_sound_and_picture_of_a_tick_begin_at_one_moment_for_ever(fps: int, tick: int) -> None:
    samples = 48_000 // fps
    assert Fraction(tick, fps) == Fraction(tick * samples, 48_000)
    assert Format().samples == 1920


WALL = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "now", "utcnow", "today"}
"""What reads the wall clock, of `time` and `datetime`."""


def on_air() -> list[Path]:
    """Our modules that onair or playout imports."""
    code = (
        "import sys, stream.onair, stream.playout, stream.render;"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'stream'))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    return [Path(name) for name in said.stdout.split() if not name.endswith("__init__.py")]


def wall_clocks(source: str) -> list[str]:
    """Its uses of the wall clock."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in WALL:
            if isinstance(node.value, ast.Name) and node.value.id in ("time", "datetime", "date"):
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime"):
            found += [alias.name for alias in node.names]
    return found


def test_nothing_on_air_reads_the_wall_clock() -> None:
    """So that one stepped by an hour, forth or back, changes nothing."""
    assert wall_clocks("import time\ntime.time()") == ["time.time"]
    assert wall_clocks("from datetime import datetime as d\nd.now()") == ["datetime"]
    files = on_air()
    assert {"onair.py", "clock.py", "pusher.py", "encoder.py"} <= {file.name for file in files}
    for file in files:
        assert wall_clocks(file.read_text()) == [], file
