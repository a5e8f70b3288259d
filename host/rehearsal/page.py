"""The report's page: what the template shows, in the room's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from statistics import median

from host.rehearsal.charts import Columns, Row, colours, histogram, series, share, timeline
from host.rehearsal.figures import Bar, Figures
from host.rehearsal.record import Heard, Record, Spoken
from host.rehearsal.texts import Words

LINES = 30_000
"""Lines of the text on the page, two days' worth: a browser shows them in a second."""
ROWS = 3000
"""Rows of a table."""

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A bar as it is told."""

    name: str
    value: str
    wanted: str
    mark: str
    """"ok", "miss" or "none"."""
    verdict: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page."""

    title: str
    heads: Cells
    rows: Sequence[Cells]
    total: str = ""
    clipped: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the text."""

    time: str
    product: str
    """Key of the product to filter by."""
    beat: str
    tag: str
    colour: str
    text: str
    cut: str
    answer: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows."""

    room: str
    from_: str
    tiles: list[tuple[str, str]]
    unheard: str
    bars: list[Told]
    by_product: list[tuple[str, str, float, str]]
    by_beat: list[tuple[str, str, float, str]]
    legend: list[tuple[str, str]]
    timeline: list[Row]
    charts: list[Columns]
    even: bool
    """Charts and tables of half the width come in pairs."""
    tables: list[Table]
    products: list[tuple[str, str]]
    beats: list[tuple[str, str]]
    lines: list[Said]
    clipped: str


def told(bars: Iterable[Bar], say: Words) -> list[Told]:
    """Bars as a person reads them."""
    found = []
    for bar in bars:
        verdict = {None: ("none", "short"), True: ("ok", "met"), False: ("miss", "missed")}
        mark, key = verdict[bar.met]
        if bar.name in ("rehook", "lap"):
            ends = (_measure(bar.name, bar.least, say), _measure(bar.name, bar.most, say))
            wanted = say("between", *ends)
        elif bar.name == "known":
            wanted = say("least", f"{bar.least:.0%}")
        else:
            wanted = say("most", f"{bar.most:g}" if bar.most >= 1 else f"{100 * bar.most:g}%")
        value = "–" if bar.value is None else _measure(bar.name, bar.value, say)
        found.append(Told(say.bar(bar.name), value, wanted, mark, say(key)))
    return found


def _measure(name: str, value: float, say: Words) -> str:
    if name in ("rehook", "lap"):
        return say("seconds" if name == "rehook" else "minutes", value)
    return f"{value:.2%}" if name == "returned" else f"{value:.1%}"


def tiles(record: Record, found: Figures, say: Words) -> list[tuple[str, str]]:
    """The figures at a glance."""
    answers = sum(line.kind == "answer" for line in record.lines)
    glance = [
        (say("lines"), f"{len(record.lines)}"),
        (say("laps"), f"{len({line.lap for line in record.lines})}"),
        (say("refusals"), f"{len(record.refused)}"),
        (say("silent"), say("minutes", found.silent)),
    ]
    if record.hours_off:
        glance.append((say("off"), say("minutes", record.hours_off * 60)))
    if record.comments:
        glance += [(say("comments"), f"{len(record.comments)}"), (say("answers"), f"{answers}")]
    if found.waits:
        middle, longest = median(found.waits), found.waits[-1]
        glance.append((say("wait"), f"{middle:.1f} / {say('seconds', longest)}"))
    return glance


