"""Finds the words that say what the number beside them is of: 原价, 还剩, was, left, off…"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from host.gate.cue import Cue, Hit
from host.gate.cue_words import GENERAL


class Lexicon:
    """Finds cues: the general ones and those of one product."""

    def __init__(self, own: Iterable[tuple[str, Cue]] = ()) -> None:
        table: dict[str, dict[str, list[Cue]]] = defaultdict(lambda: defaultdict(list))
        for word, cue in (*GENERAL, *own):
            if word:
                table[word[0]][word].append(cue)
        self._table = {
            first: sorted(known.items(), key=lambda item: -len(item[0]))
            for first, known in table.items()
        }

        self.find = lru_cache(maxsize=128)(self._find)
        """``_find``, remembered: a text is read when written and again when it airs."""

    def _find(self, text: str) -> tuple[Hit, ...]:
        """Every cue in a normalised text; of those that overlap, the longest."""
        hits: list[Hit] = []
        at, length = 0, len(text)
        while at < length:
            known = self._table.get(text[at])
            step = 1
            if known is not None:
                for word, cues in known:
                    end = at + len(word)
                    if not text.startswith(word, at) or not _bounded(text, at, end, word):
                        continue
                    found = [cue for cue in cues if _stands(cue, text, at, end)]
                    if found:
                        hits += [Hit(at, end, cue) for cue in found]
                        step = len(word)
                        break
            at += step
        return tuple(hits)


_LEAD = 24
"""Characters before a word that its ``lead`` may look at."""


def _stands(cue: Cue, text: str, start: int, end: int) -> bool:
    """Whether what is around a word is what its cue asks for."""
    if cue.follow is not None and not cue.follow.match(text, end):
        return False
    return cue.lead is None or cue.lead.search(text[max(0, start - _LEAD) : start]) is not None


def _bounded(text: str, start: int, end: int, word: str) -> bool:
    """An English word is a whole one."""
    first, last = word[0], word[-1]
    if first.isascii() and first.isalnum() and start and _latin(text[start - 1]):
        return False
    if not (last.isascii() and last.isalnum() and end < len(text) and _latin(text[end])):
        return True
    return last.isalpha() and text[end].isdigit()  # 2XL109元


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
