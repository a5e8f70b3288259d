"""One spelling for a text, with the way back to where each character came from."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

_KEPT = frozenset("，。；：！？、")
"""Punctuation that ends a clause: made ASCII it would join "59，100" into one number."""

_FORMAL = str.maketrans(
    "壹弌贰弍叁弎肆伍陆柒捌玖拾佰仟",
    "一一二二三三四五六七八九十百千",
)
"""Hanzi that stand for a plainer number word."""


def _simplified() -> dict[int, str]:
    """Traditional characters, each by itself: origins stay one to one."""
    every = [chr(code) for code in range(0x3400, 0xA000)]
    plain = OpenCC("t2s").convert("\n".join(every)).split("\n")
    return {ord(old): new for old, new in zip(every, plain, strict=True) if old != new}


_SIMPLE = _simplified()

_THREE = re.compile("参(?=[十百千万元块折])")
_VULGAR = re.compile("[¼½¾⅐-⅞↉]")
_HANZI = "\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_HANZI}])[ \t*·_]+(?=[{_HANZI}])")


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in NFKC, simplified, lower case, without what cannot be seen."""

    text: str
    origin: tuple[int, ...]
    """Position in the text as written of each character, and its length at the end."""

    def written(self, start: int, end: int) -> tuple[int, int]:
        """The span as written of a span of ``text``."""
        return self.origin[start], self.origin[max(start, end - 1)] + 1

    def here(self, start: int, end: int) -> tuple[int, int]:
        """The span of ``text`` of a span as written."""
        return bisect_left(self.origin, start), bisect_left(self.origin, end)


@lru_cache(maxsize=8192)
def _made(char: str) -> str:
    """What becomes of one character."""
    if char in _KEPT:
        return char
    if char.isascii():
        return char.lower()
    if char == "\U0001f51f":  # the keycap ten
        return "10"
    kind = unicodedata.category(char)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    if kind in ("Nd", "Nl", "No") and char not in "〇" and not _VULGAR.match(char):
        value = unicodedata.numeric(char, -1.0)  # ❶ Ⅷ 〥 ٣
        if value >= 0 and value == int(value):
            return str(int(value))
    made = unicodedata.normalize("NFKC", char).translate(_SIMPLE).translate(_FORMAL).lower()
    return made.replace("\u2044", "/")


@lru_cache(maxsize=512)
def normalise(text: str) -> Normal:
    """Full-width becomes ASCII, 壹 becomes 一, case is folded; what parts Hanzi goes."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        made = _made(char)
        out.append(made)
        origin += [at] * len(made)
    joined = _THREE.sub("三", "".join(out))
    kept = bytearray(b"\1") * len(joined)
    for gap in _GAP.finditer(joined):
        kept[gap.start() : gap.end()] = bytes(gap.end() - gap.start())
    if 0 in kept:
        joined = "".join(char for char, keep in zip(joined, kept, strict=True) if keep)
        origin = [at for at, keep in zip(origin, kept, strict=True) if keep]
    return Normal(joined, (*origin, len(text)))
