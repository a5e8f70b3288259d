"""Drawings made into pixels once, and kept between runs.

Drawing a whole pack takes seconds; reading its pixels back takes 30 ms, so that a process that is
started again is on air at once. What is kept belongs to one pack, one size and one place, and to
the bytes of every file that it was drawn from.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import resvg_py

from avatars.drawing import Drawing, Placement
from avatars.layers import Pixels
from avatars.planes import Rect

_VERSION = 1
"""Rises when the same files are to give other pixels."""


def default_folder() -> Path:
    """``faces`` in livehost's cache folder.

    That is ``$LIVEHOST_CACHE``, else ``$XDG_CACHE_HOME/livehost``, else ``~/.cache/livehost``.
    """
    given = os.environ.get("LIVEHOST_CACHE")
    if given:
        return Path(given) / "faces"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "livehost" / "faces"


class Baker:
    """The pixels of one pack at one place."""

    def __init__(self, pack_folder: Path, placement: Placement, kept_in: Path | None) -> None:
        """``kept_in``: folder of kept pixels, made as needed; None: nothing is kept."""
        self.placement = placement
        self._file = None if kept_in is None else kept_in / f"{_key(pack_folder, placement)}.npz"
        self._kept = _read(self._file)
        self._new = False

    def pixels(self, name: str, drawing: Callable[[], Drawing], rect: Rect) -> Pixels:
        """What ``drawing`` shows under ``rect`` of the frame; it is called where none is kept.

        ``name``: unique in the pack. Shape (rect.height, rect.width, 4), premultiplied Y, U, V, A.
        """
        key = f"{name}@{rect.y},{rect.x}"
        kept = self._kept.get(key)
        if kept is None or kept.shape != (rect.height, rect.width, 4):
            kept = self._kept[key] = drawing().raster(rect, self.placement)
            self._new = True
        return kept

    def keep(self) -> None:
        """Write what is new. A disk that is full or read-only costs time at the next start only."""
        if self._file is None or not self._new:
            return
        kept = self._kept
        written = write_whole(
            self._file,
            lambda part: np.savez(part, **kept),  # type: ignore[arg-type]  # the stub forbids names
        )
        self._new = not written


def write_whole(file: Path, write: Callable[[Path], None]) -> bool:
    """``write`` to a path beside ``file``, which it then becomes; False: the disk refused."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            part = Path(folder) / file.name
            write(part)
            part.replace(file)
    except OSError:
        return False
    return True


def _key(folder: Path, placement: Placement) -> str:
    digest = hashlib.sha256(f"{_VERSION} {resvg_py.__resvg_version__} {placement}".encode())
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            data = file.read_bytes()
            digest.update(f"{file.relative_to(folder)} {len(data)} ".encode() + data)
    return digest.hexdigest()[:32]


def _read(file: Path | None) -> dict[str, Pixels]:
    if file is None:
        return {}
    try:
        # Opened here: numpy leaves a file open that it cannot read.
        with file.open("rb") as stream, np.load(stream) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, zipfile.BadZipFile):  # none yet, or cut short: drawn again
        return {}
