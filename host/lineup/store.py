"""The last good lineup and scripts of a room, kept for the day on which a file is broken.

In ``var/ROOM/lineup``: ``good.json`` what the studio took last from the files, ``pushed.json`` what
was pushed since, ``now.json`` which revision is on air. Each is replaced whole, by renaming.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from host.config import Room
from host.errors import ConfigError, Finding, WireError
from host.lineup import overlay
from host.lineup.load import load_lineup
from host.lineup.settled import Dropped, settled
from host.model import Lang, Lineup, PlatformProfile, wire
from host.model.messages import Revised
from host.script import Scripts, load_scripts


class _Script(BaseModel):
    name: str
    text: str


class _Good(BaseModel):
    """What ``good.json`` holds."""

    lineup: str
    """``Revised``, as ``wire.to_json`` writes it."""
    of: str
    """The lineup's file."""
    scripts: list[_Script]
    platforms: list[PlatformProfile] = []
    """By whose rules it was judged."""


class OnAir(BaseModel):
    """Which revision is on air, for whoever asks."""

    revision: str
    since: AwareDatetime


@dataclass(frozen=True, slots=True)
class Files:
    """What a room's files hold."""

    lineup: Lineup
    """As its file says, without what was pushed."""
    scripts: Scripts
    texts: tuple[tuple[str, str], ...]
    """Name and text of each script, to be kept."""


class Store:
    """A room's folder of revisions."""

    def __init__(self, folder: Path) -> None:
        """``folder``: made when something is kept."""
        self._folder = folder
        self._good, self._now = folder / "good.json", folder / "now.json"
        self.pushed = folder / "pushed.json"
        """The overlay's file."""

    def keep(self, file: Path, files: Files, platforms: Sequence[PlatformProfile] = ()) -> None:
        """Keep what is good. ``file``: the lineup's; ``platforms``: what it was judged by.

        Raises OSError.
        """
        good = _Good(
            lineup=wire.to_json(Revised(files.lineup)),
            of=str(file),
            scripts=[_Script(name=name, text=text) for name, text in files.texts],
            platforms=list(platforms),
        )
        replace_file(self._good, good.model_dump_json())

    def lineup(self, file: Path | None = None) -> Lineup | None:
        """The last good one of ``file`` (None: of whichever it is); None: there was none."""
        good = self._read()
        if good is None or good.of != str(file or good.of):
            return None
        try:
            kept = wire.from_json(good.lineup)
        except WireError:
            return None  # of another version
        return kept.lineup if isinstance(kept, Revised) else None

    def scripts(self, lang: Lang) -> tuple[Scripts, tuple[tuple[str, str], ...]] | None:
        """The last good ones and their texts; None: there were none."""
        good = self._read()
        if good is None:
            return None
        texts = tuple((one.name, one.text) for one in good.scripts)
        with tempfile.TemporaryDirectory(prefix="livehost-scripts-") as folder:
            try:
                return load_scripts(_written(texts, Path(folder)), lang), texts
            except (ConfigError, OSError):
                return None

    def platforms(self) -> tuple[PlatformProfile, ...]:
        """Those by whose rules the studio judges texts."""
        good = self._read()
        return tuple(good.platforms) if good is not None else ()

    def pushes(self) -> overlay.Overlay:
        """What was pushed."""
        return overlay.read(self.pushed)

    def push(self, pushed: overlay.Overlay) -> None:
        """Keep what was pushed. Raises OSError."""
        replace_file(self.pushed, pushed.model_dump_json())

    def forget(self, dropped: Iterable[Dropped]) -> None:
        """Pushed values that count no longer. Raises OSError."""
        gone = [(each.sku, each.key, each.entry) for each in dropped]
        with self.changing():
            before = self.pushes()
            after = before.without(gone)
            if after != before:
                self.push(after)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Nobody else reads what was pushed in order to change it: console and studio do both.

        Raises OSError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def on_air(self) -> OnAir | None:
        """Which revision is on air; None: none was yet."""
        try:
            return OnAir.model_validate_json(self._now.read_bytes())
        except (OSError, ValidationError):
            return None

    def put_on_air(self, revision: str, since: datetime) -> None:
        """Raises OSError."""
        replace_file(self._now, OnAir(revision=revision, since=since).model_dump_json())

    def _read(self) -> _Good | None:
        try:
            return _Good.model_validate_json(self._good.read_bytes())
        except (OSError, ValidationError):
            return None


def store_of(room: Room) -> Store:
    """The room's own."""
    return Store(room.var / "lineup")


def longest_of(room: Room) -> timedelta:
    """For how long a pushed price counts."""
    return timedelta(minutes=room.settings.lineup_push.max_age_minutes)


def read_lineup(room: Room) -> Lineup:
    """The lineup as the file says it. Raises ConfigError."""
    return load_lineup(room.lineup, tz=room.timezone)


def read_scripts(room: Room) -> tuple[Scripts, tuple[tuple[str, str], ...]]:
    """The scripts and their texts. Raises ConfigError."""
    scripts = load_scripts(room.scripts, room.settings.lang)
    try:
        texts = tuple((file.name, file.read_text("utf-8-sig")) for file in room.scripts)
    except (OSError, UnicodeDecodeError) as error:
        raise _gone(room.settings.scripts[0], error) from error
    return scripts, texts


def last_good(room: Room) -> Lineup:
    """What is on air as far as the store tells, else what the file says: for one who follows.

    Raises ConfigError when there is neither.
    """
    store = store_of(room)
    listed = store.lineup(room.lineup) or read_lineup(room)
    return overlay.overlaid(listed, settled(listed, store.pushes()).overlay, longest_of(room))


def _gone(file: Path, error: Exception) -> ConfigError:
    return ConfigError(Finding(f"cannot be read: {error}", "write it again", file))


def _written(texts: Sequence[tuple[str, str]], folder: Path) -> list[Path]:
    files = []
    for number, (name, text) in enumerate(texts):
        # Two folders may hold files of one name.
        (folder / str(number)).mkdir()
        files.append(folder / str(number) / name)
        files[-1].write_text(text, encoding="utf-8")
    return files


def replace_file(file: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, whole. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.new")
    try:
        with draft.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
