"""What a host is to the scene: a pose goes in, pixels come out."""

from __future__ import annotations

from typing import Protocol

from avatars.planes import Rect
from host.model import Patch, Pose


class Avatar(Protocol):
    """A host that is on the picture."""

    @property
    def region(self) -> Rect:
        """Where it draws: every patch of every frame lies inside."""
        ...

    def frame(self, pose: Pose, cost: int = 0) -> list[Patch]:
        """The host's pixels over its background, in patches that don't overlap.

        Every call covers the same pixels, whatever was drawn before; elsewhere the background is
        seen. The same ``pose`` and ``cost`` give the same pixels. A part that stands still is the
        same ``Patch`` object in each call. ``cost``: 0 everything, 1 and above less, where less is
        to be had.
        """
        ...

    def close(self) -> None:
        """Give back what it holds; no frame may be asked for afterwards."""
        ...