class PageMaker:
    """Makes the page of one record."""

    def __init__(self, record: Record, found: Figures) -> None:
        self._record = record
        self._found = found
        self._say = Words(record.lang)
        self._colour = colours(tuple(record.names))
        self._hours = math.ceil(record.seconds / 3600)

    def page(self) -> Page:
        """All of it."""
        record, say = self._record, self._say
        beats = dict.fromkeys(line.beat for line in record.lines)
        skus = dict.fromkeys(line.sku for line in record.lines)
        start = f"{record.start:%Y-%m-%d %H:%M %Z}"
        return Page(
            room=record.room,
            from_=say("from", start, record.seconds / 3600, record.seed),
            tiles=tiles(record, self._found, say),
            unheard=say("unheard", record.unheard) if record.unheard else "",
            bars=told(self._found.bars, say),
            by_product=self._bars(
                [(self._name(sku), minutes, sku) for sku, minutes in self._found.by_product]
            ),
            by_beat=self._bars(
                [(say.beat(beat), minutes, None) for beat, minutes in self._found.by_beat]
            ),
            legend=[(self._name(sku), self._colour[sku]) for sku in record.names],
            timeline=self._timeline(),
            charts=self._charts(),
            even=bool(record.comments),
            tables=list(self._tables()),
            products=[(self._key(sku), self._name(sku)) for sku in skus],
            beats=[(beat, say.beat(beat)) for beat in beats],
            lines=[self._line(line) for line in record.lines[:LINES]],
            clipped=say("clipped", LINES) if len(record.lines) > LINES else "",
        )

    def _name(self, sku: str | None) -> str:
        return self._say("none") if sku is None else self._record.names.get(sku, sku)

    def _key(self, sku: str | None) -> str:
        return "-" if sku is None else sku

    def _bars(
        self, rows: Sequence[tuple[str, float, str | None]]
    ) -> list[tuple[str, str, float, str]]:
        most = max((minutes for _, minutes, _ in rows), default=0.0)
        return [
            (name, self._say("minutes", minutes), share(minutes, most), self._colour.get(sku, ""))
            for name, minutes, sku in rows
        ]

    def _timeline(self) -> list[Row]:
        labels = [self._clock(3600.0 * hour)[:-3] for hour in range(self._hours)]
        titles = [
            f"{self._clock(block.begin)} {self._name(block.sku)} · {self._say('lap', block.lap)}"
            for block in self._found.blocks
        ]
        return timeline(self._found.blocks, self._record.seconds, labels, titles, self._colour)

    def _charts(self) -> list[Columns]:
        found, say = self._found, self._say
        bars = {bar.name: bar for bar in found.bars}
        rehook, lap = bars["rehook"], bars["lap"]
        return [
            histogram(
                say("rehooks"), say("rehooks_note"), found.rehooks, rehook.least, rehook.most
            ),
            series(
                say("lap_lengths"),
                say("lap_note"),
                found.laps,
                "{:.0f}",
                band=(lap.least, lap.most),
            ),
            series(say("reuse"), say("reuse_note"), found.known_by_hour, "{:.0%}", top=1.0),
        ]

    def _clock(self, t: float) -> str:
        """The room's own time; with its day where the rehearsal has more than one."""
        start = self._record.start
        moment = (start.astimezone(UTC) + timedelta(seconds=t)).astimezone(start.tzinfo)
        return f"{moment:%m-%d %H:%M:%S}" if self._hours > 24 else f"{moment:%H:%M:%S}"

    def _line(self, line: Spoken) -> Said:
        say = self._say
        tag = say.beat(line.beat)
        return Said(
            time=self._clock(line.t),
            product=self._key(line.sku),
            beat=line.beat,
            tag=tag if line.sku is None else f"{self._name(line.sku)} · {tag}",
            colour=self._colour.get(line.sku, ""),
            text=line.text,
            cut=say("cut", say.reason(line.cut)) if line.cut else "",
            answer=line.kind == "answer",
        )

    def _tables(self) -> Iterable[Table]:
        record, say, variety = self._record, self._say, self._found.variety
        for title, count_of, rows in (
            ("worst", "times", variety.worst),
            ("frequent", "in_laps", variety.frequent),
        ):
            cells = [(text, str(count)) for text, count in rows]
            yield Table(say(title), (say("text"), say(count_of)), cells, half=True)
        if record.comments:
            dropped = [(say.reason(why), str(count)) for why, count in self._found.dropped]
            yield Table(say("dropped"), (say("why"), say("times")), dropped, half=True)
        yield self._table(
            "refused",
            ("when", "product", "beat", "text", "why"),
            [
                (
                    self._clock(line.t),
                    self._name(line.sku),
                    say.beat(line.beat),
                    line.text,
                    say.reason(line.why),
                )
                for line in record.refused
            ],
        )
        if record.changes:
            changes = [(self._clock(c.t), self._name(c.sku), c.what) for c in record.changes]
            yield self._table("changes", ("when", "product", "what"), changes)
        if record.comments:
            heads = ("when", "viewer", "comment", "class", "answer", "waited")
            yield self._table("asked", heads, [self._asked(heard) for heard in record.comments])

    def _table(self, title: str, heads: Cells, rows: Sequence[Cells]) -> Table:
        clipped = self._say("clipped_few", ROWS) if len(rows) > ROWS else ""
        total = str(len(rows)) if rows else ""
        names = tuple(map(self._say, heads))
        return Table(self._say(title), names, rows[:ROWS], total, clipped)

    def _asked(self, heard: Heard) -> Cells:
        say = self._say
        asked = say.kind(heard.kind) + (f" · {heard.topic}" if heard.topic else "")
        wait = "" if heard.wait is None else say("seconds", heard.wait)
        said = heard.answer or say.reason(heard.why)
        return self._clock(heard.t), heard.user, heard.text, asked, said, wait
