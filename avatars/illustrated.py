"""A drawn host: composed upright from baked layers, then bent by one field.

The upright figure (``avatars.figure``) is remapped (``avatars.warp``), laid over the background and
made I420, all in premultiplied Y, U, V, A. Argued and measured in docs/adr/0003-drawn-host.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.bake import Baker
from avatars.colour import bgr_to_yuv, yuv_to_i420
from avatars.drawing import Placement
from avatars.figure import Figure
from avatars.layers import Pixels
from avatars.pack import Pack
from avatars.planes import Planes, Rect
from avatars.warp import Warp
from host.model import Patch, Pose

# One thread of one process; OpenCV's own threads cost more than they bring here.
cv2.setNumThreads(1)

_REST = Pose()


def place(pack: Pack, width: int, height: int) -> Placement:
    """Where the pack's canvas lies on a picture of that size, by its safe crop for that shape."""
    crop = pack.spec.crop.portrait if height > width else pack.spec.crop.landscape
    scale = width / crop.width
    return Placement(scale, -crop.x * scale, -crop.y * scale)


class IllustratedAvatar:
    """A pack before a background. See ``avatars.avatar.Avatar``."""

    def __init__(
        self,
        pack: Pack,
        background: NDArray[np.uint8],
        placement: Placement | None = None,
        kept_in: Path | None = None,
    ) -> None:
        """``background``: BGR, shape (height, width, 3), both sides even; it is not changed.

        ``placement``: None for the pack's safe crop. Every layer is drawn here, which takes
        seconds, unless its pixels are found in the folder ``kept_in``; None: nothing is kept.
        Raises ValueError on odd sides.
        """
        height, width = background.shape[:2]
        if height % 2 or width % 2:
            raise ValueError(f"I420 needs even sides, not {width}x{height}")
        placed = placement or place(pack, width, height)
        baker = Baker(pack.folder, placed, kept_in)
        self._figure = Figure(pack, baker, Rect(0, 0, height, width))
        baker.keep()
        self._warp = Warp(pack.spec.anchors, self._figure.depth, self.region, placed)
        region = self.region
        behind = background[region.y : region.bottom, region.x : region.right]
        self._behind = bgr_to_yuv(np.ascontiguousarray(behind))
        self._still: list[Patch] = []
        if self._figure.still:
            self._still = self._patches([self._figure.still], _REST)
        self._calm = self._patches(self._figure.strips, _REST)

    @property
    def region(self) -> Rect:
        """Where it draws."""
        return self._figure.region

    @property
    def head(self) -> Rect:
        """Where its face moves by itself, with room about it."""
        face = self._figure.face
        y, x = face.height // 4 * 2, face.width // 8 * 2
        about = Rect(face.y - y, face.x - x, face.height + y + y // 4 * 2, face.width + 2 * x)
        return about.within(self.region)

    def frame(self, pose: Pose, cost: int = 0) -> list[Patch]:
        """``cost`` 0: everything. 1 and above: the figure stands still, only the face moves."""
        if cost <= 0:
            return [*self._patches(self._figure.strips, pose), *self._still]
        calm = replace(pose, head_x=0.0, head_y=0.0, head_roll=0.0, breath=_REST.breath, gesture="")
        face = self._patches([self._figure.face], calm)
        return [*(_with(patch, face[0]) for patch in self._calm), *self._still]

    def close(self) -> None:
        """Nothing of it outlives the object."""

    def _patches(self, parts: Sequence[Rect], pose: Pose) -> list[Patch]:
        """What is seen in ``parts`` of the frame."""
        coarse = self._warp.coarse(pose)
        upright = self._figure.compose(pose)
        patches = []
        for part in parts:
            sources = self._warp.sources(coarse, part)
            # The stub asks for a second map; None says that the first holds both coordinates.
            bent = cv2.remap(upright, sources, None, cv2.INTER_LINEAR)  # type: ignore[call-overload]
            picture = self._laid(np.asarray(bent, np.uint8), part)
            patches.append(Patch(part.y, part.x, yuv_to_i420(picture)))
        return patches

    def _laid(self, figure: Pixels, rect: Rect) -> NDArray[np.uint8]:
        """``figure`` over the background under ``rect``: Y, U, V."""
        y, x = rect.y - self.region.y, rect.x - self.region.x
        behind = self._behind[y : y + rect.height, x : x + rect.width]
        through = cv2.bitwise_not(cv2.extractChannel(figure, 3))
        picture = cv2.multiply(behind, cv2.merge([through] * 3), None, 1 / 255)
        cv2.add(picture, cv2.cvtColor(figure, cv2.COLOR_BGRA2BGR), picture)
        return np.asarray(picture, np.uint8)


def _with(patch: Patch, face: Patch) -> Patch:
    """``patch`` with what of ``face`` lies in it; the same one where nothing does."""
    whole, part = Planes.of(patch.i420), Planes.of(face.i420)
    at = whole.rect.moved(patch.y, patch.x)
    common = part.rect.moved(face.y, face.x).within(at)
    if not common:
        return patch
    changed = patch.i420.copy()
    target = Planes.of(changed).at(common.moved(-patch.y, -patch.x))
    target.copy_from(part.at(common.moved(-face.y, -face.x)))
    return Patch(patch.y, patch.x, changed)
