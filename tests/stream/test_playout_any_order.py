"""Every clause once and in order, whatever the order in which things come."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from host.model import Cursor, Planned
from stream.playout import Step
from tests.stream.playing import SAMPLES, Desk, planned, sound


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
        lines.append(
            (planned(line, len(lengths), draw(st.sampled_from((0, 0, 0, 1, 2)))), tuple(lengths))
        )
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


@settings(deadline=None, max_examples=200)
@given(scenes(), st.integers(0, 60), st.integers(0, 12))
def test_a_takeover_at_any_moment_says_nothing_twice_and_leaves_nothing_out(
    scene: Scene, at: int, lag: int
) -> None:
    """The first playout retires; the second is told all again by a studio that lags behind."""
    first, second = _Watched(scene), _Watched(scene)
    for order in scene.orders[:at]:
        first.obey(*order)
    begun = first.ticks[-1] if first.ticks else None
    first.playout.retire()
    while not first.playout.retired:
        first.tick()
    aired = [step for step in first.ticks if step]
    if begun is not None and not begun.ends_clause:
        # What was begun has ended, and nothing was begun after it.
        assert (aired[-1].line, aired[-1].clause) == (begun.line, begun.clause)
        assert aired[-1].ends_clause
    _hand_over(first, second, aired, lag)
    second.drain()
    ends = [
        (step.line.id, step.clause.index)
        for step in (*first.ticks, *second.ticks)
        if step and step.ends_clause
    ]
    assert len(ends) == len(set(ends))
    dropped = {ended.line for ended in (*first.ended, *second.ended)}
    for line in first.order:
        whole = [clause for said, clause in ends if said == line]
        assert whole == list(range(len(whole)))
        assert line in dropped or len(whole) == len(scene.lines[line - 1][1])


def _hand_over(first: _Watched, second: _Watched, aired: list[Step], lag: int) -> None:
    """What media and studio do: the cursor, then each line not known to have ended."""
    if first.ticks and (last := first.ticks[-1]):
        second.playout.resume(
            Cursor(0, 1, 1, last.line.id, last.clause.index, 0, last.ends_clause, last.ends_line)
        )
        known = aired[: max(0, len(aired) - lag)]
        # Of another line than the cursor's the studio has long heard.
        known += [step for step in aired if step.line != last.line]
    else:
        known = aired
    ended = {ended.line for ended in first.ended} | {s.line.id for s in known if s.ends_line}
    for line in first.order:
        if line in ended:
            continue
        told, lengths = first.scene.lines[line - 1]
        whole = [s.clause.index + 1 for s in known if s.line.id == line and s.ends_clause]
        second.playout.enqueue(told, max(whole, default=0))
        for clause, length in enumerate(lengths):
            second.playout.voiced(line, clause, sound(line, clause, length))


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
