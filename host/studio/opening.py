"""What a studio begins with: the files, or the last good ones where they are broken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from host.clauses import split
from host.config import Room
from host.errors import ConfigError
from host.lineup.store import Files, Store, read_lineup, read_scripts
from host.planner import lines
from host.script import Scripts
from host.studio.checked import newly_refused
from host.studio.found import find
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
    now = datetime.now(room.timezone)
    good, kept = store.lineup(room.lineup), store.scripts(room.settings.lang)
    scripts, texts, unread = _scripts(room, kept)
    unreadable: list[tuple[What, ConfigError]] = [("scripts", unread)] if unread else []
    if good is None:
        files = Files(read_lineup(room), scripts, texts)
        return Opened(files, maker.make(files, maker.lay(files)[0]), tuple(unreadable))
    # An edit that was refused while on air is refused by a restart too.
    found = find(room, maker, Files(good, scripts, texts), good, now)
    wrong: list[tuple[What, ConfigError]] = [("lineup", found.wrong)] if found.wrong else []
    wrong += unreadable
    files = found.files
    try:
        revision = maker.make(files, found.lineup)
    except ConfigError as error:  # they can be read, but no show can be made from them
        files = replace(files, lineup=good)
        revision = maker.make(files, maker.lay(files)[0])
        wrong.append(("lineup", error))
    if kept is None or kept[1] == texts:
        return Opened(files, revision, tuple(wrong))
    former = maker.make(replace(files, scripts=kept[0], texts=kept[1]), revision.lineup)
    refused = newly_refused(revision, former, room.scripts, room.lineup, now)
    if not refused:
        return Opened(files, revision, tuple(wrong))
    files = replace(files, scripts=kept[0], texts=kept[1])
    return Opened(files, former, (*wrong, ("scripts", ConfigError(*refused))))


def _scripts(
    room: Room, kept: tuple[Scripts, tuple[tuple[str, str], ...]] | None
) -> tuple[Scripts, tuple[tuple[str, str], ...], ConfigError | None]:
    try:
        return *read_scripts(room), None
    except ConfigError as error:
        if kept is None:
            raise
        return *kept, error
