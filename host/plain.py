"""One plain form of a text, in which the same words always look the same.

Used to compare what viewers write with word lists and with the lineup; never drawn or voiced.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC


def plain(text: str) -> str:
    """``text`` in NFKC, casefolded, in simplified characters, without invisible characters.

    Runs of white space become one space. "Ｈｏｗ　ＭＵＣＨ，這個" → "how much,这个".
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(char for char in folded if not _invisible(char))
    return " ".join(_converter().convert(seen).split())


def squeezed(text: str) -> str:
    """``plain(text)`` with letters and digits only: what is left when tricks are taken away.

    Separators put between characters, emoji and punctuation are gone: "加-微 ❤ 信" → "加微信".
    """
    return "".join(char for char in plain(text) if char.isalnum())


def _invisible(char: str) -> bool:
    """Controls other than white space, and formats (zero width, direction)."""
    return unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co", "Cn") and not char.isspace()


@cache
def _converter() -> OpenCC:
    """Traditional → simplified."""
    return OpenCC("t2s")
