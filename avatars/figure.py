"""The upright figure: layers baked once, eyes, mouth and moving parts laid on in each frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.drawing import Drawing, Placement
from avatars.eyes import EyeArt
from avatars.layers import Pixels, moved, opaque_box, over
from avatars.mouth import MouthArt
from avatars.pack import Pack, PartSpec
from avatars.planes import Rect
from avatars.warp import grid
from host.model import Pose

_MARGIN = 0.12
"""How far a figure may move beyond its outline, of the width of its face."""


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

    def __init__(self, pack: Pack, placement: Placement, frame: Rect) -> None:
        """``frame``: the whole picture; what of the figure lies outside is not drawn."""
        anchors = pack.spec.anchors
        baked = []
        for spec, drawing in pack.layers:
            rect = placement.rect(*drawing.view).within(frame)
            baked.append((spec, rect, drawing.raster(rect, placement)))
        margin = round(_MARGIN * anchors.face_width * placement.scale)
        seen = [_drawn_in(pixels, rect) for _, rect, pixels in baked]
        self.region = _around(seen, margin, frame)
        """Where the figure may be seen, however it moves."""
        layers = [
            _Layer(spec.z, spec.depth, _laid(pixels, rect, self.region))
            for spec, rect, pixels in baked
        ]
        steps = _steps(pack, placement)
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
        self._hands = [
            _Hand(part, drawing, placement, self.region)
            for part, drawing in pack.parts
            if part.moved_by != "brow"
        ]
        self._plain = _composed(layers, self.region)
        self._canvas = self._plain.copy()
        self._hand_shown = False
        self.depth = _depth(layers, self.region, 0.06 * anchors.face_width * placement.scale)
        """−1 … 1 at the points of ``avatars.warp.grid``."""

    def compose(self, pose: Pose) -> Pixels:
        """The figure over ``region``, upright. The array is used again by the next call."""
        hands = [hand for hand in self._hands if hand.name == pose.gesture]
        if self._hand_shown:
            np.copyto(self._canvas, self._plain)
        self._canvas[self._here] = self._under
        for where, draw in self._steps:
            over(self._canvas[where], draw(pose))
        for hand in hands:
            hand.draw(self._canvas, pose.gesture_phase)
        self._hand_shown = bool(hands)
        return self._canvas


class _Hand:
    """A part that comes into the picture for a gesture, and leaves it."""

    def __init__(
        self, spec: PartSpec, drawing: Drawing, placement: Placement, region: Rect
    ) -> None:
        self.name = spec.moved_by
        # Room about it, so that turning does not cut it.
        x, y, width, height = drawing.view
        room = 0.2 * max(width, height)
        rect = placement.rect(x - room, y - room, width + 2 * room, height + 2 * room)
        self._pixels = drawing.raster(rect, placement)
        self._at = np.array([rect.x - region.x, rect.y - region.y])
        pivot_x, pivot_y = placement.pixel(spec.pivot)
        self._pivot = (pivot_x - rect.x, pivot_y - rect.y)
        self._away = np.array(spec.away) * placement.scale
        self._travel = np.array(spec.travel) * placement.scale
        self._turn = spec.turn

    def draw(self, canvas: Pixels, phase: float) -> None:
        """``phase``: 0 … 1, begun to done."""
        shown = _ease(phase / 0.22) * _ease((1.0 - phase) / 0.22)
        place = self._at + self._away * (1.0 - shown) + self._travel * shown
        whole = np.floor(place).astype(int)
        part = place - whole
        turn = self._turn * (1.0 - shown)
        pixels = moved(self._pixels, part[0], part[1], turn, self._pivot)
        x, y = int(whole[0]), int(whole[1])
        left, top = max(0, -x), max(0, -y)
        right = min(pixels.shape[1], canvas.shape[1] - x)
        bottom = min(pixels.shape[0], canvas.shape[0] - y)
        if left < right and top < bottom:
            seen = np.ascontiguousarray(pixels[top:bottom, left:right])
            over(canvas[y + top : y + bottom, x + left : x + right], seen)


def _steps(pack: Pack, placement: Placement) -> list[_Step]:
    """Eyes, mouth and brows."""
    steps: list[_Step] = []
    for index, eye in enumerate(pack.eyes):
        art = EyeArt(eye, placement)
        steps.append(_Step(eye.spec.z, art.rect, _looking(art, right=index == 1)))
    mouth = MouthArt(pack.mouth, placement)
    steps.append(_Step(pack.spec.mouth.z, mouth.rect, lambda pose: mouth.draw(pose.mouth)))
    for part, drawing in pack.parts:
        if part.moved_by == "brow":
            steps.append(_brow(part, drawing, placement))
    return steps


def _looking(art: EyeArt, *, right: bool) -> Callable[[Pose], Pixels]:
    def draw(pose: Pose) -> Pixels:
        lid = pose.eye_right if right else pose.eye_left
        squint = min(1.0, max(0.0, 1.2 * pose.smile - 0.3))
        return art.draw(lid, squint, pose.gaze_x, pose.gaze_y)

    return draw


def _brow(spec: PartSpec, drawing: Drawing, placement: Placement) -> _Step:
    x, y, width, height = drawing.view
    dx, dy = abs(spec.travel[0]) + 4, abs(spec.travel[1]) + 4
    rect = placement.rect(x - dx, y - dy, width + 2 * dx, height + 2 * dy)
    pixels = drawing.raster(rect, placement)
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


def _ease(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return part * part * (3.0 - 2.0 * part)
