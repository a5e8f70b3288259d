"""What a process's kernel has of it to send and its peer has not acknowledged.

Linux tells it to everyone: in ``/proc/PID/net/tcp`` (proc(5): ``tx_queue``), where a socket is
found by its inode, and by sock_diag(7) for a socket whose ends are known. The table costs 3.4 ms
(it is the size of the kernel's hash), the question 9 µs: so the table is read once a connection.

A peer's kernel acknowledges what its program has not read: for megabytes, once its buffer has
grown. sock_diag tells the window too, and the end of the window moves on only as the program reads.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import struct
from collections.abc import Callable

_SOCKET = "socket:["
_MOST = 4 * 1024 * 1024
"""Bytes read of a table: 27 000 sockets."""
_PATIENCE = 2.0
"""Seconds between readings of the tables."""

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST = 1
_ALL_STATES = _ANY = 0xFFFFFFFF
_WQUEUE = 16 + 4 + 48 + 8
"""Where idiag_wqueue is in a reply: after nlmsghdr, 4 bytes, inet_diag_sockid, two words."""
_ATTRIBUTES = 16 + 72
"""Where a reply's attributes begin: after nlmsghdr and inet_diag_msg."""
_INET_DIAG_INFO = 2
_BYTES_ACKED, _SND_WND = 120, 228
"""Where they are in struct tcp_info (linux/tcp.h); kernels before 5.4 end before the window."""


class SendQueue:
    """Of one process, over its TCP connections."""

    def __init__(self, pid: int, ask: Callable[[bytes], bytes] | None = None) -> None:
        """``ask``: puts a question to sock_diag; None: the kernel's."""
        self._folder = f"/proc/{pid}"
        self._ask = ask or _ask_kernel
        self._questions: list[bytes] = []
        self._found_at = float("-inf")
        self._last: int | None = 0
        self.window_end: int | None = None
        """Bytes of the connection up to which its peer has said that it has room, as of the last
        ``unacknowledged``; None: not told here.
        """

    def unacknowledged(self, now: float) -> int | None:
        """Bytes; 0 where it has no connection, None where this machine does not tell.

        Where only the tables tell, as of ``_PATIENCE`` seconds ago.
        """
        if self._questions:
            with contextlib.suppress(OSError):
                answers = [self._answer(question) for question in self._questions]
                ends = [end for _, end in answers if end is not None]
                self.window_end = sum(ends) if ends else None
                return sum(waiting for waiting, _ in answers)
        self.window_end = None
        if now - self._found_at >= _PATIENCE:
            self._found_at = now
            try:
                self._last = self._find()
            except OSError:
                self._last = None
        return self._last

    def _find(self) -> int:
        """What the tables say; remembers the questions for the next time."""
        self._questions = []
        inodes = self._inodes()
        total = 0
        for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
            for local, remote, waiting in _sockets(f"{self._folder}/net/{name}", inodes):
                self._questions.append(_question(family, local, remote))
                total += waiting
        return total

    def _answer(self, question: bytes) -> tuple[int, int | None]:
        """Bytes unacknowledged, and the window's end.

        Raises OSError when the connection is gone, or sock_diag is not there.
        """
        reply = self._ask(question)
        if len(reply) < _WQUEUE + 4 or reply[4] != _SOCK_DIAG_BY_FAMILY:
            raise ConnectionError("sock_diag knows no such connection")
        return struct.unpack_from("=I", reply, _WQUEUE)[0], _window_end(reply)

    def _inodes(self) -> list[str]:
        found = []
        for entry in os.listdir(f"{self._folder}/fd"):
            # Closed since it was listed: no socket of its.
            with contextlib.suppress(FileNotFoundError):
                target = os.readlink(f"{self._folder}/fd/{entry}")
                if target.startswith(_SOCKET):
                    found.append(target[len(_SOCKET) : -1])
        return found


def _window_end(reply: bytes) -> int | None:
    at = _ATTRIBUTES
    while at + 4 <= len(reply):
        length, kind = struct.unpack_from("=HH", reply, at)
        if kind == _INET_DIAG_INFO and length >= 4 + _SND_WND + 4:
            (acknowledged,) = struct.unpack_from("=Q", reply, at + 4 + _BYTES_ACKED)
            (window,) = struct.unpack_from("=I", reply, at + 4 + _SND_WND)
            return int(acknowledged + window)
        at += max(4, (length + 3) & ~3)
    return None


def _sockets(table: str, inodes: list[str]) -> list[tuple[bytes, bytes, int]]:
    """Established connections: both ends as the table writes them, and ``tx_queue``."""
    if not inodes:
        return []
    read = []
    try:
        handle = os.open(table, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:  # a kernel without IPv6
        return []
    try:
        left = _MOST
        while left > 0 and (data := os.read(handle, 65536)):
            read.append(data)
            left -= len(data)
    finally:
        os.close(handle)
    # sl local remote st tx:rx tr:when retrnsmt uid timeout inode ...
    found = re.findall(
        rb"^ *\d+: (\S+) (\S+) 01 ([0-9A-F]+):\S+ \S+ \S+ +\d+ +\d+ (?:%s) "
        % b"|".join(inode.encode() for inode in inodes),
        b"".join(read),
        re.MULTILINE,
    )
    return [(local, remote, int(waiting, 16)) for local, remote, waiting in found]


def _question(family: int, local: bytes, remote: bytes) -> bytes:
    """struct nlmsghdr and inet_diag_req_v2 for one connection."""
    ends = [end.split(b":") for end in (local, remote)]
    addresses = [
        # Words of the host's order, each 8 hex digits.
        b"".join(
            struct.pack("=I", int(address[at : at + 8], 16)) for at in range(0, len(address), 8)
        )
        for address, _ in ends
    ]
    ports = [int(port, 16) for _, port in ends]
    wanted = 1 << (_INET_DIAG_INFO - 1)
    body = (
        struct.pack("=BBBBI", family, socket.IPPROTO_TCP, wanted, 0, _ALL_STATES)
        + struct.pack("!HH16s16s", *ports, *addresses)
        + struct.pack("=III", 0, _ANY, _ANY)
    )
    head = struct.pack("=IHHII", 16 + len(body), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 1, 0)
    return head + body


def _ask_kernel(question: bytes) -> bytes:
    with socket.socket(
        socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _NETLINK_SOCK_DIAG
    ) as link:
        link.setblocking(False)  # the kernel's reply is there when send returns
        link.send(question)
        return link.recv(4096)
