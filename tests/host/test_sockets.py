"""Peers on Unix sockets: they never block their owner, and end where they should."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from host.model import sockets, wire
from host.model.messages import Hold, TapPacket
from host.model.sockets import Peer


@pytest.fixture
def pair() -> Iterator[tuple[Peer, socket.socket]]:
    ours, theirs = socket.socketpair()
    peer = Peer(ours, limit=4 * 1024 * 1024)
    with theirs:
        yield peer, theirs
        peer.close()


def packet(size: int) -> TapPacket:
    return TapPacket(True, True, 0, np.zeros(size, np.uint8))


def test_a_message_goes_from_one_end_to_the_other(tmp_path: Path) -> None:
    with sockets.listen(tmp_path, "x") as listener:
        peer = sockets.connect(tmp_path, "x")
        other = Peer(listener.accept()[0])
        assert peer.send(Hold(True))
        assert other.receive() == [Hold(True)]
        assert other.receive() == []
        peer.close()
        assert other.receive() == []
        assert other.closed
        assert peer.fileno() == other.fileno() == -1


def test_only_the_owner_may_connect(tmp_path: Path) -> None:
    with sockets.listen(tmp_path, "x"):
        assert stat.S_IMODE((tmp_path / "x.sock").stat().st_mode) == 0o600


def test_a_listener_takes_the_place_of_a_dead_one(tmp_path: Path) -> None:
    sockets.listen(tmp_path, "x").close()
    with pytest.raises(OSError, match="refused"):
        sockets.connect(tmp_path, "x")
    with sockets.listen(tmp_path, "x"):
        sockets.connect(tmp_path, "x").close()


def test_a_folder_however_deep_can_hold_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("深" * 30) / ("x" * 90)
    deep.mkdir(parents=True)
    assert len(os.fsencode(deep)) > 108
    assert len(sockets.address(deep, "x")) <= sockets.LONGEST_ADDRESS
    with sockets.listen(deep, "x") as listener:
        sockets.connect(deep, "x").close()
        listener.accept()[0].close()
    assert (deep / "x.sock").is_socket()


def test_sending_never_blocks_and_all_of_it_arrives(
    pair: tuple[Peer, socket.socket],
) -> None:
    peer, theirs = pair
    for _ in range(3):
        assert peer.send(packet(1_000_000))
    assert peer.queued > 2_000_000
    theirs.setblocking(False)
    unframer, got = wire.Unframer(), []
    while len(got) < 3:
        got += unframer.feed(theirs.recv(100_000))
        assert peer.flush()
    assert peer.queued == 0
    assert [len(one.data) for one in got] == [1_000_000] * 3


def test_who_stops_reading_is_cut_off(pair: tuple[Peer, socket.socket]) -> None:
    peer, _ = pair
    sent = 0
    while peer.send(packet(1_000_000)):
        sent += 1
        assert sent < 10
    assert peer.closed
    assert peer.queued == 0
    assert not peer.send(Hold(True))


def test_who_goes_away_is_noticed_by_sending(pair: tuple[Peer, socket.socket]) -> None:
    peer, theirs = pair
    theirs.close()
    assert not peer.send(Hold(True))
    assert peer.closed


def test_bad_bytes_end_the_connection_after_what_was_good(
    pair: tuple[Peer, socket.socket],
) -> None:
    peer, theirs = pair
    theirs.sendall(wire.encode(Hold(True)) + b"\xff" * 8)
    assert peer.receive() == [Hold(True)]
    assert peer.closed


def test_what_was_said_before_the_end_is_received(pair: tuple[Peer, socket.socket]) -> None:
    peer, theirs = pair
    theirs.sendall(wire.encode(Hold(True)) + wire.encode(Hold(False))[:5])
    theirs.close()
    assert peer.receive() == [Hold(True)]
    assert peer.closed


def test_a_flood_does_not_hold_its_owner_up() -> None:
    """A peer whose every read finds more: ``receive`` comes back nevertheless."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        flood = wire.encode(Hold(True)) * 10_000

        class Flooded(socket.socket):
            def recv(self, size: int, flags: int = 0) -> bytes:
                return flood

        with Flooded(fileno=os.dup(ours.fileno())) as endless:
            peer = Peer(endless, at_once=3 * len(flood))
            assert len(peer.receive()) == 30_000
            assert not peer.closed
