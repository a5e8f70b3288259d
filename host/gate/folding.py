"""A text as a word list is matched against it, with the way back to the text as written.

Two forms, as two scripts hide words in two ways. Both are in NFKC, lower case, simplified
characters, plain digits and letters, without marks, emoji and what cannot be seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

STOP = "，"
"""Stands for every mark that ends a clause."""

_STOPS = frozenset("，。；：！？、,;:!?…—\n\r")
_IN_WORD = frozenset("%+#")
"""Signs that words are written with: 100%, +v, #1."""
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһвкмнтαεορτυχικνıɡʟ蕞囯圀樶弌壹",
    "aeopcyxijsdqwhbkmhtaeoptuxiknıgl最国国最一一".replace("ı", "i"),
)
"""Letters and characters that are written in place of the ones they look or sound like."""
_PINYIN = {
    "zui": "最",
    "zuihao": "最好",
    "diyi": "第一",
    "di": "第",
    "yi": "一",
    "guojiaji": "国家级",
    "dingji": "顶级",
    "dingjian": "顶尖",
    "jipin": "极品",
    "jizhi": "极致",
    "weiyi": "唯一",
    "wanmei": "完美",
    "quanwang": "全网",
    "shijieji": "世界级",
    "juedui": "绝对",
    "yongjiu": "永久",
    "genzhi": "根治",
    "zhiliao": "治疗",
    "jiav": "加v",
    "jiawei": "加微",
    "weixin": "微信",
}
_LATIN_RUN = re.compile(r"[a-z]+")
_YI = re.compile(r"第yi|di(?=[一1])")
_HANZI = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in one form."""

    text: str
    origin: tuple[int, ...]
    """Where each character begins in the text as written."""
    until: tuple[int, ...] = ()
    """Where each ends there, exclusive; empty: one character behind ``origin``."""

    def written(self, start: int, end: int) -> tuple[int, int]:
        """The span as written of a span of ``text``; not empty."""
        last = self.until[end - 1] if self.until else self.origin[end - 1] + 1
        return self.origin[start], last


class _Plain(dict[str, str]):
    """What becomes of each character, looked up once."""

    def __missing__(self, char: str) -> str:
        self[char] = made = _made(char)
        return made


def _made(char: str) -> str:
    if char in _STOPS:
        return STOP
    if char.isdigit() and not char.isdecimal():  # ❶ and ² are no decimals for NFKC
        return str(unicodedata.digit(char))
    made = unicodedata.normalize("NFKC", char).translate(_simple()).casefold()
    made = unicodedata.normalize("NFKD", made).translate(_LOOK_ALIKE)
    if char == "\N{HEAVY PLUS SIGN}":
        made = "+"
    kept = (one for one in made if one.isalnum() or one in _IN_WORD)
    return "".join(kept)


@cache
def _simple() -> dict[int, str]:
    """Traditional characters, one by one: a phrase table would change lengths."""
    chars = [chr(code) for code in range(0x3400, 0xA000)]
    made = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {ord(old): new for old, new in zip(chars, made, strict=True) if old != new}


_PLAIN = _Plain()


@lru_cache(maxsize=512)
def tight(text: str) -> Folded:
    """For Chinese: letters, digits and ``STOP``, nothing between them.

    "最.好", "国*家*级", "zui好" and "加➕V" are 最好, 国家级, 最好 and 加+v.
    """
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for made in _PLAIN[char]:
            out.append(made)
            origin.append(at)
    joined = "".join(out)
    if _LATIN_RUN.search(joined) and _HANZI.search(joined):
        return _spelt(joined, origin)
    return Folded(joined, tuple(origin))


def unstopped(folded: Folded) -> Folded:
    """The same without ``STOP``: "最，好" is 最好."""
    kept = [at for at, char in enumerate(folded.text) if char != STOP]
    return Folded(
        folded.text.replace(STOP, ""),
        tuple(folded.origin[at] for at in kept),
        tuple(folded.until[at] for at in kept) if folded.until else (),
    )


def _spelt(text: str, origin: list[int]) -> Folded:
    """Pinyin between Hanzi as the Hanzi it stands for."""
    found = [
        (match.start(), match.end(), _PINYIN[match[0]])
        for match in _LATIN_RUN.finditer(text)
        if match[0] in _PINYIN and match[0] not in ("di", "yi")
    ]
    for match in _YI.finditer(text):
        start = match.start() + match[0].startswith("第")
        found.append((start, match.end(), _PINYIN[text[start : match.end()]]))
    if not found:
        return Folded(text, tuple(origin))
    out, starts, ends, at = "", [], [], 0
    for start, end, hanzi in sorted(found):
        if start < at:
            continue
        out += text[at:start] + hanzi
        # Each Hanzi stands for all of the letters.
        starts += [*origin[at:start], *[origin[start]] * len(hanzi)]
        ends += [*(one + 1 for one in origin[at:start]), *[origin[end - 1] + 1] * len(hanzi)]
        at = end
    starts += origin[at:]
    ends += (one + 1 for one in origin[at:])
    return Folded(out + text[at:], tuple(starts), tuple(ends))


_JOINED = re.compile(r"(?<=[a-z0-9])[*_~^|·•\"“”()\[\]{}<>=\u200b-\u200f]+(?=[a-z0-9])")
_SINGLE = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[^a-z0-9]{1,3}[a-z0-9](?![a-z0-9])){2,}")
_SENTENCE = re.compile(r"[.,;:!?](?=\s|$)")
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_DISGUISED = re.compile(r"(?<=[a-z])[013457@$!](?=[a-z013457@$!]*[a-z])|(?<=\bn)0(?=\W*1)")
_GAP = re.compile(r"[^a-z0-9%#|]+")
_APOSTROPHE = re.compile("['’‘]+")


@lru_cache(maxsize=512)
def spaced(text: str, *, squeezed: bool = False) -> Folded:
    """For English: words with one space between, ``|`` where a sentence or clause ends.

    Without apostrophes: "world's" is "worlds".

    "World-Class", "b.e.s.t", "b*est", "b3st" and Cyrillic "bеst" are "world class" and "best".
    ``squeezed``: what stands between the letters of a word is taken out: "be-st" is "best".
    """
    form = _Edited(*_lettered(text))
    form.drop(_APOSTROPHE.finditer(form.text))
    form.drop(_JOINED.finditer(form.text))
    form.replace((match.span(), "|") for match in _SENTENCE.finditer(form.text))
    form.replace((m.span(), m[0].translate(_LEET)) for m in _DISGUISED.finditer(form.text))
    for run in reversed(list(_SINGLE.finditer(form.text))):
        form.drop(re.compile(r"[^a-z0-9]+").finditer(form.text, *run.span()))
    if squeezed:
        form.drop(re.compile(r"(?<=[a-z0-9])[-./\\+&,]+(?=[a-z0-9])").finditer(form.text))
    form.replace((match.span(), " ") for match in _GAP.finditer(form.text))
    return Folded(form.text, tuple(form.origin))


class _Letters(dict[str, str]):
    def __missing__(self, char: str) -> str:
        made = char.lower()
        if not char.isascii():
            made = unicodedata.normalize("NFKD", char).casefold().translate(_LOOK_ALIKE)
            made = "".join(one for one in made if unicodedata.category(one) not in _UNSEEN)
            if char.isdigit() and not char.isdecimal():
                made = str(unicodedata.digit(char))
        self[char] = made
        return made


_UNSEEN = frozenset(("Mn", "Me", "Cf", "Cc"))
_LETTERS = _Letters()


def _lettered(text: str) -> tuple[str, list[int]]:
    if text.isascii():
        return text.lower(), list(range(len(text)))
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for made in _LETTERS[char]:
            chars.append(made)
            origin.append(at)
    return "".join(chars), origin


class _Edited:
    """A text that is changed with its origins."""

    def __init__(self, text: str, origin: list[int]) -> None:
        self.text, self.origin = text, origin

    def drop(self, matches: Iterable[re.Match[str]]) -> None:
        """Takes the matches of ``text`` out."""
        self.replace((match.span(), "") for match in matches)

    def replace(self, spans: Iterator[tuple[tuple[int, int], str]]) -> None:
        """Puts a text, no longer than the span, in place of each span of ``text``, in order."""
        changes = list(spans)
        if not changes:
            return
        text, origin, at = "", [], 0
        for (start, end), made in changes:
            text += self.text[at:start] + made
            origin += [*self.origin[at:start], *self.origin[start : start + len(made)]]
            at = end
        self.text, self.origin = text + self.text[at:], [*origin, *self.origin[at:]]
