"""Endless orders of n things in which each comes back late, and neighbours change.

A round says each thing once. The next round is the one before it with its things shuffled inside
windows of a third: whatever was said comes back after two thirds of a round at the earliest, yet
after some rounds no two things keep their distance, so that banks which walk side by side do not
pair the same entries again.
"""

from __future__ import annotations

import random

WRAP = 4096
"""Counts of a walk that are told apart: 12 bits in the planner's state."""


class Walk:
    """The order of one set of things. Pure: ``at`` depends on ``name`` and ``size`` alone, in any
    thread.
    """

    def __init__(self, name: str, size: int) -> None:
        if size < 1:
            raise ValueError("a walk over nothing")
        self._name, self._size = name, size
        # Whole rounds only, so that the count's return to 0 stays a border between rounds.
        self.period = size * max(WRAP // size, 1)
        """Count after which the walk begins again."""
        first = list(range(size))
        random.Random(name).shuffle(first)  # noqa: S311 - a show, no secret
        self._first = tuple(first)
        # Round and its order. Always replaced as one: other threads may walk at the same moment.
        self._last = 0, self._first

    def at(self, count: int) -> int:
        """The thing after ``count`` others, from 0."""
        turn, place = divmod(count % self.period, self._size)
        last, order = self._last
        if turn < last:
            last, order = 0, self._first
        for number in range(last + 1, turn + 1):
            order = self._shuffled(order, number)
        self._last = turn, order
        return order[place]

    def _shuffled(self, order: tuple[int, ...], turn: int) -> tuple[int, ...]:
        window = -(-self._size // 3)
        if window < 2:
            return order  # two or three things: any other order would bring one back at once
        dice = random.Random(f"{self._name}/{turn}")  # noqa: S311 - a show, no secret
        # Borders move from round to round: else nothing would leave its window.
        begin = dice.randrange(window) + 1
        parts = [list(order[:begin])]
        parts += [list(order[at : at + window]) for at in range(begin, self._size, window)]
        for part in parts:
            dice.shuffle(part)
        return tuple(thing for part in parts for thing in part)
