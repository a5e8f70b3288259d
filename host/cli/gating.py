"""``livehost gate``: what may be said, asked from outside, a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from host import platforms
from host.cli.common import RoomFile
from host.config import Room, load_room
from host.gate import Gate, Verdict
from host.lineup import load_lineup
from host.model import Lang


class Asked(BaseModel):
    """One line of input."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    text: str
    sku: str | None = None
    """None or empty: the text is of no product."""
    at: datetime | None = None
    """When it would be said; None: now. Without a time zone it is the room's."""
    lang: Lang | None = None
    """Of the text and the findings; None: the room's."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(gate)


def gate(room: RoomFile) -> None:
    """Tell of each text on standard input whether ROOM may say it.

    In, a JSON object a line: id, sku (null: of no product), text; at (ISO time; else now) and lang
    (zh, en; else the room's) may be added. Out, one a line: id, pass, violations, each with kind,
    span (from, to: characters of the text), why and suggestion. A line that is no such object
    gives id null and error, and exit code 1 at the end; so nothing after it is lost.

    [bold]livehost gate configs/demo.toml < in.jsonl > out.jsonl[/bold]

    [bold]echo '{"id": 1, "sku": "FD01", "text": "只要29块9"}' | livehost gate ROOM[/bold]
    """
    loaded = load_room(room)
    judged = Gate(
        load_lineup(loaded.lineup, tz=loaded.timezone),
        platforms.profiles_of(loaded, loaded.settings.lang),
    )
    sound = True
    for answer in answers(typer.get_binary_stream("stdin"), judged, loaded):
        sound = sound and "error" not in answer
        typer.echo(json.dumps(answer, ensure_ascii=False))
    if not sound:
        raise typer.Exit(1)


def answers(lines: BinaryIO, judged: Gate, room: Room) -> Iterator[dict[str, Any]]:
    """What is written for each line, as it comes; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = Asked.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            what = f"{where}: {first['msg']}" if where else first["msg"]
            yield {"id": None, "error": f"line {number}: {what}"}
            continue
        at = asked.at or datetime.now(room.timezone)
        if at.tzinfo is None:
            at = at.replace(tzinfo=room.timezone)
        lang = asked.lang or room.settings.lang
        yield {"id": asked.id, **_told(judged.check(asked.text, asked.sku or None, lang, at))}


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "pass": verdict.passed,
        "violations": [
            {
                "kind": each.kind,
                "span": [each.start, each.end],
                "why": each.why,
                "suggestion": each.suggestion,
            }
            for each in verdict.violations
        ],
    }
