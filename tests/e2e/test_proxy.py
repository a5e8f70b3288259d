"""The bad line does what it is told, and nothing by itself."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.e2e.proxy import Proxy


class Sink:
    """Takes connections and counts what comes; answers the first bytes with "ok"."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.got = bytearray()
        self.ended = threading.Event()
        """A connection ended, in order or by a reset."""
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            with connection:
                self._serve(connection)
            self.ended.set()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while data := connection.recv(65536):
                if not self.got:
                    connection.sendall(b"ok")
                self.got += data
        except ConnectionResetError:
            return


@pytest.fixture
def sink() -> Iterator[Sink]:
    started = Sink()
    yield started
    started.close()


def until(done: threading.Event | None = None, *, got: Sink | None = None, size: int = 0) -> None:
    """Wait for an event, or for so many bytes."""
    if done is not None:
        assert done.wait(10)
    deadline = time.monotonic() + 10
    while got is not None and len(got.got) < size:
        assert time.monotonic() < deadline, f"{len(got.got)} of {size} bytes"
        time.sleep(0.01)


def test_what_goes_in_comes_out_both_ways(sink: Sink) -> None:
    data = os.urandom(1 << 20)
    with Proxy(sink.port) as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port)) as line:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            until(sink.ended)
            assert line.recv(10) == b"ok"
        assert sink.got == data
        assert (proxy.carried, proxy.accepted) == (len(data), 1)
        assert proxy.url("rtmp://127.0.0.1:1/live/k?a=b") == (
            f"rtmp://127.0.0.1:{proxy.port}/live/k?a=b"
        )


def test_a_squeeze_is_a_rate_and_is_felt_by_the_sender(sink: Sink) -> None:
    with Proxy(sink.port) as proxy, socket.create_connection(("127.0.0.1", proxy.port)) as line:
        line.sendall(b"first")
        until(got=sink, size=5)
        proxy.squeeze(100_000)
        began = time.monotonic()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        line.sendall(bytes(300_000))
        until(got=sink, size=300_005)
        assert time.monotonic() - began == pytest.approx(3, rel=0.35)
        proxy.squeeze(None)
        began = time.monotonic()
        line.sendall(bytes(1_000_000))
        until(got=sink, size=1_300_005)
        assert time.monotonic() - began < 2


def test_a_reset_reaches_both_ends(sink: Sink) -> None:
    with Proxy(sink.port) as proxy, socket.create_connection(("127.0.0.1", proxy.port)) as line:
        line.sendall(b"first")
        until(got=sink, size=5)
        assert line.recv(10) == b"ok"
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            line.recv(1)
        until(sink.ended)


def test_a_black_hole_keeps_what_it_was_given(sink: Sink) -> None:
    with Proxy(sink.port) as proxy, socket.create_connection(("127.0.0.1", proxy.port)) as line:
        line.sendall(b"first")
        until(got=sink, size=5)
        proxy.black_hole()
        line.sendall(b"second")
        time.sleep(0.3)
        assert sink.got == b"first"
        proxy.black_hole(False)
        until(got=sink, size=11)


def test_a_closed_port_refuses_and_opens_again(sink: Sink) -> None:
    with Proxy(sink.port) as proxy:
        proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", proxy.port))
        proxy.refuse(False)
        with socket.create_connection(("127.0.0.1", proxy.port)) as line:
            line.sendall(b"first")
            until(got=sink, size=5)
