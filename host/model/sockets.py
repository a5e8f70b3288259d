"""Unix sockets of a room: where they are, and a peer that never blocks its owner."""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from pathlib import Path
from typing import Any

from host.errors import WireError
from host.model import wire

LONGEST_ADDRESS = 100
"""Bytes. The kernel's ``sun_path`` holds 108."""
RETRY = 0.1
"""Seconds between tries of ``connect``."""
AT_ONCE = 8 * 1024 * 1024
"""Bytes taken by one ``receive``: who floods waits its turn; a second of stereo sound is 0.4 MB."""


def address(folder: str | Path, name: str) -> str:
    """An address for ``NAME.sock`` in ``folder`` that fits ``sun_path``, however deep the folder.

    A long one goes through ``/proc/self/fd``; the descriptor stays open with the process.
    """
    path = str(Path(folder) / f"{name}.sock")
    if len(path.encode()) <= LONGEST_ADDRESS:
        return path
    return f"/proc/self/fd/{_folder_descriptor(str(folder))}/{name}.sock"


_descriptors: dict[str, int] = {}


def _folder_descriptor(folder: str) -> int:
    if folder not in _descriptors:
        _descriptors[folder] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    return _descriptors[folder]


def listen(folder: str | Path, name: str) -> socket.socket:
    """A non-blocking listener at ``NAME.sock``, in place of one that a dead process left."""
    path = address(folder, name)
    Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen(16)
    listener.setblocking(False)
    return listener


def connect(folder: str | Path, name: str, *, patience: float = 0.0) -> Peer:
    """A peer connected to ``NAME.sock``. Raises OSError when nobody listens.

    At once, or not at all: a listener that is stopped must not stop who connects to it.
    ``patience``: seconds for which a listener that is coming up is tried again.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return _connect(folder, name)
        except OSError:
            if time.monotonic() >= until:
                raise
            time.sleep(RETRY)


def _connect(folder: str | Path, name: str) -> Peer:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(address(folder, name))
    except OSError:
        sock.close()
        raise
    return Peer(sock)


class Peer:
    """One end of a connection, for loops that own a selector.

    ``send`` queues and writes what the kernel takes at once; it never blocks. More than
    ``limit`` bytes queued means that the other end has stopped reading: the peer is closed.
    """

    def __init__(
        self,
        sock: socket.socket,
        limit: int = 32 * 1024 * 1024,
        *,
        longest: int = wire.MAX_FRAME,
        at_once: int = AT_ONCE,
    ) -> None:
        """``longest``: bytes of a message taken. ``at_once``: bytes that one ``receive`` takes."""
        sock.setblocking(False)
        self._sock = sock
        self._limit = limit
        self._at_once = at_once
        self._unframer = wire.Unframer(longest)
        self._queue: deque[memoryview] = deque()
        self.queued = 0
        """Bytes waiting for the kernel."""
        self.closed = False

    def fileno(self) -> int:
        """For selectors; −1 when closed."""
        return self._sock.fileno()

    def send(self, message: object) -> bool:
        """Queue a message. False: the peer is closed, now or already."""
        return self.send_frame(wire.encode(message))

    def send_frame(self, frame: bytes) -> bool:
        """Queue a message that was encoded already (one encoding for many peers)."""
        if self.closed:
            return False
        if self.queued + len(frame) > self._limit:
            self.close()
            return False
        self._queue.append(memoryview(frame))
        self.queued += len(frame)
        return self.flush()

    def flush(self) -> bool:
        """Write what the kernel takes. False: the peer is closed."""
        while self._queue and not self.closed:
            try:
                sent = self._sock.send(self._queue[0])
            except BlockingIOError:
                return True
            except OSError:
                self.close()
                break
            self.queued -= sent
            if sent == len(self._queue[0]):
                self._queue.popleft()
            else:
                self._queue[0] = self._queue[0][sent:]
        return not self.closed

    def receive(self) -> list[Any]:
        """Messages that have come, out of ``at_once`` bytes at most.

        Closes the peer at its end or on bad bytes.
        """
        messages: list[Any] = []
        taken = 0
        while not self.closed and taken < self._at_once:
            try:
                data = self._sock.recv(min(1 << 20, self._at_once))
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self.close()
                break
            taken += len(data)
            try:
                messages.extend(self._unframer.feed(data))
            except WireError:
                self.close()
        return messages

    def close(self) -> None:
        """Close; queued messages are lost."""
        self.closed = True
        self._queue.clear()
        self.queued = 0
        self._sock.close()
