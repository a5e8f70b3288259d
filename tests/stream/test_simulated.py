"""The simulated air: real rotations, wraps and back-offs over days that take a second."""

from __future__ import annotations

import pytest

from host.model import Destination, Format, Incident, VideoFormat
from stream.flv import WRAP_MS
from stream.simulated import SimulatedAir
from tests.stream.pushing import HEADER

FORMAT = Format(VideoFormat(64, 96))


def air(*destinations: Destination) -> tuple[SimulatedAir, list[Incident]]:
    told: list[Incident] = []
    return SimulatedAir(FORMAT, HEADER, destinations, told.append), told


def test_a_clause_is_one_run_that_ends_it() -> None:
    simulated, _ = air(Destination("main", ("ffmpeg",)))
    assert simulated.pause(10) == []
    (first,) = simulated.say(1, 0, 30, last=False)
    (second,) = simulated.say(1, 1, 20, last=True)
    assert (first.first_tick, first.last_tick, first.ends_clause, first.ends_line) == (
        10, 39, True, False,
    )  # fmt: skip
    assert (second.first_tick, second.last_tick, second.ends_line) == (40, 59, True)
    assert simulated.now == pytest.approx(59 / 25)


def test_a_clause_that_is_cut_and_said_again_has_two_runs() -> None:
    simulated, _ = air()
    assert simulated.say(1, 0, 30, last=True, upto=10) == []
    (cut,) = simulated.absent(50)
    (whole,) = simulated.say(1, 0, 30, last=True)
    assert (cut.ends_clause, whole.ends_clause, whole.first_offset) == (False, True, 0)


def test_sessions_end_before_the_platform_ends_them_and_before_the_wrap() -> None:
    short = Destination("short", ("ffmpeg",), longest_seconds=600.0)
    late = Destination("late", ("ffmpeg",), first_ms=WRAP_MS - 100_000)
    simulated, told = air(short, late)
    for _ in range(90):
        simulated.pause(25 * 20)
    first, second = simulated.received
    assert first.sessions == 4
    assert first.longest <= 600
    assert second.sessions == 2
    assert second.highest_ms < WRAP_MS
    assert simulated.faults == []
    assert simulated.apart_ms <= 1
    assert {incident.what for incident in told} == {"rotated"}
    assert max(first.largest_gap, second.largest_gap) <= 1.5


def test_a_lost_ingest_is_taken_up_again_and_a_sleep_is_no_burst() -> None:
    simulated, told = air(Destination("main", ("ffmpeg",)))
    simulated.pause(25 * 60)
    simulated.lose(0)
    simulated.pause(25 * 60)
    assert simulated.received[0].sessions == 2
    assert [incident.what for incident in told][:1] == ["lost"]
    before = simulated.now
    simulated.suspend(30.0)
    simulated.pause(25)
    assert simulated.clock.stalls == 1
    assert simulated.now == pytest.approx(before + 31, abs=0.1)
    assert simulated.faults == []


def test_a_timestamp_that_does_not_rise_is_told() -> None:
    simulated, _ = air(Destination("main", ("ffmpeg",)))
    simulated.pause(100)
    tag = bytes((9, 0, 0, 5, 0, 0, 1, 0, 0, 0, 0)) + bytes(5) + (16).to_bytes(4, "big")
    simulated.received[0].take(tag)
    assert simulated.faults == [simulated.faults[0]]
    assert "timestamp 1 after" in simulated.faults[0]
