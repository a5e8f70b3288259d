"""The media process's loop: what it renders, what it tells, and when it ends."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from host import media
from host.config import Room, load_room
from host.media import BREATH, Media
from host.model import Ended, Planned, Tick, sockets
from host.model.messages import Enqueue, Grant, Hello, Voiced, Withdraw
from stream import ring as rings
from stream.playout import Step
from stream.ring import Ring
from tests.host.showing import BEFORE, ROOT, Clock, planned, sound

PATIENCE = 10.0
"""Seconds until a test that waits for something fails."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(media, "datetime", Clock)
    monkeypatch.setattr(Clock, "moment", BEFORE)
    return Clock


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    return load_room(ROOT / "configs/demo.toml")


class Plain:
    """Draws a frame whose first byte counts the clauses' frames."""

    def __init__(self, room: Room, *_: object) -> None:
        self._frame = np.zeros(room.format.frame_shape, np.uint8)

    def draw(self, seq: int, step: Step | None) -> NDArray[np.uint8]:
        self._frame[0, 0] = 0 if step is None else 1 + step.frame
        return self._frame


class Air:
    """Supervisor, studio and onair of a media that runs in a thread."""

    def __init__(self, room: Room, *, patient: bool = False) -> None:
        room.sockets.mkdir(parents=True)
        self._fd, self._wake = rings.create(room.format), os.eventfd(0, os.EFD_NONBLOCK)
        self.ring = Ring(self._fd)
        listener = sockets.listen(room.sockets, "supervisor")
        self.media = Media(room, Ring(self._fd), self._wake, patient=patient)
        sock, _ = listener.accept()
        listener.close()
        self.supervisor = sockets.Peer(sock)
        self.studio = sockets.connect(room.sockets, "media")
        self.told: list[Any] = []
        self.thread = threading.Thread(target=self.media.run, daemon=True)
        self.thread.start()

    def grant(self) -> None:
        self.supervisor.send(Grant(self.ring.grant()))

    def say(self, line: Planned, ticks: int = 2) -> None:
        self.studio.send(Enqueue(line))
        for clause in line.clauses:
            self.studio.send(Voiced(clause.line, clause.index, sound(1920 * ticks)))

    def tick(self) -> Tick:
        """Air the next tick."""
        self.wait(lambda: self.ring.peek() is not None)
        tick = self.ring.peek()
        assert tick is not None
        kept = replace(tick, i420=tick.i420[:1].copy(), pcm=tick.pcm.copy())
        self.ring.advance(tick.seq, tick)
        os.eventfd_write(self._wake, 1)
        return kept

    def until(self, kind: type[Any]) -> Any:
        """The next message of that kind to the supervisor."""
        self.wait(lambda: any(isinstance(one, kind) for one in self._told()))
        found = next(one for one in self.told if isinstance(one, kind))
        self.told.remove(found)
        return found

    def _told(self) -> list[Any]:
        self.told += self.supervisor.receive()
        return self.told

    def wait(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, "media does not do it"
            time.sleep(0.001)

    def end(self) -> None:
        self.supervisor.close()
        self.thread.join(PATIENCE)
        self.studio.close()
        self.media._supervisor.close()
        self.media._hub.close()
        self.media._selector.close()
        os.close(self._fd)
        os.close(self._wake)
        assert not self.thread.is_alive(), "media outlives its supervisor"


@contextlib.contextmanager
def on_air(room: Room, *, patient: bool = False) -> Iterator[Air]:
    air = Air(room, patient=patient)
    try:
        yield air
    finally:
        air.end()


@pytest.fixture
def plain(clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "Stage", Plain)


@pytest.mark.usefixtures("plain")
def test_nothing_is_rendered_before_the_ring_is_granted(room: Room) -> None:
    with on_air(room) as air:
        assert air.until(Hello) == Hello("media", os.getpid())
        time.sleep(0.1)
        assert air.ring.depth == 0
        air.grant()
        first = air.tick()
        assert (first.seq, first.epoch, first.line, first.duck) == (1, 1, 0, 0.0)


@pytest.mark.usefixtures("plain")
def test_a_line_is_rendered_whole_and_the_music_steps_back_for_it(room: Room) -> None:
    line = planned("这支洁面乳现在只要49元。", line=5)
    with on_air(room) as air:
        air.say(line)
        air.grant()
        ticks = [air.tick() for _ in range(60)]
    spoken = [tick for tick in ticks if tick.line]
    assert [tick.seq for tick in ticks] == list(range(1, 61))
    assert {tick.line for tick in spoken} == {5}
    assert sum(tick.ends_clause for tick in spoken) == len(line.clauses)
    assert [tick.ends_line for tick in spoken].index(True) == len(spoken) - 1
    assert all(tick.duck == 1.0 and (tick.pcm == 0.25).all() for tick in spoken)
    after = [tick.duck for tick in ticks if tick.seq > spoken[-1].seq]
    assert after[: BREATH - 1] == [1.0] * (BREATH - 1)
    assert set(after[BREATH:]) == {0.0}


@pytest.mark.usefixtures("plain")
def test_a_line_that_is_refused_or_withdrawn_is_told_to_the_supervisor(room: Room) -> None:
    with on_air(room) as air:
        air.grant()
        air.say(planned("现在只要39元。", line=6))
        refused = air.until(Ended)
        air.studio.send(Enqueue(planned("现在只要49元。", line=7)))
        air.studio.send(Withdraw(7, "no voice"))
        withdrawn = air.until(Ended)
    assert (refused.line, refused.outcome) == (6, "dropped")
    assert "refused at playout" in refused.reason
    assert (withdrawn.line, withdrawn.reason) == (7, "no voice")


@pytest.mark.usefixtures("plain")
def test_a_rendering_waits_for_speech(room: Room) -> None:
    with on_air(room, patient=True) as air:
        air.grant()
        time.sleep(0.1)
        assert air.ring.depth == 0
        air.say(planned("现在只要49元。", line=8))
        assert air.tick().line == 8


@pytest.mark.usefixtures("plain")
def test_it_ends_when_another_holds_the_ring(room: Room) -> None:
    with on_air(room) as air:
        air.grant()
        air.tick()
        air.ring.grant()
        air.wait(lambda: air.ring.peek() is None)
        nothing = np.zeros(0, np.uint8), np.zeros(0, np.float32)
        air.ring.advance(2, Tick(2, 2, *nothing, duck=0.0))  # frees a slot
        os.eventfd_write(air._wake, 1)
        air.wait(lambda: not air.thread.is_alive())


@pytest.mark.usefixtures("plain")
def test_it_ends_when_the_supervisor_is_found_gone_while_it_tells(room: Room) -> None:
    with on_air(room) as air:
        air.wait(lambda: len(air.media._hub) == 1)
        air.media._supervisor.close()  # as a failed send leaves it
        air.wait(lambda: not air.thread.is_alive())
