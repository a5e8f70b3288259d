"""What a person is told of, and how often."""

from __future__ import annotations

import pytest

from host.model import Incident
from host.supervisor.alarms import OFTEN, REMIND
from tests.host.supervisor.watched import Watched, health, on_air, push


@pytest.fixture
def watched() -> Watched:
    """A room that has been well for a minute."""
    made = Watched()
    made.live(60)
    return made


def test_a_rejection_is_told_within_30_s_once_and_when_it_is_over(watched: Watched) -> None:
    began = watched.pulled.now
    refused = on_air(destinations=[push(connected=False, rejected=3), push("other")])
    watched.live(REMIND - 10, refused)
    ((at, alert),) = watched.pulled.alerts
    assert (alert.kind, alert.about) == ("rejected", "main")
    assert at - began <= 30
    watched.live(120, refused)
    assert watched.pulled.kinds() == ["rejected"] * 2
    watched.live(60, on_air(destinations=[push(), push("other")]))
    assert watched.pulled.kinds() == ["rejected"] * 2 + ["rejected-over"]


def test_pushers_that_live_a_moment_are_no_connection(watched: Watched) -> None:
    for restarts in range(40):
        state = push(connected=True, restarts=restarts)
        watched.live(2, on_air(destinations=[state]))
    assert watched.pulled.kinds() == ["disconnected"]


def test_a_planned_rotation_is_no_loss(watched: Watched) -> None:
    for restarts in range(10):
        watched.live(300, on_air(destinations=[push(restarts=restarts)]))
        watched.live(2, on_air(destinations=[push(connected=False, restarts=restarts + 1)]))
    assert not watched.pulled.alerts


@pytest.mark.parametrize(
    ("figures", "kind"),
    [
        ({"clipped": 0.02}, "clipped"),
        ({"av_offset_ms": 90}, "av-offset"),
        ({"av_offset_ms": -180}, "av-offset"),
        ({"speed": 0.8}, "slow"),
        ({"silent_seconds": 90}, "silent"),
    ],
)
def test_figures_that_a_person_is_told_of(
    watched: Watched, figures: dict[str, float], kind: str
) -> None:
    watched.live(20, on_air(line=0), health(**figures))
    assert watched.pulled.kinds() == [kind]
    watched.live(20)
    assert watched.pulled.kinds() == [kind, f"{kind}-over"]
    assert not watched.restarted


def test_incidents_that_are_told(watched: Watched) -> None:
    watched.hear(
        Incident("ledger", "unwritten", "no space left"),
        Incident("recorder", "stopped", "the disk is full"),
        Incident("media", "hung", "no sign of life for 5 s"),
        Incident("onair", "restarted", "killed by SIGKILL"),
    )
    assert watched.pulled.kinds() == ["ledger", "recording", "hung", "onair-restarted"]
    watched.hear(Incident("ledger", "written", ""), Incident("recorder", "resumed", ""))
    watched.live(30)
    assert watched.pulled.kinds()[4:] == ["ledger-over", "recording-over"]
    watched.hear(Incident("media", "hung", "no sign of life for 5 s"))
    assert len(watched.pulled.alerts) == 6, "the same within five minutes"


def test_a_full_disk_is_told_again_every_half_hour(watched: Watched) -> None:
    watched.hear(Incident("ledger", "unwritten", "no space left"))
    watched.live(2 * REMIND + 10)
    assert watched.pulled.kinds() == ["ledger"] * 3


def test_a_process_that_keeps_dying_is_told(watched: Watched) -> None:
    for _ in range(OFTEN):
        watched.hear(Incident("voice", "restarted", "ended with code 1"))
        watched.live(20)
    assert not watched.pulled.alerts
    watched.hear(Incident("voice", "restarted", "ended with code 1"))
    ((_, alert),) = watched.pulled.alerts
    assert (alert.kind, alert.about) == ("restarting", "voice")


def test_seldom_deaths_are_not_told(watched: Watched) -> None:
    for _ in range(20):
        watched.hear(Incident("voice", "restarted", "ended with code 1"))
        watched.live(180)
    assert not watched.pulled.alerts
