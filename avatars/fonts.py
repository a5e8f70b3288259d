"""The one typeface of the picture: Noto Sans CJK, variable in weight, from a registry package."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import manimgx_fonts_cjk
from PIL import ImageFont

_FILE = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
_SIMPLIFIED = 2
"""Index of the face with mainland Chinese forms: JP, KR, SC, TC, HK in that order."""
_NEVER_DRAWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories without a picture of their own: controls, joiners, private use."""
_PROBE_SIZE = 24

CAP_HEIGHT = 0.733
"""Height of "A" in em, from the face's OS/2 table."""
HANZI_HEIGHT = 0.91
"""Least height of a Hanzi's ink in em, of those in the AI notice (数字人直播), at weight 700."""


@lru_cache(maxsize=64)
def font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    """The face at ``size`` px an em and ``weight`` 100 … 900 (700 is bold).

    Basic layout: what is drawn does not depend on a FriBiDi on the machine.
    """
    face = ImageFont.truetype(
        str(_FILE), size, index=_SIMPLIFIED, layout_engine=ImageFont.Layout.BASIC
    )
    face.set_variation_by_axes([weight])
    return face


def drawable(text: str) -> str:
    """``text`` without what the face cannot show (emoji, controls), white space made single."""
    kept = "".join(char if _has_glyph(char) else " " if char.isspace() else "" for char in text)
    return " ".join(kept.split())


@cache
def _has_glyph(char: str) -> bool:
    if unicodedata.category(char) in _NEVER_DRAWN:
        return False
    probe = font(_PROBE_SIZE)
    # Pillow shows no character map: what looks like the glyph for "missing" is missing.
    return bytes(probe.getmask(char)) != _missing()


@cache
def _missing() -> bytes:
    return bytes(font(_PROBE_SIZE).getmask("\uffff"))
