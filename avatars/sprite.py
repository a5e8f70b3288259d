"""A picture with soft edges, made ready to be blended into an I420 frame.

Everything slow is done once: colours are multiplied by their alpha and converted, so that
blending is ``frame = ink + frame * keep / 255`` in each plane (0.05 ms for 620x200 luma pixels).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.colour import bgr_to_i420
from avatars.planes import Planes, Rect

_BLACK = (16, 128, 128)
"""Y, Cb and Cr of black, BT.709 limited range: what a wholly transparent pixel converts to."""


@dataclass(frozen=True, slots=True)
class Sprite:
    """What is drawn at one place of the frame."""

    rect: Rect
    """Where in the frame."""
    ink: Planes
    """Colour times alpha."""
    keep: Planes
    """How much of what lies below stays: 255 all, 0 nothing; chroma halved by averaging."""

    @classmethod
    def of(cls, rgba: NDArray[np.uint8], y: int, x: int) -> Sprite:
        """From straight-alpha RGBA, shape (height, width, 4); ``y``, ``x`` in luma pixels.

        Odd places and sizes are padded with transparent pixels to the even grid.
        """
        height, width = rgba.shape[:2]
        top, left = y & 1, x & 1
        padded = cv2.copyMakeBorder(
            rgba, top, (top + height) & 1, left, (left + width) & 1, cv2.BORDER_CONSTANT
        )
        alpha = padded[..., 3]
        # Premultiplied, so that chroma averages weigh each pixel by what it shows.
        bgr = cv2.multiply(
            cv2.cvtColor(padded, cv2.COLOR_RGBA2BGR), cv2.merge([alpha] * 3), None, 1 / 255
        )
        ink = Planes.of(bgr_to_i420(np.asarray(bgr, np.uint8)))
        keep_y = cv2.bitwise_not(alpha)
        half = cv2.resize(keep_y, ink.u.shape[::-1], interpolation=cv2.INTER_AREA)
        keep = Planes(np.asarray(keep_y, np.uint8), *[np.asarray(half, np.uint8)] * 2)
        for plane, through, black in zip(_each(ink), _each(keep), _BLACK, strict=True):
            cv2.subtract(plane, cv2.convertScaleAbs(through, alpha=black / 255), plane)
        rect = Rect(y - top, x - left, *alpha.shape)
        return cls(rect, ink, keep)

    def blend(self, frame: Planes, within: Rect) -> None:
        """Blend the part inside ``within`` into ``frame``."""
        part = self.rect.within(within)
        if not part:
            return
        here = part.moved(-self.rect.y, -self.rect.x)
        target, ink, keep = frame.at(part), self.ink.at(here), self.keep.at(here)
        for below, colour, through in zip(_each(target), _each(ink), _each(keep), strict=True):
            cv2.multiply(below, through, below, 1 / 255)
            cv2.add(below, colour, below)

    def faded(self, level: float) -> Sprite:
        """The same, ``level`` 0 (gone) … 1 (as it is)."""
        ink = [cv2.convertScaleAbs(plane, alpha=level) for plane in _each(self.ink)]
        keep = [
            cv2.convertScaleAbs(plane, alpha=level, beta=255 * (1 - level))
            for plane in _each(self.keep)
        ]
        return replace(self, ink=Planes(*map(_u8, ink)), keep=Planes(*map(_u8, keep)))

    def moved(self, y: int, x: int = 0) -> Sprite:
        """The same, ``y`` rows lower and ``x`` columns to the right, both even."""
        return replace(self, rect=self.rect.moved(y, x))


def _each(planes: Planes) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    return planes.y, planes.u, planes.v


def _u8(plane: object) -> NDArray[np.uint8]:
    return np.asarray(plane, np.uint8)
