"""When a destination that is lost or refuses is tried again, and what is told of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stream.pushing import ASKED, TAKEN, URL, Onair

REFUSED = b"[tcp @ 0x1] [error] Connection to tcp://push.example.com failed: Connection refused\n"
BUSY = b"[rtmp @ 0x1] [error] Server error: Already publishing\n"
CLOSED = b"[aost#0:1/copy @ 0x1] [error] Error submitting a packet to the muxer: End of file\n"


def tried(onair: Onair, seconds: float, words: bytes) -> tuple[list[float], list[int]]:
    """Moments of the tries, each of which dies at once, and ticks at which a keyframe was asked."""
    known, wishes = len(onair.starts), []
    first = known
    for _ in range(round(seconds * 25)):
        wishes += onair.air(1, size=10)
        if len(onair.starts) > known:
            known = len(onair.starts)
            onair.die(1, words)
    return onair.starts[first:], wishes


@pytest.fixture
def onair() -> Onair:
    """On air for five seconds; from now on nothing is accepted."""
    onair = Onair()
    onair.air(125, size=10)
    onair.accepts = False
    return onair


def test_one_that_is_lost_is_tried_every_second_or_two(onair: Onair) -> None:
    onair.die()
    starts, wishes = tried(onair, 120, REFUSED)
    waits = np.diff(starts)[1:]
    assert ((waits > 0.99) & (waits < 2.2)).all()
    assert np.ptp(waits) > 0.3, "with jitter"
    assert len(wishes) == 1, "only what was on air is worth a keyframe of the others'"
    assert onair.told("lost")[1:] == [
        "nobody listens at the ingest's port (it was never on air)",
        *[why for why in onair.told("lost")[2:] if "times more before" in why],
    ]
    assert len(onair.told("lost")) <= 4
    assert not onair.told("rejected")


def test_a_refusal_is_tried_less_and_less_often_and_told_until_it_is_over() -> None:
    onair = Onair()
    onair.accepts = False
    starts, _ = tried(onair, 300, ASKED)
    waits = np.diff(starts)
    assert waits.min() >= 1
    assert waits[:3].max() < 6
    assert waits.max() > 20
    assert waits.max() <= 31
    told = onair.told("rejected")
    assert told[0].startswith("the ingest refused the stream: key expired, wrong or in use")
    assert len(told) >= 300 / 30
    assert not onair.told("lost")
    assert onair.pusher.state.rejected == len(starts)

    onair.accepts = True
    onair.air(40 * 25, size=10)
    assert onair.pusher.state.rejected == 0
    assert onair.pusher.state.connected
    after = len(onair.told("rejected"))
    onair.air(60 * 25, size=10)
    assert len(onair.told("rejected")) == after


def test_an_ingest_that_still_holds_the_last_stream_is_tried_often(onair: Onair) -> None:
    onair.die()
    starts, _ = tried(onair, 60, ASKED + BUSY)
    waits = np.diff(starts)
    assert ((waits[1:] > 0.99) & (waits[1:] < 2.2)).all()
    assert "on air already" in onair.told("rejected")[0]


@pytest.mark.parametrize("words", [ASKED + BUSY, ASKED])
def test_the_echo_of_the_own_last_stream_is_no_refusal(onair: Onair, words: bytes) -> None:
    """It goes away by itself within seconds: nobody is to be called."""
    onair.die()
    starts, _ = tried(onair, 10, words)
    assert len(starts) >= 5
    assert not onair.told("rejected")
    assert onair.pusher.state.rejected == len(starts)


def test_a_key_that_expires_while_on_air_is_told_within_30_seconds(onair: Onair) -> None:
    onair.die(1, CLOSED)
    tried(onair, 25, ASKED)
    assert len(onair.told("rejected")) == 1


def test_an_ingest_that_accepts_and_closes_at_once_refuses() -> None:
    onair = Onair()
    starts, wishes = tried(onair, 60, TAKEN + CLOSED)
    assert min(np.diff(starts)) >= 1
    assert max(np.diff(starts)) > 10
    assert "as soon as it began" in onair.told("rejected")[0]
    assert len(wishes) <= 7


def test_an_ingest_that_closes_soon_again_and_again_refuses() -> None:
    onair = Onair()
    for _ in range(200 * 25):
        onair.air(1, size=10)
        if onair.process.code is None and onair.now - onair.starts[-1] > 3:
            onair.die(1, CLOSED)
    assert max(np.diff(onair.starts)) > 20
    assert onair.told("rejected")


def test_a_new_address_forgets_the_refusals_of_the_old() -> None:
    onair = Onair()
    onair.accepts = False
    tried(onair, 120, ASKED)
    assert onair.pusher.state.rejected
    onair.accepts = True
    onair.pusher.renew(onair.destination, "pasted")
    onair.air(40)
    assert onair.pusher.state.rejected == 0
    assert onair.pusher.state.connected


def test_another_trouble_is_told_at_once(onair: Onair) -> None:
    onair.die()
    tried(onair, 5, REFUSED)
    tried(onair, 5, b"[tcp @ 0x1] [error] Failed to resolve hostname push.example.com\n")
    told = onair.told("lost")
    assert "port" in told[1]
    assert "name" in told[2]
    assert len(told) == 3


def test_troubles_that_take_turns_are_each_told_once_a_minute(onair: Onair) -> None:
    onair.die()
    unresolved = b"[tcp @ 0x1] [error] Failed to resolve hostname push.example.com\n"
    for _ in range(30):
        tried(onair, 3, REFUSED)
        tried(onair, 3, unresolved)
    told = onair.told("lost")[1:]
    assert len(told) <= 2 * (180 // 60 + 1)
    assert any("times more before" in why for why in told)


def test_a_program_that_vanishes_is_tried_at_the_pace_of_one_that_is_lost(onair: Onair) -> None:
    onair.absent = FileNotFoundError(2, "No such file or directory", URL)
    onair.die()
    begun = len(onair.starts)
    onair.air(250)
    assert 4 <= len(onair.starts) - begun <= 11
    assert onair.told("lost")[1] == (
        "ffmpeg does not start: No such file or directory (it was never on air)"
    )
    assert onair.pusher.state.connected is False


def test_starts_are_a_second_apart_whoever_asks(onair: Onair) -> None:
    for _ in range(40):
        onair.accepts = True
        onair.pusher.renew(onair.destination, "again")
        onair.air(7)
    assert min(np.diff(onair.starts[1:])) >= 0.999


def test_of_an_ingest_that_drops_it_again_and_again_each_minute_is_told_once() -> None:
    """A row for each connection would be 14 400 a day."""
    onair = Onair()
    for _ in range(30 * 60 * 25):
        onair.air(1, size=10)
        if onair.process.code is None and onair.now - onair.starts[-1] > 6:
            onair.die(1, CLOSED)
    lost, connected = onair.told("lost"), onair.told("connected")
    assert len(onair.starts) > 200
    assert len(lost) <= 31
    assert len(connected) == len(lost), "each word that it is out is taken back"
    kinds = [one.what for one in onair.incidents]
    assert kinds[: 2 * len(lost)] == ["lost", "connected"] * len(lost)
