"""Every clause once and in order, whatever the order in which things come."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.model import AudioFormat, Clause, Ended, Format, Line, Planned, Sound, VideoFormat
from stream.playout import Playout, Step

FORMAT = Format(VideoFormat(64, 96), AudioFormat())
SAMPLES = FORMAT.samples
PATIENCE = 12
"""Ticks without speech after which nothing more is due: longer than any pause."""


def planned(line: int, clauses: int, priority: int = 0) -> Planned:
    parts = tuple(
        Clause(line, index, f"{line}.{index}", "zh", last=index == clauses - 1)
        for index in range(clauses)
    )
    return Planned(Line(line, "zh", "…", "selling", priority=priority), parts)


def sound(line: int, clause: int, samples: int = SAMPLES) -> Sound:
    pcm = np.linspace(0.1, 1, samples, dtype=np.float32) * (line * 7 + clause + 1) / 1000
    return Sound(pcm, FORMAT.audio.rate)


@dataclass
class Desk:
    """A playout, what it was told, and what came of it."""

    refused: frozenset[tuple[int, int]] = frozenset()
    ended: list[Ended] = field(default_factory=list)
    ticks: list[Step | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.playout = Playout(FORMAT, self._permit, self.ended.append)

    def _permit(self, line: Planned, index: int) -> str | None:
        return "refused" if (line.line.id, index) in self.refused else None

    def say(self, line: Planned, *lengths: int) -> None:
        """Enqueue a line with all its sounds, each of so many samples."""
        self.playout.enqueue(line)
        for index, length in enumerate(lengths):
            self.playout.voiced(line.line.id, index, sound(line.line.id, index, length))

    def tick(self, times: int = 1) -> None:
        self.ticks += [self.playout.next() for _ in range(times)]

    def drain(self) -> None:
        """Tick until nothing is due."""
        quiet = 0
        while quiet < PATIENCE:
            self.tick()
            quiet = 0 if self.ticks[-1] else quiet + 1

    @property
    def said(self) -> list[tuple[int, int]]:
        """(line, clause) in the order in which they began."""
        return [(s.line.id, s.clause.index) for s in self.ticks if s and s.frame == 0]


def test_talk_is_said_in_order_with_a_pause_between_lines() -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 2, SAMPLES)
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (1, 1), (2, 0)]
    assert all(desk.ticks[:3])
    pause = next(at for at, step in enumerate(desk.ticks[3:]) if step)
    assert 2 <= pause <= 9
    assert not desk.ended
    assert desk.playout.pending == ()


def test_a_clause_is_padded_to_whole_ticks() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES + 5)
    desk.tick(2)
    second = desk.ticks[1]
    assert second is not None
    assert second.ends_clause
    assert second.ends_line
    assert not second.pcm[5:].any()
    assert (second.pcm[:5] == sound(1, 0, SAMPLES + 5).pcm[SAMPLES:]).all()


def test_a_sound_without_samples_is_one_silent_tick() -> None:
    desk = Desk()
    desk.say(planned(1, 1), 0)
    desk.tick()
    step = desk.ticks[0]
    assert step is not None
    assert step.ends_line
    assert not step.pcm.any()


def test_an_answer_cuts_in_at_the_clauses_end_and_the_line_goes_on() -> None:
    desk = Desk()
    desk.say(planned(1, 3), *[SAMPLES * 3] * 3)
    desk.tick(2)
    desk.say(planned(2, 2, priority=1), SAMPLES, SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (2, 0), (2, 1), (1, 1), (1, 2)]
    assert [step.line.id for step in desk.ticks[:4] if step] == [1, 1, 1, 2]


def test_an_answer_waits_for_its_sound_while_talk_goes_on() -> None:
    desk = Desk()
    desk.say(planned(1, 3), *[SAMPLES] * 3)
    desk.playout.enqueue(planned(2, 1, priority=1))
    desk.tick(2)
    desk.playout.voiced(2, 0, sound(2, 0))
    desk.drain()
    assert desk.said == [(1, 0), (1, 1), (2, 0), (1, 2)]


def test_an_answer_does_not_wait_for_the_pause_between_lines() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES)
    desk.tick(2)
    desk.say(planned(2, 1, priority=1), SAMPLES)
    desk.tick()
    assert desk.said == [(1, 0), (2, 0)]


def test_a_more_urgent_answer_cuts_in_on_an_answer() -> None:
    desk = Desk()
    desk.say(planned(1, 2, priority=1), SAMPLES, SAMPLES)
    desk.tick()
    desk.say(planned(2, 1, priority=1), SAMPLES)
    desk.say(planned(3, 1, priority=2), SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (3, 0), (1, 1), (2, 0)]


def test_a_line_goes_on_where_a_former_media_left_it() -> None:
    desk = Desk()
    desk.playout.enqueue(planned(1, 3), start_clause=1)
    for clause in range(3):
        desk.playout.voiced(1, clause, sound(1, clause))
    desk.drain()
    assert desk.said == [(1, 1), (1, 2)]


@pytest.mark.parametrize(("clauses", "start"), [(0, 0), (2, 2), (2, -1)])
def test_a_line_with_nothing_left_to_say_holds_up_nobody(clauses: int, start: int) -> None:
    desk = Desk()
    desk.playout.enqueue(planned(1, clauses), start)
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert [(ended.line, ended.outcome) for ended in desk.ended] == [(1, "dropped")]
    assert desk.said == [(2, 0)]


def test_a_clause_that_the_gate_refuses_drops_its_line_with_the_reason() -> None:
    desk = Desk(frozenset({(1, 1)}))
    desk.say(planned(1, 3), *[SAMPLES] * 3)
    desk.say(planned(2, 1), SAMPLES)
    desk.drain()
    assert desk.said == [(1, 0), (2, 0)]
    assert desk.ended == [Ended(1, "dropped", "refused")]


def test_a_withdrawn_line_ends_after_the_clause_on_air() -> None:
    desk = Desk()
    desk.say(planned(1, 2), SAMPLES * 3, SAMPLES)
    desk.tick()
    desk.playout.withdraw(1, "sold out")
    assert not desk.ended, "its end must not be told before what is still said of it"
    desk.playout.withdraw(1, "sold out")
    desk.drain()
    assert desk.said == [(1, 0)]
    assert desk.ticks[2] is not None
    assert desk.ended == [Ended(1, "dropped", "sold out")]


def test_a_line_withdrawn_in_its_last_clause_is_finished() -> None:
    desk = Desk()
    desk.say(planned(1, 1), SAMPLES * 2)
    desk.tick()
    desk.playout.withdraw(1, "sold out")
    desk.drain()
    assert not desk.ended
    assert [step.ends_line for step in desk.ticks if step] == [False, True]


def test_a_sound_at_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="44100"):
        Desk().playout.voiced(1, 0, Sound(np.zeros(10, np.float32), 44_100))


def test_starved_tells_a_want_of_sound_from_a_pause() -> None:
    desk = Desk()
    assert desk.playout.starved
    desk.say(planned(1, 1), SAMPLES)
    desk.tick()
    assert not desk.playout.starved
    desk.tick()
    assert not desk.playout.starved, "the pause after a line"
    desk.drain()
    assert desk.playout.starved


@dataclass(frozen=True)
class Scene:
    """Lines, what the gate refuses, and what is told in which order."""

    lines: tuple[tuple[Planned, tuple[int, ...]], ...]
    refused: frozenset[tuple[int, int]]
    orders: tuple[tuple[str, int, int], ...]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    lines = []
    for line in range(1, draw(st.integers(1, 6)) + 1):
        lengths = draw(st.lists(st.integers(0, SAMPLES * 3), min_size=1, max_size=4))
        lines.append((planned(line, len(lengths), draw(st.integers(0, 2))), tuple(lengths)))
    places = st.tuples(st.integers(1, len(lines)), st.integers(0, 3))
    kinds = st.sampled_from(("enqueue", "voiced", "voiced", "withdraw", "tick", "tick", "tick"))
    orders = draw(st.lists(st.tuples(kinds, places), max_size=60))
    refused = draw(st.frozensets(places, max_size=2))
    return Scene(tuple(lines), refused, tuple((kind, *place) for kind, place in orders))


class _Watched(Desk):
    """Checks, as each clause begins, that no more urgent line stood ready."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene.refused)
        self.scene = scene
        self.order: list[int] = []
        self.voiced: set[tuple[int, int]] = set()
        self.withdrawn: set[int] = set()

    def obey(self, kind: str, line: int, clause: int) -> None:
        told, lengths = self.scene.lines[line - 1]
        if kind == "enqueue":
            if line not in self.order:
                self.order.append(line)
            self.playout.enqueue(told)
        elif kind == "voiced" and clause < len(lengths):
            if line in self.order:
                self.voiced.add((line, clause))
            self.playout.voiced(line, clause, sound(line, clause, lengths[clause]))
        elif kind == "withdraw":
            if line in self.order:
                self.withdrawn.add(line)
            self.playout.withdraw(line, "withdrawn")
        elif kind == "tick":
            ready = self._ready()
            self.tick()
            step = self.ticks[-1]
            if step and step.frame == 0:
                over = [p for p in ready if p > step.line.priority]
                assert not over, f"line {step.line.id} began before one of priority {over}"

    def _ready(self) -> set[int]:
        """Priorities of lines that the gate lets go on and whose next clause is voiced."""
        found = set()
        for line in self.playout.pending:
            at = sum(1 for said, _ in self.said if said == line.id)
            if (line.id, at) in self.voiced and (line.id, at) not in self.refused:
                found.add(line.priority)
        return found


