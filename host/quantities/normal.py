"""One spelling for a text, with the way back to where each character came from."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

_KEPT = frozenset("，。；：！？、")
"""Punctuation that ends a clause: made ASCII it would join "59，100" into one number."""

_SIMPLE = str.maketrans(
    "壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩點塊錢號鏈滿減買贈價現庫單間時個雙對歲國級歷無頂極獨創銷東專賣貨週"
    "還領優惠倉發寶療癒絕壇絲",
    "一二二三三四五六六七八九十百千万亿两点块钱号链满减买赠价现库单间时个双对岁国级历无顶极独创销东专卖货周"
    "还领优惠仓发宝疗愈绝坛丝",
)
"""Formal and traditional characters that numbers, cues and refused words are written with."""

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


@lru_cache(maxsize=4096)
def normalise(text: str) -> Normal:
    """Full-width becomes ASCII, 壹 becomes 一, case is folded; what parts Hanzi goes."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        if char in _KEPT:
            made = char
        elif char.isascii():
            made = char.lower()
        elif unicodedata.category(char) in ("Cf", "Mn", "Me") and char != "\u200d":
            made = ""
        else:
            made = unicodedata.normalize("NFKC", char).translate(_SIMPLE).lower()
            made = made.replace("\u2044", "/").replace("\u200d", "")
        out.append(made)
        origin += [at] * len(made)
    joined = "".join(out)
    kept = bytearray(b"\1") * len(joined)
    for gap in _GAP.finditer(joined):
        kept[gap.start() : gap.end()] = bytes(gap.end() - gap.start())
    if 0 in kept:
        joined = "".join(char for char, keep in zip(joined, kept, strict=True) if keep)
        origin = [at for at, keep in zip(origin, kept, strict=True) if keep]
    return Normal(joined, (*origin, len(text)))
