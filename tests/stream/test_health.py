"""The health process: against a real tap and a supervisor's socket, killed, stopped, left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import numpy as np
import pytest

from host.model import Incident, sockets
from host.model.messages import Beat, Hello, Retire, TapPacket
from host.model.state import Health
from stream.health import REPORT, TOLD_AGAIN, Watcher
from stream.hub import serve_io
from stream.tap import Tap
from tests.stream.watched import SMALL, Encoded, encode, moving, sine

FPS = SMALL.video.fps


@pytest.fixture(scope="module")
def show() -> Encoded:
    return encode(SMALL, moving(SMALL), sine(SMALL, 0.1), 8)


class Room:
    """Plays onair's tap and the supervisor."""

    def __init__(self, folder: Path, show: Encoded) -> None:
        self.folder = folder
        self.show = show
        self.selector = DefaultSelector()
        self.listener = sockets.listen(folder, "supervisor")
        self.tap: Tap | None = None
        self.health: sockets.Peer | None = None
        self.told: list[Any] = []
        self.tick = 0

    def open_tap(self) -> None:
        self.tap = Tap(self.folder, self.show.header, self.selector)
        self.tick = 0

    def close_tap(self) -> None:
        assert self.tap is not None
        self.tap.close()
        self.tap = None

    def accept(self) -> None:
        self.listener.settimeout(20)
        sock, _ = self.listener.accept()
        self.health = sockets.Peer(sock)

    def publish(self, ticks: int = 1) -> None:
        assert self.tap is not None
        for _ in range(ticks):
            for packet in self.show.ticks[self.tick % len(self.show.ticks)]:
                self.tap.publish(packet)
            self.tick += 1
            serve_io(self.selector, 0)

    def hear(self) -> list[Any]:
        assert self.health is not None
        got = self.health.receive()
        self.told += got
        return got

    def heard(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.told if isinstance(one, kind)]

    def live(self, until: Callable[[], bool], seconds: float = 20.0) -> None:
        """Ticks at their pace until something is so."""
        began = time.monotonic()
        first = self.tick
        while not until():
            assert time.monotonic() - began < seconds, self.told[-5:]
            if self.tap is not None:
                due = first + int((time.monotonic() - began) * FPS)
                self.publish(max(0, due - self.tick))
            serve_io(self.selector, 0.02)
            self.hear()

    def close(self) -> None:
        if self.tap is not None:
            self.tap.close()
        if self.health is not None:
            self.health.close()
        self.listener.close()
        self.selector.close()


@pytest.fixture
def room(tmp_path: Path, show: Encoded) -> Iterator[Room]:
    made = Room(tmp_path, show)
    yield made
    made.close()


@pytest.fixture
def process(room: Room) -> Iterator[subprocess.Popen[bytes]]:
    argv = [sys.executable, "-m", "stream.health", "--room", "r", "--sockets", str(room.folder)]
    started = subprocess.Popen(argv)
    room.accept()
    yield started
    if started.poll() is None:
        started.kill()
    started.wait(10)


def test_it_reports_each_second_and_outlives_the_tap(
    room: Room, process: subprocess.Popen[bytes]
) -> None:
    room.live(lambda: len(room.heard(Beat)) >= 2)
    assert room.heard(Hello) == [Hello("health", process.pid)]
    assert not room.heard(Health), "there is nothing to measure without a tap"
    room.open_tap()
    room.live(lambda: len(room.heard(Health)) >= 4)
    last = room.heard(Health)[-1]
    assert last.speed == pytest.approx(1, abs=0.1)
    assert last.fps == pytest.approx(FPS, rel=0.1)
    assert last.behind_seconds < 0.5

    room.close_tap()  # onair is killed and comes back with other packets
    count = len(room.heard(Health))
    room.open_tap()
    room.live(lambda: len(room.heard(Health)) >= count + 2)
    assert room.heard(Health)[-1].tick < 8 * FPS
    assert not room.heard(Incident)

    assert room.health is not None
    room.health.send(Retire("upgrade"))
    assert process.wait(5) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(
    room: Room, process: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    room.live(lambda: bool(room.heard(Beat)))
    process.send_signal(number)
    assert process.wait(5) == 0


def test_the_supervisors_end_ends_it(room: Room, process: subprocess.Popen[bytes]) -> None:
    room.live(lambda: bool(room.heard(Beat)))
    assert room.health is not None
    room.health.close()
    assert process.wait(5) == 0


def test_stopped_it_costs_the_tap_no_time_and_tells_its_lag(
    room: Room, process: subprocess.Popen[bytes]
) -> None:
    room.open_tap()
    room.live(lambda: bool(room.heard(Health)))
    os.kill(process.pid, signal.SIGSTOP)
    longest = 0.0
    for _ in range(3 * FPS):
        began = time.perf_counter()
        room.publish()
        longest = max(longest, time.perf_counter() - began)
        time.sleep(1 / FPS)
    assert longest < 0.05
    os.kill(process.pid, signal.SIGCONT)
    count = len(room.heard(Health))
    room.live(lambda: len(room.heard(Health)) >= count + 3)
    since = room.heard(Health)[count:]
    assert max(one.behind_seconds for one in since) > 2
    assert since[-1].behind_seconds < 0.5


def test_without_a_supervisor_it_says_so(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "stream.health", "--room", "r", "--sockets", str(tmp_path)]
    ended = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr) == (1, "health: no supervisor answers\n")


@pytest.fixture
def watcher(room: Room) -> Iterator[Watcher]:
    ours, theirs = socket.socketpair()
    room.health = sockets.Peer(ours)
    supervisor = sockets.Peer(theirs)
    made = Watcher(room.folder, supervisor)
    yield made
    made.close()


def test_rubbish_is_told_once_a_minute_and_what_is_good_is_measured(
    room: Room, watcher: Watcher
) -> None:
    room.open_tap()
    now = 100.0
    rubbish = [0, TOLD_AGAIN - 5, TOLD_AGAIN + 5]
    for step in range(int((TOLD_AGAIN + 10) / REPORT)):
        watcher.look(now)
        serve_io(room.selector, 0)
        if room.tap is not None and step in rubbish:
            room.tap.publish(TapPacket(False, False, 0, np.full(400, 0xFF, np.uint8)))
        room.publish(FPS)
        now += REPORT
    watcher.look(now)
    room.hear()
    assert [one.what for one in room.heard(Incident)] == ["undecodable"] * 2
    assert room.heard(Health)[-1].speed == pytest.approx(1, abs=0.05)


def test_a_second_header_of_the_same_stream_changes_nothing(room: Room, watcher: Watcher) -> None:
    listener = sockets.listen(room.folder, "tap")
    watcher.look(0.0)
    listener.setblocking(True)
    tap = sockets.Peer(listener.accept()[0])
    for second in range(8):
        if second in (0, 5):
            tap.send(room.show.header)
        for packets in room.show.ticks[second * FPS : (second + 1) * FPS]:
            for packet in packets:
                tap.send(packet)
        watcher.look(second + 1.0)
    room.hear()
    tap.close()
    listener.close()
    told = room.heard(Health)
    assert len(told) == 7, "it went on without a pause"
    assert told[-1].speed == pytest.approx(1, abs=0.01)
    assert told[-1].keyframe_seconds == 2.0


def test_a_supervisor_that_goes_ends_the_loop(room: Room, watcher: Watcher) -> None:
    assert room.health is not None
    room.health.close()
    watcher.look(1.0)
    assert watcher.over
