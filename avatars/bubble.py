"""The question being answered: a speech bubble with a masked name and a clipped text."""

from __future__ import annotations

from functools import lru_cache

from avatars.canvas import Canvas, Colour, gradient, rounded
from avatars.fonts import drawable, font
from avatars.layout import layout_for
from avatars.planes import even
from avatars.sprite import Sprite
from avatars.text import advance, clipped
from host.model import Lang, Question, VideoFormat

MAX_LINES = 2
"""Lines of the viewer's text."""

_PAPER: Colour = (255, 255, 255)
_INK: Colour = (28, 32, 44)
_NAME: Colour = (92, 92, 226)
_SHADE: Colour = (24, 28, 40)
_MARK_FROM: Colour = (116, 126, 255)
_MARK_TO: Colour = (84, 84, 232)


def texts(question: Question, lang: Lang) -> tuple[str, ...]:
    """Every text that the bubble may draw: the name with its colon, and what was asked."""
    colon = "：" if lang == "zh" else ":"
    return (f"{drawable(question.name)}{colon}", drawable(question.text))


@lru_cache(maxsize=8)
def bubble(question: Question, lang: Lang, video: VideoFormat) -> Sprite:
    """The bubble at its place in the layout, as wide as its text asks for."""
    layout = layout_for(video)
    place = layout.question.rect(video)
    em = round(layout.question_em * min(video.width, video.height))
    face = font(em, 600)
    inset, disc, gap = round(0.5 * em), round(1.9 * em), round(0.45 * em)
    text_x, leading = inset + disc + gap, 1.34 * em
    room = place.width - text_x - inset
    name, body = texts(question, lang)
    # A full-width colon brings its own space.
    name = clipped(name, face, room / 2, 1)[0] + ("" if lang == "zh" else " ")
    # The text runs on from the name, as in a comment.
    lines = clipped(name + body, face, room, MAX_LINES)
    width = even(text_x + max(advance(line, face) for line in lines) + 1.2 * inset)
    height = even(max(disc, leading * (len(lines) - 1) + 1.1 * em) + 2 * inset)
    margin = 2 * round(0.35 * em)
    radius = min(height / 2, 1.1 * em)
    canvas = Canvas(width + 2 * margin, height + 2 * margin)
    shadow = rounded(width, height, radius, blur=1.5 * margin, margin=margin)
    canvas.fill(shadow, _SHADE, y=margin // 5, opacity=0.3)
    canvas.fill(rounded(width, height, radius), _PAPER, margin, margin, opacity=0.95)
    x, middle = margin + inset, margin + height / 2
    mark = gradient(disc, disc, _MARK_FROM, _MARK_TO)
    canvas.fill(rounded(disc, disc, disc / 2), mark, x, round(middle - disc / 2))
    canvas.text(
        "?", font(round(1.3 * em), 700), _PAPER, x + disc / 2, middle + 0.47 * em, anchor="m"
    )
    baseline = middle + 0.37 * em - leading * (len(lines) - 1) / 2
    x = margin + text_x
    canvas.text(name, face, _NAME, x, baseline)
    first = lines[0].removeprefix(name.rstrip()).lstrip()
    canvas.text(first, face, _INK, x + advance(name, face), baseline)
    for index, line in enumerate(lines[1:], start=1):
        canvas.text(line, face, _INK, x, baseline + index * leading)
    return canvas.sprite(place.y - margin, place.x - margin)
