"""Lines on their way to the air, and the record of what was heard of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from host.model import Fact, Line, Planned
from host.planner import PlannerState
from host.rehearsal.air import Begun
from host.rehearsal.clock import Clock
from host.rehearsal.record import Record, Refused, Spoken

_HOUR = 3600


@dataclass(slots=True)
class Parcel:
    """A line that was planned and has not ended."""

    planned: Planned
    lap: int
    known: frozenset[Fact]
    """What it rests on, as the lineup had it when the line was planned."""
    before: PlannerState | None
    """Where the talk stood before it; None: it is no talk of the planner's."""
    begun: float | None = None
    """Seconds from the start; None: nothing of it was heard yet."""
    clauses: int = 0
    """Clauses begun."""
    seconds: float = 0.0
    """For which it has been heard when the clause on air ends."""

    @property
    def line(self) -> Line:
        return self.planned.line

    def start(self, sounding: int) -> int:
        """The first clause that has not been heard to its end. ``sounding``: the line on air."""
        return max(0, self.clauses - (self.line.id == sounding))


class Desk:
    """Keeps account of lines, each from its plan to its one end."""

    def __init__(self, record: Record, clock: Clock, fps: int) -> None:
        self._record = record
        self._clock = clock
        self._fps = fps
        self._parcels: dict[int, Parcel] = {}
        self._said: set[str] = set()

    def __iter__(self) -> Iterator[Parcel]:
        """In the order in which they were planned; lines may end meanwhile."""
        return iter(tuple(self._parcels.values()))

    @property
    def talk(self) -> int:
        """Lines of talk on their way."""
        return sum(not parcel.line.priority for parcel in self._parcels.values())

    @property
    def answers(self) -> int:
        """Answers on their way; a correction is none."""
        return sum(parcel.line.beat == "answer" for parcel in self._parcels.values())

    @property
    def on_air(self) -> str | None:
        """SKU of the talk that is on air or next; None: of no product."""
        talk = (each.line for each in self._parcels.values() if not each.line.priority)
        return next((line.sku for line in talk if line.sku), None)

    @property
    def lap(self) -> int:
        """Of the talk that is on air or next, else of the last that was."""
        talk = (each.lap for each in self._parcels.values() if not each.line.priority)
        last = self._record.lines[-1].lap if self._record.lines else 0
        return next(talk, last)

    def get(self, line: int) -> Parcel | None:
        """The line of that id; None: it has ended, or there was none."""
        return self._parcels.get(line)

    def accept(self, parcel: Parcel) -> None:
        """A line is on its way."""
        self._parcels[parcel.line.id] = parcel

    def begin(self, begun: Begun) -> Parcel:
        """A clause begins now."""
        parcel = self._parcels[begun.line.id]
        if parcel.begun is None:
            parcel.begun = self._clock.seconds
        parcel.clauses = begun.clause.index + 1
        parcel.seconds += begun.ticks / self._fps
        if begun.line.in_reply_to is None:
            self._count(begun.clause.text)
        return parcel

    def _count(self, text: str) -> None:
        reuse, hour = self._record.reuse, self._clock.tick // (self._fps * _HOUR)
        while len(reuse.clauses) <= hour:
            reuse.clauses.append(0)
            reuse.known.append(0)
        reuse.clauses[hour] += 1
        reuse.known[hour] += text in self._said
        self._said.add(text)

    def end(self, line: int, cut: str = "") -> Parcel | None:
        """A line has ended. ``cut``: why it is not said (any more); empty: it was said whole."""
        parcel = self._parcels.pop(line, None)
        if parcel is None:
            return None
        said, heard = parcel.line, parcel.planned.clauses[: parcel.clauses]
        if parcel.begun is None:
            now = self._clock.seconds
            self._record.refused.append(Refused(now, said.sku, said.beat, said.text, cut))
            return parcel
        joint = "" if said.lang == "zh" else " "
        self._record.lines.append(
            Spoken(
                t=parcel.begun,
                lap=parcel.lap,
                sku=said.sku,
                beat=said.beat,
                kind="talk" if said.in_reply_to is None else "answer",
                text=joint.join(clause.text for clause in heard) if cut else said.text,
                seconds=round(parcel.seconds, 3),
                comment=said.in_reply_to,
                cut=cut,
            )
        )
        return parcel
