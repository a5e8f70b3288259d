"""The mouth: baked over its shapes, mixed for each frame.

Baked along two axes, how far it is open and its shape from rounded to spread, with the tongue down
and up; and lips pressed and tucked. Neighbours on the axes are cross-faded, which at these steps
(3 px at 720 pixels' width) is not seen. Drawing one mouth takes 5 ms, mixing 0.1 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from avatars.bake import Baker
from avatars.layers import Pixels, bracket, mixed
from avatars.morph import Morph
from avatars.planes import Rect
from host.model import Mouth

OPEN = (0.0, 0.04, 0.09, 0.15, 0.22, 0.3, 0.39, 0.49, 0.6, 0.72, 0.86, 1.0)
"""Openings that are baked; closer together where a step is seen best."""

SHAPE = (-1.0, -0.84, -0.66, -0.45, -0.22, 0.0, 0.33, 0.66, 1.0)
"""Shapes that are baked: −1 rounded, 0 neutral, 1 spread."""

TONGUE = (0.09, 0.15, 0.22, 0.3, 0.39, 0.49)
"""Openings at which a raised tongue is seen; at the others it is down."""

FEW = (-1.0, 0.0, 1.0)
"""Shapes that are baked where lips are pressed or tucked, or the tongue is up."""


class MouthArt:
    """One host's mouth at one size."""

    def __init__(self, morph: Morph, baker: Baker) -> None:
        self.rect: Rect = baker.placement.rect(*morph.view)
        """Of the frame, as drawn."""

        def bake(open_: float, shape: float, **more: float) -> Pixels:
            weights = {"open": open_, "wide": max(shape, 0.0), "round": max(-shape, 0.0), **more}
            name = "mouth " + " ".join(f"{key} {value:g}" for key, value in weights.items())
            return baker.pixels(name, lambda: morph.at(weights), self.rect)

        self._main = {key: bake(*key) for key in product(OPEN, SHAPE)}
        self._tongue = (
            {key: bake(*key, tongue=1.0) for key in product(TONGUE, FEW)}
            if morph.has("tongue")
            else {}
        )
        self._press = {shape: bake(0.0, shape, press=1.0) for shape in FEW}
        self._tuck = {shape: bake(0.0, shape, tuck=1.0) for shape in FEW}

    def draw(self, mouth: Mouth) -> Pixels:
        """Shape (rect.height, rect.width, 4)."""
        open_, shape = aperture(mouth), _shape(mouth)
        picture = _between(self._main, OPEN, SHAPE, open_, shape)
        up = mouth.tongue * _inside(open_, TONGUE[0], TONGUE[-1])
        if self._tongue and up > 0.05:
            raised = _between(self._tongue, TONGUE, FEW, open_, shape)
            picture = mixed(picture, raised, up)
        # Mixed in only when nearly whole: half a pressed mouth over an open one shows both.
        tuck, press = _late(mouth.tuck), _late(mouth.press)
        for part, baked in ((tuck, self._tuck), (press, self._press)):
            if part > 0.0:
                below, above, rest = bracket(FEW, shape)
                picture = mixed(picture, mixed(baked[below], baked[above], rest), part)
        return picture


def aperture(mouth: Mouth) -> float:
    """How far the lips are apart, 0 … 1: ``press`` shuts them and ``tuck`` nearly does."""
    return mouth.open * (1.0 - mouth.press) * (1.0 - 0.8 * mouth.tuck)


def _shape(mouth: Mouth) -> float:
    """Rounding and spreading on one axis: lips that are rounded cannot be spread."""
    return mouth.wide * (1.0 - mouth.round) * (1.0 if mouth.wide > 0 else 0.5) - mouth.round


def _late(level: float) -> float:
    part = min(1.0, max(0.0, (level - 0.55) / 0.45))
    return part * part * (3.0 - 2.0 * part)


def _inside(value: float, low: float, high: float) -> float:
    """1 within the levels, falling to 0 just outside them."""
    return max(0.0, 1.0 - 12.0 * max(low - value, value - high, 0.0))


def _between(
    baked: dict[tuple[float, float], Pixels],
    opens: Sequence[float],
    shapes: Sequence[float],
    open_: float,
    shape: float,
) -> Pixels:
    low, high, up = bracket(opens, open_)
    left, right, along = bracket(shapes, shape)
    lower = mixed(baked[low, left], baked[low, right], along)
    if up <= 0.0:
        return lower
    return mixed(lower, mixed(baked[high, left], baked[high, right], along), up)
