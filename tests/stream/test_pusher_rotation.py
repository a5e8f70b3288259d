"""Planned re-connections: before the platform's longest session, before FLV's timestamps wrap."""

from __future__ import annotations

import pytest

from stream.flv import WRAP_MS
from stream.pusher import LEAVING
from stream.rotation import Limit
from tests.stream.pushing import Onair


@pytest.mark.parametrize(
    ("seconds", "left", "quiet", "due"),
    [
        (43_200, 601, True, False),
        (43_200, 599, True, True),
        (43_200, 599, False, False),
        (43_200, 6, False, False),
        (43_200, 4.9, False, True),
        (30, 3.1, True, False),
        (30, 2.9, True, True),
        (30, 1.6, False, False),
        (30, 1.4, False, True),
    ],
)
def test_a_quiet_moment_near_the_limit_else_just_before_it(
    seconds: float, left: float, quiet: bool, due: bool
) -> None:
    assert Limit(seconds, seconds - left).due(quiet) is due


def air_on(onair: Onair, ticks: int) -> None:
    """So many ticks; a process whose input was closed ends."""
    for _ in range(ticks):
        onair.air(1, size=10)
        for process in onair.started:
            if process.ended and process.code is None:
                process.code = 0


def test_a_session_ends_in_good_order_before_its_platform_ends_it() -> None:
    onair = Onair(longest_seconds=20)
    air_on(onair, 25 * 65)
    assert len(onair.started) == 4
    assert all(process.ended for process in onair.started[:3])
    for process in onair.started[:3]:
        assert 18_500 <= process.tags[-1].dts < 20_000
    for process in onair.started:
        assert process.tags[0].key
        assert process.tags[0].dts == 0
    assert onair.told("rotated") == ["planned: its platform ends a session after 20 s"] * 3
    assert not onair.told("lost")
    assert not onair.told("connected")


def test_a_quiet_moment_is_taken() -> None:
    onair = Onair(longest_seconds=20)
    onair.quiet = True
    air_on(onair, 25 * 20)
    assert 17_900 <= onair.started[0].tags[-1].dts <= 18_200


def test_timestamps_never_reach_the_wrap_and_begin_at_zero_after_it() -> None:
    first = WRAP_MS - 30_000
    onair = Onair(first_ms=first)
    air_on(onair, 25 * 10)
    onair.die(1)
    air_on(onair, 25 * 45)
    stamps = [[tag.dts for tag in process.tags] for process in onair.started]
    assert [dts[0] for dts in stamps] == [first, first, 0]
    assert max(stamps[1]) < WRAP_MS
    assert max(stamps[1]) > WRAP_MS - 3000
    assert onair.told("rotated") == ["planned: its timestamps come to their end"]
    onair.die(1)
    air_on(onair, 25 * 3)
    assert onair.process.tags[0].dts == 0


def test_one_that_does_not_end_is_killed_and_replaced_in_time() -> None:
    onair = Onair()
    onair.air(50)
    onair.pusher.rotate("wanted")
    onair.air(round(LEAVING * 25) - 1)
    assert len(onair.started) == 1
    onair.air(3)
    assert onair.started[0].killed
    assert len(onair.started) == 2


def test_one_that_was_not_accepted_yet_is_begun_anew() -> None:
    onair = Onair()
    onair.accepts = False
    onair.air(50)
    onair.pusher.rotate("another header")
    assert onair.started[0].killed
    onair.air(1)
    assert len(onair.started) == 2
    assert not onair.incidents
