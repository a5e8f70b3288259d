"""Which cue speaks of which number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from host.gate.cues import Cue, Hit
from host.gate.segments import ends_sentence, segments
from host.quantities.model import Quantity, Reading

_GAP = re.compile(r"(?:.{0,2}|\s*(?:of|in|on|for)\s+(?:the\s+)?)")
"""What may stand between a number and a cue behind it that still speaks of it."""
_TAIL = 4
"""Characters after the last cue of a clause that still point at the next one: "原价呢，89元"."""
_BACK = 2
"""Clauses without a number that are looked back over."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is said of one number."""

    strong: tuple[Cue, ...] = ()
    """The cues that a fact must agree with; more than one where one word has two senses."""
    near: frozenset[str] = frozenset()
    """The labels of every cue about it, that can stand for one that a fact asks for."""
    options: frozenset[str] = frozenset()
    """The variants that it is said of, as labels; empty: none is named."""

    @property
    def asked(self) -> frozenset[str]:
        """The labels of the strong cues."""
        return frozenset(label for cue in self.strong for label in cue.labels)


class Binder:
    """Binds the cues of one text to its numbers."""

    def __init__(self, text: str, quantities: Sequence[Quantity], hits: Sequence[Hit]) -> None:
        self._text = text
        self._quantities = quantities
        # A cue inside a number ("折", the unit) is no cue.
        self._hits = [
            hit
            for hit in hits
            if not any(
                quantity.start <= hit.start and hit.end <= quantity.end for quantity in quantities
            )
        ]
        self._segments = segments(text, (*quantities, *self._hits))

    def bound(self, at: int) -> Bound:
        """What is said of number ``at``, from 0."""
        quantity = self._quantities[at]
        here = bisect_right(self._segments, (quantity.start, len(self._text))) - 1
        begin, end = self._segments[here]
        before = self._quantities[at - 1].end if at else 0
        after = (
            self._quantities[at + 1].start if at + 1 < len(self._quantities) else len(self._text)
        )
        pre = self._within(max(begin, before), quantity.start, quantity, "after")
        post = self._within(quantity.end, min(end, after), quantity, "before")
        near = {label for hit in (*pre, *post) for label in hit.cue.labels}
        strong = self._choose(quantity, pre, post, min(end, after) if after < end else None)
        back_hard, back = self._back(here, quantity)
        near |= {label for hit in back for label in hit.cue.labels}
        options = _options(pre) or _options(post) or _options(back)
        if not strong:
            strong = back_hard
        if here + 1 < len(self._segments):
            near |= self._following(here + 1, quantity)
        return Bound(tuple(strong), frozenset(near), options)

    def _within(self, begin: int, end: int, quantity: Quantity, wrong_side: str) -> list[Hit]:
        return [
            hit
            for hit in self._hits
            if begin <= hit.start
            and hit.end <= end
            and hit.cue.side != wrong_side
            and fits(hit.cue, quantity)
        ]

    def _choose(
        self, quantity: Quantity, pre: list[Hit], post: list[Hit], next_at: int | None
    ) -> list[Cue]:
        """A cue right behind that can only stand there, else the nearest before, else behind."""
        strong_post = [
            hit
            for hit in post
            if hit.cue.strong and _GAP.fullmatch(self._text, quantity.end, hit.start)
        ]
        strong_pre = [hit for hit in pre if hit.cue.strong]
        tied = [hit for hit in strong_post if hit.cue.side == "after"]
        if tied:
            return _narrowed(_first(tied), strong_pre)
        if strong_pre:
            nearest = max(hit.end for hit in strong_pre)
            last = [hit.cue for hit in strong_pre if hit.end == nearest]
            return _narrowed(last, [hit for hit in strong_pre if hit.end != nearest])
        if next_at is not None:
            # Between two numbers, a word belongs to the nearer one, and to the next in doubt.
            strong_post = [
                hit for hit in strong_post if hit.start - quantity.end < next_at - hit.end
            ]
        return _first(strong_post)

    def _back(self, here: int, quantity: Quantity) -> tuple[list[Cue], list[Hit]]:
        """Cues of the clauses before that hold no number: those that point on, and all of them."""
        hard: list[Cue] = []
        near: list[Hit] = []
        for index in range(here - 1, max(here - 1 - _BACK, -1), -1):
            span = self._segments[index]
            if ends_sentence(self._text, span) or self._numbered(span):
                break
            hits = self._within(span[0], span[1], quantity, "after")
            near += hits
            if index == here - 1:
                last = [hit for hit in hits if hit.cue.strong and span[1] - hit.end <= _TAIL]
                nearest = max((hit.end for hit in last), default=0)
                hard = [hit.cue for hit in last if hit.end == nearest]
        return hard, near

    def _following(self, index: int, quantity: Quantity) -> set[str]:
        """Cues of the clause behind, where it holds no number."""
        span = self._segments[index]
        if self._numbered(span) or ends_sentence(self._text, self._segments[index - 1]):
            return set()
        hits = self._within(span[0], span[1], quantity, "before")
        return {label for hit in hits if hit.cue.domain != "money" for label in hit.cue.labels}

    def _numbered(self, span: tuple[int, int]) -> bool:
        return any(
            span[0] <= quantity.start < span[1] and not quantity.article
            for quantity in self._quantities
        )


def _first(hits: list[Hit]) -> list[Cue]:
    nearest = min((hit.start for hit in hits), default=0)
    return [hit.cue for hit in hits if hit.start == nearest]


def _narrowed(cues: list[Cue], others: list[Hit]) -> list[Cue]:
    """What a word of two senses means beside another cue: "the coupon takes $5 off"."""
    labels = frozenset(label for cue in cues for label in cue.labels)
    for hit in reversed(others):
        if labels & hit.cue.labels:
            return [Cue(labels & hit.cue.labels)]
    return cues


def _options(hits: list[Hit]) -> frozenset[str]:
    """The variants that all of the hits may name, or any of them where no variant is common."""
    named = [hit.cue.options for hit in hits if hit.cue.options]
    if not named:
        return frozenset()
    return frozenset.intersection(*named) or frozenset.union(*named)


def fits(cue: Cue, quantity: Quantity) -> bool:
    """Whether a cue may speak of a number of that kind."""
    return cue.domain == "any" or any(
        _domain(reading) in (cue.domain, "bare") for reading in quantity.readings
    )


def _domain(reading: Reading) -> str:
    stem = reading.dimension.removeprefix("range:").partition(":")[0]
    if stem in ("currency", "discount"):
        return "money"
    if stem == "ratio":
        return "bare"  # 20% off, or 55% linen
    if stem in ("bare", "count"):
        return stem
    return "measure"
