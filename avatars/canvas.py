"""Drawing the pieces of the scene: soft shapes, text and pictures on a transparent ground."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from avatars.sprite import Sprite

Colour = tuple[int, int, int]
"""Red, green, blue, 0 … 255."""


class Canvas:
    """A transparent drawing that becomes a sprite."""

    def __init__(self, width: int, height: int) -> None:
        """``width`` and ``height`` in pixels."""
        self._image = Image.new("RGBA", (width, height))

    def copy(self) -> Canvas:
        """The same drawing, to be gone on with."""
        other = Canvas(0, 0)
        other._image = self._image.copy()
        return other

    def fill(
        self,
        mask: NDArray[np.uint8],
        colour: Colour | NDArray[np.uint8],
        x: int = 0,
        y: int = 0,
        opacity: float = 1.0,
    ) -> None:
        """Lay a colour, or RGB of the mask's size, through ``mask`` (255: full)."""
        if opacity < 1.0:
            mask = np.asarray(cv2.convertScaleAbs(mask, alpha=opacity), np.uint8)
        if isinstance(colour, tuple):
            layer = Image.new("RGB", mask.shape[::-1], colour)
        else:
            layer = Image.fromarray(colour)
        layer.putalpha(Image.fromarray(mask))
        self._lay(layer, x, y)

    def text(
        self,
        text: str,
        face: ImageFont.FreeTypeFont,
        colour: Colour,
        x: float,
        baseline: float,
        *,
        anchor: str = "l",
    ) -> None:
        """Draw ``text``; ``anchor`` "l", "m" or "r" says which end of it stands at ``x``."""
        left, top, right, bottom = (round(v) for v in face.getbbox(text, anchor=f"{anchor}s"))
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left + 2, bottom - top + 2))
        ImageDraw.Draw(mask).text((1 - left, 1 - top), text, 255, face, anchor=f"{anchor}s")
        layer = Image.new("RGB", mask.size, colour)
        layer.putalpha(mask)
        self._lay(layer, round(x) + left - 1, round(baseline) + top - 1)

    def line(self, x0: int, x1: int, y: int, thickness: int, colour: Colour) -> None:
        """A level stroke, its middle at ``y``."""
        mask = np.full((thickness, x1 - x0), 255, np.uint8)
        self.fill(mask, colour, x0, y - thickness // 2)

    def sprite(self, y: int, x: int) -> Sprite:
        """What was drawn, its left top corner at ``y``, ``x`` of the frame."""
        return Sprite.of(np.asarray(self._image, np.uint8), y, x)

    def _lay(self, layer: Image.Image, x: int, y: int) -> None:
        source = (max(0, -x), max(0, -y))
        self._image.alpha_composite(layer, (max(0, x), max(0, y)), source)


@lru_cache(maxsize=64)
def rounded(
    width: int, height: int, radius: float, *, blur: float = 1.0, margin: int = 0
) -> NDArray[np.uint8]:
    """Mask of a rounded rectangle, shape (height + 2 margin, width + 2 margin); not to be written.

    ``blur``: px over which the edge goes from 255 to 0 — 1 for a clean edge, more for shadows.
    From the signed distance to a rounded box (Inigo Quilez, "2D distance functions").
    """
    radius = min(radius, width / 2, height / 2)
    ys = np.abs(np.arange(height + 2 * margin, dtype=np.float32) - margin - (height - 1) / 2)
    xs = np.abs(np.arange(width + 2 * margin, dtype=np.float32) - margin - (width - 1) / 2)
    dy = ys[:, None] - (height / 2 - radius)
    dx = xs[None, :] - (width / 2 - radius)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    distance = outside + np.minimum(np.maximum(dx, dy), 0) - radius
    ramp = np.clip(0.5 - distance / blur, 0, 1)
    if blur > 1:
        ramp = ramp * ramp * (3 - 2 * ramp)
    mask = np.asarray(ramp * 255 + 0.5, np.uint8)
    mask.setflags(write=False)
    return mask


def gradient(width: int, height: int, left: Colour, right: Colour) -> NDArray[np.uint8]:
    """RGB of shape (height, width, 3), from ``left`` to ``right``."""
    ramp = np.linspace(0, 1, width, dtype=np.float32)[:, None]
    row = np.asarray(left, np.float32) * (1 - ramp) + np.asarray(right, np.float32) * ramp
    return np.asarray(np.tile(row + 0.5, (height, 1, 1)), np.uint8)
