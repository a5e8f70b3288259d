"""Product pictures, cut square and scaled for the card."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

_GROUND = (242, 242, 246)
"""BGR under transparent pixels."""


@lru_cache(maxsize=64)
def picture(path: str, size: int, stamp: int = 0) -> NDArray[np.uint8] | None:
    """RGB of shape (size, size, 3), the middle of the file's picture; not to be written.

    Kept: the file is read again only for another ``stamp``.
    None where the file is missing or no picture: the card goes on air without, as set-up
    (``livehost check``) has already refused it.
    """
    try:
        packed = np.fromfile(path, np.uint8)
    except OSError:
        return None
    image = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED) if packed.size else None
    if image is None or image.dtype != np.uint8:
        return None
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = image[top : top + side, left : left + side]
    scaled = cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA)
    made = _rgb(np.asarray(scaled, np.uint8))
    made.setflags(write=False)
    return made


def _rgb(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)
    if image.shape[2] == 3:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
    alpha = image[..., 3:].astype(np.float32) / 255
    bgr = image[..., :3] * alpha + np.asarray(_GROUND, np.float32) * (1 - alpha)
    return np.ascontiguousarray((bgr + 0.5).astype(np.uint8)[..., ::-1])
