"""How a new supervisor takes over a broadcast: onair hands it the shared descriptors.

``handover.sock`` answers each connection with one message: the ring, the eventfd that wakes media
and a memfd that holds the ``OnAirSpec`` as canonical JSON, as SCM_RIGHTS (unix(7)). The spec holds
stream keys; the socket is the room owner's alone (mode 0600), as is the process.
"""

from __future__ import annotations

import array
import contextlib
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from selectors import EVENT_READ, BaseSelector

import host.model.messages  # noqa: F401 (registers what a spec consists of)
from host.errors import WireError
from host.model import OnAirSpec, sockets, wire

NAME = "handover"
PATIENCE = 5.0
"""Seconds for an answer: onair serves its sockets at each tick; on a loaded machine later."""

_GREETING = b"livehost handover 1"
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid


@dataclass(frozen=True, slots=True)
class Adopted:
    """A living onair, and what its supervisor must hold. Who has it closes the descriptors."""

    pid: int
    """Of onair."""
    spec: OnAirSpec = field(repr=False)
    """What it airs, with its destinations as they are now."""
    ring: int
    """Descriptor of the ring; not inherited unless passed on."""
    wake: int
    """The eventfd that wakes media; not inherited unless passed on."""


class Handover:
    """Onair's side, inside its selector loop. A connection takes one call; it never waits."""

    def __init__(
        self,
        folder: str | Path,
        selector: BaseSelector,
        *,
        ring: int,
        wake: int,
        spec: Callable[[], OnAirSpec],
    ) -> None:
        """``spec``: what is aired at that moment."""
        self._ring, self._wake, self._spec = ring, wake, spec
        self._selector = selector
        self._listener = sockets.listen(folder, NAME)
        selector.register(self._listener, EVENT_READ, self._accept)

    def _accept(self) -> None:
        # Who has gone again, or descriptors that have run out: the next one may fare better.
        with contextlib.suppress(OSError):
            sock, _ = self._listener.accept()
            with sock:
                spec = os.memfd_create("livehost-spec", os.MFD_CLOEXEC)
                try:
                    with open(spec, "wb", closefd=False) as file:
                        file.write(wire.to_json(self._spec()).encode())
                    # A fresh connection's buffer is empty, so this is sent whole and at once.
                    socket.send_fds(sock, [_GREETING], [self._ring, self._wake, spec])
                finally:
                    os.close(spec)

    def close(self) -> None:
        """Stop listening."""
        self._selector.unregister(self._listener)
        self._listener.close()


def adopt(folder: str | Path) -> Adopted | None:
    """What the living onair of this room hands over; None when there is none.

    Raises WireError when one listens and does not answer within ``PATIENCE``.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(PATIENCE)
        try:
            sock.connect(sockets.address(folder, NAME))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:
            raise WireError(f"{NAME}.sock: {error}") from error
        creds = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, _, _ = _CREDENTIALS.unpack(creds)
        try:
            said, fds = _received(sock)
        except OSError as error:
            raise WireError(f"onair (pid {pid}) hands nothing over: {error}") from error
    if not fds:
        return None  # it left between the two
    try:
        return _adopted(pid, said, fds)
    except Exception:  # whatever it was: nobody else would close them
        for fd in fds:
            os.close(fd)
        raise


def _received(sock: socket.socket) -> tuple[bytes, list[int]]:
    # Not socket.recv_fds: it leaves out its flags, and with them close-on-exec (Python 3.11).
    fds = array.array("i")
    room = socket.CMSG_SPACE(3 * fds.itemsize)
    said, control, _, _ = sock.recvmsg(64, room, socket.MSG_CMSG_CLOEXEC)
    for level, kind, data in control:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return said, list(fds)


def _adopted(pid: int, said: bytes, fds: list[int]) -> Adopted:
    if said != _GREETING or len(fds) != 3:
        raise WireError(f"process {pid} hands over something else")
    ring, wake, held = fds
    spec = wire.from_json(os.pread(held, os.fstat(held).st_size, 0).decode())
    if not isinstance(spec, OnAirSpec):
        raise WireError(f"onair (pid {pid}) hands over a {type(spec).__name__}")
    os.close(held)
    return Adopted(pid, spec, ring, wake)
