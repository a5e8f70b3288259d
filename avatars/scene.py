"""The scene: background, host, card, captions, question and notice in one I420 frame.

Two frames are kept: ``clean`` (background and host) and the one that is shown. A rectangle that the
host or an overlay changed is copied over from ``clean`` and the overlays that lie in it are blended
again; everything else stays from the frame before. Argued in docs/adr/0006-scene-in-i420.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from avatars import bubble, cards
from avatars.background import background as load_background
from avatars.captions import Captions
from avatars.colour import bgr_to_i420
from avatars.entrance import Entrance
from avatars.fonts import drawable
from avatars.label import TEXTS, Label
from avatars.planes import Planes, Rect
from avatars.sprite import Sprite
from host.model import Format, Lang, Patch, Product, Question, Scenery

# A scene is one thread of one process; OpenCV's own threads cost more than they bring here.
cv2.setNumThreads(1)


def drawn_texts(scenery: Scenery, lang: Lang) -> tuple[str, ...]:
    """Every text that ``Scene.frame`` draws for ``scenery``, whole, for the gate to judge."""
    texts: list[str] = [TEXTS[lang]]
    if scenery.product is not None:
        texts += cards.CardTexts.of(scenery.product, lang).drawn(lang)
    if scenery.caption:
        texts.append(drawable(scenery.caption))
    if scenery.question is not None:
        texts += bubble.texts(scenery.question, lang)
    return tuple(texts)


@dataclass(frozen=True, slots=True)
class _Stamped:
    """A product with its picture as it is now."""

    product: Product
    stamp: int
    """As ``cards.card`` takes it."""


class Scene:
    """Composes the picture of a room, a frame a call."""

    def __init__(self, fmt: Format, lang: Lang, background: Path | None = None) -> None:
        """``background``: SVG, PNG or JPEG; None: the bundled set. Raises ConfigError."""
        video = fmt.video
        self._video, self._lang = video, lang
        self.background: NDArray[np.uint8] = load_background(video, background)
        """What the host stands before: BGR, shape (height, width, 3)."""
        self._clean = bgr_to_i420(self.background)
        self._frame = self._clean.copy()
        self._below, self._shown = Planes.of(self._clean), Planes.of(self._frame)
        self._captions = Captions(video)
        self._card: Entrance[_Stamped] = Entrance(
            lambda stamped: cards.card(stamped.product, lang, video, stamped.stamp), video
        )
        self._stamps: dict[str, int] = {}  # path of a picture → time of its last write, ns
        self._question: Entrance[Question] = Entrance(
            lambda question: bubble.bubble(question, lang, video), video
        )
        self._label = Label(fmt, lang)

    def frame(self, patches: Sequence[Patch], scenery: Scenery) -> NDArray[np.uint8]:
        """The next frame: shape (height * 3 / 2, width).

        It is the same array in every call, changed in place: copy what is to be kept. ``patches``
        are the host's, over ``background``; what none of them covers stays as it was.
        Raises ValueError on a patch that does not fit the frame.
        """
        dirty = [self._land(patch) for patch in patches]
        dirty += self._card.show(self._stamped(scenery.product))
        dirty += self._captions.show(scenery.caption, scenery.progress)
        dirty += self._question.show(scenery.question)
        overlays = [
            layer.sprite
            for layer in (self._card, self._captions, self._question)
            if layer.sprite is not None
        ]
        # A rectangle inside another is composed with it.
        for index, rect in enumerate(dirty):
            others = dirty[:index] + [other for other in dirty[index + 1 :] if other != rect]
            if not any(other.covers(rect) for other in others):
                self._compose(rect, overlays)
        # Whatever was drawn there before, and in every frame.
        self._compose(self._label.rect, overlays)
        self._label.apply(self._shown)
        return self._frame

    def forget(self) -> None:
        """Look again whether a product's picture is another one, when it is shown next."""
        self._stamps.clear()

    def _stamped(self, product: Product | None) -> _Stamped | None:
        if product is None:
            return None
        path = product.images[0] if product.images else ""
        if path and path not in self._stamps:
            try:
                self._stamps[path] = os.stat(path).st_mtime_ns
            except OSError:
                self._stamps[path] = 0
        return _Stamped(product, self._stamps.get(path, 0))

    def _land(self, patch: Patch) -> Rect:
        planes = Planes.of(patch.i420)
        rect = planes.rect.moved(patch.y, patch.x)
        if not self._below.rect.covers(rect):
            raise ValueError(f"a patch at {rect} is outside the frame {self._below.rect}")
        self._below.at(rect).copy_from(planes)
        return rect

    def _compose(self, rect: Rect, overlays: Sequence[Sprite]) -> None:
        rect = rect.within(self._shown.rect)
        self._shown.at(rect).copy_from(self._below.at(rect))
        for sprite in overlays:
            sprite.blend(self._shown, rect)
