"""A room: one TOML file, checked whole before anything starts."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from host.errors import ConfigError, Finding
from host.findings import finding
from host.model import AudioFormat, Format, MusicBed, VideoFormat
from host.settings import HostSettings, RoomSettings


class Room:
    """A room's settings with its places on disk."""

    def __init__(self, file: Path, settings: RoomSettings, sub: str = "") -> None:
        """``sub``: keep the state in this folder of the room's own, for a rehearsal."""
        self.file = file
        self.settings = settings
        self.folder = file.parent
        self.sub = sub

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def lineup(self) -> Path:
        """The lineup's file."""
        return (self.folder / self.settings.lineup).resolve()

    @property
    def scripts(self) -> tuple[Path, ...]:
        """The talk scripts' files; of a folder, every .md in it, by name."""
        found: list[Path] = []
        for path in self.settings.scripts:
            place = (self.folder / path).resolve()
            # An empty folder stays as it is: reading it tells what is wrong.
            found += (place.is_dir() and sorted(place.glob("*.md"))) or [place]
        return tuple(found)

    @property
    def talks(self) -> bool:
        """Lines are planned and spoken: always, but under a test card that is alone."""
        return not self.settings.test_card or self.settings.test_card_talk

    @property
    def recordings(self) -> Path:
        """Where recordings are kept."""
        chosen = self.settings.recording.folder
        return (self.folder / chosen).resolve() if chosen else self.var / "recordings"

    @property
    def pack(self) -> str:
        """The host: a built-in name, or the absolute path of a pack."""
        path = self.folder / self.settings.host.pack
        return str(path.resolve()) if path.is_dir() else self.settings.host.pack

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)

    @property
    def var(self) -> Path:
        """Where the room keeps its state: $LIVEHOST_VAR or ./var, and the room's name."""
        return self._home / self.sub

    @property
    def _home(self) -> Path:
        return Path(os.environ.get("LIVEHOST_VAR", "var")).resolve() / self.name

    @property
    def sockets(self) -> Path:
        return self.var / "sockets"

    @property
    def ledger(self) -> Path:
        return self.var / "ledger.sqlite"

    @property
    def voice_cache(self) -> Path:
        """Spoken clauses; a rehearsal shares them with the room."""
        return self._home / "cache" / "voice"

    @property
    def format(self) -> Format:
        """Picture and sound as stages know them."""
        video, audio = self.settings.video, self.settings.audio
        return Format(VideoFormat(**video.model_dump()), AudioFormat(**audio.model_dump()))

    @property
    def music(self) -> MusicBed | None:
        music = self.settings.music
        return MusicBed(music.gain_db, music.duck_db, music.seed) if music.on else None


def load_room(
    file: Path, *, test_card: bool = False, pack: str | None = None, sub: str = ""
) -> Room:
    """Read and check a room's file. Raises ConfigError with every finding.

    ``test_card``: show the test card whatever the file says. ``pack``: this host in place of
    the file's. ``sub``: see ``Room``.
    """
    file = file.resolve()
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        fix = "give the path of a room, for instance configs/demo.toml"
        what = f"cannot be read: {error.strerror}"
        raise ConfigError(Finding(what, fix, file)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(Finding("is not UTF-8", "save it as UTF-8", file)) from error
    try:
        settings = RoomSettings(**tomllib.loads(text))
        chosen: dict[str, Any] = {"test_card": True} if test_card else {}
        if pack:
            chosen["host"] = HostSettings(pack=pack)
        return Room(file, settings.model_copy(update=chosen), sub)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        unreadable = Finding(
            f"is not TOML: {error}",
            "mend that line; texts stand in quotes",
            file,
            int(line[1]) if line else None,
        )
        raise ConfigError(unreadable) from error
    except ValidationError as error:
        raise ConfigError(*(finding(file, text, dict(one)) for one in error.errors())) from error
    except (ValueError, RecursionError) as error:  # numbers and nesting beyond all measure
        raise ConfigError(Finding(f"is not TOML: {error}", "mend it", file)) from error
