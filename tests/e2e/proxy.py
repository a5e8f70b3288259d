"""A bad line between a pusher and its ingest: narrow, cut, silent or closed at the test's word."""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

BUFFER = 16 * 1024
"""Bytes of receive buffer asked for: what is squeezed waits at the sender, as on a real line."""
SEGMENT = 1460
"""Bytes: Ethernet's. Loopback's own 64 KiB would not fit the small buffer."""
BURST = 0.05
"""Seconds of the squeezed rate that may pass at once."""
_RST = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close sends a reset


@dataclass(eq=False)
class _Way:
    """One direction of a connection."""

    source: socket.socket
    sink: socket.socket
    up: bool
    """From the pusher to the ingest: the direction that is squeezed."""
    held: bytearray = field(default_factory=bytearray)
    ended: bool = False
    """The source said that nothing more comes."""
    over: bool = False
    """The sink was told so."""


class Proxy:
    """Forwards a port of loopback to another, in one thread from ``__enter__`` to ``__exit__``."""

    def __init__(self, target: int) -> None:
        """``target``: the ingest's port on 127.0.0.1."""
        self._target = target
        self._port = 0
        self._listener: socket.socket | None = None
        self._ways: list[_Way] = []
        self._rate: float | None = None
        self._allowed = 0.0
        self._hole = False
        self._carried = 0
        self._accepted = 0
        self._calls: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = (
            queue.SimpleQueue()
        )
        self._wake, self._woken = socket.socketpair()
        self._ending = False
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending = True
        self._wake.send(b"x")
        self._thread.join()
        for way in self._ways:
            way.source.close()
        if self._listener is not None:
            self._listener.close()
        self._wake.close()
        self._woken.close()

    @property
    def port(self) -> int:
        """Where it listens, at 127.0.0.1."""
        return self._port

    @property
    def carried(self) -> int:
        """Bytes that went from pushers to the ingest so far."""
        return self._carried

    @property
    def accepted(self) -> int:
        """Connections that came so far."""
        return self._accepted

    def url(self, url: str) -> str:
        """The same address by way of this proxy."""
        parts = urlsplit(url)
        return parts._replace(netloc=f"127.0.0.1:{self._port}").geturl()

    def squeeze(self, bytes_per_second: float | None) -> None:
        """Carry that much at most from pushers to the ingest; None: all."""

        def call() -> None:
            self._rate, self._allowed = bytes_per_second, 0.0

        self._do(call)

    def reset(self) -> None:
        """Both ends of every connection get an RST; what was under way is lost."""

        def call() -> None:
            for way in self._ways:
                with contextlib.suppress(OSError):
                    way.source.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
                way.source.close()
            self._ways.clear()

        self._do(call)

    def black_hole(self, on: bool = True) -> None:
        """Accept, read nothing, forward nothing; off: go on with what waits."""

        def call() -> None:
            self._hole = on

        self._do(call)

    def refuse(self, on: bool = True) -> None:
        """Refuse new connections as a closed port does; those that are stay. Off: listen again."""

        def call() -> None:
            if on and self._listener is not None:
                self._listener.close()
                self._listener = None
            elif not on and self._listener is None:
                self._listen()

        self._do(call)

    def _do(self, call: Callable[[], None]) -> None:
        done: Future[None] = Future()
        self._calls.put((call, done))
        self._wake.send(b"x")
        done.result(10)

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
        listener.bind(("127.0.0.1", self._port))
        listener.listen()
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        self._listener = listener

    def _run(self) -> None:
        last = time.monotonic()
        while not self._ending:
            self._select()
            now = time.monotonic()
            if self._rate is not None:
                passed = min(now - last, BURST)
                self._allowed = min(self._allowed + self._rate * passed, self._rate * BURST)
            last = now
            while not self._calls.empty():
                call, done = self._calls.get()
                try:
                    call()
                except OSError as error:  # told to the test that asked
                    done.set_exception(error)
                else:
                    done.set_result(None)

    def _select(self) -> None:
        """Wait for what can be done now, and do it."""
        with selectors.SelectSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            if self._listener is not None:
                selector.register(self._listener, selectors.EVENT_READ)
            wanted: dict[socket.socket, int] = {}
            for way in self._ways:
                if not (self._hole or way.ended or way.held) and self._may(way):
                    wanted[way.source] = wanted.get(way.source, 0) | selectors.EVENT_READ
                if way.held and not self._hole:
                    wanted[way.sink] = wanted.get(way.sink, 0) | selectors.EVENT_WRITE
            for sock, events in wanted.items():
                selector.register(sock, events)
            ready = {key.fileobj for key, _ in selector.select(BURST / 5)}
        if self._woken in ready:
            self._woken.recv(4096)
        if self._listener in ready:
            self._accept()
        for way in [way for way in self._ways if {way.source, way.sink} & ready]:
            if way in self._ways:
                self._carry(way)

    def _may(self, way: _Way) -> bool:
        return not way.up or self._rate is None or self._allowed >= 1

    def _accept(self) -> None:
        assert self._listener is not None
        client, _ = self._listener.accept()
        self._accepted += 1
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:  # the ingest is not there: neither is its line
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
            client.close()
            return
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ways += [_Way(client, server, True), _Way(server, client, False)]

    def _carry(self, way: _Way) -> None:
        try:
            if not (way.held or way.ended) and self._may(way):
                size = 65536 if self._rate is None or not way.up else int(self._allowed)
                with contextlib.suppress(BlockingIOError):
                    data = way.source.recv(size)
                    way.held += data
                    way.ended = not data
                    self._allowed -= len(data) if way.up else 0
            if way.held:
                with contextlib.suppress(BlockingIOError):
                    sent = way.sink.send(way.held)
                    del way.held[:sent]
                    self._carried += sent if way.up else 0
            if way.ended and not way.held and not way.over:
                way.over = True
                way.sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(way)
            return
        if all(each.over for each in self._ways if way.source in (each.source, each.sink)):
            self._drop(way)

    def _drop(self, way: _Way) -> None:
        self._ways = [each for each in self._ways if way.source not in (each.source, each.sink)]
        way.source.close()
        way.sink.close()
