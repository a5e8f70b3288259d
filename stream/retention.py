"""The folder of a room's recordings: what each file is called, and which are kept."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

UNFINISHED = ".part.mp4"
"""A recording that is written, or was cut short: it plays up to its last fragment."""
FINISHED = ".mp4"


@dataclass(frozen=True, slots=True)
class Kept:
    """One recording in the folder."""

    path: Path
    number: int
    """Counts the room's recordings; order holds when the wall clock is set back."""
    bytes: int
    written: float
    """When it was last written to: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept."""

    hours: float
    """A recording older than this goes."""
    bytes: int
    """Above this in all, the oldest go."""
    free_bytes: int = 0
    """Nothing is recorded while the disk has less than this left."""


def surplus(kept: Iterable[Kept], limits: Limits, now: float, running: Path | None) -> list[Kept]:
    """Which to delete, oldest first; never ``running``, which counts as the newest.

    ``now``: seconds since 1970.
    """
    files = sorted(kept, key=lambda one: (one.path == running, one.number))
    left = sum(one.bytes for one in files)
    gone: list[Kept] = []
    for one in files:
        old = now - one.written > limits.hours * 3600
        if one.path != running and (old or left > limits.bytes):
            gone.append(one)
            left -= one.bytes
    return gone


class Shelf:
    """A folder with recordings of one room; files of other names are none of its business."""

    def __init__(self, folder: Path, room: str) -> None:
        self.folder = folder
        self.room = room
        self._name = re.compile(rf"{re.escape(room)}-\d{{8}}-\d{{6}}-(\d{{6,}})(\.part)?\.mp4")

    def kept(self) -> list[Kept]:
        """The room's recordings, oldest first. Raises OSError when the folder cannot be read."""
        found: list[Kept] = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                named = self._name.fullmatch(entry.name)
                if named is None or not entry.is_file(follow_symlinks=False):
                    continue
                with contextlib.suppress(FileNotFoundError):  # somebody else has deleted it
                    seen = entry.stat(follow_symlinks=False)
                    path = Path(entry.path)
                    found.append(Kept(path, int(named[1]), seen.st_size, seen.st_mtime))
        return sorted(found, key=lambda one: one.number)

    def next(self, begins: datetime) -> Path:
        """A new recording's path, after all that are there; the folder is made when it is not.

        ``begins``: UTC. Raises OSError.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max((one.number for one in self.kept()), default=0) + 1
        return self.folder / f"{self.room}-{begins:%Y%m%d-%H%M%S}-{number:06d}{UNFINISHED}"

    def trim(self, limits: Limits, now: float, running: Path | None = None) -> None:
        """Delete what is too old or too much; what cannot be deleted stays."""
        with contextlib.suppress(OSError):
            for one in surplus(self.kept(), limits, now, running):
                with contextlib.suppress(OSError):
                    one.path.unlink()

    def finish(self, path: Path) -> None:
        """Give a recording that is closed its final name. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):  # somebody has deleted it
            path.rename(path.with_name(path.name.removesuffix(UNFINISHED) + FINISHED))
