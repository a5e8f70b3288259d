"""Overload: levels and presets, taken and given back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from host.supervisor.easing import CALM, ENCODER_CALM, HIGHEST, LAST_RESORT
from tests.host.supervisor.watched import FPS, Watched, on_air


@pytest.fixture
def watched() -> Watched:
    """A room that has been well for a minute."""
    made = Watched()
    made.live(60)
    return made


def test_overload_of_media_saves_a_level_at_a_time_and_gives_it_back(watched: Watched) -> None:
    watched.live(8, load=1.2)
    assert [level for _, level in watched.pulled.levels] == [1]
    watched.live(30, load=1.2)
    assert [level for _, level in watched.pulled.levels] == [1, 2]
    watched.live(CALM + 8, load=0.5)
    assert [level for _, level in watched.pulled.levels] == [1, 2, 1]
    watched.live(CALM + 8, load=0.5)
    assert watched.remedies.cost == 0


def test_late_ticks_are_overload_too_unless_media_gives_nothing(watched: Watched) -> None:
    late = 0
    for _ in range(8):
        late += 4
        watched.live(1, on_air(late_ticks=late))
    assert watched.remedies.cost == 1
    gone = Watched()
    gone.live(60)
    for _ in range(30):
        late += FPS
        gone.live(1, on_air(late_ticks=late, showing="stand-by", ring_depth=0))
    assert gone.remedies.cost == 0


def test_a_level_that_flaps_is_held_longer_each_time(watched: Watched) -> None:
    for _ in range(4 * 3600):
        watched.live(1, load=1.2 if watched.remedies.cost == 0 else 0.5)
    downs = [at for at, level in watched.pulled.levels if level == 0]
    gaps = [two - one for one, two in pairwise(downs)]
    assert len(downs) < 10
    assert gaps == sorted(gaps)
    assert gaps[-1] > 8 * CALM


def test_an_encoder_that_does_not_keep_up_gets_a_cheaper_preset_and_has_it_back() -> None:
    watched = Watched(preset="veryfast")
    watched.live(30, on_air(preset="veryfast"))
    watched.live(12, on_air(preset="veryfast", encoder_ms=36))
    assert [name for _, name in watched.pulled.presets] == ["superfast"]
    watched.live(ENCODER_CALM - 20, on_air(preset="superfast", encoder_ms=12))
    assert len(watched.pulled.presets) == 1
    watched.live(40, on_air(preset="superfast", encoder_ms=12))
    assert [name for _, name in watched.pulled.presets] == ["superfast", "veryfast"]


@pytest.mark.parametrize("preset", ["fast", "faster", "superfast"])
def test_the_cheapest_preset_costs_every_connection_so_it_comes_last_and_stays(preset: str) -> None:
    watched = Watched(preset=preset)
    watched.live(30, on_air(preset=preset))
    watched.live(LAST_RESORT - 5, on_air(preset=preset, encoder_ms=39))
    assert not watched.pulled.presets
    assert watched.remedies.cost == HIGHEST
    watched.live(10, on_air(preset=preset, encoder_ms=39))
    assert [name for _, name in watched.pulled.presets] == ["ultrafast"]
    watched.live(600, on_air(preset="ultrafast", encoder_ms=39))
    watched.live(3 * ENCODER_CALM, on_air(preset="ultrafast", encoder_ms=3))
    assert [name for _, name in watched.pulled.presets] == ["ultrafast"]


def test_overload_that_comes_and_goes_costs_no_connection() -> None:
    watched = Watched(preset="fast")
    for _ in range(20):
        watched.live(LAST_RESORT - 5, on_air(preset="fast", encoder_ms=39))
        watched.live(2, on_air(preset="fast", encoder_ms=20))
    assert not watched.pulled.presets


def test_a_preset_that_onair_chose_is_onairs_to_take_back() -> None:
    watched = Watched(preset="veryfast")
    watched.live(3 * ENCODER_CALM, on_air(preset="superfast", encoder_ms=5))
    assert not watched.pulled.presets


def test_at_the_cheapest_preset_media_saves_and_a_person_is_told(watched: Watched) -> None:
    watched.live(30, on_air(encoder_ms=39))
    assert not watched.pulled.presets
    assert watched.remedies.cost == HIGHEST
    assert watched.pulled.kinds() == ["encoder"]
