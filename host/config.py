"""A room: one TOML file, checked whole before anything starts."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from host.errors import ConfigError, Finding
from host.findings import finding
from host.model import AudioFormat, Format, Lang, MusicBed, VideoFormat

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
_ADDRESS = "an address looks like rtmp://HOST/APP/KEY (or rtmps://, srt://)"


class Section(BaseModel):
    """A table of the room's file: frozen, and every key must be known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VideoSettings(Section):
    """[video]"""

    width: Literal[720, 1280, 1080, 1920] = 720
    height: Literal[720, 1280, 1080, 1920] = 1280
    fps: Annotated[int, Field(ge=10, le=60)] = 25
    kbps: Annotated[int, Field(ge=300, le=12_000)] = 2500
    keyframe_seconds: Annotated[int, Field(ge=1, le=4)] = 2
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast"] = "superfast"

    @model_validator(mode="after")
    def _known_size(self) -> VideoSettings:
        if {self.width, self.height} not in ({720, 1280}, {1080, 1920}):
            raise ValueError("width and height: 720x1280, 1280x720, 1080x1920 or 1920x1080")
        return self


class AudioSettings(Section):
    """[audio]"""

    rate: Literal[44_100, 48_000] = 48_000
    kbps: Annotated[int, Field(ge=64, le=320)] = 128


class MusicSettings(Section):
    """[music]"""

    on: bool = True
    gain_db: Annotated[float, Field(ge=-60, le=-12)] = -26.0
    duck_db: Annotated[float, Field(ge=-40, le=0)] = -12.0
    seed: int = 1


class VoiceSettings(Section):
    """[voice]"""

    chain: tuple[str, ...] = ()
    """Engines, best first; empty: the language's own."""


class HostSettings(Section):
    """[host]"""

    pack: str = "xiaoyu"
    """A built-in name, or a folder with an avatar.toml (relative to the room's file)."""


class ConsoleSettings(Section):
    """[console]"""

    host: str = "127.0.0.1"
    port: Port = 8700


class CommentSettings(Section):
    """[comments]"""

    host: str = "127.0.0.1"
    port: Port = 8701


class Push(Section):
    """[[push]]: a platform's ingest. Its address holds the stream key, so it is never shown."""

    name: Name
    url: str = ""
    url_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    url_file: Path | None = None

    @model_validator(mode="after")
    def _one_address(self) -> Push:
        if sum(bool(given) for given in (self.url, self.url_env, self.url_file)) != 1:
            raise ValueError("give one of url, url_env (a variable) and url_file (a file)")
        if self.url:
            check_url(self.url)
        return self

    def resolve(self, folder: Path) -> str:
        """The address. Raises ConfigError when the variable or the file holds none."""
        try:
            if self.url_env:
                url = os.environ[self.url_env]
            elif self.url_file is not None:
                url = (folder / self.url_file).read_text().strip()
            else:
                url = self.url
            check_url(url)
        except KeyError:
            fix = f"set it, for instance: export {self.url_env}=rtmp://HOST/APP/KEY"
            what = f"[[push]] {self.name}: the variable {self.url_env} is not set"
            raise ConfigError(Finding(what, fix)) from None
        except OSError as error:
            # Without the path: an address may have been written where a file is wanted.
            what = f"[[push]] {self.name}: url_file cannot be read: {error.strerror}"
            raise ConfigError(Finding(what, "give the path of a file with one line")) from None
        except ValueError:
            what = f"[[push]] {self.name} has no usable address"
            raise ConfigError(Finding(what, _ADDRESS)) from None
        return url


class RoomSettings(Section):
    """The whole file."""

    name: Name
    lang: Lang
    seed: int = 1
    timezone: str = "Asia/Shanghai"
    lineup: Path
    scripts: tuple[Path, ...] = Field(min_length=1)
    ffmpeg: str = ""
    """A binary of your own; empty: the one that comes with imageio-ffmpeg."""
    test_card: bool = False
    """A coded counter and a matching tone in place of the show."""
    video: VideoSettings = VideoSettings()
    audio: AudioSettings = AudioSettings()
    music: MusicSettings = MusicSettings()
    voice: VoiceSettings = VoiceSettings()
    host: HostSettings = HostSettings()
    console: ConsoleSettings = ConsoleSettings()
    comments: CommentSettings = CommentSettings()
    push: tuple[Push, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:
            raise ValueError('not a time zone; for instance "Asia/Shanghai"') from error
        return name

    @model_validator(mode="after")
    def _fits(self) -> RoomSettings:
        if self.audio.rate % self.video.fps:
            raise ValueError(
                f"audio.rate {self.audio.rate} is no multiple of video.fps {self.video.fps}, "
                "so a frame would have no whole number of samples; 48000 and 25 fit"
            )
        if len({push.name for push in self.push}) < len(self.push):
            raise ValueError("two [[push]] have the same name")
        if self.console.port == self.comments.port:
            raise ValueError("console.port and comments.port are the same")
        return self


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
        """The talk scripts' files."""
        return tuple((self.folder / path).resolve() for path in self.settings.scripts)

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


def check_url(url: str) -> None:
    """Raises ValueError, without the address in it, when nothing can be pushed there."""
    if not re.fullmatch(r"(rtmps?|srt)://[^/\s\x00-\x1f]+/[^\s\x00-\x1f]+", url):
        raise ValueError(_ADDRESS)
