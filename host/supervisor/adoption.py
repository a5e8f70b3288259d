"""A room whose supervisor was killed: what of it lives on, and what of that is taken up."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import anyio
import psutil
from anyio import to_thread

from host.config import Room
from host.errors import ConfigError, Finding, RingError, WireError
from host.model import Destination, Format, sockets
from host.supervisor import prepare
from host.supervisor.process import Left, end, end_group
from stream import handover
from stream import ring as rings

GRACE = 1.0
"""Seconds for a process that is of no use to leave before it is killed."""
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid
_LEFTOVER = ("host.console", "host.studio", "host.voice", "stream.health", "stream.recorder")
"""Those that a new supervisor has no use for. Media goes on until the new one is up."""


@dataclass(slots=True)
class Air:
    """The shared descriptors, and the onair that has them already."""

    ring: int
    wake: int
    onair: Left | None = None
    """None: it is to be started."""
    destinations: tuple[Destination, ...] = ()
    """Where that onair pushes to."""

    def close(self) -> None:
        """Close the descriptors."""
        os.close(self.wake)
        os.close(self.ring)


def new_air(fmt: Format, first: int) -> Air:
    """A ring and an eventfd for an onair that is to be started; ``first``: its first tick."""
    return Air(rings.create(fmt, first=first), os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK))


async def take_up(room: Room) -> Air | None:
    """What the room's living onair hands over; None: there is none that could go on.

    One that answers no more, is of another version or airs another format has ended then.
    """
    try:
        adopted = await to_thread.run_sync(handover.adopt, room.sockets)
    except WireError:
        adopted = None
    pid = adopted.pid if adopted is not None else listener(room.sockets, "onair")
    onair = held(pid)
    if adopted is not None:
        air = Air(adopted.ring, adopted.wake, onair, adopted.spec.destinations)
        # Still the same process that answered: its pid is held, and it listens.
        lives = onair is not None and listener(room.sockets, "onair") == pid
        if lives and adopted.spec.format == room.format and _whole(air.ring):
            return air
        air.close()
    if onair is not None:
        await end(onair, GRACE)
        end_group(onair.pid)
        onair.close()
    return None


def merged(kept: Sequence[Destination], wanted: Sequence[Destination]) -> tuple[Destination, ...]:
    """The destinations ``wanted``; one that is on air already keeps the address that it has
    there, which may be fresher than the room's file.
    """
    there = {each.name: each for each in kept}
    return tuple(there.get(each.name, each) for each in wanted)


def _whole(ring: int) -> bool:
    try:
        rings.Ring(ring)
    except RingError:
        return False
    return True


def held(pid: int) -> Left | None:
    """That process; None: it is gone."""
    with contextlib.suppress(OSError):
        return Left(pid) if pid else None
    return None


def listener(folder: Path, name: str) -> int:
    """The process that listens at ``NAME.sock``, also one that is stopped; 0: none does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            sock.connect(sockets.address(folder, name))
            said = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        except OSError:
            return 0
    pid: int = _CREDENTIALS.unpack(said)[0]
    return pid


async def end_leftovers(room: Room, *, media: bool) -> None:
    """End what a killed supervisor left and what would only hold the room's ports.

    The room's lock must be held: then nobody supervises them. ``media``: that too; not when its
    onair was taken up, because it goes on until the new media is up.
    """
    modules = (*_LEFTOVER, "host.media") if media else _LEFTOVER
    await _end_all(await to_thread.run_sync(_leftovers, room, modules))


async def end_former_media(room: Room, ours: Callable[[int], bool]) -> None:
    """End each media of the room that is none of this supervisor's: one that was stopped says no
    Hello, and would stay to the show's end. ``ours``: whether this supervisor started that process.
    """
    pids = await to_thread.run_sync(_leftovers, room, ("host.media",))
    await _end_all([pid for pid in pids if not ours(pid)])


async def _end_all(pids: Sequence[int]) -> None:
    async with anyio.create_task_group() as tasks:
        for process in map(held, pids):
            if process is not None:
                tasks.start_soon(_end, process)


async def _end(process: Left) -> None:
    try:
        await end(process, GRACE)
    finally:
        process.close()


def _leftovers(room: Room, modules: tuple[str, ...]) -> list[int]:
    return [each.pid for each in psutil.process_iter() if _is_left(room, modules, each)]


def _is_left(room: Room, modules: tuple[str, ...], process: psutil.Process) -> bool:
    """Whether it serves this room. Where its sockets are not named, its file, its folder's name
    and its place of state say so: a rehearsal of the same room is another.
    """
    try:
        words = process.cmdline()
        if not any(word in modules for word in words[:3]):
            return False
        if str(room.sockets) in words:
            return True
        if str(room.file) not in words:
            return False
        home = Path(process.cwd(), process.environ().get("LIVEHOST_VAR", "var")).resolve()
    except (psutil.Error, OSError):
        return False  # gone meanwhile, or another user's
    sub = dict(pairwise(words)).get("--sub", "")
    return sub == room.sub and home == room.var.parents[1 if room.sub else 0]


def clear_the_way(room: Room) -> tuple[Destination, ...]:
    """See that the room can go on air, before anything is made for it; where its onair, if one
    lives on, pushes to. To be called outside of an event loop.

    Raises ConfigError when it is on air already, its folder cannot be written or an address of
    it is taken. Where its onair lives on, the show goes on whatever folder and addresses say.
    """
    lives = listener(room.sockets, "onair") > 0
    if room.var.is_dir():
        with locked(room):
            anyio.run(partial(end_leftovers, room, media=not lives))
    if lives:
        return _pushed_to(room)
    prepare.make_folder(room)
    prepare.check_ports(room)
    return ()


def _pushed_to(room: Room) -> tuple[Destination, ...]:
    try:
        adopted = handover.adopt(room.sockets)
    except WireError:
        return ()  # it answers no more, and will be replaced
    if adopted is None:
        return ()
    os.close(adopted.ring)
    os.close(adopted.wake)
    return tuple(adopted.spec.destinations)


@contextlib.contextmanager
def locked(room: Room) -> Iterator[None]:
    """One supervisor a room; the kernel gives the lock back however it ends.

    Raises ConfigError when there is one already.
    """
    lock = os.open(room.var / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fix = "end that one first (Ctrl+C there), or give this room another name"
            what = f"the room {room.name!r} is on air already from {room.var}"
            raise ConfigError(Finding(what, fix, room.file)) from None
        yield
    finally:
        os.close(lock)
