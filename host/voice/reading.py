"""Written text to what is said: the caption shows ¥59.9, the voice says 五十九点九元.

Nothing that an engine would drop without a word is left: characters are read, or removed here,
on purpose.
"""

from __future__ import annotations

import re
import unicodedata

from host.model.talk import Lang

VERSION = 1
"""Raised when a reading changes, so that cached sounds of the old one are not taken."""

_MARKS = {
    "～": "~",
    "＿": "_",
    "－": "-",
    "–": "-",
    "−": "-",
    "‑": "-",
    "‐": "-",
    "’": "'",
    "‘": "'",
}
_FULL_WIDTH = str.maketrans(
    {chr(0xFF01 + k): chr(0x21 + k) for k in range(94) if chr(0xFF01 + k) not in "！，：；？（）"}
    | {"\u3000": " ", "\u00a0": " "}
    | _MARKS
)
_SQUARED = re.compile("[\u3371-\u337a\u3380-\u33df]")
"""Units in one square, such as ㎝ and ㎡."""
_KEPT_SYMBOLS = frozenset("℃℉№°®+-=×÷±<>|~^`$¥£€₩¢%‰©™")


def canonical(text: str) -> str:
    """The same for texts that are written differently and mean the same; cheap, loads nothing.

    Full-width letters and digits become plain, emoji and control characters go, spaces become one.
    """
    plain = _SQUARED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    plain = unicodedata.normalize("NFC", plain).translate(_FULL_WIDTH).replace("￥", "¥")
    kept = "".join(" " if character in "\n\t\r" else character for character in plain)
    kept = "".join(character for character in kept if _is_text(character))
    return re.sub(r"\s+", " ", kept).strip()


def spoken(text: str, lang: Lang) -> str:
    """What is said: words and marks alone; "" when there is nothing to say.

    For ``zh`` Hanzi, Latin words and ``，、。！？：；``; for ``en`` words of ASCII letters and
    ``,.!?:;'-``. Loads what it needs when it needs it.
    """
    plain = canonical(text)
    if lang == "zh":
        from host.voice import reading_zh

        return reading_zh.spoken(plain)
    from host.voice import reading_en

    return reading_en.spoken(plain)


def _is_text(character: str) -> bool:
    if character in _KEPT_SYMBOLS:
        return True
    category = unicodedata.category(character)
    # So: emoji and dingbats; C*: control, private, joiners; Mn, Me: variation selectors; Sk: skin.
    return not (category[0] == "C" or category in {"So", "Mn", "Me", "Sk"})
