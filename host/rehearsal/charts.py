"""Charts as shares of a width or a height, in per cent: the page draws boxes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from host.rehearsal.figures import Block

COLOURS = (
    "#3b6fd4", "#d9822b", "#3b9c5a", "#b0509b", "#c4453c", "#2a9aa5", "#8a6d3b", "#6f5bd0",
    "#9a9d27", "#d4608a",
)  # fmt: skip
"""Of products, in turn: tell apart on white and on black."""
NEUTRAL = "#98a1ab"
"""Of what is of no product."""
_HOUR = 3600.0
_BINS = 36
_COLUMNS = 180
"""Of a chart, the most that a phone shows apart."""


@dataclass(frozen=True, slots=True)
class Box:
    """A block of the timeline."""

    left: float
    width: float
    colour: str
    title: str
    lap: bool
    """A lap begins with it."""


@dataclass(frozen=True, slots=True)
class Row:
    """An hour of the timeline."""

    label: str
    blocks: list[Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Column:
    """One of a chart's columns."""

    share: float
    title: str


@dataclass(frozen=True, slots=True)
class Band:
    """What is asked for, behind the columns."""

    left: float = 0.0
    width: float = 100.0
    bottom: float = 0.0
    height: float = 100.0


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns with the ends of its axes."""

    title: str
    note: str
    columns: list[Column]
    top: str
    bottom: str
    first: str
    last: str
    band: Band | None = None


def share(part: float, whole: float) -> float:
    """Per cent, 0 to 100, to a hundredth."""
    return round(min(100.0, max(0.0, 100 * part / whole)), 2) if whole else 0.0


def colours(names: Sequence[str]) -> dict[str | None, str]:
    """SKU → its colour."""
    table: dict[str | None, str] = {sku: COLOURS[at % len(COLOURS)] for at, sku in enumerate(names)}
    return {**table, None: NEUTRAL}


def timeline(
    blocks: Sequence[Block],
    seconds: float,
    labels: Sequence[str],
    titles: Sequence[str],
    colour: dict[str | None, str],
) -> list[Row]:
    """An hour a row; a block that goes over the hour is cut in two. ``titles``: of each block."""
    rows = [Row(label) for label in labels]
    lap = None
    for block, title in zip(blocks, titles, strict=True):
        begins, lap = block.lap != lap, block.lap
        at, end = block.begin, min(block.end, seconds)
        while at < end:
            hour = int(at // _HOUR)
            until = min(end, (hour + 1) * _HOUR)
            rows[hour].blocks.append(
                Box(
                    left=share(at - hour * _HOUR, _HOUR),
                    width=share(until - at, _HOUR),
                    colour=colour.get(block.sku, NEUTRAL),
                    title=title,
                    lap=begins,
                )
            )
            at, begins = until, False
    return rows


def histogram(title: str, note: str, values: Sequence[float], least: float, most: float) -> Columns:
    """How many values fall where; ``least`` and ``most`` are asked for."""
    right = max(most * 2, max(values, default=0.0) if len(values) < 3 else _upper(values))
    width = right / _BINS
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int(value / width))] += 1
    top = max(counts, default=0)
    columns = [
        Column(share(count, top), f"{at * width:.0f}–{(at + 1) * width:.0f}: {count}")
        for at, count in enumerate(counts)
    ]
    band = Band(left=share(least, right), width=share(most - least, right))
    return Columns(title, note, columns, str(top), "0", "0", f"≥ {right - width:.0f}", band)


def series(
    title: str,
    note: str,
    values: Sequence[float | None],
    form: str,
    *,
    top: float | None = None,
    band: tuple[float, float] | None = None,
) -> Columns:
    """A column a value, in order. ``form``: how a value is written; ``band``: what is asked for."""
    there = [value for value in values if value is not None]
    high = top or max([*there, *(band or ())], default=0.0) or 1.0
    step = -(-len(values) // _COLUMNS) or 1
    columns = [
        _column(values[at : at + step], at + 1, high, form) for at in range(0, len(values), step)
    ]
    behind = None
    if band is not None:
        behind = Band(bottom=share(band[0], high), height=share(band[1] - band[0], high))
    return Columns(
        title, note, columns, form.format(high), form.format(0), "1", str(len(values)), behind
    )


def _column(values: Sequence[float | None], first: int, high: float, form: str) -> Column:
    """One of neighbours: their mean. ``first``: number of the first, from 1."""
    there = [value for value in values if value is not None]
    mean = fmean(there) if there else 0.0
    name = f"{first}" if len(values) == 1 else f"{first}–{first + len(values) - 1}"
    return Column(share(mean, high), f"{name}: {form.format(mean) if there else '–'}")


def _upper(values: Sequence[float]) -> float:
    """Beyond nearly all of them: a night off air is no spacing to be drawn to scale."""
    return sorted(values)[int(0.98 * (len(values) - 1))] * 1.1
