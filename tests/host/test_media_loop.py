"""The media process's loop: what it renders, what it tells, and when it ends."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from host.config import Room, load_room
from host.media import loop, stage, supervision
from host.media.loop import BREATH
from host.model import Ended
from host.model.messages import Beat, Cost, Enqueue, Hello, Retire, Withdraw
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


@pytest.mark.usefixtures("plain")
def test_nothing_is_rendered_nor_listened_for_before_the_ring_is_granted(room: Room) -> None:
    with on_air(room) as air:
        assert air.until(Hello) == Hello("media", os.getpid())
        time.sleep(0.1)
        assert air.ring.depth == 0
        # A studio must find the former media there, which is on air.
        assert not (room.sockets / "media.sock").exists()
        air.grant()
        first = air.tick()
        assert (first.seq, first.epoch, first.line, first.duck) == (1, 1, 0, 0.0)
        assert air.studio.fileno() > 0


@pytest.mark.usefixtures("plain")
def test_a_line_is_rendered_whole_and_the_music_steps_back_for_it(room: Room) -> None:
    line = planned("这支洁面乳现在只要49元。", line=5)
    with on_air(room) as air:
        air.grant()
        air.say(line)
        ticks = [air.tick() for _ in range(60)]
    said = [tick for tick in ticks if tick.line]
    assert [tick.seq for tick in ticks] == list(range(1, 61))
    assert {tick.line for tick in said} == {5}
    assert sum(tick.ends_clause for tick in said) == len(line.clauses)
    assert [tick.ends_line for tick in said].index(True) == len(said) - 1
    assert all(tick.duck == 1.0 and (tick.pcm == 0.25).all() for tick in said)
    after = [tick.duck for tick in ticks if tick.seq > said[-1].seq]
    assert after[: BREATH - 1] == [1.0] * (BREATH - 1)
    assert set(after[BREATH:]) == {0.0}


@pytest.mark.usefixtures("plain")
def test_a_long_clause_is_said_like_any_other(room: Room) -> None:
    """A merchant's product name may take 8 s: 1.5 MB of sound."""
    with on_air(room) as air:
        air.grant()
        air.say(planned("这支洁面乳现在只要49元。", line=5), ticks=200)
        said = air.tick_until(lambda tick: tick.ends_line)
    assert said.line == 5


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
        air.wait_gone()
    assert air.failure is None


@pytest.mark.usefixtures("plain")
def test_one_that_holds_nothing_ends_with_its_supervisor(room: Room) -> None:
    with on_air(room) as air:
        air.lose()
        air.wait_gone()
    assert air.failure is None


@pytest.mark.usefixtures("plain")
def test_it_beats_before_and_after_the_grant_and_while_the_ring_is_full(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "BEAT", 0.05)
    with on_air(room) as air:
        assert air.until(Beat) == Beat(0.0)
        air.grant()
        for _ in range(30):
            air.tick()
        air.wait(lambda: air.ring.depth == air.ring.slots)
        air.told.clear()
        air.heard()
        air.told.clear()
        assert 0 < air.until(Beat).load < 1


@pytest.mark.usefixtures("plain")
def test_asked_to_retire_it_ends_the_clause_and_keeps_nothing_back(room: Room) -> None:
    with on_air(room) as air:
        air.grant()
        air.say(LINE, ticks=20)
        air.say(planned("现在只要49元。", line=6))
        air.tick_until(lambda tick: tick.line == 5)
        air.supervisor.send(Retire("a newer one is here"))
        air.tick_until(lambda tick: tick.ends_clause)
        air.wait_gone()
        assert air.drain() == []
    assert spoken(air.aired) == [(5, 0)]
    assert [tick.seq for tick in air.aired] == list(range(1, len(air.aired) + 1))
    assert air.failure is None


@pytest.mark.usefixtures("plain")
def test_asked_to_retire_with_nothing_to_say_it_goes_at_once(room: Room) -> None:
    with on_air(room) as air:
        air.grant()
        air.tick()
        air.supervisor.send(Retire())
        began = time.monotonic()
        air.wait_gone()
        assert time.monotonic() - began < 0.5
    with on_air(room) as waiting:  # not even granted
        waiting.supervisor.send(Retire())
        waiting.wait_gone()


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("stop", [3, 20, 21, 45])
def test_the_next_media_goes_on_where_the_air_was_left(room: Room, stop: int) -> None:
    """Killed in a clause, at its end, at the line's: what the studio knows lags behind."""
    last = len(LINE.clauses) - 1
    with on_air(room) as first:
        first.grant()
        first.say(LINE, ticks=20)
        first.tick_until(lambda tick: tick.line == 5)
        for _ in range(stop - 1):
            first.tick()
        first.media.stopping = True
        first.wait(lambda: not first.thread.is_alive())
        aired = first.aired
        cursor = first.ring.cursor()
        fd = os.dup(first.fd)
    with on_air(room, fd=fd) as second:
        second.grant()
        second.say(LINE, ticks=20, start=0)  # the studio has not heard of what was aired
        second.tick_until(lambda tick: tick.ends_line, most=20 * (last + 2))
        aired += second.aired
    os.close(fd)
    assert cursor.line == 5
    assert spoken(aired) == [(5, clause) for clause in range(last + 1)]


@pytest.mark.usefixtures("plain")
def test_a_line_that_was_aired_to_its_end_is_not_taken_again(room: Room) -> None:
    line = planned("现在只要49元。", line=9)
    with on_air(room) as first:
        first.grant()
        first.say(line)
        first.tick_until(lambda tick: tick.ends_line)
        fd = os.dup(first.fd)
    with on_air(room, fd=fd) as second:
        second.grant()
        second.say(line)
        second.say(planned("泡沫很细密。", line=10))
        second.tick_until(lambda tick: tick.ends_line)
    os.close(fd)
    assert {tick.line for tick in second.aired} == {0, 10}


def test_at_a_lower_cost_fewer_pictures_are_drawn_and_none_of_another_clause(
    room: Room, plain: type[Plain]
) -> None:
    with on_air(room) as air:
        air.supervisor.send(Cost(2))
        air.grant()
        for _ in range(40):
            air.tick()
        drawn = len(plain.costs)
        air.say(LINE, ticks=7)
        air.tick_until(lambda tick: tick.ends_line)
    assert drawn <= 40 / 3 + 6
    assert set(plain.costs[5:]) == {1}
    frames = [tick for tick in air.aired if tick.line]
    for tick in frames:
        shown, now = int(tick.i420[0, 0]), 1 + tick.offset // 1920
        assert 0 <= now - shown <= 2
        assert (tick.pcm == 0.25).all()
    assert {int(tick.i420[0, 0]) for tick in frames if tick.offset == 0} == {1}
