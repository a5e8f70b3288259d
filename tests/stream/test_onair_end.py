"""The end of a broadcast: what was begun is aired, told as it was, and falls silent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from host.model import Aired, Tick
from host.model.messages import Retire
from stream import onair as onairs
from tests.stream.airing import FORMAT, Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    made.ring.grant()
    yield made
    made.close()


def test_at_the_end_what_the_ring_holds_is_aired_then_it_falls_silent(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick > 5)
    room.write(3, ticks=20)  # the last six are in the ring now
    began = time.monotonic()
    room.end()
    assert time.monotonic() - began < 2.5
    room.hear()
    (run,) = room.all(Aired)
    assert (run.last_tick - run.first_tick, run.ends_line) == (19, True)
    assert room.ring.air_tick - run.last_tick == pytest.approx(3, abs=1), "0.1 s of fade"


def test_retired_it_airs_the_clause_to_its_end_and_leaves(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick > 5)
    frame = np.full(FORMAT.frame_shape, 100, np.uint8)
    sound = np.full((FORMAT.samples, 2), 0.1, np.float32)
    for n in range(40):  # clauses of 25 ticks; media would go on
        if n == 5:
            room.supervisor.send(Retire())
        room.until(lambda: room.ring.writable(room.seq) or not room.running)
        if room.running:
            at = n % 25 * FORMAT.samples
            room.ring.write(
                Tick(1, room.seq, frame, sound, 9, n // 25, at, 1.0, ends_clause=n % 25 == 24)
            )
            room.seq += 1
    room.until(lambda: not room.running)
    room.hear()
    assert [(run.clause, run.ends_clause) for run in room.all(Aired)] == [(0, True), (1, False)]
    assert room.ring.air_tick - room.all(Aired)[0].last_tick == 3, "0.1 s of fade"


def test_retired_in_a_pause_it_leaves_at_once(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick > 5)
    tick = room.ring.air_tick
    room.supervisor.send(Retire())
    room.until(lambda: not room.running)
    assert room.ring.air_tick - tick < 12


def test_retired_it_does_not_wait_for_a_clause_without_end(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onairs, "CLAUSE", 0.3)
    room.start()
    room.supervise()
    frame = np.full(FORMAT.frame_shape, 100, np.uint8)
    sound = np.full((FORMAT.samples, 2), 0.1, np.float32)
    while room.running:
        room.until(lambda: room.ring.writable(room.seq) or not room.running)
        at = (room.seq - 1) * FORMAT.samples
        if room.running:
            room.ring.write(Tick(1, room.seq, frame, sound, 9, 0, at, 1.0))
        if room.seq == 10:
            room.supervisor.send(Retire())
        room.seq += 1
    room.hear()
    assert [(run.clause, run.ends_clause) for run in room.all(Aired)] == [(0, False)]


def test_an_end_in_the_midst_of_a_clause_is_told_as_one(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick > 5)
    frame = np.full(FORMAT.frame_shape, 100, np.uint8)
    sound = np.full((FORMAT.samples, 2), 0.1, np.float32)
    for n in range(4):
        room.ring.write(Tick(1, 1 + n, frame, sound, 9, 0, n * FORMAT.samples, 1.0))
    room.end()
    room.hear()
    (run,) = room.all(Aired)
    assert (run.line, run.ends_clause) == (9, False)
