"""``livehost check``: is everything in this room sound?"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import typer

from avatars import pack as packs
from host import platforms, writer
from host.cli.common import RoomFile, out
from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.gate import Gate, Violation
from host.lineup import load_lineup, push_access
from host.lineup.sayable import sound_lineup
from host.model import Line, Lineup
from host.planner import Planner, lines
from host.script import load_scripts
from host.settings import Push
from host.supervisor import commands, prepare
from host.trades import load_trades
from host.voice import build as voices

_MARK = re.compile(r"^\s*[-*+]\s+(?:\[[^\]]*\]\s*)?")
_FIELD = re.compile(r"\{[^{}]*\}")
REHEARSED = 600
"""Lines of talk that are put to the gate: about two hours, every variant of the demo rooms."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(check)


def check(room: RoomFile) -> None:
    """Tell whether everything in ROOM is sound.

    Exit code 0, or 2 and every finding with file, line and how to mend it. What platforms ask of
    digital hosts is told too. A destination's url_command is not run: its key may be on air.

    [bold]livehost check configs/demo.toml[/bold]
    """
    checked = sound_room(room)
    lineup = load_lineup(checked.lineup, tz=checked.timezone)
    now = datetime.now(checked.timezone)
    refused = list(_unsayable(checked, lineup, now))
    told = {(finding.file, finding.line) for finding in refused}
    refused += [
        finding
        for finding in _refused(checked, lineup, now)
        if finding.file != checked.lineup or (finding.file, finding.line) not in told
    ]
    if refused:
        raise ConfigError(*refused)
    out.print(
        f"{room}: sound — {len(lineup.products)} products, host {checked.settings.host.pack}, "
        f"{checked.settings.video.width}x{checked.settings.video.height}, checked {now:%H:%M}"
    )
    for note in (*_notes(checked), *_cautions(checked, lineup)):
        out.print(note, markup=False)


def _notes(room: Room) -> Iterator[str]:
    """What the platforms that the room pushes to ask of digital hosts, each once."""
    zh = room.settings.lang == "zh"
    named = {push.platform: push for push in room.settings.push}
    for push in named.values():
        profile = platforms.profile_of(room, push, room.settings.lang)
        if profile.digital_hosts:
            note = "注意 · {0}对数字人的规定：{1}" if zh else "note · {0} on digital hosts: {1}"
            yield note.format(profile.title, profile.digital_hosts)


def _cautions(room: Room, lineup: Lineup) -> Iterator[str]:
    """What is odd in the scripts, and what each trade of the lineup has to beware of."""
    lang = room.settings.lang
    for finding in load_scripts(room.scripts, lang).warnings:
        yield f"{'注意' if lang == 'zh' else 'note'} · {finding}"
    trades = load_trades()
    chosen = room.settings.talk.trade
    for name in dict.fromkeys(chosen or trades.of(product) for product in lineup.products):
        trade = trades.get(name)
        title = trade.title.zh if lang == "zh" else trade.title.en
        for caution in trade.cautions.of(lang) if trade.cautions is not None else ():
            yield f"{title} · {caution}"


def _unsayable(room: Room, lineup: Lineup, now: datetime) -> Iterator[Finding]:
    """Texts of the lineup that may not be said, whether or not the talk comes to them soon."""
    profiles = platforms.profiles_of(room, room.settings.lang)
    try:
        sound_lineup(lineup, Lineup((), ""), profiles, room.settings.lang, room.lineup, now)
    except ConfigError as error:
        yield from error.findings


def _refused(room: Room, lineup: Lineup, now: datetime) -> Iterator[Finding]:
    """What the gate would refuse in the first ``REHEARSED`` lines of the talk, each thing once."""
    scripts = load_scripts(room.scripts, room.settings.lang)
    settings = room.settings
    planner = Planner(lineup, scripts, settings.seed, settings.lang, settings.talk)
    gate = Gate(lineup, platforms.profiles_of(room, room.settings.lang))
    told: set[tuple[Path, int | None, str]] = set()
    for line in lines(planner, now, REHEARSED):
        for violation in gate.check_line(line, now).violations:
            file, row, fix = _written_at(violation, line, lineup, room)
            if (file, row, violation.text) not in told:
                told.add((file, row, violation.text))
                what = f"{violation.text!r} would not be said in {line.text!r}: {violation.why}"
                yield Finding(what, fix, file, row)


def _written_at(
    violation: Violation, line: Line, lineup: Lineup, room: Room
) -> tuple[Path, int | None, str]:
    """Where the merchant wrote it, and what to do there: in a script, or else in the lineup."""
    for script in room.scripts:
        for number, text in enumerate(script.read_text(encoding="utf-8").splitlines(), 1):
            if any(violation.text in part and part in line.text for part in _literal(text)):
                fix = "put a field such as {price} in place of a figure, or leave the word out"
                return script, number, fix
    product = lineup.get(line.sku or "")
    row = product.source.rpartition(":")[2] if product else ""
    fix = f"what is true: {violation.suggestion}" if violation.suggestion else "leave it out"
    return room.lineup, int(row) if row.isdigit() else None, fix


def _literal(row: str) -> list[str]:
    """What a row of a script says word for word: all but its mark, tags and fields."""
    return [part.strip() for part in _FIELD.split(_MARK.sub("", row)) if part.strip()]


def _unfit(room: Room) -> None:
    """Raises ConfigError when an address is not there, or its platform does not take the room."""
    found: list[Finding] = []
    for push in room.settings.push:
        try:
            profile = platforms.profile_of(room, push)
            found += platforms.broken_by(room, push, profile, _address(room, push))
        except ConfigError as error:
            found += error.findings
    if found:
        raise ConfigError(*found)


def _address(room: Room, push: Push) -> str:
    """The address; empty where only a program knows it, which has to be there."""
    if not push.url_command:
        return push.resolve(room.folder)
    program = push.url_command[0]
    if shutil.which(str(room.folder / program) if "/" in program else program) is None:
        fix = "name one on the PATH, or by its path from the room's file"
        raise ConfigError(Finding(f"[[push]] {push.name}: url_command is no program", fix))
    return ""


def sound_room(
    file: Path,
    *,
    test_card: bool = False,
    pack: str | None = None,
    sub: str = "",
    pushed: bool = True,
) -> Room:
    """The room as ``load_room`` gives it, if nothing in it is wrong.

    ``pushed``: its addresses and platforms count too. Raises ConfigError with every finding.
    """
    room = load_room(file, test_card=test_card, pack=pack, sub=sub)
    found: list[Finding] = []
    for part in (
        lambda: load_lineup(room.lineup, tz=room.timezone),
        lambda: load_scripts(room.scripts, room.settings.lang),
        lambda: packs.load(packs.find(room.pack)),
        lambda: prepare.ffmpeg_binary(room),
        lambda: voices.check(commands.chain(room), room.settings.lang, file=room.file),
        lambda: writer.check(room.settings.writer, room.file),
        lambda: push_access.check(room.settings.lineup_push, room.file) if pushed else None,
        lambda: _unfit(room) if pushed else None,
    ):
        try:
            part()
        except ConfigError as error:
            found += error.findings
    if found:
        raise ConfigError(*found)
    return room
