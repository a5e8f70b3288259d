"""Whether a text is language at all: a model that has gone astray writes words that no rule
forbids."""

from __future__ import annotations

import re
from collections import Counter

from host.model import Lang

WORDS = 0.3
"""Least share of a text's Hanzi that stand in words of a dictionary, of two or more. Of 600 lines
of the demo room 0.4 % have less; of 600 rows of its Hanzi shuffled, 99 %."""
COMMON = 0.2
"""Least share of English words that are the commonest."""
SAME = 0.25
"""Most that one pair of Hanzi, or one word, may be of a text."""

_HANZI = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z'’]+")
_COMMONEST = frozenset(
    _WORD.findall(
        """
        a about all an and any are as at be because been before but by can do does each for from
        get has have here how i if in is it it's its just like look more no not now of on one or
        our out see so some tell that that's the their them then there these they this those to up
        us want was we what when where which who will with would you you're your
        """
    )
)


def plausible(text: str, lang: Lang) -> bool:
    """Whether a template without its fields reads like ``lang``."""
    if lang == "en":
        words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
        share = sum(word in _COMMONEST for word in words) / max(len(words), 1)
        return share >= COMMON and _varied(words)
    # A dictionary of 0.3 s, so only where Chinese is written.
    from host.voice.words import cut

    runs = _HANZI.findall(text)
    hanzi = "".join(runs)
    together = sum(len(word) for run in runs for word in cut(run, guess=False) if len(word) > 1)
    pairs = [hanzi[at : at + 2] for at in range(len(hanzi) - 1)]
    return together / max(len(hanzi), 1) >= WORDS and _varied(pairs)


def _varied(parts: list[str]) -> bool:
    most = max(Counter(parts).values(), default=0)
    return most <= max(SAME * len(parts), 2)
