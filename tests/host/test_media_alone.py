"""Media without a supervisor: the show goes on, and the next supervisor hears of it."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import pytest

from host.config import Room, load_room
from host.media import loop, stage, supervision
from host.media.supervision import ALONE, KEPT, RETRY, Supervision
from host.model import Decision, Ended, Incident, sockets
from host.model.messages import Beat, Grant, Hello, Retire
from stream.hub import serve_io
from tests.host.airing import Plain, on_air, spoken
from tests.host.showing import BEFORE, ROOT, Clock, planned


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    monkeypatch.setattr(stage, "datetime", Clock)
    monkeypatch.setattr(Clock, "moment", BEFORE)
    monkeypatch.setattr(loop, "Stage", Plain)
    monkeypatch.setattr(Plain, "broken", False)
    return load_room(ROOT / "configs/demo.toml")


LINE = planned("这支洁面乳现在只要49元。泡沫很细密，洗完脸不紧绷。", line=5)


def test_the_show_goes_on_and_the_next_supervisor_is_told(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "RETRY", 0.02)
    with on_air(room) as air:
        air.grant()
        air.say(LINE, ticks=20)
        air.tick_until(lambda tick: tick.line == 5)
        air.lose()
        air.say(planned("现在只要39元。", line=6))  # the gate will refuse it
        air.say(planned("现在只要49元。", line=7), ticks=20)
        air.tick_until(lambda tick: tick.line == 7)
        air.revive()
        assert air.until(Hello) == Hello("media", os.getpid(), epoch=1)
        refused = air.until(Ended)
        air.supervisor.send(Grant(1))  # what it holds already: nothing changes
        air.tick_until(lambda tick: tick.ends_line)
        air.supervisor.send(Retire("a newer one is here"))
        air.wait_gone()
    assert (refused.line, refused.outcome) == (6, "dropped")
    assert spoken(air.aired) == [(5, 0), (5, 1), (5, 2), (7, 0)]
    assert [tick.seq for tick in air.aired] == list(range(1, len(air.aired) + 1))
    assert air.failure is None


def test_it_leaves_at_a_clauses_end_when_nobody_comes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "ALONE", 0.3)
    with on_air(room) as air:
        air.grant()
        air.say(LINE, ticks=20)
        air.tick_until(lambda tick: tick.line == 5)
        air.lose()
        time.sleep(0.4)
        air.tick_until(lambda tick: tick.ends_clause)
        air.wait_gone()
        air.drain()
    assert spoken(air.aired) == [(5, 0)]
    assert air.failure is None


def test_another_grant_than_its_own_ends_it(room: Room) -> None:
    with on_air(room) as air:
        air.grant()
        air.tick()
        air.supervisor.send(Grant(air.ring.epoch + 1))
        air.wait_gone()


class Now:
    """A clock that is set."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


class Connected:
    """A supervision, and the supervisor it is connected to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selector = DefaultSelector()
        self.now = Now()
        self.heard: list[Any] = []
        self.listener = sockets.listen(folder, "supervisor")
        self.one = Supervision(folder, self.selector, heard=self.heard.append, clock=self.now)
        self.peer = self.accept()

    def accept(self) -> sockets.Peer:
        self.listener.setblocking(True)
        self.listener.settimeout(5)
        return sockets.Peer(self.listener.accept()[0])

    def lose(self) -> None:
        self.listener.close()
        self.peer.close()
        serve_io(self.selector, 1)

    def close(self) -> None:
        self.one.close()
        self.peer.close()
        self.listener.close()
        self.selector.close()


@pytest.fixture
def connected(tmp_path: Path) -> Any:
    found = Connected(tmp_path)
    yield found
    found.close()


def test_it_beats_once_a_second(connected: Connected) -> None:
    for _ in range(32):
        connected.now.time += 0.125
        connected.one.turn(0.25)
    assert connected.peer.receive() == [Hello("media", os.getpid()), *[Beat(0.25)] * 4]
    assert connected.one.alone == 0


def test_what_is_told_while_alone_is_told_later_and_ends_are_told_again(
    connected: Connected,
) -> None:
    connected.one.epoch = 7
    connected.one.tell(Ended(1, "dropped", "before"))
    connected.one.tell(Decision("before", "it is on record"))
    assert len(connected.peer.receive()) == 3
    connected.lose()
    for line in range(2, 5):
        connected.one.tell(Ended(line, "dropped", "alone"))
        connected.one.tell(Incident("media", "alone", str(line)))
    connected.now.time += 10
    assert connected.one.alone == 10
    connected.one.turn(0)
    assert connected.one.alone == 10
    connected.listener = sockets.listen(connected.folder, "supervisor")
    connected.now.time += RETRY
    connected.one.turn(0)
    connected.peer = connected.accept()
    assert connected.one.alone == 0
    hello, *told, beat = connected.peer.receive()
    assert hello == Hello("media", os.getpid(), 7)
    assert [one.line for one in told if isinstance(one, Ended)] == [1, 2, 3, 4]
    assert [one.why for one in told if isinstance(one, Incident)] == ["2", "3", "4"]
    assert len(told) == 7
    assert beat == Beat(0)
    connected.peer.send(Retire())
    serve_io(connected.selector, 1)
    assert connected.heard == [Retire()]


def test_what_is_kept_is_bounded(connected: Connected) -> None:
    connected.lose()
    for number in range(3 * KEPT):
        connected.one.tell(Ended(number, "dropped"))
        connected.one.tell(Decision("x", str(number)))
    connected.listener = sockets.listen(connected.folder, "supervisor")
    connected.now.time += RETRY
    connected.one.turn(0)
    connected.peer = connected.accept()
    told: list[Any] = []
    while len(told) < 2 * KEPT + 1:
        connected.one.turn(0)
        told += connected.peer.receive()
    assert [one.line for one in told if isinstance(one, Ended)] == list(range(2 * KEPT, 3 * KEPT))


def test_a_supervisor_that_is_stopped_holds_nothing_up(connected: Connected) -> None:
    """Its socket takes no more connections, and whoever waited would wait for ever."""
    connected.lose()
    stopped = sockets.listen(connected.folder, "supervisor")
    stopped.listen(0)
    full: list[socket.socket] = []
    try:
        while len(full) < 100:
            waiting = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            waiting.setblocking(False)
            full.append(waiting)
            waiting.connect(sockets.address(connected.folder, "supervisor"))
    except BlockingIOError:
        pass
    began = time.monotonic()
    for _ in range(20):
        connected.now.time += RETRY
        connected.one.turn(0)
    assert time.monotonic() - began < 1
    assert connected.one.alone > 0
    for waiting in (*full, stopped):
        waiting.close()


def test_nobody_there_at_the_beginning(tmp_path: Path) -> None:
    with DefaultSelector() as selector, pytest.raises(OSError, match=r"No such file|refused"):
        Supervision(tmp_path, selector, heard=print)


def test_it_is_patient_for_a_minute() -> None:
    assert ALONE == 60
