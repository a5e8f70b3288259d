"""Rectangles on the even grid, and the three planes of an I420 frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of luma pixels. Chroma has half the resolution, so all four are even."""

    y: int
    """Top edge, even."""
    x: int
    """Left edge, even."""
    height: int
    """Even, >= 0."""
    width: int
    """Even, >= 0."""

    def __post_init__(self) -> None:
        if (self.y | self.x | self.height | self.width) & 1:
            raise ValueError(f"{self} is off the even grid")
        if self.height < 0 or self.width < 0:
            raise ValueError(f"{self} has a negative side")

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.height

    @property
    def right(self) -> int:
        """First column after it."""
        return self.x + self.width

    def __bool__(self) -> bool:
        """Whether it holds any pixel."""
        return self.height > 0 and self.width > 0

    def within(self, other: Rect) -> Rect:
        """What both cover; without pixels where they do not meet."""
        y, x = max(self.y, other.y), max(self.x, other.x)
        height = max(0, min(self.bottom, other.bottom) - y)
        width = max(0, min(self.right, other.right) - x)
        return Rect(y, x, height, width)

    def covers(self, other: Rect) -> bool:
        """Whether all of ``other`` lies inside."""
        return self.within(other) == other

    def moved(self, y: int, x: int) -> Rect:
        """The same size, ``y`` rows lower and ``x`` columns to the right."""
        return Rect(self.y + y, self.x + x, self.height, self.width)


@dataclass(frozen=True, slots=True)
class Planes:
    """Views on the planes of an I420 picture."""

    y: NDArray[np.uint8]
    """Luma, shape (height, width)."""
    u: NDArray[np.uint8]
    """Cb, shape (height / 2, width / 2)."""
    v: NDArray[np.uint8]
    """Cr, shape (height / 2, width / 2)."""

    @classmethod
    def of(cls, i420: NDArray[np.uint8]) -> Planes:
        """Views on ``i420``, C-contiguous, shape (height * 3 / 2, width), both sides even.

        Raises ValueError where a view cannot be made.
        """
        rows, width = i420.shape
        if rows % 3 or width % 2 or not i420.flags.c_contiguous:
            raise ValueError(f"no I420 picture: shape {i420.shape}, contiguous wanted")
        height = rows * 2 // 3
        flat, luma, chroma = i420.reshape(-1), height * width, height * width // 4
        half = (height // 2, width // 2)
        return cls(
            flat[:luma].reshape(height, width),
            flat[luma : luma + chroma].reshape(half),
            flat[luma + chroma :].reshape(half),
        )

    @property
    def rect(self) -> Rect:
        """All of the picture."""
        height, width = self.y.shape
        return Rect(0, 0, height, width)

    def at(self, rect: Rect) -> Planes:
        """Views on the part under ``rect``."""
        top, bottom = rect.y // 2, rect.bottom // 2
        left, right = rect.x // 2, rect.right // 2
        return Planes(
            self.y[rect.y : rect.bottom, rect.x : rect.right],
            self.u[top:bottom, left:right],
            self.v[top:bottom, left:right],
        )

    def copy_from(self, other: Planes) -> None:
        """Take over the pixels of a picture of the same size."""
        np.copyto(self.y, other.y)
        np.copyto(self.u, other.u)
        np.copyto(self.v, other.v)


def even(value: float) -> int:
    """The even whole number nearest to ``value``."""
    return 2 * round(value / 2)
