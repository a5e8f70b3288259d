"""``livehost doctor``: what this machine has and lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import psutil
import typer
from rich.markup import escape
from rich.table import Table

from avatars import open_avatar
from avatars.fonts import font
from avatars.scene import Scene
from host.cli.common import out
from host.errors import LivehostError
from host.model import Format, Pose, Scenery
from host.voice.models import home
from host.voice.prepare import prepare
from stream.encoder import Encoder

GIGABYTE = 1e9
FRAME_MS = 40.0
"""A tick at 25 frames a second."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table."""

    what: str
    found: str
    fix: str = ""
    """What to do; empty: all is well."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(doctor)


def doctor() -> None:
    """Tell what this machine has and lacks for a broadcast, and what to do.

    Exit code 1 when it lacks something.
    """
    table = Table("", "what", "found", "what to do")
    lacking = False
    for check in _checks():
        lacking = lacking or bool(check.fix)
        mark = "[red]✗[/red]" if check.fix else "[green]✓[/green]"
        table.add_row(mark, check.what, escape(check.found), escape(check.fix))
    out.print(table)
    raise typer.Exit(1 if lacking else 0)


def _checks() -> Iterator[Check]:
    yield _ffmpeg()
    yield _font()
    yield _voices()
    yield _picture()
    yield _encoder()
    yield _cpu()
    yield _memory()
    yield _disk()
    yield Check("upload", "needs 2.9 Mbit/s a platform", "")


def _ffmpeg() -> Check:
    try:
        binary = imageio_ffmpeg.get_ffmpeg_exe()
        listed = subprocess.run(  # noqa: S603 (the wheel's own binary)
            [binary, "-hide_banner", "-protocols"], capture_output=True, text=True, timeout=20
        ).stdout
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        return Check("ffmpeg", str(error).splitlines()[0], "run: make install")
    lacks = [name for name in ("rtmp", "rtmps") if name not in listed.split()]
    fix = f"it lacks {', '.join(lacks)}; name another in the room: ffmpeg = …" if lacks else ""
    return Check("ffmpeg", Path(binary).name, fix)


def _font() -> Check:
    try:
        face = font(36, 500)
    except (LivehostError, OSError, ImportError) as error:
        return Check("font", str(error).splitlines()[0], "run: make install")
    return Check("font", " ".join(str(part) for part in face.getname()))


def _voices() -> Check:
    """Also readies what is not ready."""
    try:
        prepare()
    except (LivehostError, OSError) as error:
        return Check("voices", str(error).splitlines()[0], "run: make install")
    return Check("voices", f"kokoro (zh), hibari (en), espeak-ng, in {home()}")


def _picture() -> Check:
    """Speed of host and scene at 720x1280."""
    try:
        scene = Scene(Format(), "zh")
        avatar = open_avatar("xiaoyu", scene.background)
    except LivehostError as error:
        return Check("face", str(error).splitlines()[0], "run: make install")
    times = []
    for number in range(50):
        began = time.perf_counter()
        scene.frame(avatar.frame(Pose(head_x=number / 50)), Scenery())
        times.append(time.perf_counter() - began)
    return _speed("face", sorted(times)[25] * 1000, 12.0)


def _encoder() -> Check:
    encoder = Encoder(Format())
    noise = np.random.default_rng(1).integers(60, 90, Format().frame_shape, np.uint8)
    silence = np.zeros((Format().samples, 2), np.float32)
    times = []
    for number in range(50):
        began = time.perf_counter()
        encoder.encode(number, np.roll(noise, number, axis=1), silence)
        times.append(time.perf_counter() - began)
    return _speed("encoder", sorted(times)[25] * 1000, 28.0)


def _speed(what: str, ms: float, most: float) -> Check:
    fix = f"should be under {most:g} ms; close other programs or use a faster machine"
    return Check(what, f"{ms:.1f} ms of {FRAME_MS:g} ms a frame", fix if ms > most else "")


def _cpu() -> Check:
    cores = len(os.sched_getaffinity(0))
    return Check("CPU", f"{cores} cores", "2 are wanted" if cores < 2 else "")


def _memory() -> Check:
    free = psutil.virtual_memory().available / GIGABYTE
    return Check("memory", f"{free:.1f} GB free", "2 GB are wanted" if free < 2 else "")


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free / GIGABYTE
    return Check("disk", f"{free:.0f} GB free here", "2 GB are wanted" if free < 2 else "")
