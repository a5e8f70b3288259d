"""A renderer that fails, and the show under the test card."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from avatars.testcard import read_counter, tone
from host.config import Room, load_room
from host.errors import StageError
from host.media import loop, painter, stage
from host.media.loop import Media
from host.model import Ended, Incident, Tick
from host.model.messages import Cost
from stream.ring import Ring
from tests.host.airing import Plain, on_air, spoken
from tests.host.showing import BEFORE, ROOT, Clock, planned


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(stage, "datetime", Clock)
    monkeypatch.setattr(Clock, "moment", BEFORE)
    return Clock


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    return load_room(ROOT / "configs/demo.toml")


@pytest.fixture
def plain(clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> type[Plain]:
    monkeypatch.setattr(loop, "Stage", Plain)
    monkeypatch.setattr(Plain, "broken", False)
    return Plain


LINE = planned("这支洁面乳现在只要49元。泡沫很细密，洗完脸不紧绷。", line=5)
"""Several clauses."""


def test_a_picture_that_fails_costs_neither_sound_nor_line(
    room: Room, plain: type[Plain], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten seconds of a renderer that raises on every frame, through as many media as it takes."""
    fps = room.format.video.fps
    ring = None
    aired: list[Tick] = []
    lines = [planned("这支洁面乳现在只要49元。", line=number) for number in range(1, 9)]
    ended: set[int] = set()
    with on_air(room) as air:
        air.grant()
        for line in lines:
            air.say(line, ticks=15)
        air.tick_until(lambda tick: tick.line == 2)
        plain.broken = True
        began = len(air.aired)
        while air.thread.is_alive():
            if air.ring.peek() is not None:
                air.tick()
        air.drain()
        incident = air.until(Incident)
        told = [one for one in air.heard() if isinstance(one, Incident)]
        aired += air.aired
        ring = os.dup(air.fd)
    # Told once; the sound went on for the clause under way, and the last picture stood.
    assert (incident.stage, incident.what, told) == ("media", "frame-failed", [])
    assert "a renderer's mistake" in incident.why
    held = aired[began + 6 :]
    assert painter.FAILING * fps <= len(held) <= painter.FAILING * fps + 20
    assert len({tick.i420.tobytes() for tick in held}) == 1
    assert all((tick.pcm == 0.25).all() for tick in aired if tick.line)
    assert aired[-1].ends_clause
    assert air.failure is not None
    assert air.failure.retryable
    # A new one cannot draw at all: it is never granted, and the stand-by clip is on air.
    for _ in range(3):
        with pytest.raises(StageError, match="cannot draw"):
            Media(room, Ring(ring), ring, patient=False)
    plain.broken = False
    ended = {tick.line for tick in aired if tick.ends_line}
    with on_air(room, fd=ring) as again:
        again.grant()
        for line in lines:
            if line.line.id not in ended:
                again.say(line, ticks=15)
        again.tick_until(lambda tick: tick.line == 8 and tick.ends_line)
        aired += again.aired
    os.close(ring)
    assert spoken(aired) == [
        (line.line.id, clause.index) for line in lines for clause in line.clauses
    ]


def test_a_picture_that_fails_for_a_moment_is_made_good(room: Room, plain: type[Plain]) -> None:
    with on_air(room) as air:
        air.grant()
        air.say(LINE, ticks=20)
        air.tick_until(lambda tick: tick.line == 5)
        plain.broken = True
        for _ in range(10):
            air.tick()
        plain.broken = False
        air.tick_until(lambda tick: tick.ends_line)
        air.until(Incident)
    assert spoken(air.aired) == [(5, clause.index) for clause in LINE.clauses]
    assert all(int(t.i420[0, 0]) == 1 + t.offset // 1920 for t in air.aired[-20:])
    assert air.failure is None


@pytest.fixture
def card_room(room: Room) -> Room:
    """A room whose show goes on under the test card."""
    chosen = {"test_card": True, "test_card_talk": True}
    return Room(room.file, room.settings.model_copy(update=chosen))


@pytest.mark.usefixtures("clock")
def test_under_the_test_card_the_show_goes_on_unseen(card_room: Room) -> None:
    with on_air(card_room) as air:
        air.supervisor.send(Cost(2))
        air.grant()
        air.say(planned("现在只要39元。", line=1))
        air.say(LINE)
        refused = air.until(Ended)
        last = air.tick_until(lambda tick: tick.ends_line)
        for tick in air.aired:
            assert (tick.pcm == tone(tick.seq, card_room.format)).all()
            assert tick.duck == 1.0
    assert (refused.line, refused.outcome) == (1, "dropped")
    assert last.line == 5
    assert spoken(air.aired) == [(5, clause.index) for clause in LINE.clauses]


@pytest.mark.usefixtures("clock")
def test_the_test_card_counts_every_tick_whatever_the_cost(card_room: Room) -> None:
    with on_air(card_room) as air:
        air.supervisor.send(Cost(2))
        air.grant()
        for _ in range(12):
            air.wait(lambda: air.ring.peek() is not None)
            tick = air.ring.peek()
            assert tick is not None
            assert read_counter(np.array(tick.i420)) == tick.seq
            air.tick()
