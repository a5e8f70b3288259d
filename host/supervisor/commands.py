"""The command of each process; named in its arguments, so that ``ps`` tells a room's processes."""

from __future__ import annotations

import sys

from host.config import Room
from host.room_arguments import schedule_arguments
from host.voice.build import DEFAULTS


def _python(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", module, *(str(argument) for argument in arguments)]


def onair(room: Room, ring: int, wake: int) -> list[str]:
    """The broadcast."""
    return _python("stream.onair", "--room", room.name, "--ring", ring, "--wake", wake)


def render(room: Room, ring: int, wake: int, seconds: float, *, to_line: bool) -> list[str]:
    """The same show into a file. ``to_line``: it ends with a line that it is told of."""
    flags = ("--ring", ring, "--wake", wake, "--seconds", seconds)
    ends = ("--to-line",) if to_line else ()
    return _python("stream.render", "--room", room.name, *flags, *ends)


def media(room: Room, ring: int, wake: int, *, patient: bool) -> list[str]:
    """Playout, host and scene."""
    flags = ["--patient"] if patient else []
    return _python("host.media", *_room(room), "--ring", ring, "--wake", wake, *flags)


def studio(room: Room, *, listens: bool, hours: Room | None) -> list[str]:
    """Planner, gate and answers. ``listens``: take comments. ``hours``: the room with the hours
    that the supervisor keeps; None: it keeps none.
    """
    kept = schedule_arguments(hours) if hours is not None else []
    return _python("host.studio", *_room(room), *kept, *(() if listens else ("--deaf",)))


def _room(room: Room) -> list[str]:
    """The room as it was asked for: its file, and what the command line put in its place."""
    flags = ["--room", str(room.file), "--pack", room.pack, "--sub", room.sub]
    return [*flags, "--test-card"] if room.settings.test_card else flags


def chain(room: Room) -> tuple[str, ...]:
    """The room's voices, best first."""
    return room.settings.voice.chain or DEFAULTS[room.settings.lang]


def voice(room: Room, *, lazy: bool) -> list[str]:
    """Synthesis. ``lazy``: load no model that is not needed."""
    settings = room.settings
    return _python(
        "host.voice", "--sockets", room.sockets, "--cache", room.voice_cache,
        "--lang", settings.lang, "--chain", ",".join(chain(room)), "--rate", settings.audio.rate,
        *(("--lazy",) if lazy else ()),
    )  # fmt: skip


def console(room: Room) -> list[str]:
    """The operator's page."""
    settings = room.settings
    return _python(
        "host.console", "--sockets", room.sockets, "--host", settings.console.host,
        "--port", settings.console.port, "--lang", settings.lang, "--room", room.name,
        "--comments-port", settings.comments.port, "--lineup", room.var / "lineup",
        "--timezone", settings.timezone, "--push-max-age", settings.lineup_push.max_age_minutes,
        *_named("--push-token-env", settings.lineup_push.token_env),
    )  # fmt: skip


def _named(flag: str, value: str) -> tuple[str, ...]:
    return (flag, value) if value else ()


def health(room: Room) -> list[str]:
    """Measures what left the encoder."""
    return _python("stream.health", "--room", room.name, "--sockets", room.sockets)


def recorder(room: Room) -> list[str]:
    """Keeps what left the encoder."""
    kept = room.settings.recording
    return _python(
        "stream.recorder", "--room", room.name, "--sockets", room.sockets,
        "--folder", room.recordings, "--hours", kept.hours, "--gigabytes", kept.gigabytes,
        "--segment-minutes", kept.segment_minutes,
        "--keep-free-gigabytes", kept.keep_free_gigabytes,
    )  # fmt: skip
