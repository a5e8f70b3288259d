"""What a room's file may say: its tables, checked field by field."""

from __future__ import annotations

import os
import re
from pathlib import Path
from threading import Event
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from host import key_command
from host.errors import ConfigError, Finding
from host.model import Lang
from host.section import Name, Port, Section
from host.settings_talk import LineupPushSettings, ScheduleSettings, TalkSettings, WriterSettings

ADDRESS = "an address looks like rtmp://HOST/APP/KEY (or rtmps://, srt://)"


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


class MetricsSettings(Section):
    """[metrics]"""

    on: bool = True
    host: str = "127.0.0.1"
    port: Port = 8702


class HealthSettings(Section):
    """[health]"""

    on: bool = True
    """Watch what left the encoder."""


class RecordingSettings(Section):
    """[recording]"""

    on: bool = False
    hours: Annotated[float, Field(gt=0, le=24 * 366 * 4)] = 72.0
    """Recordings older than this are deleted."""
    gigabytes: Annotated[float, Field(gt=0)] = 50.0
    """The oldest are deleted above this (1 GB = 1e9 bytes)."""
    segment_minutes: Annotated[float, Field(ge=0.1, le=120)] = 10.0
    keep_free_gigabytes: Annotated[float, Field(ge=0)] = 1.0
    """Recording stops when the disk has less than this left, so that the ledger can go on."""
    folder: Path | None = None
    """Relative to the room's file; none: var/ROOM/recordings."""


class AlertSettings(Section):
    """[alerts]"""

    webhook_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    """Variable with the address that alerts are posted to; it may hold a token."""
    style: Literal["json", "feishu", "dingtalk", "wecom", "slack"] = "json"
    """What the receiver understands."""


class CommentSettings(Section):
    """[comments]"""

    host: str = "127.0.0.1"
    port: Port = 8701


class Push(Section):
    """[[push]]: a platform's ingest. Its address holds the stream key, so it is never shown."""

    name: Name
    platform: Name = "generic"
    """A profile of configs/platforms/."""
    url: Annotated[str, Field(repr=False)] = ""
    url_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    url_file: Path | None = None
    url_command: Annotated[tuple[str, ...], Field(repr=False)] = ()
    """A program and its arguments; its first line is the address. Run again at a rejection, in the
    folder of the room's file, without a shell; what it writes else is shown nowhere."""
    first_ms: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """FLV timestamp at which each connection begins; other than 0 only to test their wrap."""

    @model_validator(mode="after")
    def _one_address(self) -> Push:
        given = (self.url, self.url_env, self.url_file, self.url_command)
        if sum(bool(one) for one in given) != 1:
            raise ValueError(
                "give one of url, url_env (a variable), url_file and url_command (a program)"
            )
        if self.url:
            check_url(self.url)
        return self

    @property
    def fresh(self) -> bool:
        """Its address may be another the next time it is asked for."""
        return self.url_file is not None or bool(self.url_command)

    def resolve(self, folder: Path, give_up: Event | None = None) -> str:
        """The address; waits for ``url_command`` for up to ``key_command.SECONDS``.

        ``folder``: of the room's file. ``give_up``: see ``key_command.printed``. Raises
        ConfigError, without the address, when there is none.
        """
        try:
            if self.url_env:
                url = os.environ[self.url_env]
            elif self.url_file is not None:
                url = (folder / self.url_file).read_text(encoding="utf-8").strip()
            else:
                url = self.url or key_command.printed(self.url_command, folder, give_up)
            check_url(url)
        except KeyError:
            fix = f"set it, for instance: export {self.url_env}=rtmp://HOST/APP/KEY"
            raise self._lacks(f"the variable {self.url_env} is not set", fix) from None
        except key_command.FailedError as error:
            fix = "see what it does when run by hand; its first line has to be the address"
            raise self._lacks(f"url_command {error}", fix) from None
        except OSError as error:
            # Without the path: an address may have been written where a file is wanted.
            kind = "url_command does not start" if self.url_command else "url_file cannot be read"
            fix = f"give the path of a {'program' if self.url_command else 'file with one line'}"
            raise self._lacks(f"{kind}: {error.strerror}", fix) from None
        except ValueError:
            raise self._lacks("it has no usable address", ADDRESS) from None
        return url

    def _lacks(self, what: str, fix: str) -> ConfigError:
        return ConfigError(Finding(f"[[push]] {self.name}: {what}", fix))


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
    test_card_talk: bool = False
    """Under the test card the show goes on, unseen and unheard: its lines are aired by number."""
    video: VideoSettings = VideoSettings()
    audio: AudioSettings = AudioSettings()
    music: MusicSettings = MusicSettings()
    voice: VoiceSettings = VoiceSettings()
    host: HostSettings = HostSettings()
    console: ConsoleSettings = ConsoleSettings()
    comments: CommentSettings = CommentSettings()
    metrics: MetricsSettings = MetricsSettings()
    health: HealthSettings = HealthSettings()
    recording: RecordingSettings = RecordingSettings()
    alerts: AlertSettings = AlertSettings()
    talk: TalkSettings = TalkSettings()
    writer: WriterSettings = WriterSettings()
    lineup_push: LineupPushSettings = LineupPushSettings()
    schedule: ScheduleSettings = ScheduleSettings()
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
        ports = [self.console.port, self.comments.port]
        if self.metrics.on:
            ports.append(self.metrics.port)
        if len(set(ports)) < len(ports):
            raise ValueError("console.port, comments.port and metrics.port must differ")
        return self


def check_url(url: str) -> None:
    """Raises ValueError, without the address in it, when nothing can be pushed there."""
    if not re.fullmatch(r"(rtmps?|srt)://[^/\s\x00-\x1f]+/[^\s\x00-\x1f]+", url):
        raise ValueError(ADDRESS)
