"""Sounds that were made before, in memory and on disk.

A file is FLAC (16 bit, mono) with the phones as JSON in its ``PHONES`` tag: half the size of
PCM, and an operator can listen to it. It is written whole or not at all; one that does not read
is a miss. When the folder is over its size, the files used longest ago go.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
from collections import OrderedDict
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice import models, reading
from host.voice.style import Style

DISK = 512 * 1024 * 1024
"""Bytes: about three hours of speech."""
MEMORY = 64 * 1024 * 1024
"""Bytes: about five minutes, a lap's worth of what is said again and again."""

_LAYOUT = 1
"""Raised when the sound of the same clause changes: shaping, phones, file format."""
_TIDY_EVERY = 32
"""Writes between two looks at the folder's size."""


class Cache:
    """Get and put, from any thread."""

    def __init__(self, folder: Path, *, disk: int = DISK, memory: int = MEMORY) -> None:
        """``disk``, ``memory``: bytes that it may take."""
        self._folder = folder
        self._disk = disk
        self._memory = memory
        self._held: OrderedDict[str, Sound] = OrderedDict()
        self._held_bytes = 0
        self._writes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Sound | None:
        """The sound kept under a key; None when there is none, or none that reads."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        path = self._path(key)
        try:
            sound = unpack(path.read_bytes())
            os.utime(path)
        except OSError:
            return None
        except (ValueError, KeyError, TypeError, av.FFmpegError):
            path.unlink(missing_ok=True)
            return None
        self._hold(key, sound)
        return sound

    def put(self, key: str, sound: Sound) -> None:
        """Keep a sound. A full or read-only disk is no failure: memory still holds it."""
        self._hold(key, sound)
        try:
            models.write_whole(self._path(key), pack(sound))
        except OSError:
            return
        self._writes += 1
        if self._writes % _TIDY_EVERY == 1:
            self._tidy()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.flac"

    def _hold(self, key: str, sound: Sound) -> None:
        with self._lock:
            old = self._held.pop(key, None)
            self._held_bytes += sound.pcm.nbytes - (old.pcm.nbytes if old is not None else 0)
            self._held[key] = sound
            while self._held_bytes > self._memory and len(self._held) > 1:
                _, gone = self._held.popitem(last=False)
                self._held_bytes -= gone.pcm.nbytes

    def _tidy(self) -> None:
        files = []
        for path in self._folder.glob("*/*"):
            try:
                stat = path.stat()
            except OSError:
                continue
            files.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._disk:
                break
            path.unlink(missing_ok=True)
            total -= size


def key_of(engine: str, voice: str, clause: Clause, style: Style, rate: int) -> str:
    """The same for all that sounds the same: engine, voice, style and normalised text."""
    parts = (
        str(_LAYOUT), str(reading.VERSION), engine, voice, style.key, str(rate), clause.lang,
        reading.canonical(clause.text),
    )  # fmt: skip
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()


def pack(sound: Sound) -> bytes:
    """A sound as a FLAC file."""
    phones = [[p.phone, round(p.start, 4), round(p.end, 4)] for p in sound.phones]
    samples = np.round(np.clip(sound.pcm, -1, 1) * 32_767).astype(np.int16)
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        container.metadata["PHONES"] = json.dumps(phones, ensure_ascii=False)
        container.metadata["ENGINE"] = sound.engine
        stream = container.add_stream("flac", rate=sound.rate, layout="mono")
        frame = AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.rate = sound.rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def unpack(data: bytes) -> Sound:
    """What ``pack`` wrote. Raises ValueError, KeyError, TypeError or av.FFmpegError."""
    with av.open(io.BytesIO(data), "r", format="flac") as container:
        tags = {name.upper(): value for name, value in container.metadata.items()}
        stream = container.streams.audio[0]
        rate = int(stream.rate)
        blocks = [frame.to_ndarray().reshape(-1) for frame in container.decode(stream)]
    pcm = np.concatenate(blocks).astype(np.float32) / np.float32(32_767)
    phones = tuple(
        TimedPhone(str(phone), float(start), float(end))
        for phone, start, end in json.loads(tags["PHONES"])
    )
    return Sound(pcm=pcm, rate=rate, phones=phones, engine=tags["ENGINE"])
