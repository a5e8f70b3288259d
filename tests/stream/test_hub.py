"""Many peers in one loop, none of which can hold it up or break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import pytest

from host.model import sockets, wire
from host.model.messages import EndShow, Hold
from stream import hub as hubs
from stream.hub import Hub, serve_io

LIMIT = 1_000_000


class Room:
    """A hub, its loop and what it heard."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selector = DefaultSelector()
        self.heard: list[Any] = []
        self.on_heard: Callable[[], None] = lambda: None
        self.joined: list[sockets.Peer] = []
        self.clients: list[sockets.Peer] = []
        self.hub = Hub(
            folder, "hub", self.selector, limit=LIMIT, joined=self.joined.append, said=self._hear
        )

    def _hear(self, peer: sockets.Peer, message: Any) -> None:
        self.heard.append(message)
        self.on_heard()

    def connect(self) -> sockets.Peer:
        before = len(self.hub)
        peer = sockets.connect(self.folder, "hub")
        self.clients.append(peer)
        serve_io(self.selector, 1)
        assert len(self.hub) == before + 1
        return peer


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.hub.close()
    assert not made.selector.get_map()
    for peer in made.clients:
        peer.close()
    made.selector.close()


def test_peers_are_heard_and_told(room: Room) -> None:
    one, two = room.connect(), room.connect()
    assert len(room.joined) == 2
    one.send(Hold(True))
    serve_io(room.selector, 1)
    assert room.heard == [Hold(True)]
    for peer in room.hub:
        room.hub.send(peer, wire.encode(EndShow()))
    assert one.receive() == two.receive() == [EndShow()]


def test_a_peer_that_goes_away_is_let_go(room: Room) -> None:
    room.connect().close()
    serve_io(room.selector, 1)
    assert len(room.hub) == 0


def test_bad_bytes_cost_only_their_senders_connection(room: Room) -> None:
    bad, good = room.connect(), room.connect()
    bad.send_frame(b"\xff" * 100)
    serve_io(room.selector, 1)
    assert len(room.hub) == 1
    good.send(Hold(False))
    serve_io(room.selector, 1)
    assert room.heard == [Hold(False)]


def test_a_peer_that_stops_reading_is_cut_off_and_the_others_go_on(room: Room) -> None:
    room.connect()
    reader = room.connect()
    got: list[Any] = []
    frame = wire.encode(EndShow("x" * 10_000))
    while len(room.hub) == 2:
        for peer in room.hub:
            room.hub.send(peer, frame)
        serve_io(room.selector, 0)
        got += reader.receive()
    sent = len(got)
    assert sent * len(frame) > LIMIT
    for peer in room.hub:
        room.hub.send(peer, frame)
    assert len(reader.receive()) == 1


def test_what_a_slow_peer_waits_for_is_written_when_it_reads(room: Room) -> None:
    slow = room.connect()
    (peer,) = room.hub
    for _ in range(80):
        room.hub.send(peer, wire.encode(EndShow("x" * 10_000)))
    assert peer.queued
    got = 0
    while got < 80:
        got += len(slow.receive())
        serve_io(room.selector, 0)
    assert peer.queued == 0
    serve_io(room.selector, 0)  # and does not spin on a socket that can be written
    assert not [key for key, _ in room.selector.select(0)]


def test_a_peer_that_another_ones_message_cuts_off_is_passed_over(room: Room) -> None:
    """Both are ready in the same round of the loop."""
    one, two = room.connect(), room.connect()

    def cut_all() -> None:
        for peer in room.hub:
            peer.close()
            room.hub.send(peer, b"")

    room.on_heard = cut_all
    one.send(Hold(True))
    two.send(Hold(True))
    serve_io(room.selector, 1)
    assert len(room.heard) == 1
    assert len(room.hub) == 0


def test_a_new_peer_may_get_the_descriptor_of_one_that_went(room: Room) -> None:
    for _ in range(3):
        gone = room.connect()
        gone.close()
        serve_io(room.selector, 1)
    room.connect().send(Hold(True))
    serve_io(room.selector, 1)
    assert room.heard == [Hold(True)]


def test_who_floods_waits_its_turn(room: Room) -> None:
    """A turn of the loop hears so much of one peer, however much it has to say."""
    flood, other = room.connect(), room.connect()
    while flood.queued < LIMIT:
        flood.send(EndShow("x" * 100))
    other.send(Hold(True))
    serve_io(room.selector, 1)
    flooded = [one for one in room.heard if isinstance(one, EndShow)]
    assert 0 < len(flooded) * 100 <= hubs.AT_ONCE
    assert Hold(True) in room.heard


def test_a_message_longer_than_any_order_costs_its_sender_the_connection(room: Room) -> None:
    long = room.connect()
    long.send(EndShow("x" * hubs.ORDER))
    while len(room.hub):
        serve_io(room.selector, 1)
        long.flush()
    assert room.heard == []


def test_connections_without_end_are_turned_away(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "PEERS", 3)
    first = [room.connect() for _ in range(3)]
    more = sockets.connect(room.folder, "hub")
    room.clients.append(more)
    serve_io(room.selector, 1)
    assert (len(room.hub), more.receive(), more.closed) == (3, [], True)
    first[0].close()
    serve_io(room.selector, 1)
    room.connect()
    assert len(room.hub) == 3
