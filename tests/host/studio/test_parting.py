"""The good-bye: once, whole, and only while the end is near."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from host.studio.parting import FAR, MOVED, ROOM, Parting

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Room:
    """A parting whose end is as many seconds away as the test says."""

    def __init__(self, left: float | None) -> None:
        self.left = left
        self.parting = Parting(self._closes, lambda: NOW)

    def _closes(self, now: datetime) -> datetime | None:
        return None if self.left is None else now + timedelta(seconds=self.left)


@pytest.mark.parametrize(
    ("left", "due"), [(None, False), (ROOM + 31, False), (ROOM + 30, True), (0, True)]
)
def test_it_is_due_when_no_other_line_has_its_time(left: float | None, due: bool) -> None:
    assert Room(left).parting.due(30.0) == due


def test_it_is_said_once() -> None:
    parting = Room(10).parting
    parting.plan(7)
    assert parting.pending
    assert not parting.ended(6, whole=True)
    assert parting.ended(7, whole=True)
    assert (parting.pending, parting.said, parting.due(30.0)) == (True, True, False)


def test_one_that_was_cut_is_due_again() -> None:
    parting = Room(10).parting
    parting.plan(7)
    assert not parting.ended(7, whole=False)
    assert parting.due(0.0)


def test_time_that_goes_by_moves_nothing_and_a_clock_that_is_set_does() -> None:
    room = Room(20)
    room.parting.plan(7)
    for left in (20, 10, 0):
        room.left = left
        assert not room.parting.moved()
    room.left = 20 + MOVED + 1
    assert room.parting.moved()
    assert room.parting.take_back() == 7
    assert not room.parting.pending


@pytest.mark.parametrize("line", [0, 7])
def test_a_former_one_holds_as_long_as_the_end_is_near(line: int) -> None:
    room = Room(FAR)
    room.parting.adopt(line)
    assert room.parting.pending
    assert not room.parting.moved()
    room.left = None
    assert room.parting.moved()
