"""How an overlay comes, changes and goes: faded over a few frames, never popping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from avatars.planes import Rect, even
from avatars.sprite import Sprite
from host.model import VideoFormat

Content = TypeVar("Content")

SECONDS = 0.24
"""Length of a fade."""
_RISE = 0.012
"""How far it rises while it comes, fraction of the picture's height."""


class Entrance(Generic[Content]):
    """One overlay, drawn from its content by ``draw``."""

    def __init__(self, draw: Callable[[Content], Sprite], video: VideoFormat) -> None:
        self._draw = draw
        self._step = 1 / max(1, round(SECONDS * video.fps))
        self._rise = _RISE * video.height
        self._wanted: Content | None = None
        self._whole: Sprite | None = None
        self._level = 0.0
        self.sprite: Sprite | None = None
        """What is to be blended now; None: nothing."""

    def show(self, content: Content | None) -> list[Rect]:
        """Turn to ``content``, one frame further; returns what changed."""
        before = self.sprite
        if content != self._wanted:
            # Another content takes the place at once; nothing is ever shown half of each.
            swap = content is not None and self._wanted is not None
            self._wanted = content
            if content is not None:
                self._whole = self._draw(content)
                self._level = 0.5 if swap else 0.0
        target = 0.0 if self._wanted is None else 1.0
        if self._whole is None or (self._level == target and self.sprite is self._whole):
            return []
        step = self._step if target else -self._step
        self._level = min(max(self._level + step, 0.0), 1.0)
        self.sprite = self._at(self._level)
        if self.sprite is None:
            self._whole = None
        return [sprite.rect for sprite in (before, self.sprite) if sprite is not None]

    def _at(self, level: float) -> Sprite | None:
        if self._whole is None or level == 0.0:
            return None
        if level == 1.0:
            return self._whole
        eased = 1 - (1 - level) ** 3
        down = even((1 - eased) * self._rise) if self._wanted is not None else 0
        return self._whole.faded(eased).moved(down)
