"""A destination that lags, refuses, stalls or dies."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from host.model import Incident
from stream import pusher as pushers
from stream.process import FedProcess
from tests.e2e.flv import Tag
from tests.stream.pushing import GOP, URL, Onair


@pytest.fixture
def onair() -> Onair:
    return Onair()


def video(tags: list[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.kind == "video"]


def test_a_connection_begins_with_a_keyframe_at_zero_and_gets_everything(onair: Onair) -> None:
    onair.tick = 1234
    assert onair.air(30) == [1234]
    tags = onair.started[0].tags
    pictures = video(tags)
    assert pictures[0].key
    assert [tag.dts for tag in pictures] == list(range(0, 1200, 40))
    assert [tag.dts for tag in tags if tag.kind == "audio"] == list(range(0, 1200, 40))
    assert onair.pusher.state.connected
    assert (onair.pusher.state.restarts, onair.pusher.state.dropped_video) == (0, 0)


def test_congestion_costs_video_up_to_a_keyframe_and_never_sound(onair: Onair) -> None:
    onair.room = 400_000
    onair.air(120)
    process = onair.started[0]
    assert onair.pusher.state.dropped_video > 0
    process.room = 1 << 40
    onair.air(2 * GOP)
    tags = process.tags
    assert [tag.dts for tag in tags if tag.kind == "audio"] == list(range(0, onair.tick * 40, 40))
    gaps = [(one, two) for one, two in pairwise(video(tags)) if two.dts - one.dts != 40]
    assert len(gaps) == 1
    assert gaps[0][1].key
    lost = (gaps[0][1].dts - gaps[0][0].dts) // 40 - 1
    assert lost == onair.pusher.state.dropped_video
    assert not onair.incidents


def test_what_waits_is_bounded_by_the_lag_while_video_is_left_out(onair: Onair) -> None:
    onair.room = 0
    onair.air(100)
    process = onair.started[0]
    process.room = 1 << 40
    onair.air(1)
    assert len(process.got) < pushers.LAG + 100 * 400 + 20_000


def test_one_that_takes_nothing_is_killed_and_tried_again(onair: Onair) -> None:
    onair.air(25)
    onair.started[0].room = 0
    onair.air(round((pushers.STALLED - 0.5) * 25))
    assert not onair.started[0].killed
    onair.air(25)
    assert onair.started[0].killed
    assert [incident.why.partition(" (")[0] for incident in onair.incidents] == [
        "took nothing for 6 s"
    ]
    onair.air(5)
    assert len(onair.started) == 2


def test_one_that_trickles_is_killed_before_memory_grows(onair: Onair) -> None:
    """A line slower than the sound alone never counts as stalled."""
    onair.room = 0
    most = 0.0
    while not onair.incidents:
        onair.air(1)
        onair.started[0].room += 50
        most = max(most, onair.pusher._queued)
        assert onair.now < 5000
    assert "behind" in onair.incidents[0].why
    assert onair.started[0].killed
    assert most < pushers.BEHIND + 20_000


def test_a_connection_that_was_steady_is_tried_again_at_once(onair: Onair) -> None:
    onair.air(200)
    onair.die(1, "broken pipe")
    onair.air(4)
    assert len(onair.started) == 2
    assert onair.incidents == [
        Incident("pusher:main", "lost", "ended with code 1: broken pipe (after 8.0 s)")
    ]
    assert onair.pusher.state.restarts == 1
    assert not onair.pusher.state.connected


def test_a_new_connection_has_timestamps_of_its_own(onair: Onair) -> None:
    onair.air(260)
    onair.die()
    onair.air(60)
    tags = onair.started[1].tags
    assert video(tags)[0].key
    assert video(tags)[0].dts == 0
    assert 0 <= next(tag.dts for tag in tags if tag.kind == "audio") < 22


def test_one_that_refuses_is_tried_every_second_or_two(onair: Onair) -> None:
    starts: list[float] = []
    for _ in range(30 * 25):
        known = len(onair.started)
        onair.air(1)
        if len(onair.started) > known:
            starts.append(onair.now)
            onair.die(1, "connection refused")
    waits = np.diff(starts)
    assert ((waits > 0.99) & (waits < 2.2)).all()
    assert np.ptp(waits) > 0.3, "with jitter"


def test_one_that_refuses_costs_the_others_few_keyframes_and_is_told_seldom(
    onair: Onair,
) -> None:
    wishes: list[int] = []
    for _ in range(150 * 25):
        known = len(onair.started)
        wishes += onair.air(1, size=10)
        if len(onair.started) > known:
            onair.die(1, "connection refused")
    assert len(onair.started) > 60
    assert min(np.diff(wishes)) >= pushers.WISHES * 25
    assert len(onair.incidents) == 3
    assert "times more before" in onair.incidents[1].why


def test_another_trouble_is_told_at_once(onair: Onair) -> None:
    onair.air(1)
    onair.die(1, "connection refused")
    onair.air(75)
    onair.die(1, "no such host")
    onair.air(75)
    assert ["refused" in incident.why for incident in onair.incidents] == [True, False]


def test_a_program_that_vanishes_is_tried_at_the_pace_of_one_that_refuses(onair: Onair) -> None:
    onair.air(250)
    onair.absent = FileNotFoundError(2, "No such file or directory", "ffmpeg")
    onair.die()
    asked = []

    def start(argv: tuple[str, ...]) -> FedProcess:
        asked.append(onair.now)
        raise FileNotFoundError(2, "No such file or directory", URL)

    onair.pusher._start_process = start
    onair.air(250)
    assert 4 <= len(asked) <= 11
    assert onair.incidents[1].why == (
        "ffmpeg does not start: No such file or directory (after 0.0 s)"
    )
    assert onair.pusher.state.connected is False


def test_a_connection_is_renewed_before_its_timestamps_wrap(onair: Onair) -> None:
    onair.air(50)
    onair.now += pushers.LONGEST - 3
    onair.air(10)
    assert not onair.incidents
    onair.now += 3
    onair.air(10)
    assert onair.started[0].killed
    assert len(onair.started) == 2
    assert pushers.LONGEST * 1000 < 2**31


def test_the_end_is_told_first_and_waited_for_afterwards(onair: Onair) -> None:
    onair.air(5)
    process = onair.started[0]
    onair.pusher.end()
    assert process.ended
    assert process.patience is None
    onair.pusher.close(1.5)
    assert process.patience == 1.5
    onair.air(500)
    assert len(onair.started) == 1, "it is not started again"


def test_a_pusher_that_never_began_can_be_closed(onair: Onair) -> None:
    onair.pusher.close()
    onair.air(5)
    assert not onair.started