@settings(deadline=None, max_examples=300)
@given(scenes())
def test_any_interleaving_says_every_clause_once_and_in_order(scene: Scene) -> None:
    desk = _Watched(scene)
    for order in scene.orders:
        desk.obey(*order)
    for line in desk.order:
        for clause in range(4):
            desk.obey("voiced", line, clause)
    desk.drain()

    assert desk.playout.pending == ()
    _check_ends(desk)
    _check_ticks(desk)
    talk = [line for line in desk.order if not scene.lines[line - 1][0].line.priority]
    said = list(dict.fromkeys(line for line, _ in desk.said))
    assert [line for line in talk if line in said] == [line for line in said if line in talk]


def _check_ends(desk: _Watched) -> None:
    """Each enqueued line was said to its end, or dropped once and for a reason."""
    finished = [step.line.id for step in desk.ticks if step and step.ends_line]
    dropped = {ended.line: ended.reason for ended in desk.ended}
    assert len(dropped) == len(desk.ended)
    assert sorted([*finished, *dropped]) == sorted(desk.order)
    for line, reason in dropped.items():
        assert line in desk.withdrawn if reason == "withdrawn" else reason == "refused"
    for line in desk.order:
        clauses = [clause for said, clause in desk.said if said == line]
        assert clauses == list(range(len(clauses)))
        if line in finished:
            assert len(clauses) == len(desk.scene.lines[line - 1][1])
    assert not desk.refused & set(desk.said)


def _check_ticks(desk: _Watched) -> None:
    """A clause is never cut: its ticks follow one another and hold its whole sound."""
    before: Step | None = None
    heard: list[float] = []
    for step in desk.ticks:
        if before is not None and not before.ends_clause:
            assert step is not None
            assert (step.line, step.clause) == (before.line, before.clause)
            assert step.frame == before.frame + 1
        elif step is not None:
            assert step.frame == 0
            heard = []
        if step is not None:
            assert step.offset == step.frame * SAMPLES
            assert step.pcm.shape == (SAMPLES,)
            heard += step.pcm.tolist()
            if step.ends_clause:
                whole = step.sound.pcm.tolist()
                assert heard[: len(whole)] == whole
                assert len(heard) - len(whole) < SAMPLES or not whole
                assert not any(heard[len(whole) :])
        before = step
