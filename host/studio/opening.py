"""What a studio begins with: the files, or the last good ones where they are broken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from host.clauses import split
from host.config import Room
from host.errors import ConfigError
from host.lineup.store import Files, Store, read_lineup, read_scripts
from host.model import Lineup
from host.planner import lines
from host.script import Scripts
from host.studio.refusals import What
from host.studio.revision import Maker, Revision


@dataclass(frozen=True, slots=True)
class Opened:
    """What the show is made from at first."""

    files: Files
    revision: Revision
    wrong: tuple[tuple[What, ConfigError], ...] = ()
    """What of the files is broken, and was replaced."""


def opened(room: Room, store: Store, maker: Maker) -> Opened:
    """Raises ConfigError when the files are wrong and nothing good was ever kept."""
    found = _opened(room, store, maker)
    # Word lists and dictionaries are read at first use: seconds, in which the studio must not be
    # on duty yet.
    now = datetime.now(room.timezone)
    for line in lines(found.revision.planner, now, 1):
        found.revision.gate.check_line(line, now)
        split(line)
    return found


def _opened(room: Room, store: Store, maker: Maker) -> Opened:
    wrong: list[tuple[What, ConfigError]] = []
    lineup, refused = _lineup(room, store)
    scripts, texts, unread = _scripts(room, store)
    files = Files(lineup, scripts, texts)
    wrong += [("lineup", refused)] if refused else []
    wrong += [("scripts", unread)] if unread else []
    try:
        return Opened(files, maker.make(files, maker.lineup(files)), tuple(wrong))
    except ConfigError as error:
        # They can be read, but no show can be made from them, or what was pushed contradicts them.
        former = store.lineup(room.lineup)
        if former is None:
            raise
        files = replace(files, lineup=former)
        revision = maker.make(files, maker.lineup(files))
        return Opened(files, revision, (*wrong, ("lineup", error)))


def _lineup(room: Room, store: Store) -> tuple[Lineup, ConfigError | None]:
    try:
        return read_lineup(room), None
    except ConfigError as error:
        former = store.lineup(room.lineup)
        if former is None:
            raise
        return former, error


def _scripts(
    room: Room, store: Store
) -> tuple[Scripts, tuple[tuple[str, str], ...], ConfigError | None]:
    try:
        return *read_scripts(room), None
    except ConfigError as error:
        former = store.scripts(room.settings.lang)
        if former is None:
            raise
        return *former, error
