"""A drawn host: composed upright from baked layers, then bent by one field.

The upright figure (``avatars.figure``) is remapped (``avatars.warp``), laid over the background and
made I420, all in premultiplied Y, U, V, A. Argued and measured in docs/adr/0003-drawn-host.md.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars.colour import bgr_to_yuv, yuv_to_i420
from avatars.drawing import Placement
from avatars.figure import Figure
from avatars.layers import Pixels
from avatars.pack import Pack
from avatars.planes import Rect
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
        self, pack: Pack, background: NDArray[np.uint8], placement: Placement | None = None
    ) -> None:
        """``background``: BGR, shape (height, width, 3), both sides even; it is not changed.

        ``placement``: None for the pack's safe crop. Every layer is drawn here, which takes
        seconds. Raises ValueError on odd sides.
        """
        height, width = background.shape[:2]
        if height % 2 or width % 2:
            raise ValueError(f"I420 needs even sides, not {width}x{height}")
        placed = placement or place(pack, width, height)
        self._figure = Figure(pack, placed, Rect(0, 0, height, width))
        self._warp = Warp(pack.spec.anchors, self._figure.depth, self.region, placed)
        region = self.region
        behind = background[region.y : region.bottom, region.x : region.right]
        self._behind = bgr_to_yuv(np.ascontiguousarray(behind))
        still = self._laid(self._bent(_REST, region), region)
        self._still = Patch(region.y, region.x, yuv_to_i420(still))

    @property
    def region(self) -> Rect:
        """Where it draws."""
        return self._figure.region

    def frame(self, pose: Pose, cost: int = 0) -> list[Patch]:
        """``cost`` 0: everything. 1 and above: the figure stands still, only the face moves."""
        if cost <= 0:
            region = self.region
            picture = self._laid(self._bent(pose, region), region)
            return [Patch(region.y, region.x, yuv_to_i420(picture))]
        calm = replace(pose, head_x=0.0, head_y=0.0, head_roll=0.0, breath=_REST.breath, gesture="")
        face = self._figure.face
        picture = self._laid(self._bent(calm, face), face)
        return [self._still, Patch(face.y, face.x, yuv_to_i420(picture))]

    def close(self) -> None:
        """Nothing of it outlives the object."""

    def _bent(self, pose: Pose, part: Rect) -> Pixels:
        """What of the figure is seen in ``part`` of the frame."""
        sources = self._warp.sources(pose, part)
        upright = self._figure.compose(pose)
        # The stub asks for a second map; None says that the first holds both coordinates.
        bent = cv2.remap(upright, sources, None, cv2.INTER_LINEAR)  # type: ignore[call-overload]
        return np.asarray(bent, np.uint8)

    def _laid(self, figure: Pixels, rect: Rect) -> NDArray[np.uint8]:
        """``figure`` over the background under ``rect``: Y, U, V."""
        y, x = rect.y - self.region.y, rect.x - self.region.x
        behind = self._behind[y : y + rect.height, x : x + rect.width]
        through = cv2.bitwise_not(cv2.extractChannel(figure, 3))
        picture = cv2.multiply(behind, cv2.merge([through] * 3), None, 1 / 255)
        cv2.add(picture, cv2.cvtColor(figure, cv2.COLOR_BGRA2BGR), picture)
        return np.asarray(picture, np.uint8)
