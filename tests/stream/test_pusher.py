"""A destination that lags, stalls, dies or hangs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from host.model import Destination, Incident
from stream import connection, pusher
from stream.connection import ANSWER, BEHIND, PRELUDE, SETTLED, STALE, STALLED
from stream.outqueue import LOOKS
from tests.e2e.flv import Tag
from tests.stream.pushing import GOP, HEADER, SECOND, TAKEN, Onair


@pytest.fixture
def onair() -> Onair:
    return Onair()


def video(tags: list[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.kind == "video"]


def audio(tags: list[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.kind == "audio"]


def test_a_connection_begins_with_a_keyframe_at_zero_and_gets_everything(onair: Onair) -> None:
    onair.tick = 1234
    assert onair.air(30) == [1234]
    tags = onair.process.tags
    assert video(tags)[0].key
    assert [tag.dts for tag in video(tags)] == list(range(0, 1200, 40))
    assert [tag.dts for tag in audio(tags)] == list(range(0, 1200, 40))
    assert onair.pusher.state.connected
    assert (onair.pusher.state.restarts, onair.pusher.state.dropped_video) == (0, 0)


def test_it_is_connected_once_its_ingest_has_taken_media_for_a_second(onair: Onair) -> None:
    onair.accepts = False
    onair.air(50)
    assert not onair.pusher.state.connected
    onair.process.fresh = TAKEN
    onair.air(round(SETTLED * 25))
    assert not onair.pusher.state.connected
    onair.air(3)
    state = onair.pusher.state
    assert state.connected
    assert state.session_seconds == pytest.approx(SETTLED, abs=0.15)


def test_congestion_costs_video_up_to_a_keyframe_and_never_sound(onair: Onair) -> None:
    onair.room = 600_000
    onair.air(90)
    assert onair.pusher.congested
    onair.air(30)
    assert onair.pusher.state.dropped_video > 0
    assert SECOND * 0.8 < onair.pusher.state.waiting_bytes < SECOND * 1.2
    onair.process.room = 1 << 40
    onair.air(2 * GOP)
    tags = onair.process.tags
    assert [tag.dts for tag in audio(tags)] == list(range(0, onair.tick * 40, 40))
    gaps = [(one, two) for one, two in pairwise(video(tags)) if two.dts - one.dts != 40]
    assert len(gaps) == 1
    assert gaps[0][1].key
    lost = (gaps[0][1].dts - gaps[0][0].dts) // 40 - 1
    assert lost == onair.pusher.state.dropped_video
    assert not onair.incidents
    assert not onair.pusher.congested


def test_one_that_takes_nothing_is_killed_and_tried_again(onair: Onair) -> None:
    onair.air(50)
    onair.process.room = 0
    onair.air(round((STALLED - 0.2) * 25))
    assert not onair.process.killed
    assert not onair.pusher.state.connected
    assert not onair.pusher.congested, "a dead line is no narrow one"
    onair.air(30)
    assert onair.started[0].killed
    assert onair.told("lost")[0].startswith("the ingest took nothing for 3 s")
    assert len(onair.started) == 2


def test_one_that_trickles_is_killed_before_its_sound_is_old(onair: Onair) -> None:
    """A line slower than the sound alone never counts as stalled."""
    onair.air(50)
    onair.process.room = 0
    while not onair.incidents:
        onair.air(1)
        onair.process.room += 200  # 5 kB/s; the sound is 7.9 kB/s
        assert onair.pusher.state.waiting_bytes < SECOND + BEHIND * 10_000
        assert onair.now < 5000
    assert "not even the sound" in onair.incidents[0].why
    assert onair.started[0].killed


def test_a_connection_that_was_accepted_is_tried_again_at_once(onair: Onair) -> None:
    onair.air(200)
    onair.die(1, b"[out#0/flv @ 0x1] [error] Error muxing a packet: Broken pipe\n")
    onair.air(4)
    assert len(onair.started) == 2
    assert onair.incidents == [
        Incident("pusher:main", "lost", "the ingest closed the connection (after 8.0 s)")
    ]
    assert onair.pusher.state.restarts == 1
    assert not onair.pusher.state.connected
    onair.air(150)
    assert onair.told("connected") == ["on air again after 0.2 s"]


def test_a_new_connection_has_timestamps_of_its_own(onair: Onair) -> None:
    onair.air(260)
    onair.die()
    onair.air(60)
    tags = onair.process.tags
    assert video(tags)[0].key
    assert video(tags)[0].dts == 0
    assert 0 <= audio(tags)[0].dts < 22


def test_an_ingest_that_is_long_in_accepting_gets_no_old_media(onair: Onair) -> None:
    onair.accepts = False
    onair.air(100)
    fed = onair.process.tags
    assert 0 < fed[-1].dts <= PRELUDE * 1000
    onair.process.fresh = TAKEN
    now = onair.tick
    assert onair.air(25) == [now]
    tags = onair.process.tags
    joined = video(tags)[len(video(fed))]
    assert joined.key
    assert 0 < joined.dts - fed[-1].dts <= 41, "without a gap"
    assert len(video(tags)) == len(video(fed)) + 25
    for kind in (video, audio):
        assert all(two.dts > one.dts for one, two in pairwise(kind(tags)))


def test_an_ingest_that_accepts_within_a_second_gets_everything(onair: Onair) -> None:
    onair.accepts = False
    onair.air(round((PRELUDE + STALE) * 25) - 3)
    onair.process.fresh = TAKEN
    onair.air(60)
    tags = onair.process.tags
    assert [tag.dts for tag in video(tags)] == list(range(0, onair.tick * 40, 40))
    assert [tag.dts for tag in audio(tags)] == list(range(0, onair.tick * 40, 40))


def test_an_ingest_that_never_answers_is_given_up(onair: Onair) -> None:
    onair.accepts = False
    onair.air(round((ANSWER - 0.5) * 25))
    assert not onair.incidents
    onair.air(25)
    assert onair.started[0].killed
    assert onair.told("lost") == ["the ingest did not answer within 8 s (it was never on air)"]


def test_a_killed_process_that_lingers_holds_nothing_up(onair: Onair) -> None:
    onair.air(50)
    onair.process.lingers = True
    onair.process.room = 0
    onair.air(150)
    assert onair.started[0].killed
    assert len(onair.started) == 2
    assert onair.pusher._dying == [onair.started[0]]
    onair.started[0].code = -9
    onair.air(1)
    assert onair.pusher._dying == []


def test_the_end_is_told_first_and_waited_for_afterwards(onair: Onair) -> None:
    onair.air(5)
    onair.pusher.end()
    assert onair.process.ended
    assert onair.process.patience is None
    onair.process.code = 0
    onair.air(1)
    onair.pusher.close(1.5)
    assert onair.process.patience == 1.5
    onair.air(500)
    assert len(onair.started) == 1, "it is not started again"
    assert not onair.incidents


def test_a_pusher_that_never_began_can_be_closed(onair: Onair) -> None:
    onair.pusher.close()
    onair.air(5)
    assert not onair.started


def test_another_address_is_connected_to_at_once(onair: Onair) -> None:
    onair.air(100)
    other = Destination("main", ("ffmpeg", "rtmp://other.example/live/k3y2"))
    onair.pusher.renew(other, "a new key for rtmp://other.example/live/k3y2")
    assert onair.started[0].killed
    assert onair.air(1) == [100]
    assert len(onair.started) == 2
    assert onair.pusher.destination is other
    assert onair.told("renewed") == ["a new key for ***"]


def test_a_new_header_holds_from_the_next_connection_on(onair: Onair) -> None:
    onair.air(100)
    onair.pusher.set_header(HEADER)
    onair.pusher.rotate("another preset")
    assert onair.process.ended
    onair.process.code = 0
    assert onair.air(10) == [100]
    assert onair.told("rotated") == ["another preset"]
    assert onair.process.tags[0].dts == 0


def test_waiting_is_bounded_by_constants_that_fit() -> None:
    assert STALLED + LOOKS + 1.0 < 5.5
    assert connection.HANGS < 2.5
    assert pusher.REMINDED < 30


def test_what_the_kernel_holds_of_it_is_not_waited_for() -> None:
    onair = Onair()
    onair.air(30)
    process = onair.process
    process.lingers = True
    assert not onair.pusher.abandon()
    assert process.killed
    assert process.patience is None
    assert not onair.pusher.abandon()
    process.code = -9
    assert onair.pusher.abandon()
    onair.air(100)
    assert len(onair.started) == 1
