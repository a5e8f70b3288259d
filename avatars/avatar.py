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
        """The host's pixels over its background: together they cover ``region``.

        The same ``pose`` and ``cost`` give the same pixels, whatever was drawn before.
        ``cost``: 0 everything, 1 less, 2 least; what lies above is taken as 2. The patches' arrays
        are the caller's to read until the next call.
        """
        ...

    def close(self) -> None:
        """Give back what it holds; no frame may be asked for afterwards."""
        ...
