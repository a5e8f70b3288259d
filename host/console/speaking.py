"""Which clause is on air and what comes next, by the ledger's Planned, Aired and Ended."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from host.console.show import SpokenLine
from host.model import Aired, Ended, Planned

LINES = 200
"""Outstanding lines kept: playout holds two, so more are leftovers of a crash."""
FOLLOWING = 4
"""Lines shown as coming."""


class Speaking:
    """Follows playout from its own reports: it says what was aired, so what is next is on air.

    Answers come before talk and talk goes on where it was cut, as in playout. A new answer shows
    when a clause ends, which is when playout lets it in.
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[int, Planned] = OrderedDict()
        self._clause: dict[int, int] = {}
        self._now: int | None = None

    def planned(self, planned: Planned) -> None:
        """A line was handed to playout; one known already keeps its place."""
        self._lines.setdefault(planned.line.id, planned)
        while len(self._lines) > LINES:
            self._drop(next(iter(self._lines)))
        if self._now is None:
            self._now = self._first()

    def aired(self, aired: Aired) -> None:
        """A run of a clause left the encoder."""
        planned = self._lines.get(aired.line)
        if planned is None:
            return
        self._clause[aired.line] = aired.clause + 1 if aired.ends_clause else aired.clause
        if planned.line.priority == 0:
            # Talk airs in its order: what stands before it was lost with an earlier run.
            for line in self._talk_before(aired.line):
                self._drop(line)
        if aired.ends_line:
            self._drop(aired.line)
        self._now = self._first() if aired.ends_clause else aired.line

    def ended(self, ended: Ended) -> None:
        """A line has ended, said or dropped."""
        self._drop(ended.line)

    def now(self, names: Mapping[str, str]) -> SpokenLine | None:
        """The line on air; None: nothing is being said. ``names``: products by SKU."""
        return None if self._now is None else self._spoken(self._now, names)

    def following(self, names: Mapping[str, str]) -> tuple[SpokenLine, ...]:
        """What comes after it, in order."""
        coming = [line for line in self._order() if line != self._now]
        return tuple(self._spoken(line, names) for line in coming[:FOLLOWING])

    def _spoken(self, line: int, names: Mapping[str, str]) -> SpokenLine:
        planned = self._lines[line]
        said = planned.line
        clauses = tuple(clause.text for clause in planned.clauses) or (said.text,)
        return SpokenLine(
            line,
            clauses,
            min(self._clause.get(line, 0), len(clauses) - 1),
            said.lang,
            said.beat,
            names.get(said.sku, said.sku) if said.sku else "",
            f"{said.question.name}: {said.question.text}" if said.question else "",
        )

    def _order(self) -> list[int]:
        # Sorting is stable: within a priority, in the order in which they were handed over.
        return sorted(self._lines, key=lambda line: -self._lines[line].line.priority)

    def _first(self) -> int | None:
        return next(iter(self._order()), None)

    def _talk_before(self, line: int) -> list[int]:
        before = []
        for other, planned in self._lines.items():
            if other == line:
                break
            if planned.line.priority == 0:
                before.append(other)
        return before

    def _drop(self, line: int) -> None:
        self._lines.pop(line, None)
        self._clause.pop(line, None)
        if self._now == line:
            self._now = self._first()
