"""Each finding and the restart that it leads to."""

from __future__ import annotations

from itertools import pairwise

import pytest

from host.model import Incident
from host.supervisor.remedies import FIRST, GRACE, LONGEST
from tests.host.supervisor.watched import Watched, health, on_air

STANDBY = on_air(showing="stand-by", ring_depth=0, line=0)


@pytest.fixture
def watched() -> Watched:
    """A room that has been well for a minute."""
    made = Watched()
    made.live(60)
    return made


def test_a_room_that_is_well_is_left_alone(watched: Watched) -> None:
    watched.live(7200)
    assert not watched.restarted
    assert not watched.pulled.alerts
    assert not watched.pulled.noted
    assert not watched.pulled.levels
    assert not watched.pulled.presets


def test_media_that_gives_nothing_is_started_again_and_it_is_noted(watched: Watched) -> None:
    watched.live(5, STANDBY)
    assert not watched.restarted
    watched.live(3, STANDBY)
    assert watched.restarted == ["media"]
    (noted,) = watched.pulled.noted
    assert isinstance(noted, Incident)
    assert (noted.stage, noted.what) == ("health", "starved")


def test_restarts_of_one_process_come_after_twice_the_time_each(watched: Watched) -> None:
    watched.live(3 * 3600, STANDBY)
    gaps = [two - one for (one, _), (two, _) in pairwise(watched.pulled.restarts)]
    assert gaps[0] >= FIRST
    assert all(two >= min(LONGEST, 2 * one - 30) for one, two in pairwise(gaps))
    assert max(gaps) <= LONGEST + 30


def test_a_long_calm_forgives(watched: Watched) -> None:
    watched.live(1000, STANDBY)
    watched.live(2 * LONGEST + 100)
    count = len(watched.restarted)
    watched.live(100, STANDBY)
    assert len(watched.restarted) == count + 2, "again after a minute, not after half an hour"


@pytest.mark.parametrize("load", [None, 0.4])
def test_a_media_that_has_just_come_is_given_time(watched: Watched, load: float | None) -> None:
    watched.hear(Incident("media", "restarted", "killed by SIGKILL"))
    watched.live(19, STANDBY, load=load)
    assert not watched.restarted


def test_nothing_is_restarted_at_the_start() -> None:
    starting = Watched()
    starting.live(GRACE - 1, STANDBY, health(black_seconds=20, frozen_seconds=20))
    assert not starting.restarted


def test_nothing_is_restarted_while_the_red_button_is_down(watched: Watched) -> None:
    held = on_air(showing="stand-by", hold=True, ring_depth=0, line=0)
    watched.live(3600, held, health(silent_seconds=500, frozen_seconds=500, black_seconds=500))
    assert not watched.restarted
    assert "stand-by" not in watched.pulled.kinds()


@pytest.mark.parametrize(
    ("figures", "what"),
    [({"frozen_seconds": 11.0}, "frozen"), ({"black_seconds": 5.0}, "black")],
)
def test_a_dead_picture_in_the_programme_restarts_media(
    watched: Watched, figures: dict[str, float], what: str
) -> None:
    watched.live(2, measured=health(**figures))
    assert watched.restarted == ["media"]
    assert [one.what for one in watched.pulled.noted] == [what]


@pytest.mark.parametrize("figures", [{"frozen_seconds": 9.0}, {"black_seconds": 3.0}])
def test_a_short_stillness_is_left_alone(watched: Watched, figures: dict[str, float]) -> None:
    watched.live(20, measured=health(**figures))
    assert not watched.restarted


def test_a_dead_picture_in_the_clip_is_told_and_no_more(watched: Watched) -> None:
    clip = on_air(showing="stand-by", ring_depth=6, line=0)
    watched.live(30, clip, health(frozen_seconds=20, black_seconds=20))
    assert not watched.restarted
    assert watched.pulled.kinds() == ["frozen", "black"]


def test_old_figures_and_those_of_a_lagging_health_do_nothing(watched: Watched) -> None:
    watched.live(10, measured=health(frozen_seconds=30, behind_seconds=10))
    assert not watched.restarted
    watched.remedies.hear("health", health(frozen_seconds=9))
    for _ in range(100):
        watched.pulled.now += 4
        watched.remedies.hear("onair", on_air())
    assert not watched.restarted


def test_silence_under_a_line_restarts_voice_then_media(watched: Watched) -> None:
    for second in range(25):
        watched.live(1, measured=health(silent_seconds=second + 1))
    assert watched.restarted == ["voice"]
    for second in range(70):
        watched.live(1, measured=health(silent_seconds=26 + second))
    assert watched.restarted == ["voice", "media"]


def test_silence_without_music_between_lines_is_right(watched: Watched) -> None:
    watched.live(40, on_air(line=0), health(silent_seconds=40))
    assert not watched.restarted


def test_a_talk_that_stopped_restarts_studio(watched: Watched) -> None:
    watched.live(59, on_air(line=0))
    assert not watched.restarted
    watched.live(3, on_air(line=0))
    assert watched.restarted == ["studio"]


def test_a_room_that_does_not_talk_is_not_asked_to() -> None:
    card = Watched(talks=False)
    card.live(600, on_air(line=0))
    assert not card.restarted
    silent = Watched()  # nobody has been heard yet: models may still be loading
    silent.live(600, on_air(line=0))
    assert not silent.restarted
