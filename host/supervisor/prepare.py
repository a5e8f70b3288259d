"""What is made before a room goes on air: its stand-by clip, its music, its pushers' commands."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from avatars import open_avatar
from avatars import pack as packs
from avatars.motion import Motion
from avatars.standby import Standby
from host.config import Room
from host.errors import ConfigError, Finding, PortInUseError
from host.model import Destination, Format, MusicBed
from stream import command, music
from stream.encoder import Encoder
from stream.flv import FlvWriter
from stream.process import FedProcess
from stream.standby import bundled

STANDBY_SECONDS = 8
"""Length of the stand-by loop; two breaths and some glances."""
_PROBE = 64 * 1024
"""Bytes that must fit on the disk: what the ledger begins with."""
METADATA = "comment=AIGC: AI-generated host (livehost)"
"""The metadata label of files that livehost writes."""

Progress = Callable[[float], None]
"""Told how much is done, 0…1."""


def make_folder(room: Room) -> None:
    """Make the room's folder, with that of its sockets. Raises ConfigError when it cannot."""
    try:
        room.sockets.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=room.var) as probe:
            probe.write(bytes(_PROBE))
            probe.flush()
    except OSError as error:
        fix = "free some space, or set LIVEHOST_VAR to a folder that can be written"
        what = f"nothing can be kept in {room.var}: {error.strerror}"
        raise ConfigError(Finding(what, fix)) from error


def ffmpeg_binary(room: Room) -> str:
    """The ffmpeg that pushes: the room's own, or the one in imageio-ffmpeg's wheel.

    Raises ConfigError when it is not there.
    """
    chosen = room.settings.ffmpeg
    if not chosen:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    found = shutil.which(chosen)
    if found is None:
        fix = 'give the path of a program, or leave "ffmpeg" out to use the one that was installed'
        raise ConfigError(Finding(f"ffmpeg = {chosen!r} is no program here", fix, room.file))
    return found


def destinations(room: Room, urls: list[str], binary: str) -> tuple[Destination, ...]:
    """The room's [[push]] and the addresses of the command line."""
    named = [(push.name, push.resolve(room.folder)) for push in room.settings.push]
    named += [(f"push-{number}", url) for number, url in enumerate(urls, 1)]
    return tuple(Destination(name, command.push(binary, url)) for name, url in named)


def music_bed(room: Room) -> MusicBed | None:
    """The room's music, baked into its folder."""
    if room.music is None:
        return None
    return music.bake(room.music, room.settings.audio.rate, room.var / "cache")


def standby(room: Room, binary: str, progress: Progress) -> tuple[str, ...]:
    """Stand-by clips, best first: the room's own host idling, made anew when the room's look
    changed, and the bundled one under it.
    """
    fmt = room.format
    video = fmt.video
    look = f"{video.width}x{video.height}-{video.fps}-{room.settings.lang}-{_drawn(room)}"
    path = room.var / "standby" / f"{Path(room.pack).name}-{look}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.mp4")
        record(binary, fmt, idle_frames(room), STANDBY_SECONDS * video.fps, part, progress)
        os.replace(part, path)
    return (str(path), str(bundled(fmt)))


def _drawn(room: Room) -> str:
    """Names the host as it is drawn now: another name when a file of its pack has changed."""
    folder = packs.find(room.pack)
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        data = file.read_bytes()
        digest.update(f"{file.relative_to(folder)} {len(data)} ".encode() + data)
    return digest.hexdigest()[:12]


def idle_frames(room: Room) -> Iterator[NDArray[np.uint8]]:
    """The room's host idling, without card or price, for ever."""
    clip = Standby(room.format, room.settings.lang)
    avatar = open_avatar(room.pack, clip.background)
    motion = Motion(room.settings.seed, room.settings.video.fps)
    for tick in count():
        yield clip.frame(avatar.frame(motion.pose(tick)), tick)


def record(
    binary: str,
    fmt: Format,
    frames: Iterator[NDArray[np.uint8]],
    length: int,
    path: Path,
    progress: Progress,
) -> None:
    """``length`` frames with silence into an MP4. Raises ConfigError when it cannot be written."""
    encoder = Encoder(fmt)
    writer = FlvWriter(encoder.header)
    recorder = FedProcess(command.record(binary, str(path), METADATA))
    os.set_blocking(recorder.feed, True)
    silence = np.zeros((fmt.samples, 2), np.float32)
    for tick, frame in enumerate(islice(frames, length)):
        for packet in encoder.encode(tick, frame, silence):
            recorder.write_all(writer.write(packet))
        progress((tick + 1) / length)
    for packet in encoder.flush():
        recorder.write_all(writer.write(packet))
    if recorder.finish(30.0) != 0:
        fix = f"see that {path.parent} can be written and has space"
        raise ConfigError(Finding(f"no stand-by clip: {recorder.last_words}", fix))


def check_ports(room: Room) -> None:
    """Raises PortInUseError for an address of the room that cannot be listened at."""
    console, comments = room.settings.console, room.settings.comments
    wanted = (("console", console.host, console.port), ("comments", comments.host, comments.port))
    for section, host, port in wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                fix = f"end what uses it, or set another: [{section}] port = {port + 10}"
                what = f"{host}:{port} for the {section} is not free ({error.strerror})"
                raise PortInUseError(Finding(what, fix, room.file)) from error
