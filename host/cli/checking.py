"""``livehost check``: is everything in this room sound?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import typer

from avatars import pack as packs
from host.cli.common import RoomFile, out
from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.gate import Gate
from host.lineup import load_lineup
from host.model import Lineup
from host.planner import Planner, lines
from host.script import load_scripts
from host.supervisor import prepare

REHEARSED = 600
"""Lines of talk that are put to the gate: about two hours, every variant of the demo rooms."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(check)


def check(room: RoomFile) -> None:
    """Tell whether everything in ROOM is sound.

    Exit code 0, or 2 and every finding with file, line and how to mend it.
    """
    checked = sound_room(room)
    lineup = load_lineup(checked.lineup, tz=checked.timezone)
    now = datetime.now(checked.timezone)
    refused = list(_refused(checked, lineup, now))
    if refused:
        raise ConfigError(*refused)
    out.print(
        f"{room}: sound — {len(lineup.products)} products, host {checked.settings.host.pack}, "
        f"{checked.settings.video.width}x{checked.settings.video.height}, checked {now:%H:%M}"
    )


def _refused(room: Room, lineup: Lineup, now: datetime) -> Iterator[Finding]:
    """What the gate would refuse in the first ``REHEARSED`` lines of the talk, each thing once."""
    scripts = load_scripts(room.scripts, room.settings.lang)
    planner = Planner(lineup, scripts, room.settings.seed, room.settings.lang)
    gate = Gate(lineup)
    told: set[tuple[str | None, str]] = set()
    for line in lines(planner, now, REHEARSED):
        for violation in gate.check_line(line, now).violations:
            if (line.sku, violation.text) in told:
                continue
            told.add((line.sku, violation.text))
            product = lineup.get(line.sku or "")
            row = product.source.rpartition(":")[2] if product else ""
            what = f"{violation.text!r} of {line.sku} would not be said in {line.text!r}"
            yield Finding(
                f"{what}: {violation.why}",
                violation.suggestion or "mend the lineup, or the script's variant",
                room.lineup,
                int(row) if row.isdigit() else None,
            )


def sound_room(
    file: Path, *, test_card: bool = False, pack: str | None = None, sub: str = ""
) -> Room:
    """The room as ``load_room`` gives it, if nothing in it is wrong.

    Raises ConfigError with every finding.
    """
    room = load_room(file, test_card=test_card, pack=pack, sub=sub)
    found: list[Finding] = []
    for part in (
        lambda: load_lineup(room.lineup, tz=room.timezone),
        lambda: load_scripts(room.scripts, room.settings.lang),
        lambda: packs.load(packs.find(room.pack)),
        lambda: prepare.ffmpeg_binary(room),
        lambda: [push.resolve(room.folder) for push in room.settings.push],
    ):
        try:
            part()
        except ConfigError as error:
            found += error.findings
    if found:
        raise ConfigError(*found)
    return room
