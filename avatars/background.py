"""What stands behind the host."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

from avatars.bake import default_folder, write_whole
from avatars.svg import rasterise
from host.errors import ConfigError, Finding
from host.model import VideoFormat

_VERSION = 1
"""Rises when the same drawing is to give other pixels."""
_ASSETS = Path(__file__).with_name("assets")


def bundled(video: VideoFormat) -> Path:
    """The drawn live-shop set for the picture's orientation."""
    upright = video.height >= video.width
    return _ASSETS / ("shop-portrait.svg" if upright else "shop-landscape.svg")


def background(video: VideoFormat, source: Path | None = None) -> NDArray[np.uint8]:
    """BGR, shape (height, width, 3): ``source`` scaled and cropped to fill the picture.

    ``source``: SVG, PNG or JPEG; None: the bundled set. Raises ConfigError where it is none.
    """
    path = bundled(video) if source is None else source
    try:
        if source is None:
            bgr = _kept(path, video)
        elif path.suffix.lower() == ".svg":
            bgr = rasterise(path, video.width, video.height)[..., :3]
        else:
            bgr = _filled(np.fromfile(path, np.uint8), video)
    except (OSError, ValueError) as error:
        raise ConfigError(
            Finding(f"the background cannot be used: {error}", "give an SVG, PNG or JPEG", path)
        ) from error
    return np.ascontiguousarray(bgr)


def _kept(path: Path, video: VideoFormat) -> NDArray[np.uint8]:
    """The bundled set, drawn once and then read back in 5 ms: media starts again while on air."""
    drawing = path.read_bytes()
    look = f"{_VERSION} {resvg_py.__resvg_version__} {video.width}x{video.height} ".encode()
    file = default_folder() / f"set-{hashlib.sha256(look + drawing).hexdigest()[:32]}.npy"
    try:
        with file.open("rb") as stream:  # numpy leaves a file open that it cannot read
            kept = np.load(stream)
        if kept.shape == (video.height, video.width, 3) and kept.dtype == np.uint8:
            return np.asarray(kept)
    except (OSError, ValueError, EOFError):  # none yet, or cut short
        pass
    drawn = _soft(rasterise(path, video.width // 2, video.height // 2)[..., :3], video)
    write_whole(file, lambda part: np.save(part, drawn))
    return drawn


def _soft(half: NDArray[np.uint8], video: VideoFormat) -> NDArray[np.uint8]:
    """The bundled set at full size. It is out of focus, so half of it is all there is to draw.

    That takes 0.3 s in place of 1.2 s, and the values between two levels, which enlarging in
    floating point brings back, are dithered: no contours on the wall.
    """
    size = (video.width, video.height)
    wide = cv2.resize(half.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(1).random(size[::-1], np.float32)
    return np.asarray(np.clip(wide + grain[..., None], 0, 255), np.uint8)


def _filled(packed: NDArray[np.uint8], video: VideoFormat) -> NDArray[np.uint8]:
    image = cv2.imdecode(packed, cv2.IMREAD_COLOR) if packed.size else None
    if image is None:
        raise ValueError("no picture in it")
    height, width = image.shape[:2]
    scale = max(video.width / width, video.height / height)
    size = (max(video.width, round(width * scale)), max(video.height, round(height * scale)))
    shrinks = scale < 1
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    scaled = cv2.resize(image, size, interpolation=method)
    top, left = (size[1] - video.height) // 2, (size[0] - video.width) // 2
    cut = scaled[top : top + video.height, left : left + video.width]
    return np.asarray(cut, np.uint8)
