"""The clauses of a text, cut where no number is cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

_ENDS = re.compile(r"[，。；！？;!?\n…—]|,(?!\d)|\.(?!\d)|:(?=\s)|：")
_SENTENCE = frozenset("。！!\n;；…")


class Span(Protocol):
    """What is not cut."""

    @property
    def start(self) -> int:
        """First position."""
        ...

    @property
    def end(self) -> int:
        """Behind the last position."""
        ...


def segments(text: str, whole: Iterable[Span]) -> list[tuple[int, int]]:
    """Spans between punctuation, in order, each without the mark that ends it.

    ``whole``: spans that are not cut, numbers and cues.
    """
    inside = {at for span in whole for at in range(span.start + 1, span.end)}
    spans, begin = [], 0
    for match in _ENDS.finditer(text):
        if match.start() not in inside:
            spans.append((begin, match.start()))
            begin = match.end()
    spans.append((begin, len(text)))
    return spans


def ends_sentence(text: str, span: tuple[int, int]) -> bool:
    """Whether the mark behind a span ends a sentence (a question leaves its answer open)."""
    return span[1] < len(text) and text[span[1]] in _SENTENCE
