"""The upright figure: layers baked once, eyes, mouth and moving parts laid on in each frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.bake import Baker
from avatars.drawing import Drawing
from avatars.eyes import EyeArt
from avatars.layers import Pixels, moved, opaque_box, over
from avatars.mouth import MouthArt
from avatars.pack import BrowSpec, Pack
from avatars.planes import Rect
from avatars.warp import grid
from host.model import Pose

_MARGIN = 0.12
"""How far a figure may move beyond its outline, of the width of its face."""

_STRIPS = 3
"""Of the part that moves."""


class _Layer(NamedTuple):
    z: float
    depth: float
    pixels: Pixels
    """Of the whole region."""


class _Step(NamedTuple):
    """One thing that is laid on the face in each frame."""

    z: float
    rect: Rect
    """Of the frame."""
    draw: Callable[[Pose], Pixels]


class Figure:
    """A pack at one place of the frame, before it is bent."""

    def __init__(self, pack: Pack, baker: Baker, frame: Rect) -> None:
        """``frame``: the whole picture; what of the figure lies outside is not drawn."""
        placement = baker.placement
        anchors = pack.spec.anchors
        baked = []
        for spec, drawing in pack.layers:
            rect = placement.rect(*drawing.view).within(frame)
            pixels = baker.pixels(spec.file, partial(_same, drawing), rect)
            baked.append((spec, rect, pixels))
        margin = round(_MARGIN * anchors.face_width * placement.scale)
        seen = [_drawn_in(pixels, rect) for _, rect, pixels in baked]
        self.region = _around(seen, margin, frame)
        """Where the figure may be seen, however it moves."""
        layers = [
            _Layer(spec.z, spec.depth, _laid(pixels, rect, self.region))
            for spec, rect, pixels in baked
        ]
        steps = _steps(pack, baker)
        self.face = _around([step.rect for step in steps], 2, self.region)
        """Where something moves by itself."""
        first = min(step.z for step in steps)
        self._here = _cut(self.face, self.region)
        under = _composed([layer for layer in layers if layer.z < first], self.region)
        self._under = under[self._here].copy()
        steps += [_overlay(layer, self.region, self.face) for layer in layers if layer.z >= first]
        self._steps = [
            (_cut(step.rect, self.region), step.draw)
            for step in sorted(steps, key=lambda step: step.z)
            if step.rect
        ]
        self._canvas = _composed(layers, self.region)
        waist = round(placement.pixel((0.0, anchors.waist))[1] / 2) * 2
        self.strips, self.still = _strips(self._canvas[..., 3], self.region, waist, margin)
        """Where it moves, from the top down, and where it stands still."""
        self.depth = _depth(layers, self.region, 0.06 * anchors.face_width * placement.scale)
        """−1 … 1 at the points of ``avatars.warp.grid``."""

    def compose(self, pose: Pose) -> Pixels:
        """The figure over ``region``, upright. The array is used again by the next call."""
        self._canvas[self._here] = self._under
        for where, draw in self._steps:
            over(self._canvas[where], draw(pose))
        return self._canvas


def _same(drawing: Drawing) -> Drawing:
    return drawing


def _steps(pack: Pack, baker: Baker) -> list[_Step]:
    """Eyes, mouth and brows."""
    steps: list[_Step] = []
    for index, eye in enumerate(pack.eyes):
        art = EyeArt(f"eye {index}", eye, baker)
        steps.append(_Step(eye.spec.z, art.rect, _looking(art, right=index == 1)))
    mouth = MouthArt(pack.mouth, baker)
    steps.append(_Step(pack.spec.mouth.z, mouth.rect, lambda pose: mouth.draw(pose.mouth)))
    return steps + [_brow(part, drawing, baker) for part, drawing in pack.brows]


def _looking(art: EyeArt, *, right: bool) -> Callable[[Pose], Pixels]:
    def draw(pose: Pose) -> Pixels:
        lid = pose.eye_right if right else pose.eye_left
        squint = 0.9 * pose.smile  # a smile that leaves the eyes out is no smile
        return art.draw(lid, squint, pose.gaze_x, pose.gaze_y)

    return draw


def _brow(spec: BrowSpec, drawing: Drawing, baker: Baker) -> _Step:
    placement = baker.placement
    x, y, width, height = drawing.view
    dx, dy = abs(spec.travel[0]) + 4, abs(spec.travel[1]) + 4
    rect = placement.rect(x - dx, y - dy, width + 2 * dx, height + 2 * dy)
    pixels = baker.pixels(spec.file, lambda: drawing, rect)
    pivot_x, pivot_y = placement.pixel(spec.pivot)
    pivot = (pivot_x - rect.x, pivot_y - rect.y)
    travel = (spec.travel[0] * placement.scale, spec.travel[1] * placement.scale)

    def draw(pose: Pose) -> Pixels:
        raised = pose.brow
        return moved(pixels, raised * travel[0], raised * travel[1], raised * spec.turn, pivot)

    return _Step(spec.z, rect, draw)


def _overlay(layer: _Layer, region: Rect, face: Rect) -> _Step:
    """The part of a still layer that lies over what moves."""
    inside = layer._replace(pixels=np.ascontiguousarray(layer.pixels[_cut(face, region)]))
    rect = _drawn_in(inside.pixels, face)
    pixels = np.ascontiguousarray(layer.pixels[_cut(rect, region)])
    return _Step(layer.z, rect, lambda _pose: pixels)


def _laid(pixels: Pixels, rect: Rect, region: Rect) -> Pixels:
    """``pixels`` that lie at ``rect``, as a picture of all of ``region``."""
    canvas = np.zeros((region.height, region.width, 4), np.uint8)
    inside = rect.within(region)
    canvas[_cut(inside, region)] = pixels[_cut(inside, rect)]
    return canvas


def _composed(layers: Sequence[_Layer], region: Rect) -> Pixels:
    canvas = np.zeros((region.height, region.width, 4), np.uint8)
    for layer in layers:
        over(canvas, layer.pixels)
    return canvas


def _strips(
    alpha: NDArray[np.uint8], region: Rect, waist: int, margin: int
) -> tuple[list[Rect], Rect]:
    """The region in ``_STRIPS`` parts above the waist and one below, each as narrow as it can be.

    The corners beside the head are a tenth of the work.
    """
    waist = min(max(waist, region.y), region.bottom)
    tall = -(-(waist - region.y) // _STRIPS)
    edges = [*range(region.y, waist, tall + tall % 2), waist, region.bottom]
    rects = []
    for top, bottom in pairwise(edges):
        room = 0 if top == waist else margin
        rows = alpha[max(0, top - region.y - room) : bottom - region.y + room]
        used = np.flatnonzero(rows.any(axis=0))
        if not len(used):
            rects.append(Rect(top, region.x, 0, 0))
            continue
        left = max(0, int(used[0]) - room) // 2 * 2
        right = min(region.width, -(-(int(used[-1]) + 1 + room) // 2) * 2)
        rects.append(Rect(top, region.x + left, bottom - top, right - left))
    return [rect for rect in rects[:-1] if rect], rects[-1]


def _depth(layers: Sequence[_Layer], region: Rect, blur: float) -> NDArray[np.float32]:
    """The layers' depths at the grid's points, spread beyond their edges and made smooth."""
    rows, columns = grid(region).shape[:2]
    depth: NDArray[np.float32] = np.zeros((rows, columns), np.float32)
    covered = np.full((rows, columns), 1e-4, np.float32)
    for layer in layers:
        inner = cv2.resize(
            layer.pixels[..., 3], (columns - 2, rows - 2), interpolation=cv2.INTER_AREA
        )
        alpha = np.pad(inner.astype(np.float32) / 255.0, 1, mode="edge")
        depth = (depth * (1.0 - alpha) + layer.depth * alpha).astype(np.float32)
        covered = np.maximum(covered, alpha)
    step = region.width / (columns - 2)
    sigma = max(blur / step, 0.8)
    spread = cv2.GaussianBlur(depth * covered, (0, 0), sigma)
    weight = cv2.GaussianBlur(covered, (0, 0), sigma)
    return np.asarray(spread / weight, np.float32)


def _drawn_in(pixels: Pixels, rect: Rect) -> Rect:
    """The even rectangle of the frame in which ``pixels``, lying at ``rect``, show anything."""
    x, y, width, height = opaque_box(pixels)
    left, top = x // 2 * 2, y // 2 * 2
    right, bottom = -(-(x + width) // 2) * 2, -(-(y + height) // 2) * 2
    return Rect(rect.y + top, rect.x + left, bottom - top, right - left)


def _around(rects: Sequence[Rect], margin: int, within: Rect) -> Rect:
    """The smallest rectangle about all that hold anything, with a margin, inside ``within``."""
    some = [rect for rect in rects if rect]
    margin += margin % 2
    top, left = min(r.y for r in some) - margin, min(r.x for r in some) - margin
    bottom, right = max(r.bottom for r in some) + margin, max(r.right for r in some) + margin
    return Rect(top, left, bottom - top, right - left).within(within)


def _cut(rect: Rect, origin: Rect) -> tuple[slice, slice]:
    """``rect`` of the frame as slices of an array that lies at ``origin``."""
    y, x = rect.y - origin.y, rect.x - origin.x
    return slice(y, y + rect.height), slice(x, x + rect.width)
