"""``livehost rehearse``: a day of the show in a minute, as figures and as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from host.cli.common import RoomFile, out, progress_bar
from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.lineup import load_lineup
from host.rehearsal import Record, Rehearsal, read_edits, read_remarks
from host.rehearsal.figures import Figures, figures
from host.rehearsal.page import told
from host.rehearsal.report import make_folder, write
from host.rehearsal.texts import Words

LONGEST = 24 * 31
"""Hours: a month."""
_MARKS = {"ok": "[green]✓[/green]", "miss": "[red]✗[/red]", "none": "–"}


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(rehearse)


def rehearse(
    room: RoomFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The report's folder.")],
    hours: Annotated[float, typer.Option(help="How much of the show.")] = 24.0,
    comments: Annotated[
        Path | None, typer.Option(help='Viewers: a line {"t": seconds, "user", "text"} each.')
    ] = None,
    edits: Annotated[
        Path | None,
        typer.Option(help='Changes: a line {"t": seconds, "sku", "price", "stock"} each.'),
    ] = None,
    start: Annotated[
        str, typer.Option("--from", help='When it begins, "2026-11-22 08:00"; else: now.')
    ] = "",
    seed: Annotated[int | None, typer.Option(help="In place of the room's.")] = None,
    strict: Annotated[bool, typer.Option(help="Exit code 1 when a figure misses its bar.")] = False,
) -> None:
    """Play ROOM's show on a simulated clock and report on it, with nothing on air.

    Writes lines.jsonl, each line with its time, and report.html: what is said, how often it comes
    back, what the gate refuses, what viewers are answered.

    [bold]livehost rehearse configs/demo.toml --hours 24 -o report/[/bold]
    """
    if not 0 < hours <= LONGEST:
        fix = f"give more than 0 and at most {LONGEST}, which is a month"
        raise ConfigError(Finding(f"--hours: {hours:g}", fix))
    checked = load_room(room)
    if seed is not None:
        checked = Room(checked.file, checked.settings.model_copy(update={"seed": seed}))
    begin = _start(start, checked)
    lineup = load_lineup(checked.lineup, tz=checked.timezone)
    rehearsal = Rehearsal(
        checked,
        begin,
        hours,
        remarks=read_remarks(comments) if comments else (),
        edits=read_edits(edits, lineup) if edits else (),
    )
    make_folder(output)
    with progress_bar(f"rehearsing {hours:g} h") as done:
        record = rehearsal.run(done)
    found = figures(record)
    write(record, found, output)
    _print(record, found, output)
    if strict and found.missed:
        raise typer.Exit(1)


def _start(text: str, room: Room) -> datetime:
    """When it begins, in the room's time zone. Raises ConfigError."""
    if not text:
        return datetime.now(room.timezone).replace(microsecond=0)
    try:
        given = datetime.fromisoformat(text)
        begin = given.replace(tzinfo=given.tzinfo or room.timezone).astimezone(room.timezone)
        begin.astimezone(UTC) + timedelta(hours=LONGEST)  # a time that can be counted from
    except (ValueError, OverflowError) as error:
        fix = 'write it like "2026-11-22 08:00"'
        raise ConfigError(Finding(f"--from: {text!r} is no time", fix)) from error
    return begin


def _print(record: Record, found: Figures, output: Path) -> None:
    say = Words(record.lang)
    table = Table(box=None, pad_edge=False)
    for head in ("figure", "value", "wanted"):
        table.add_column(say(head), justify="left" if head == "figure" else "right")
    table.add_column()
    for bar in told(found.bars, say):
        verdict = f"{_MARKS[bar.mark]} {bar.verdict}"
        table.add_row(bar.name, bar.value, bar.wanted, verdict)
    out.print(table)
    answers = sum(line.kind == "answer" for line in record.lines)
    minutes = ", ".join(
        f"{record.names.get(sku, sku) if sku else say('none')} {say('minutes', spent)}"
        for sku, spent in found.by_product
    )
    out.print(minutes, markup=False)
    for name, count in (
        ("lines", len(record.lines)),
        ("answers", answers),
        ("comments", len(record.comments)),
        ("refusals", len(record.refused)),
    ):
        out.print(f"{say(name)}: {count}", markup=False)
    if record.unheard:
        out.print(say("unheard", record.unheard), markup=False)
    out.print(f"{output / 'report.html'}", markup=False)
