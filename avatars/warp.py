"""How a still drawing is bent: sway, turn, tilt, nod, breath, jaw and smile as one smooth field.

Every movement is a displacement of the whole figure, large where it belongs and fading to nothing
elsewhere, so no layer ever parts from another: there is no seam at the neck. The bases are fixed at
load on a coarse grid; a pose mixes them, and one ``cv2.remap`` does the rest. Turning is parallax:
each point goes by its depth, which comes from the layers' ``depth`` and the roundness of the face.
Amplitudes are fractions of the width of the face, so that they fit a host of any size.
"""

from __future__ import annotations

from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.drawing import Placement
from avatars.mouth import aperture
from avatars.pack import Anchors
from avatars.planes import Rect
from host.model import Pose

STEP = 8
"""Pixels between points of the grid."""

_Field = NDArray[np.float32]

MAX_TILT = 3.2
"""Degrees at ``head_roll`` 1."""


class Warp:
    """The field of one host at one place of the frame."""

    def __init__(self, anchors: Anchors, depth: _Field, region: Rect, placement: Placement) -> None:
        """``depth``: shape ``grid(region).shape[:2]``, −1 … 1, at the points of the grid."""
        self._region = region
        self._pixels = grid(region)
        origin = np.array([placement.x - region.x, placement.y - region.y], np.float32)
        points = (self._pixels - origin) / placement.scale
        self._body = _pixels(_body_bases(points, anchors), placement.scale)
        self._face = _pixels(_face_bases(points, depth, anchors), placement.scale)

    def coarse(self, pose: Pose) -> _Field:
        """For each point of the grid the point of the region that it shows."""
        body = (_body_amounts(pose) @ self._body).reshape(self._pixels.shape)
        face = (_face_amounts(pose) @ self._face).reshape(self._pixels.shape)
        upright = self._pixels - body
        # The face is bent where it lies upright, wherever the body has carried it.
        at = (upright - self._pixels[0, 0]) / STEP
        bent = cv2.remap(  # type: ignore[call-overload]  # the stub asks for a second map
            face, at.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(upright - bent, np.float32)

    def sources(self, coarse: _Field, part: Rect) -> _Field:
        """For each pixel of ``part`` of the frame the point of the region that it shows.

        ``coarse``: of the pose. Shape (part.height, part.width, 2), x and y, as ``cv2.remap`` takes
        it. 0.3 ms for 640x1040.
        """
        top, left = part.y - self._region.y, part.x - self._region.x
        rows = slice(top // STEP, -(-(top + part.height) // STEP) + 2)
        columns = slice(left // STEP, -(-(left + part.width) // STEP) + 2)
        points = coarse[rows, columns]
        size = (points.shape[1] * STEP, points.shape[0] * STEP)
        fine = cv2.resize(points, size, interpolation=cv2.INTER_LINEAR)
        y, x = STEP + top % STEP, STEP + left % STEP
        return np.asarray(fine[y : y + part.height, x : x + part.width], np.float32)


def grid(region: Rect) -> _Field:
    """Points (x, y) of the coarse grid, pixels from the region's corner: shape (rows, columns, 2).

    One ring of points lies outside, and each point at the middle of its cell, where ``cv2.resize``
    takes it to be: so a plain grid comes back exactly.
    """
    rows, columns = -(-region.height // STEP) + 2, -(-region.width // STEP) + 2
    y = (np.arange(rows, dtype=np.float32) - 0.5) * STEP - 0.5
    x = (np.arange(columns, dtype=np.float32) - 0.5) * STEP - 0.5
    return np.stack(np.meshgrid(x, y), axis=-1).astype(np.float32)


def _pixels(bases: list[_Field], scale: float) -> _Field:
    """Displacements in canvas units as rows of a matrix, in pixels."""
    return np.asarray(np.stack(bases).reshape(len(bases), -1) * scale, np.float32)


def _body_amounts(pose: Pose) -> NDArray[np.float32]:
    """How much of each basis, in the order of ``_body_bases``."""
    tilt = radians(MAX_TILT * pose.head_roll)
    amounts = [pose.head_x, sin(tilt), 1.0 - cos(tilt), pose.breath - 0.5]
    return np.array(amounts, np.float32)


def _face_amounts(pose: Pose) -> NDArray[np.float32]:
    """How much of each basis, in the order of ``_face_bases``."""
    mouth = pose.mouth
    spread = max(mouth.wide, 0.0) * (1.0 - mouth.round)
    amounts = [
        pose.head_x,
        pose.head_y,
        aperture(mouth),
        mouth.round,
        spread,
        pose.smile,
        pose.brow,
    ]
    return np.array(amounts, np.float32)


def _body_bases(points: _Field, anchors: Anchors) -> list[_Field]:
    """Sway, tilt and breath: one displacement in canvas units for each amount of 1."""
    unit = anchors.face_width
    x, y = points[..., 0], points[..., 1]
    neck_x, neck_y = anchors.neck
    head = _head(y, anchors)
    # The body leans from the waist up.
    lean = 1.0 - _step(y, anchors.shoulders - 0.5 * unit, anchors.waist)
    sway = np.stack([0.05 * unit * (0.45 * lean + 0.55 * head), 0.004 * unit * head], axis=-1)
    tilt_sin = np.stack([-(y - neck_y), x - neck_x], axis=-1) * head[..., None]
    tilt_cos = -np.stack([x - neck_x, y - neck_y], axis=-1) * head[..., None]
    chest = _step(y, anchors.chin[1], anchors.shoulders)
    chest = chest * (1.0 - _step(y, anchors.shoulders, anchors.waist))
    rise = 0.016 * unit * chest + 0.006 * unit * head
    breath = np.stack([0.012 * chest * (x - neck_x), -rise], axis=-1)
    return [sway, tilt_sin, tilt_cos, breath]


def _face_bases(points: _Field, depth: _Field, anchors: Anchors) -> list[_Field]:
    """Turn, nod and what the face does: as ``_body_bases``."""
    unit = anchors.face_width
    x, y = points[..., 0], points[..., 1]
    chin_y = anchors.chin[1]
    mouth_x, mouth_y = anchors.mouth
    half = anchors.mouth_width / 2
    none = np.zeros_like(x)
    head = _head(y, anchors)
    face = _bump(x - anchors.nose[0], 0.36 * unit) * _bump(y - anchors.nose[1], 0.5 * unit)
    near = (depth + 0.35 * face) * head
    turn = np.stack([0.042 * unit * near, none], axis=-1)
    nod = np.stack([none, unit * head * (0.03 + 0.03 * near)], axis=-1)

    across = _bump(x - mouth_x, 0.3 * unit)
    jaw_drop = _step(y, mouth_y, chin_y) * (1.0 - _step(y, chin_y, chin_y + 0.3 * unit))
    jaw = np.stack([-0.03 * jaw_drop * across * (x - mouth_x), 0.05 * unit * jaw_drop * across], -1)

    about = _bump(x - mouth_x, 1.3 * half) * _bump(y - mouth_y, 0.12 * unit)
    pucker = np.stack([-0.1 * (x - mouth_x) * about, none], axis=-1)
    spread = np.stack([0.07 * (x - mouth_x) * about, none], axis=-1)

    # The mouth is bent into a parabola, which fades in the cheeks.
    along = (x - mouth_x) / half
    bow = np.square(along) * np.exp(-((along / 1.7) ** 4)) * _bump(y - mouth_y, 0.1 * unit)
    cheek_y = (mouth_y + anchors.nose[1]) / 2 - 0.05 * unit
    cheeks = _bump(np.abs(x - mouth_x) - 0.27 * unit, 0.1 * unit) * _bump(y - cheek_y, 0.1 * unit)
    smile = np.stack(
        [
            0.03 * unit * np.sign(along) * bow,
            -unit * (0.04 * bow + 0.018 * cheeks),
        ],
        axis=-1,
    )
    forehead = _bump(x - anchors.nose[0], 0.45 * unit) * _bump(
        y - (anchors.nose[1] - 0.4 * unit), 0.08 * unit
    )
    brow = np.stack([none, -0.006 * unit * forehead], axis=-1)
    return [turn, nod, jaw, pucker, spread, smile, brow]


def _head(y: _Field, anchors: Anchors) -> _Field:
    """1 in the head, 0 in the body: the neck is bent between them."""
    top = anchors.chin[1] - 0.1 * anchors.face_width
    return np.asarray(1.0 - _step(y, top, anchors.shoulders), np.float32)


def _step(value: _Field, low: float, high: float) -> _Field:
    """0 at ``low``, 1 at ``high``, smooth at both ends."""
    part = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(part * part * (3.0 - 2.0 * part), np.float32)


def _bump(offset: _Field, width: float) -> _Field:
    return np.asarray(np.exp(-0.5 * np.square(offset / width)), np.float32)
