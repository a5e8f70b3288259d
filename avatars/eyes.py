"""An eye: the ball with its iris is seen through an opening, and the lids are drawn over it.

Lids are baked over how far they are open and how much they squint; the iris is moved by parts of a
pixel, so that the smallest glance is smooth and nothing is mixed that would blur it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from itertools import product
from typing import NamedTuple
from xml.etree.ElementTree import Element

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.bake import Baker
from avatars.drawing import SVG, Drawing
from avatars.layers import Pixels, bracket, masked, mixed, moved, over
from avatars.pack import Eye
from avatars.planes import Rect

LIDS = (0.0, 0.1, 0.2, 0.3, 0.42, 0.54, 0.66, 0.76, 0.84, 0.9, 0.95, 1.0)
"""Openings that are baked: closest where lids rest and half a pixel is seen."""

_AT_REST = 0.84
"""Openings from here on are cross-faded; eyes that are further shut are on their way."""

SQUINTS = (0.0, 0.35, 0.7, 1.0)
"""Squints that are baked."""

_DRAWN = frozenset(f"{SVG}{name}" for name in ("path", "circle", "ellipse", "rect", "line", "use"))


class _Lids(NamedTuple):
    opening: NDArray[np.uint8]
    """Shape (height, width): 255 where the eyeball is seen."""
    above: Pixels
    """What is drawn over it."""


class EyeArt:
    """One eye of a host at one size."""

    def __init__(self, name: str, eye: Eye, baker: Baker) -> None:
        """``name``: unique among the eyes of the pack."""
        self.rect: Rect = baker.placement.rect(*eye.lids.view)
        """Of the frame, as drawn."""

        def bake(part: str, drawing: Callable[[], Drawing]) -> Pixels:
            return baker.pixels(f"{name} {part}", drawing, self.rect)

        self._ball = bake("ball", lambda: eye.ball)
        self._iris = bake("iris", lambda: eye.iris)
        x, y = eye.spec.travel
        self._travel = (x * baker.placement.scale, y * baker.placement.scale)
        self._squints = SQUINTS if eye.lids.has("squint") else (0.0, 0.0)
        self._lids: dict[tuple[float, float], _Lids] = {}
        for lid, squint in product(LIDS, set(self._squints)):

            def drawn(
                only: Callable[[Drawing], Drawing], lid: float = lid, squint: float = squint
            ) -> Drawing:
                return only(eye.lids.at({"shut": 1.0 - lid, "squint": squint * lid}))

            opening = bake(f"opening {lid} {squint}", partial(drawn, _only_opening))
            above = bake(f"lids {lid} {squint}", partial(drawn, _without_opening))
            self._lids[lid, squint] = _Lids(np.ascontiguousarray(opening[..., 3]), above)

    def draw(self, lid: float, squint: float, gaze_x: float, gaze_y: float) -> Pixels:
        """Shape (rect.height, rect.width, 4). ``lid`` and ``squint`` 0 … 1, gaze −1 … 1."""
        opening, above = self._at(min(max(lid, 0.0), 1.0), squint)
        ball = self._ball.copy()
        over(ball, moved(self._iris, gaze_x * self._travel[0], gaze_y * self._travel[1]))
        picture = masked(ball, opening)
        over(picture, above)
        return picture

    def _at(self, lid: float, squint: float) -> _Lids:
        below, above, part = bracket(LIDS, lid)
        if below < _AT_REST:
            part = float(round(part))  # lids in a blink are not seen stepping, but half lids are
        less, more, share = bracket(self._squints, squint)
        plain = _mixed(self._lids[below, less], self._lids[above, less], part)
        if share <= 0.0:
            return plain
        return _mixed(plain, _mixed(self._lids[below, more], self._lids[above, more], part), share)


def _mixed(one: _Lids, two: _Lids, part: float) -> _Lids:
    if part <= 0.0:
        return one
    opening = cv2.addWeighted(one.opening, 1.0 - part, two.opening, part, 0.0)
    return _Lids(np.asarray(opening, np.uint8), mixed(one.above, two.above, part))


def _only_opening(drawing: Drawing) -> Drawing:
    root = deepcopy(drawing.root)
    for parent, child in _drawn(root):
        if child.get("id") == "opening":
            child.attrib.pop("style", None)
            child.set("fill", "#fff")
        else:
            parent.remove(child)
    return Drawing(root, drawing.file)


def _without_opening(drawing: Drawing) -> Drawing:
    root = deepcopy(drawing.root)
    for parent, child in _drawn(root):
        if child.get("id") == "opening":
            parent.remove(child)
    return Drawing(root, drawing.file)


def _drawn(root: Element) -> list[tuple[Element, Element]]:
    """(parent, child) of everything that is drawn."""
    return [(parent, child) for parent in root.iter() for child in parent if child.tag in _DRAWN]
