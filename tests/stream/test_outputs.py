"""Destinations come, go and change while on air, and none is disturbed by another's change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from host.model import Destination, Incident
from host.model.messages import TapHeader, TapPacket
from host.model.state import PushState
from stream.outputs import GOODBYE, Outputs
from stream.pusher import Pusher
from tests.stream.pushing import HEADER

A, B, C = (Destination(name, ("ffmpeg", f"rtmp://h/{name}")) for name in "abc")
NEW_B = Destination("b", ("ffmpeg", "rtmp://h/another-key"))


class FakePusher(Pusher):
    """Keeps what it was asked, in order."""

    def __init__(
        self, destination: Destination, header: TapHeader, report: Callable[[Incident], None]
    ) -> None:
        super().__init__(destination, header, report, now=lambda: 0.0)
        self.asked: list[object] = []
        self.wishes = False
        self.narrow = False
        self.held = False  # by the kernel: SIGKILL does not end it yet

    @property
    def congested(self) -> bool:
        return self.narrow

    @property
    def state(self) -> PushState:
        return PushState(self.destination.name, True, 0, 0)

    def take_keyframe_wish(self) -> bool:
        wish, self.wishes = self.wishes, False
        return wish

    def poll(self, quiet: bool = False) -> None:
        self.asked.append(("poll", quiet))

    def push(self, packet: TapPacket) -> None:
        self.asked.append(packet)

    def renew(self, destination: Destination, why: str) -> None:
        self._destination = destination
        self.asked.append("renew")

    def rotate(self, why: str) -> None:
        self.asked.append(("rotate", why))

    def end(self) -> None:
        self.asked.append("end")

    def abandon(self) -> bool:
        self.asked.append("abandon")
        return not self.held

    def close(self, seconds: float = 0.0) -> None:
        self.asked.append(("close", seconds))


class Room:
    def __init__(self) -> None:
        self.now = 100.0
        self.made: list[FakePusher] = []
        self.outputs = Outputs(
            (A, B), HEADER, lambda incident: None, now=lambda: self.now, make=self._make
        )

    def _make(
        self, destination: Destination, header: TapHeader, report: Callable[[Incident], None]
    ) -> FakePusher:
        self.made.append(FakePusher(destination, header, report))
        return self.made[-1]


@pytest.fixture
def room() -> Room:
    return Room()


def test_each_is_polled_and_gets_every_packet(room: Room) -> None:
    packet = TapPacket(True, True, 0, np.zeros(1, np.uint8))
    assert not room.outputs.poll(quiet=True)
    room.outputs.push(packet)
    for pusher in room.made:
        assert pusher.asked == [("poll", True), packet]
    assert [state.name for state in room.outputs.states] == ["a", "b"]


def test_one_keyframe_serves_all_who_wish_for_it(room: Room) -> None:
    for pusher in room.made:
        pusher.wishes = True
    assert room.outputs.poll(quiet=False)
    assert not room.outputs.poll(quiet=False)


def test_one_narrow_line_is_told(room: Room) -> None:
    assert not room.outputs.congested
    room.made[1].narrow = True
    assert room.outputs.congested


def test_only_what_has_changed_is_touched(room: Room) -> None:
    room.outputs.redirect((C, NEW_B, A))
    a, b, c = room.made
    assert (a.asked, b.asked, c.asked) == ([], ["renew"], [])
    assert room.outputs.destinations == (C, NEW_B, A)
    room.outputs.redirect((C, NEW_B, A))
    assert (a.asked, b.asked, c.asked) == ([], ["renew"], [])
    assert len(room.made) == 3


def test_one_that_is_no_longer_wanted_may_end_its_stream(room: Room) -> None:
    room.outputs.redirect((B,))
    a, b = room.made
    room.outputs.poll(quiet=False)
    assert (a.asked, b.asked) == (["end"], [("poll", False)]), "and is not started again"
    room.now += GOODBYE
    a.held = True
    for _ in range(3):
        room.outputs.poll(quiet=False)
    a.held = False
    for _ in range(3):
        room.outputs.poll(quiet=False)
    assert a.asked == ["end", *["abandon"] * 4], "and nobody waited for it"


def test_a_name_that_comes_back_is_a_new_connection(room: Room) -> None:
    room.outputs.redirect(())
    room.outputs.redirect((A,))
    assert room.outputs.destinations == (A,)
    assert len(room.made) == 3


def test_another_header_renews_every_connection_and_is_every_new_ones(room: Room) -> None:
    header = TapHeader(HEADER.format, HEADER.audio_extradata, HEADER.video_extradata)
    room.outputs.renew(header, "ultrafast")
    room.outputs.redirect((A, B, C))
    for pusher in room.made:
        assert pusher.header is header
    assert [pusher.asked for pusher in room.made] == [[("rotate", "ultrafast")]] * 2 + [[]]


def test_at_the_end_all_say_goodbye_at_once_and_none_outlasts_the_deadline(room: Room) -> None:
    room.outputs.redirect((B,))
    room.outputs.close(room.now + 1.5)
    a, b = room.made
    assert a.asked == ["end", ("close", 1.5)]
    assert b.asked == ["end", ("close", 1.5)]
