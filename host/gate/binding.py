"""Which cue speaks of which number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from host.gate.cue import Cue, Hit
from host.gate.segments import ends_sentence, segments
from host.quantities.model import Quantity, Reading

_GAP = re.compile(r"(?:.{0,2}|\s*(?:of|in|on|for)\s+(?:the\s+)?)")
"""What may stand between a number and a cue behind it that still speaks of it."""
_IN = re.compile(r"\s+(?:in|of)\s+(?:the\s+)?")
"""Between a number and what it is of: "64 in sage and 30 in charcoal"."""
_REDUCTIONS = frozenset({"saving", "promo", "coupon"})
_COUPON = frozenset({"coupon"})
"""Right behind a number it speaks of that one."""
_PER_PIECE = frozenset({"weight", "volume", "count"})
"""Kinds of numbers that a piece and the whole have each its own of."""
_OF_PEOPLE = frozenset("岁人位口次")
"""Units of what no piece has: 整颗给3岁以下的孩子."""
_PIECES = "瓶盒袋包箱罐桶支枚颗粒片块条根只台件套杯"
_PIECE = re.compile(rf"(?:每|一|单|整)\s*小?([{_PIECES}])[^，。！？；]{{0,8}}$")
_PER_PIECE_EN = re.compile(
    r"(?:\s+of\s+[a-z]+|\s+[a-z]+)?\s+(?:per|a|an|each|every|(?:in|to)\s+(?:a|an|each|every|one|the))"
    r"\s+(?:whole\s+|entire\s+|single\s+)?([a-z]+)"
)
_OF_PIECE_EN = re.compile(
    r"\b(?:a|an|the|each|every|one|per|whole|entire)\s+(?=([a-z]+)\b[^.,;!?]*$)"
    r"|\b(?=([a-z]+)\s+(?:with|of|at)\s+$)"
)
_TAIL = 4
"""Characters after the last cue of a clause that still point at the next one: "原价呢，89元"."""
_BACK = 2
"""Clauses without a number that are looked back over."""
_NO_OPTION = frozenset({"variant:"})
_NO_LABELS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bound:
    """What is said of one number."""

    strong: tuple[Cue, ...] = ()
    """The cues that a fact must agree with; more than one where one word has two senses."""
    near: frozenset[str] = frozenset()
    """The labels of every cue about it, that can stand for one that a fact asks for."""
    options: frozenset[str] = frozenset()
    """The variants that it is said of, as labels; empty: none is named."""
    several: bool = False
    """It is said of more than one piece."""
    piece: str = ""
    """The label of the piece that it is said of: "piece:包" of 每包30克; empty: of none."""

    @property
    def asked(self) -> frozenset[str]:
        """The labels of the strong cues."""
        return frozenset(label for cue in self.strong for label in cue.labels)


class Binder:
    """Binds the cues of one text to its numbers."""

    def __init__(
        self,
        text: str,
        quantities: Sequence[Quantity],
        hits: Sequence[Hit],
        pieces: frozenset[str] = frozenset(),
    ) -> None:
        """``pieces``: the English names of what figures of the product are of: bag, serving."""
        self._text = text
        self._named_pieces = pieces
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
        # An article ("the oat one", 一罐) parts no number from its cue.
        before = max((other.end for other in self._quantities[:at] if not other.article), default=0)
        after = (
            self._quantities[at + 1].start if at + 1 < len(self._quantities) else len(self._text)
        )
        pre = self._within(max(begin, before), quantity.start, quantity, "after")
        tied = [hit for hit in pre if hit.cue.labels == _COUPON and 0 <= hit.start - before <= 1]
        pre = [hit for hit in pre if hit not in tied]
        post = self._within(quantity.end, min(end, after), quantity, "before")
        near = {label for hit in (*pre, *post) for label in hit.cue.labels}
        if before and tied:
            near |= {"coupon", "net"}  # "with the $5 coupon it's $34.90"
        tight = after < end and not self._quantities[at + 1].article
        strong = self._choose(quantity, pre, post, after if tight else None)
        back_hard, back = self._back(here, quantity)
        near |= {label for hit in back for label in hit.cue.labels}
        behind = [hit for hit in post if _IN.fullmatch(self._text, quantity.end, hit.start)]
        options = self._options(behind, pre, post, back)
        if not strong:
            strong = back_hard
        if here + 1 < len(self._segments):
            near |= self._following(here + 1, quantity)
        return Bound(tuple(strong), frozenset(near), options, piece=self._piece(quantity))

    def _options(self, *places: list[Hit]) -> frozenset[str]:
        """The variants that are named in the first of the places where any is."""
        return next((named for hits in places if (named := _options(hits, self._text))), _NO_LABELS)

    def _piece(self, quantity: Quantity) -> str:
        if not any(
            _kind(reading) in _PER_PIECE and reading.unit not in _OF_PEOPLE
            for reading in quantity.readings
        ):
            return ""
        if self._named_pieces:
            return self._english_piece(quantity)
        match = _PIECE.search(self._text, max(0, quantity.start - 14), quantity.start)
        return f"piece:{match[1]}" if match else ""

    def _english_piece(self, quantity: Quantity) -> str:
        behind = _PER_PIECE_EN.match(self._text, quantity.end)
        before = [*_OF_PIECE_EN.finditer(self._text, max(0, quantity.start - 40), quantity.start)]
        for match in (behind, *reversed(before)):
            if match is None:
                continue
            name = (
                (match[1] or match[2]).removesuffix("s") if match.re is _OF_PIECE_EN else match[1]
            )
            if name in self._named_pieces:
                return f"piece:{name}"
        return ""

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


def _options(hits: list[Hit], text: str) -> frozenset[str]:
    """The variants that all of the hits may name, or any of them where no variant is common; of
    words side by side that no variant has together (米白2XL), one that there is not."""
    named = [hit.cue.options for hit in hits if hit.cue.options]
    if not named:
        return frozenset()
    common = frozenset.intersection(*named)
    own = [hit for hit in hits if hit.cue.options]
    beside = all(not text[first.end : last.start].strip() for first, last in pairwise(own))
    if not common and beside:
        return _NO_OPTION
    return common or frozenset.union(*named)


def fits(cue: Cue, quantity: Quantity) -> bool:
    """Whether a cue may speak of a number of that kind."""
    return cue.domain == "any" or any(_speaks(cue, _kind(reading)) for reading in quantity.readings)


def _speaks(cue: Cue, kind: str) -> bool:
    if kind in ("ratio", "discount"):
        # 20% off and 7折 are reductions, not prices; 55% may be of a material.
        reduced = bool(cue.labels & _REDUCTIONS)
        return reduced or (kind == "ratio" and cue.domain == "measure")
    if kind in ("currency", "count"):
        return cue.domain == {"currency": "money"}.get(kind, kind)
    return kind == "bare" or cue.domain == "measure"


def _kind(reading: Reading) -> str:
    return reading.dimension.removeprefix("range:").partition(":")[0]


def piece_in(name: str) -> str:
    """The label of the piece that a spec's name is of: 每包重量 is of the 包; empty: of none."""
    match = re.match(rf"(?:每|单)小?([{_PIECES}])", name)
    return f"piece:{match[1]}" if match else ""
