"""What waits in the pipe and in the socket, and what is made of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from stream.outqueue import LEAST, LOOKS, WINDOW, OutQueue
from stream.sendqueue import SendQueue
from tests.stream.pushing import FakeProcess

SECOND = 300_000


class FakeSocket(SendQueue):
    """The test says what waits."""

    def __init__(self) -> None:
        self.waits: int | None = 0
        self.window_end: int | None = None
        self.asked = 0

    def unacknowledged(self, now: float) -> int | None:
        self.asked += 1
        return self.waits


class Line:
    """A queue, its process and its socket over faked time."""

    def __init__(self) -> None:
        self.process, self.socket, self.now = FakeProcess(), FakeSocket(), 100.0
        self.queue = OutQueue(self.process, self.socket, SECOND, self.now)
        self.queue.begin(self.now)

    def run(self, seconds: float, *, rate: float = SECOND, acked: float = SECOND) -> None:
        """Put ``rate`` bytes a second; the peer acknowledges ``acked``."""
        for _ in range(round(seconds * 25)):
            self.now += 0.04
            self.queue.put(bytes(round(rate / 25)), self.now)
            if self.socket.waits is not None:
                self.socket.waits = max(0, self.socket.waits + round((rate - acked) / 25))
            self.queue.look(self.now)


def test_an_open_line_keeps_nothing() -> None:
    line = Line()
    line.run(10)
    assert line.queue.waiting == 0
    assert line.queue.allowed == SECOND
    assert line.queue.delay(line.now) == 0
    assert line.queue.without_progress(line.now) <= WINDOW + LOOKS
    assert line.queue.without_reading(line.now) < 0.1
    assert line.socket.asked <= 10 / LOOKS + 1


def test_a_peer_whose_kernel_acknowledges_for_it_is_seen_by_its_window() -> None:
    line = Line()
    for read in (0, 40_000, 80_000):  # of the peer's program
        line.socket.window_end = 500_000 + read
        line.run(1)
        assert line.queue.without_progress(line.now) <= 1.0
    line.run(5)
    assert line.queue.waiting == 0
    assert line.queue.without_progress(line.now) == pytest.approx(6.0, abs=LOOKS + 0.04)
    line.socket.window_end += 40_000
    line.run(LOOKS)
    assert line.queue.without_progress(line.now) <= LOOKS


def test_a_peer_that_acknowledges_nothing_is_seen_though_its_kernel_takes_all() -> None:
    line = Line()
    line.run(5)
    line.run(4, acked=0)
    assert line.queue.own_bytes == 0
    assert line.queue.waiting > 3.5 * SECOND
    assert line.queue.without_progress(line.now) > 3.3
    assert line.queue.without_reading(line.now) == 0, "its socket excuses it"
    assert line.queue.delay(line.now) == pytest.approx(4, abs=0.3)


def test_a_narrow_line_may_keep_as_much_as_it_carries_in_a_second_and_a_half() -> None:
    line = Line()
    line.run(2)
    line.run(1, acked=100_000)
    line.run(6, rate=100_000, acked=100_000)
    assert line.queue.allowed == pytest.approx(150_000, rel=0.1)
    assert line.queue.without_progress(line.now) <= WINDOW + LOOKS
    line.run(8, rate=2_000, acked=2_000)
    assert line.queue.allowed == LEAST
    line.run(8, rate=2_000)
    assert line.queue.allowed == SECOND


def test_a_process_that_leaves_its_pipe_alone_is_seen() -> None:
    line = Line()
    line.run(2)
    line.process.reads = False
    line.run(2, rate=50_000, acked=50_000)
    assert line.queue.without_reading(line.now) > 1.9
    assert line.queue.waiting > 90_000


def test_where_nobody_tells_of_sockets_the_pipe_serves() -> None:
    line = Line()
    line.socket.waits = None
    line.run(2)
    line.process.reads = False
    line.run(3)
    assert line.queue.without_progress(line.now) > 2.3
    assert line.queue.without_reading(line.now) == 0


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection."""
    loopback = "127.0.0.1" if request.param == socket.AF_INET else "::1"
    with socket.socket(request.param) as listener:
        try:
            listener.bind((loopback, 0))
        except OSError:
            pytest.skip(f"this machine has no {loopback}")
        listener.listen()
        with socket.create_connection(listener.getsockname()[:2]) as near:
            far, _ = listener.accept()
            with far:
                yield near, far


def unheard(ends: tuple[socket.socket, socket.socket]) -> int:
    """Send until nothing more goes; the bytes sent."""
    near, _ = ends
    near.setblocking(False)
    sent = 0
    try:
        while True:
            sent += near.send(bytes(65536))
    except BlockingIOError:
        return sent


@pytest.mark.parametrize("diag", [True, False], ids=["asked", "by the tables"])
def test_the_kernel_tells_what_a_peer_has_not_acknowledged(
    ends: tuple[socket.socket, socket.socket], diag: bool
) -> None:
    def refuses(question: bytes) -> bytes:
        raise PermissionError

    queue = SendQueue(os.getpid()) if diag else SendQueue(os.getpid(), refuses)
    assert queue.unacknowledged(0.0) == 0
    sent = unheard(ends)
    waiting = queue.unacknowledged(3.0)
    assert waiting is not None
    assert 0 < waiting <= sent
    end = queue.window_end
    left = sent
    while left:
        left -= len(ends[1].recv(1 << 20))
    assert queue.unacknowledged(6.0) == 0
    assert (end is not None) == diag
    if end is not None:  # it has moved on by what was read
        assert queue.window_end is not None
        assert queue.window_end >= end + sent // 2


def test_a_process_without_a_connection_has_nothing_to_send() -> None:
    assert SendQueue(os.getpid()).unacknowledged(0.0) == 0


def test_a_process_that_nobody_knows_tells_nothing() -> None:
    assert SendQueue(0).unacknowledged(0.0) is None
