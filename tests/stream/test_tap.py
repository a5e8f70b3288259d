"""Consumers of the tap: the slow one loses video, never the loop its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import numpy as np
import pytest

from host.model import Format, sockets
from host.model.messages import TapHeader, TapPacket
from stream import tap as taps
from stream.hub import serve_io
from stream.tap import Tap

HEADER = TapHeader(Format(), np.arange(3, dtype=np.uint8), np.arange(2, dtype=np.uint8))
GOP = 50
FRAME, SOUND = 12_000, 400
"""Bytes: 2.5 Mbit/s."""


class Onair:
    """Publishes tick after tick."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selector = DefaultSelector()
        self.tap = Tap(folder, HEADER, self.selector)
        self.tick = 0
        self.consumers: list[sockets.Peer] = []

    def publish(self, ticks: int) -> None:
        for _ in range(ticks):
            video = np.zeros(FRAME, np.uint8)
            self.tap.publish(TapPacket(True, self.tick % GOP == 0, self.tick, video))
            self.tap.publish(TapPacket(False, False, self.tick * 1920, np.zeros(SOUND, np.uint8)))
            self.tick += 1
            serve_io(self.selector, 0)

    def connect(self) -> sockets.Peer:
        peer = sockets.connect(self.folder, "tap")
        self.consumers.append(peer)
        serve_io(self.selector, 1)
        return peer


@pytest.fixture
def onair(tmp_path: Path) -> Iterator[Onair]:
    made = Onair(tmp_path)
    yield made
    made.tap.close()
    made.selector.close()
    for peer in made.consumers:
        peer.close()


def read_all(onair: Onair, peer: sockets.Peer) -> list[Any]:
    """What the consumer gets until nothing more comes."""
    got: list[Any] = []
    while True:
        more = peer.receive()
        got += more
        serve_io(onair.selector, 0)
        if not more:
            return got


def test_a_consumer_gets_the_header_then_every_packet(onair: Onair) -> None:
    peer = onair.connect()
    (header,) = peer.receive()
    assert header.video_extradata.tolist() == [0, 1, 2]
    onair.publish(10)
    got = read_all(onair, peer)
    assert [one.pts for one in got if one.video] == list(range(10))
    assert [one.pts for one in got if not one.video] == list(range(0, 19200, 1920))


def test_a_new_consumer_begins_at_the_keyframe_under_way(onair: Onair) -> None:
    onair.publish(GOP + 20)
    peer = onair.connect()
    onair.publish(5)
    header, *packets = read_all(onair, peer)
    assert isinstance(header, TapHeader)
    assert packets[0].key
    assert [one.pts for one in packets if one.video] == list(range(GOP, GOP + 25))


def test_before_the_first_keyframe_there_is_only_the_header(onair: Onair) -> None:
    onair.tick = 1
    onair.publish(3)
    assert len(read_all(onair, onair.connect())) == 1


def test_a_slow_consumer_loses_video_until_a_keyframe_and_no_sound(onair: Onair) -> None:
    slow, quick = onair.connect(), onair.connect()
    seen = read_all(onair, quick)
    began = time.perf_counter()
    while not (onair.tick * FRAME > taps.LAG and onair.tick % GOP == 25):
        onair.publish(1)
        seen += quick.receive()
    onair.publish(GOP)
    assert time.perf_counter() - began < 10, "a consumer that does not read costs no time"

    got = read_all(onair, slow)[1:]
    onair.publish(2 * GOP)
    got += read_all(onair, slow)
    video = [one for one in got if one.video]
    gaps = [(one.pts, two) for one, two in pairwise(video) if two.pts != one.pts + 1]
    assert len(gaps) == 1
    assert gaps[0][1].key
    sound = [one.pts for one in got if not one.video]
    assert sound == list(range(0, onair.tick * 1920, 1920))
    seen += read_all(onair, quick)
    assert len([one for one in seen[1:] if one.video]) == onair.tick


def test_a_consumer_that_never_reads_is_cut_off(
    onair: Onair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taps, "LAG", 10**9)
    peer = onair.connect()
    onair.publish(taps.GONE // FRAME + 50)
    read_all(onair, peer)
    assert peer.closed


def test_another_header_is_told_to_all_and_the_group_begins_anew(onair: Onair) -> None:
    other = TapHeader(Format(), np.array([9], np.uint8), HEADER.audio_extradata)
    before = onair.connect()
    onair.publish(20)
    onair.tap.renew(other)
    onair.tick = GOP
    onair.publish(3)
    late = onair.connect()
    onair.publish(2)
    headers = [one for one in read_all(onair, before) if isinstance(one, TapHeader)]
    assert [one.video_extradata.tolist() for one in headers] == [[0, 1, 2], [9]]
    header, *packets = read_all(onair, late)
    assert header.video_extradata.tolist() == [9]
    assert [one.pts for one in packets if one.video] == list(range(GOP, GOP + 5))


def test_between_the_new_header_and_its_first_keyframe_no_old_picture_is_given(
    onair: Onair,
) -> None:
    onair.publish(20)
    onair.tap.renew(HEADER)
    assert len(read_all(onair, onair.connect())) == 1
