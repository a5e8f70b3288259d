"""Where everything stands: the one place with the numbers of the composition.

Fractions of the picture, so that one layout serves every size of its orientation. What a
platform's app draws over the picture was taken generously: in portrait the account bar covers the
top tenth, comments the bottom quarter at the left, gift and like buttons a strip at the right.
"""

from __future__ import annotations

from dataclasses import dataclass

from avatars.planes import Rect, even
from host.model import VideoFormat


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the picture's width and height, 0 … 1."""

    left: float
    top: float
    right: float
    bottom: float

    def rect(self, video: VideoFormat) -> Rect:
        """In luma pixels, on the even grid."""
        y, x = even(self.top * video.height), even(self.left * video.width)
        bottom, right = even(self.bottom * video.height), even(self.right * video.width)
        return Rect(y, x, bottom - y, right - x)


@dataclass(frozen=True, slots=True)
class Layout:
    """The composition of one orientation."""

    safe: Box
    """What no platform covers; the label, captions, the card and questions stay inside."""
    host: Box
    """Where the host's head and shoulders are free of overlays."""
    label: Box
    """The AI notice hangs from its left top corner and is not wider."""
    question: Box
    """The question being answered hangs from its left top corner."""
    caption: Box
    """Captions grow upwards from its bottom edge, centred."""
    card: Box
    """The product card fills it."""
    upright_card: bool
    """The card's picture stands over its text instead of beside it."""
    caption_em: float
    """Type size of captions, fraction of the short side."""
    question_em: float
    """Type size of a question, fraction of the short side."""


PORTRAIT = Layout(
    safe=Box(0.0, 0.1, 0.86, 0.74),
    host=Box(0.1, 0.17, 0.9, 0.62),
    label=Box(0.035, 0.104, 0.86, 0.151),
    question=Box(0.035, 0.16, 0.64, 0.25),
    caption=Box(0.035, 0.47, 0.86, 0.592),
    card=Box(0.035, 0.604, 0.86, 0.735),
    upright_card=False,
    caption_em=0.0584,
    question_em=0.036,
)
LANDSCAPE = Layout(
    safe=Box(0.0, 0.06, 0.97, 0.94),
    host=Box(0.24, 0.1, 0.7, 0.78),
    label=Box(0.025, 0.06, 0.5, 0.145),
    question=Box(0.025, 0.18, 0.31, 0.45),
    caption=Box(0.2, 0.72, 0.735, 0.93),
    card=Box(0.745, 0.115, 0.965, 0.885),
    upright_card=True,
    caption_em=0.062,
    question_em=0.038,
)


def layout_for(video: VideoFormat) -> Layout:
    """The composition that fits the picture's orientation."""
    return PORTRAIT if video.height >= video.width else LANDSCAPE
