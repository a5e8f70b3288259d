"""What a record amounts to: minutes, spacings, repetition, and which bars are met."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from host.rehearsal.record import Record, Spoken
from host.variety import BARS, Said, Variety, measure

NEAR = 0.2
"""Share by which the middle of laps and re-hooks may miss what the room asks for: 75 s is then
60 to 90 s, and 18 min some 15 to 21."""


@dataclass(frozen=True, slots=True)
class Block:
    """A product on air, from its first line to the next product's."""

    lap: int
    sku: str | None
    begin: float
    """Seconds from the start."""
    end: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure beside what it should be."""

    name: str
    """"returned", "previous", "recent", "known", "rehook" or "lap"."""
    value: float | None
    """Shares 0 to 1, "rehook" in seconds, "lap" in minutes; None: too short to tell."""
    least: float
    most: float

    @property
    def met(self) -> bool | None:
        """None: too short to tell."""
        return None if self.value is None else self.least <= self.value <= self.most


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one rehearsal."""

    by_product: tuple[tuple[str | None, float], ...]
    """SKU and minutes of talk, the most first; None: of no product."""
    by_beat: tuple[tuple[str, float], ...]
    """Beat and minutes heard, the most first; answers are the beat "answer"."""
    silent: float
    """Minutes in which nothing was said though the room was on air."""
    blocks: tuple[Block, ...]
    laps: tuple[float, ...]
    """Minutes of each whole lap."""
    rehooks: tuple[float, ...]
    """Seconds from each re-hook to the next."""
    known_by_hour: tuple[float | None, ...]
    """Share of an hour's clauses that had been said before; None: nothing was said in it."""
    variety: Variety
    waits: tuple[float, ...]
    """Seconds from a comment to its answer, rising."""
    dropped: tuple[tuple[str, int], ...]
    """Why comments were dropped, and how many, the most first."""
    bars: tuple[Bar, ...]

    @property
    def missed(self) -> tuple[Bar, ...]:
        """Bars that are not met."""
        return tuple(bar for bar in self.bars if bar.met is False)


def figures(record: Record) -> Figures:
    """Work them out; some 3 s for a day."""
    talk = [line for line in record.lines if line.kind == "talk"]
    spoken = sum(line.seconds for line in record.lines)
    variety = measure([Said(line.t, line.lap, line.text, record.lang) for line in talk])
    laps, rehooks = _laps(talk), _spacings(talk)
    by_product: defaultdict[str | None, float] = defaultdict(float)
    by_beat: defaultdict[str, float] = defaultdict(float)
    for line in record.lines:
        if line.kind == "talk":
            by_product[line.sku] += line.seconds / 60
        by_beat[line.beat] += line.seconds / 60
    waits = sorted(heard.wait for heard in record.comments if heard.wait is not None)
    dropped = Counter(heard.why for heard in record.comments if heard.status == "dropped")
    on_air = record.seconds / 3600 - record.hours_off
    return Figures(
        by_product=tuple(sorted(by_product.items(), key=lambda item: -item[1])),
        by_beat=tuple(sorted(by_beat.items(), key=lambda item: -item[1])),
        silent=max(0.0, on_air * 60 - spoken / 60),
        blocks=_blocks(talk, record.seconds),
        laps=laps,
        rehooks=rehooks,
        known_by_hour=tuple(
            known / clauses if clauses else None
            for known, clauses in zip(record.reuse.known, record.reuse.clauses, strict=True)
        ),
        variety=variety,
        waits=tuple(waits),
        dropped=tuple(dropped.most_common()),
        bars=_bars(record, variety, laps, rehooks, len({line.lap for line in talk})),
    )


def _bars(
    record: Record,
    variety: Variety,
    laps: Sequence[float],
    rehooks: Sequence[float],
    begun: int,
) -> tuple[Bar, ...]:
    wanted = record.lap_minutes
    return (
        Bar("returned", variety.returned if variety.sentences else None, 0.0, BARS["returned"]),
        Bar("previous", variety.previous if begun > 1 else None, 0.0, BARS["previous"]),
        Bar("recent", variety.recent if begun > 1 else None, 0.0, BARS["recent"]),
        Bar("known", variety.known, BARS["known"], 1.0),
        _near("rehook", median(rehooks) if rehooks else None, record.rehook_seconds),
        _near("lap", fmean(laps) if laps else None, wanted),
    )


def _near(name: str, value: float | None, wanted: float) -> Bar:
    return Bar(name, value, wanted * (1 - NEAR), wanted * (1 + NEAR))


def _blocks(talk: Sequence[Spoken], seconds: float) -> tuple[Block, ...]:
    """Lines of no product belong to the block they stand in; a lap's first is its own."""
    runs: list[tuple[int, str | None, float]] = []
    ends: list[float] = []
    for line in talk:
        begins = not runs or line.lap != runs[-1][0] or line.sku not in (None, runs[-1][1])
        if begins:
            runs.append((line.lap, line.sku, line.t))
            ends.append(0.0)
        ends[-1] = min(seconds, line.t + line.seconds)
    blocks = []
    for at, (lap, sku, begin) in enumerate(runs):
        # Until the next begins, unless the room went off air between.
        following = runs[at + 1][2] if at + 1 < len(runs) else ends[at]
        end = following if following - ends[at] < _GAP else ends[at]
        blocks.append(Block(lap, sku, begin, end))
    return tuple(blocks)


_GAP = 300.0
"""Seconds after which a silence is a room off air, and no pause for answers."""


def _laps(talk: Sequence[Spoken]) -> tuple[float, ...]:
    begins: dict[int, float] = {}
    for line in talk:
        begins.setdefault(line.lap, line.t)
    return tuple((after - before) / 60 for before, after in pairwise(begins.values()))


def _spacings(talk: Sequence[Spoken]) -> tuple[float, ...]:
    times = [line.t for line in talk if line.beat == "rehook"]
    return tuple(after - before for before, after in pairwise(times))
