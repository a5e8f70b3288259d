"""Captions in step with the voice: the clause being said, lit as far as it has been said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from avatars.canvas import Canvas, Colour, rounded
from avatars.fonts import drawable, font
from avatars.layout import Layout, layout_for
from avatars.planes import Planes, Rect, even
from avatars.sprite import Sprite
from avatars.text import advance, balanced
from host.model import VideoFormat

MAX_LINES = 2
"""Lines shown at once; a longer clause is paged through."""

_PLATE: Colour = (16, 20, 34)
_TO_SAY: Colour = (255, 255, 255)
_SAID: Colour = (255, 214, 92)
_LEADING = 1.36
"""Distance of baselines, em."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a page: where its text is lit, and when."""

    area: Rect
    """Of the text, within the sprite."""
    begins: float
    """Share of the clause said before it, 0 … 1."""
    ends: float
    """Share of the clause said after it, 0 … 1."""


@dataclass(frozen=True, slots=True)
class _Page:
    """At most ``MAX_LINES`` lines of a clause, drawn dark and lit."""

    plain: Sprite
    lit: Sprite
    rows: tuple[_Row, ...]


class Captions:
    """The caption of the clause on air."""

    def __init__(self, video: VideoFormat) -> None:
        self._video = video
        self._layout = layout_for(video)
        self._text = ""
        self._pages: tuple[_Page, ...] = ()
        self._page: _Page | None = None
        self._sprite: Sprite | None = None
        self._edges: list[int] = []

    @property
    def sprite(self) -> Sprite | None:
        """What is to be blended now; None: nothing."""
        return self._sprite

    def show(self, text: str, progress: float) -> list[Rect]:
        """Turn to ``text``, said as far as ``progress`` (0 … 1); returns what changed."""
        if text != self._text:
            self._text = text
            self._pages = _pages(drawable(text), self._video, self._layout)
        page = self._page_at(progress)
        changed: list[Rect] = []
        if page is not self._page:
            changed += [self._sprite.rect] if self._sprite is not None else []
            self._page, self._sprite = page, None
            if page is not None:
                self._sprite = _copy(page.plain)
                self._edges = [row.area.x for row in page.rows]
                changed.append(page.plain.rect)
        return changed + self._light(progress)

    def _page_at(self, progress: float) -> _Page | None:
        for page in self._pages:
            if progress < page.rows[-1].ends:
                return page
        return self._pages[-1] if self._pages else None

    def _light(self, progress: float) -> list[Rect]:
        """Move the boundary between said and to be said; only colours change, not alpha."""
        if self._page is None or self._sprite is None:
            return []
        changed = []
        for index, row in enumerate(self._page.rows):
            share = (progress - row.begins) / (row.ends - row.begins)
            edge = row.area.x + even(min(max(share, 0.0), 1.0) * row.area.width)
            old, self._edges[index] = self._edges[index], edge
            if edge == old:
                continue
            source = self._page.lit if edge > old else self._page.plain
            part = Rect(row.area.y, min(edge, old), row.area.height, abs(edge - old))
            self._sprite.ink.at(part).copy_from(source.ink.at(part))
            changed.append(part.moved(self._sprite.rect.y, self._sprite.rect.x))
        return changed


def _copy(sprite: Sprite) -> Sprite:
    ink = Planes(sprite.ink.y.copy(), sprite.ink.u.copy(), sprite.ink.v.copy())
    return Sprite(sprite.rect, ink, sprite.keep)


@lru_cache(maxsize=8)
def _pages(text: str, video: VideoFormat, layout: Layout) -> tuple[_Page, ...]:
    place = layout.caption.rect(video)
    em = round(layout.caption_em * min(video.width, video.height))
    face = font(em, 700)
    inset = round(0.5 * em)
    lines = balanced(text.rstrip("，。、；,;"), face, place.width - 2 * inset)
    whole = sum(advance(line, face) for line in lines)
    pages, said = [], 0.0
    for first in range(0, len(lines), MAX_LINES):
        shown = lines[first : first + MAX_LINES]
        pages.append(_page(shown, said, whole, em, place))
        said += sum(advance(line, face) for line in shown)
    return tuple(pages)


def _page(lines: tuple[str, ...], said: float, whole: float, em: int, place: Rect) -> _Page:
    face = font(em, 700)
    widths = [advance(line, face) for line in lines]
    pad_x, pad_y = round(0.5 * em), round(0.3 * em)
    leading = round(_LEADING * em)
    width = even(max(widths) + 2 * pad_x)
    height = even(2 * pad_y + leading * (len(lines) - 1) + 1.1 * em)
    y = place.bottom - height
    x = even(place.x + (place.width - width) / 2)
    rows = []
    for index, line_width in enumerate(widths):
        left, top = even((width - line_width) / 2), even(pad_y + index * leading)
        area = Rect(top, left, even(min(1.1 * em + pad_y, height - top)), even(line_width))
        rows.append(_Row(area, said / whole, (said + line_width) / whole))
        said += line_width
    sprites = []
    for colour in (_TO_SAY, _SAID):
        canvas = Canvas(width, height)
        canvas.fill(rounded(width, height, 0.36 * em), _PLATE, opacity=0.66)
        for row, line in zip(rows, lines, strict=True):
            canvas.text(line, face, colour, row.area.x, row.area.y + 0.93 * em)
        sprites.append(canvas.sprite(y, x))
    return _Page(sprites[0], sprites[1], tuple(rows))
