"""Premultiplied Y, U, V, A pictures: laid over one another, mixed and moved.

All of shape (height, width, 4), uint8, as ``Drawing.raster`` gives them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def over(below: Pixels, above: Pixels) -> None:
    """Lay ``above`` over ``below``, in place."""
    through = cv2.bitwise_not(cv2.extractChannel(above, 3))
    cv2.multiply(below, cv2.merge([through] * 4), below, 1 / 255)
    cv2.add(below, above, below)


def masked(pixels: Pixels, mask: NDArray[np.uint8]) -> Pixels:
    """``pixels`` where ``mask``, shape (height, width), is 255; nothing where it is 0."""
    return _pixels(cv2.multiply(pixels, cv2.merge([mask] * 4), None, 1 / 255))


def mixed(one: Pixels, two: Pixels, part: float) -> Pixels:
    """``one`` at ``part`` 0, ``two`` at 1."""
    if part <= 0.0:
        return one
    if part >= 1.0:
        return two
    return _pixels(cv2.addWeighted(one, 1.0 - part, two, part, 0.0))


def bracket(levels: Sequence[float], value: float) -> tuple[float, float, float]:
    """The two of the rising ``levels`` about ``value``, and how far it is between them, 0 … 1."""
    value = min(max(value, levels[0]), levels[-1])
    index = min(bisect_right(levels, value), len(levels) - 1)
    below, above = levels[index - 1], levels[index]
    return below, above, (value - below) / (above - below)


def moved(
    pixels: Pixels, x: float, y: float, turn: float = 0.0, pivot: tuple[float, float] = (0.0, 0.0)
) -> Pixels:
    """Turned ``turn`` degrees clockwise about ``pivot`` (x, y), then moved by parts of a pixel.

    What leaves the picture is cut off.
    """
    height, width = pixels.shape[:2]
    c, s = cos(radians(turn)), sin(radians(turn))
    px, py = pivot
    matrix = np.array([[c, -s, px - c * px + s * py + x], [s, c, py - s * px - c * py + y]])
    return _pixels(cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR))


def opaque_box(pixels: Pixels) -> tuple[int, int, int, int]:
    """x, y, width, height of the smallest box about what is not wholly transparent."""
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(pixels[..., 3]))
    return int(x), int(y), int(width), int(height)


def _pixels(array: object) -> Pixels:
    return np.asarray(array, np.uint8)
