"""How much of a show comes back, measured: sentences, runs of words, clauses of the voice's cache.

The bars are those of a day of talk (docs/scripts.md, "Variety").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from host.clauses import split
from host.model import Lang, Line

GRAM = 8
"""Characters (zh) or words (en) of a run."""
LONG = 8
"""Characters from which on a sentence counts."""
WITHIN = 45 * 60.0
"""Seconds within which a sentence should not come back."""
LAPS = 10
"""Laps that are looked back over."""
DAY = 24 * 3600.0
"""Seconds after which the voice's cache should know the talk."""
BARS = {"returned": 0.005, "previous": 0.25, "recent": 0.40, "known": 0.85}
"""Field of ``Variety`` → the most it may be; of ``known`` the least."""

_SENTENCE = re.compile(r"[。！？!?]+|\.(?!\d)")
_WORD = re.compile(r"[\w'’]+(?:[.,]\d+)*")
_SIGN = re.compile(r"\w")
_WORST = 20


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it was spoken. Answers to viewers are left out by who measures."""

    t: float
    """Seconds from the start of the show."""
    lap: int
    text: str
    lang: Lang


@dataclass(frozen=True, slots=True)
class Variety:
    """Figures of a show; each a share, 0 to 1."""

    returned: float
    """Of the sentences of ``LONG`` characters or more, those said within ``WITHIN`` before."""
    previous: float
    """Of the runs of ``GRAM``, those that the lap before held."""
    recent: float
    """Of the runs of ``GRAM``, those that any of the last ``LAPS`` laps held: over the laps that
    have as many before them, or over all where none has."""
    known: float | None
    """Of the clauses after the first day, those that the first day held; None: it is shorter."""
    sentences: int
    """Sentences that count."""
    worst: tuple[tuple[str, int], ...]
    """Sentences that came back most within ``WITHIN``, and how often."""
    frequent: tuple[tuple[str, int], ...]
    """Runs that the most laps hold, and how many: what a script says too often."""

    @property
    def holds(self) -> bool:
        """Every bar is met, so far as it was measured."""
        known = self.known is None or self.known >= BARS["known"]
        return known and all(
            getattr(self, name) <= bar for name, bar in BARS.items() if name != "known"
        )


def measure(lines: Sequence[Said]) -> Variety:
    """The figures of a show, its lines in order of time. No lines: nothing comes back."""
    returned, sentences, worst = _returned(lines)
    laps: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        laps[line.lap] += runs(line.text, line.lang)
    ordered = [laps[lap] for lap in sorted(laps)]
    held = [frozenset(grams) for grams in ordered]
    previous = _seen(ordered, held, 1)
    recent = _seen(ordered, held, LAPS)
    counts: dict[str, int] = defaultdict(int)
    for grams in held:
        for gram in grams:
            counts[gram] += 1
    frequent = sorted(counts.items(), key=lambda item: -item[1])[:_WORST]
    return Variety(returned, previous, recent, _known(lines), sentences, worst, tuple(frequent))


def sentences(text: str) -> list[str]:
    """The sentences of a text, without marks at their ends."""
    return [part for piece in _SENTENCE.split(text) if (part := piece.strip(" ，,、：:"))]


def runs(text: str, lang: Lang) -> list[str]:
    """Every run of ``GRAM`` characters (marks and spaces left out) or words of a text."""
    if lang == "zh":
        signs = "".join(_SIGN.findall(text))
        return [signs[at : at + GRAM] for at in range(len(signs) - GRAM + 1)]
    words = _WORD.findall(text.casefold())
    return [" ".join(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1)]


def _returned(lines: Iterable[Said]) -> tuple[float, int, tuple[tuple[str, int], ...]]:
    last: dict[str, float] = {}
    back: dict[str, int] = defaultdict(int)
    count = 0
    for line in lines:
        for sentence in sentences(line.text):
            if len(sentence) < LONG:
                continue
            count += 1
            before = last.get(sentence)
            if before is not None and line.t - before < WITHIN:
                back[sentence] += 1
            last[sentence] = line.t
    worst = tuple(sorted(back.items(), key=lambda item: -item[1])[:_WORST])
    return sum(back.values()) / max(count, 1), count, worst


def _seen(laps: Sequence[list[str]], held: Sequence[frozenset[str]], back: int) -> float:
    begin = back if len(laps) > back else 1
    seen = total = 0
    for at in range(begin, len(laps)):
        before = frozenset[str]().union(*held[max(at - back, 0) : at])
        seen += sum(gram in before for gram in laps[at])
        total += len(laps[at])
    return seen / max(total, 1)


def _known(lines: Iterable[Said]) -> float | None:
    first: set[str] = set()
    known = total = 0
    for line in lines:
        texts = [clause.text for clause in split(Line(0, line.lang, line.text, ""))]
        if line.t < DAY:
            first.update(texts)
        else:
            known += sum(text in first for text in texts)
            total += len(texts)
    return known / total if total else None
