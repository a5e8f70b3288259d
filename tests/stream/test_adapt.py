"""Quality follows what the line and the machine carry: down soon, up slowly, never to and fro."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.model import VideoFormat
from stream import adapt as adapts
from stream.adapt import AGAIN, Adapt, Change, Second
from stream.encoder import IN_PLACE, PRESETS


class Onair:
    """Second after second."""

    def __init__(self, **video: object) -> None:
        self.now = 0.0
        self.adapt = Adapt(VideoFormat(**video), now=lambda: self.now)  # type: ignore[arg-type]
        self.changes: list[tuple[float, Change]] = []

    def run(
        self,
        seconds: int,
        congested: bool | Callable[[int], bool] = False,
        destinations: int = 1,
        connected: int = 1,
        busy: float = 0.2,
        late: float = 0.0,
    ) -> list[Change]:
        """``congested``: or whether a line is at that bitrate."""
        before = len(self.changes)
        for _ in range(seconds):
            self.now += 1
            now = congested if isinstance(congested, bool) else congested(self.adapt.kbps)
            second = Second(now, destinations, connected, busy, late)
            self.changes += [(self.now, change) for change in self.adapt.look(second)]
        return [change for _, change in self.changes[before:]]


@pytest.fixture
def onair() -> Onair:
    return Onair(preset="veryfast")


def test_while_all_goes_well_nothing_changes(onair: Onair) -> None:
    assert onair.run(3600) == []
    assert (onair.adapt.kbps, onair.adapt.preset) == (2500, "veryfast")


# The line.


def test_congestion_lowers_the_bitrate_step_by_step_to_a_floor(onair: Onair) -> None:
    sent = [change.kbps for change in onair.run(30, congested=True)]
    assert sent == [1750, 1225, 858, 625]
    assert onair.run(600, congested=True) == []


@pytest.mark.parametrize(("kbps", "floor"), [(300, 300), (800, 300), (2500, 625), (12_000, 3000)])
def test_the_floor_is_a_quarter_and_not_below_300(kbps: int, floor: int) -> None:
    onair = Onair(kbps=kbps)
    onair.run(60, congested=True)
    assert onair.adapt.kbps == floor


def test_what_waits_has_time_to_drain_between_two_steps(onair: Onair) -> None:
    onair.run(30, congested=True)
    times = [at for at, _ in onair.changes]
    assert {round(two - one) for one, two in pairwise(times)} == {3}


@given(st.integers(1, 400), st.integers(300, 12_000), st.integers(100, 3000))
@settings(deadline=None, max_examples=60)
def test_however_long_the_congestion_all_is_well_a_minute_after_it(
    seconds: int, kbps: int, line: int
) -> None:
    onair = Onair(kbps=kbps)
    onair.run(seconds, congested=lambda sent: sent > line)
    onair.run(60)
    assert onair.adapt.kbps == kbps


@pytest.mark.parametrize("line", [400, 700, 1000, 1500, 2200])
def test_on_a_narrow_line_it_probes_seldom(onair: Onair, line: int) -> None:
    """Ten minutes: after the first minute a step up at most every half minute."""
    onair.run(60, congested=lambda sent: sent > line)
    onair.changes.clear()
    onair.run(540, congested=lambda sent: sent > line)
    ups = [at for at, change in onair.changes if "free" in change.why]
    # A probe may take some steps before the line is full; then it waits.
    begun = [two for one, two in pairwise([0.0, *ups]) if two - one > 10]
    assert len(begun) <= 540 / adapts.LONGEST_CALM + 1
    assert len(onair.changes) <= 540 / 7


@settings(deadline=None, max_examples=50)
@given(st.lists(st.booleans(), min_size=10, max_size=300))
def test_whatever_the_line_does_the_bitrate_stays_for_three_seconds(line: list[bool]) -> None:
    onair = Onair()
    for congested in line:
        onair.run(1, congested=congested)
        assert 625 <= onair.adapt.kbps <= 2500
    times = [at for at, _ in onair.changes]
    assert all(two - one >= 3 for one, two in pairwise(times))


def test_with_several_destinations_one_line_does_not_cost_the_others(onair: Onair) -> None:
    assert onair.run(60, congested=True, destinations=2) == []


def test_a_second_destination_gets_the_whole_bitrate_at_once(onair: Onair) -> None:
    onair.run(30, congested=True)
    (change,) = onair.run(1, congested=True, destinations=2)
    assert (change.what, change.kbps) == ("bitrate", 2500)


def test_each_change_says_what_and_why(onair: Onair) -> None:
    (change,) = onair.run(1, congested=True)
    assert change == Change("bitrate", 1750, "veryfast", "2500 → 1750 kb/s: the line is congested")


# The machine.


def test_overload_lowers_the_preset_in_place_after_three_seconds(onair: Onair) -> None:
    assert onair.run(2, busy=0.8) == []
    (change,) = onair.run(1, busy=0.8)
    assert (change.what, change.preset) == ("preset", "superfast")
    assert onair.run(3600, busy=0.9) == [], "ultrafast would cost the connection"


def test_ticks_that_begin_late_are_overload_too(onair: Onair) -> None:
    (change,) = onair.run(5, late=0.3)
    assert change.preset == "superfast"


def test_a_second_or_two_of_overload_change_nothing(onair: Onair) -> None:
    for _ in range(100):
        assert onair.run(2, busy=0.9) + onair.run(1, busy=0.2) == []


def test_it_returns_after_minutes_of_little_load(onair: Onair) -> None:
    onair.run(3, busy=0.8)
    assert onair.run(170, busy=0.2) == []
    (change,) = onair.run(11, busy=0.2)
    assert change.preset == "veryfast"
    assert onair.run(3600, busy=0.2) == [], "no dearer than the room's own"


def test_neither_much_nor_little_load_leaves_it_as_it_is(onair: Onair) -> None:
    onair.run(3, busy=0.8)
    assert onair.run(3600, busy=0.45) == []


def test_a_return_that_was_too_much_is_tried_ever_more_seldom(onair: Onair) -> None:
    for _ in range(8 * 3600):
        onair.run(1, busy=0.8 if onair.adapt.preset == "veryfast" else 0.2)
    ups = [at for at, change in onair.changes if change.preset == "veryfast"]
    gaps = [two - one for one, two in pairwise(ups)]
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 3600
    assert len(ups) <= 12


@pytest.mark.parametrize("preset", PRESETS)
def test_with_connections_it_never_needs_another_header(preset: str) -> None:
    onair = Onair(preset=preset)
    changes = onair.run(60, busy=0.9) + onair.run(1000, busy=0.1)
    assert all({preset, change.preset} <= IN_PLACE for change in changes)


def test_with_nothing_connected_it_goes_to_any_and_back() -> None:
    onair = Onair(preset="fast")
    changes = onair.run(60, busy=0.9, connected=0)
    assert [change.preset for change in changes] == ["faster", "veryfast", "superfast", "ultrafast"]
    back = onair.run(5 * 3600, busy=0.1, connected=0)
    assert [change.preset for change in back] == ["superfast", "veryfast", "faster", "fast"]


def test_what_the_supervisor_allows_is_the_dearest(onair: Onair) -> None:
    assert onair.adapt.allow("ultrafast")
    assert onair.adapt.preset == "ultrafast"
    assert onair.run(3600, busy=0.05) == []
    assert onair.adapt.allow("superfast")
    assert onair.run(3600, busy=0.05) == []
    assert not onair.adapt.allow("placebo")
    assert onair.adapt.preset == "superfast"


def test_a_preset_that_the_encoder_refused_is_tried_again_later(onair: Onair) -> None:
    assert onair.run(3, busy=0.9)
    onair.adapt.refused(2500, "veryfast")
    assert onair.adapt.preset == "veryfast"
    assert onair.run(int(AGAIN) - 1, busy=0.9) == []
    assert [change.preset for change in onair.run(3, busy=0.9)] == ["superfast"]
    assert [change.preset for change in onair.run(600, busy=0.1)] == ["veryfast"]


def test_a_bitrate_that_the_encoder_refused_leaves_it_in_step_with_the_encoder(
    onair: Onair,
) -> None:
    (change,) = onair.run(1, congested=True)
    onair.adapt.refused(2500, "veryfast")
    assert (onair.adapt.kbps, onair.adapt.preset) == (2500, "veryfast")
    assert onair.run(int(AGAIN) - 1, congested=True) == []
    assert [again.kbps for again in onair.run(2, congested=True)] == [change.kbps]
    assert onair.run(120)[-1].kbps == 2500


def test_a_preset_that_was_allowed_and_refused_is_not_exceeded(onair: Onair) -> None:
    onair.adapt.allow("superfast")
    onair.adapt.refused(2500, "veryfast")
    assert onair.run(7200, busy=0.1) == []


def test_a_preset_it_does_not_know_is_left_alone() -> None:
    assert Onair(preset="slow").run(600, busy=0.99) == []
