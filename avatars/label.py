"""The AI notice: in every frame, applied last. Nothing in this file can be set to leave it out.

Asked for by China's live-commerce rules (continuous notice) and GB 45438-2025 (height of the text
at least 5 % of the picture's short side); see docs/adr/0006-scene-in-i420.md.
"""

from __future__ import annotations

import math
import re
from typing import Final

from avatars.canvas import Canvas, rounded
from avatars.fonts import CAP_HEIGHT, HANZI_HEIGHT, font
from avatars.layout import layout_for
from avatars.planes import Planes, Rect, even
from avatars.sprite import Sprite
from host.model import Format, Lang

TEXTS: Final[dict[Lang, str]] = {"zh": "AI数字人直播", "en": "AI-generated host"}
"""The notice, word for word."""
LEAST_HEIGHT: Final = 0.05
"""Height of its letters, fraction of the picture's short side."""

_PLATE = (16, 20, 34)
_INK = (255, 255, 255)
_ACCENT = (255, 74, 92)
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")


class Label:
    """The notice, drawn once for a picture size."""

    def __init__(self, fmt: Format, *langs: Lang) -> None:
        """``langs``: one row each, from the top; at least one."""
        if not langs:
            raise ValueError("a label speaks at least one language")
        rows = [_row(fmt, lang, index) for index, lang in enumerate(langs)]
        self._rows = rows
        left, top = rows[0].rect.x, rows[0].rect.y
        width = max(row.rect.right for row in rows) - left
        self.rect = Rect(top, left, rows[-1].rect.bottom - top, width)
        """Where it is drawn, in luma pixels."""

    def apply(self, frame: Planes) -> None:
        """Blend it into ``frame``, whose pixels under ``rect`` must not hold it yet."""
        for row in self._rows:
            row.blend(frame, self.rect)


def _row(fmt: Format, lang: Lang, index: int) -> Sprite:
    video = fmt.video
    place = layout_for(video).label.rect(video)
    need = LEAST_HEIGHT * min(video.width, video.height)
    hanzi = font(math.ceil(need / HANZI_HEIGHT), 700)
    latin = font(math.ceil(need / CAP_HEIGHT), 700)
    # Latin capitals are lower than Hanzi of the same em: each script gets the size it needs.
    runs = [(run, latin if run.isascii() else hanzi) for run in _RUNS.findall(TEXTS[lang])]
    inset, height = round(need * 0.5), even(need * 1.72)
    accent = round(need * 0.22)
    width = round(sum(face.getlength(run) for run, face in runs)) + 2 * inset + accent
    canvas = Canvas(width, height)
    plate = rounded(width, height, height * 0.26)
    canvas.fill(plate, _PLATE, opacity=0.72)
    strip = plate.copy()
    strip[:, accent:] = 0
    canvas.fill(strip, _ACCENT)
    x, baseline = float(inset + accent), (height + need) / 2
    for run, face in runs:
        # A Hanzi's ink hangs 0.09 em below the baseline; it is set on the capitals' foot.
        lift = 0 if run.isascii() else 0.075 * face.size
        canvas.text(run, face, _INK, x, baseline - lift)
        x += face.getlength(run)
    gap = round(need * 0.25)
    return canvas.sprite(place.y + index * even(height + gap), place.x)
