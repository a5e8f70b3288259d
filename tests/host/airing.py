"""Supervisor, studio and onair of a media that runs in a thread."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.config import Room
from host.errors import StageError
from host.media.loop import Media
from host.model import Planned, Tick, sockets
from host.model.messages import Enqueue, Grant, Voiced
from stream import ring as rings
from stream.playout import Step
from stream.ring import Ring
from tests.host.showing import sound

PATIENCE = 10.0
"""Seconds until a test that waits for something fails."""


class Plain:
    """Draws a frame whose first byte counts the clauses' frames; raises while it is broken."""

    broken = False
    costs: list[int]  # of each picture drawn

    def __init__(self, room: Room, *_: object) -> None:
        self._frame = np.zeros(room.format.frame_shape, np.uint8)
        type(self).costs = []

    def revised(self) -> None:
        """It shows no facts."""

    def draw(self, seq: int, step: Step | None, cost: int = 0) -> NDArray[np.uint8]:
        if self.broken:
            raise ZeroDivisionError("a renderer's mistake")
        self.costs.append(cost)
        self._frame[0, 0] = 0 if step is None else 1 + step.frame
        return self._frame


class Air:
    """What a media sees of its room."""

    def __init__(self, room: Room, *, patient: bool = False, fd: int | None = None) -> None:
        """``fd``: of a ring that there is already; it is not closed."""
        self.room = room
        room.sockets.mkdir(parents=True, exist_ok=True)
        self._own = fd is None
        self.fd = rings.create(room.format) if fd is None else fd
        self.wake = os.eventfd(0, os.EFD_NONBLOCK)
        self.ring = Ring(self.fd)
        self.listener: socket.socket | None = sockets.listen(room.sockets, "supervisor")
        self.media = Media(room, Ring(self.fd), self.wake, patient=patient)
        self.supervisor = self.accept()
        self._studio: sockets.Peer | None = None
        self.told: list[Any] = []
        self.aired: list[Tick] = []
        self.failure: StageError | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.media.run()
        except StageError as error:
            self.failure = error

    def accept(self) -> sockets.Peer:
        """The next connection to the supervisor."""
        assert self.listener is not None
        self.listener.settimeout(PATIENCE)
        sock, _ = self.listener.accept()
        return sockets.Peer(sock)

    def lose(self) -> None:
        """The supervisor dies."""
        assert self.listener is not None
        self.listener.close()
        self.listener = None
        self.supervisor.close()

    def revive(self) -> None:
        """Another supervisor listens, and media has found it."""
        self.listener = sockets.listen(self.room.sockets, "supervisor")
        self.supervisor = self.accept()
        self.told.clear()

    def grant(self) -> None:
        self.supervisor.send(Grant(self.ring.grant()))

    @property
    def studio(self) -> sockets.Peer:
        """A connection to media, made when it listens."""

        def there() -> bool:
            with contextlib.suppress(OSError):
                self._studio = sockets.connect(self.room.sockets, "media")
            return self._studio is not None

        if self._studio is None:
            self.wait(there)
        assert self._studio is not None
        return self._studio

    def say(self, line: Planned, ticks: int = 2, start: int = 0) -> None:
        self.studio.send(Enqueue(line, start))
        for clause in line.clauses:
            self.studio.send(Voiced(clause.line, clause.index, sound(1920 * ticks)))
        self.wait(lambda: self.studio.flush() and not self.studio.queued)

    def tick(self) -> Tick:
        """Air the next tick."""
        self.wait(lambda: self.ring.peek() is not None)
        tick = self.ring.peek()
        assert tick is not None
        kept = replace(tick, i420=tick.i420[:24].copy(), pcm=tick.pcm.copy())
        self.aired.append(kept)
        self.ring.advance(tick.seq, tick)
        os.eventfd_write(self.wake, 1)
        return kept

    def tick_until(self, true: Callable[[Tick], bool], most: int = 400) -> Tick:
        """Air ticks until one of them is such."""
        for _ in range(most):
            tick = self.tick()
            if true(tick):
                return tick
        raise AssertionError(f"none of {most} ticks")

    def drain(self) -> list[Tick]:
        """Air what a media that is gone has left in the ring."""
        left = []
        while self.ring.peek() is not None:
            left.append(self.tick())
        return left

    def until(self, kind: type[Any]) -> Any:
        """The next message of that kind to the supervisor."""
        self.wait(lambda: any(isinstance(one, kind) for one in self.heard()))
        found = next(one for one in self.told if isinstance(one, kind))
        self.told.remove(found)
        return found

    def heard(self) -> list[Any]:
        """What the supervisor was told."""
        self.told += self.supervisor.receive()
        return self.told

    def wait(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, "media does not do it"
            time.sleep(0.001)

    def wait_gone(self) -> None:
        self.wait(lambda: not self.thread.is_alive())

    def end(self) -> None:
        self.media.stopping = True
        os.eventfd_write(self.wake, 1)
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "media does not stop"
        for peer in (self.supervisor, self._studio):
            if peer is not None:
                peer.close()
        if self.listener is not None:
            self.listener.close()
        self.media._selector.close()
        if self._own:
            os.close(self.fd)
        os.close(self.wake)


@contextlib.contextmanager
def on_air(room: Room, *, patient: bool = False, fd: int | None = None) -> Iterator[Air]:
    air = Air(room, patient=patient, fd=fd)
    try:
        yield air
    finally:
        air.end()


def spoken(ticks: list[Tick]) -> list[tuple[int, int]]:
    """(line, clause) of the clauses that were aired to their end."""
    return [(tick.line, tick.clause) for tick in ticks if tick.ends_clause]
