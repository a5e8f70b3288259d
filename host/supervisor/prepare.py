"""What is made before a room goes on air: its stand-by clip, its music, its pushers' commands."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from types import MappingProxyType

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from avatars import open_avatar
from avatars import pack as packs
from avatars.motion import Motion
from avatars.standby import Standby
from host import platforms
from host.config import Room
from host.errors import ConfigError, Finding, PortInUseError
from host.model import Destination, Format, MusicBed
from host.settings import Push
from stream import command, music
from stream.encoder import Encoder
from stream.flv import FlvWriter
from stream.process import FedProcess
from stream.standby import bundled

STANDBY_SECONDS = 8
"""Length of the stand-by loop; two breaths and some glances."""
_PROBE = 64 * 1024
"""Bytes that must fit on the disk: what the ledger begins with."""

_NONE: Mapping[Push, Destination] = MappingProxyType({})

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


def destinations(
    room: Room, urls: list[str], binary: str, kept: Mapping[Push, Destination] = _NONE
) -> tuple[Destination, ...]:
    """The room's [[push]] and the addresses of the command line.

    Waits for each ``url_command`` but of those ``kept``: they go on with the address they have.
    Raises ConfigError with every address that is not there and every limit of a platform that
    the room breaks.
    """
    made: list[Destination] = []
    found: list[Finding] = []
    for push in room.settings.push:
        try:
            url = address_of(kept[push]) if push in kept else push.resolve(room.folder)
            made.append(destination(room, push, url, binary))
        except ConfigError as error:
            found += error.findings
    if found:
        raise ConfigError(*found)
    free = (name for number in count(1) if (name := f"push-{number}") not in {d.name for d in made})
    for name, url in zip(free, urls, strict=False):
        made.append(Destination(name, command.push(binary, url)))
    return tuple(made)


def destination(room: Room, push: Push, url: str, binary: str) -> Destination:
    """One [[push]] of the room with that address. Raises ConfigError when its platform does not
    take it.
    """
    profile = platforms.profile_of(room, push)
    found = platforms.broken_by(room, push, profile, url)
    if found:
        raise ConfigError(*found)
    longest = profile.longest_hours * 3600.0
    return Destination(push.name, command.push(binary, url), longest, push.first_ms)


def address_of(destination: Destination) -> str:
    """Where it pushes to; empty: nowhere. Holds the key: never logged."""
    return next((word for word in destination.argv if "://" in word), "")


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
        record(
            binary, room.name, fmt, idle_frames(room), STANDBY_SECONDS * video.fps, part, progress
        )
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
    room: str,
    fmt: Format,
    frames: Iterator[NDArray[np.uint8]],
    length: int,
    path: Path,
    progress: Progress,
) -> None:
    """``length`` frames with silence into an MP4. Raises ConfigError when it cannot be written."""
    encoder = Encoder(fmt)
    writer = FlvWriter(encoder.header)
    recorder = FedProcess(command.record(binary, str(path), room))
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


def check_ports(room: Room, patience: float = 0.0) -> None:
    """See that the room's addresses can be listened at; a taken one is tried for ``patience`` s.

    Raises PortInUseError for one that is taken, ConfigError for one that cannot be.
    """
    settings = room.settings
    wanted: list[tuple[str, str, int]] = [
        ("console", settings.console.host, settings.console.port),
        ("comments", settings.comments.host, settings.comments.port),
    ]
    if settings.metrics.on:
        wanted.append(("metrics", settings.metrics.host, settings.metrics.port))
    until = time.monotonic() + patience
    for section, host, port in wanted:
        while (error := _refused(host, port)) is not None:
            if error.errno != errno.EADDRINUSE or time.monotonic() >= until:
                raise _port_error(room, section, host, port, error) from error
            time.sleep(0.1)


def _refused(host: str, port: int) -> OSError | None:
    """Why nothing can listen there; None: it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None


def _port_error(room: Room, section: str, host: str, port: int, error: OSError) -> ConfigError:
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    other = port + 10 if port + 10 <= 65535 else port - 10
    if error.errno == errno.EADDRINUSE:
        fix = f"end what uses it, or set another: [{section}] port = {other}"
        what = f"{where} for the {section} is not free ({error.strerror})"
        return PortInUseError(Finding(what, fix, room.file))
    what = f"nothing can listen at {where} for the {section} ({error.strerror})"
    fix = f"set [{section}] host to an address of this machine, and port to one above 1023"
    return ConfigError(Finding(what, fix, room.file))
