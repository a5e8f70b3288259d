"""Every number of a text must be a fact of its product, of its attribute and unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from host.gate.binding import Binder, Bound
from host.gate.index import Entry, Index
from host.gate.reading import Reading, violation
from host.gate.verdict import Kind, Violation
from host.quantities.model import Quantity
from host.quantities.normal import Normal
from host.quantities.scan import scan

_UNTIED = re.compile(
    r"24\s*小时(?=在线|直播|都在|陪)|(?:扣|打|刷|回复?)个?\s*(?:1|一)(?!\d)|\btype\s+1\b|\b24\s+hours\s+a\s+day\b"
)
"""Counts that speak of no product: what viewers type, and that the room never closes."""
_ASKED = frozenset(
    {"limit", "stock", "buy", "give", "sales", "reviews"}
    | {"over:coupon", "over:shipping", "over:gift"}
)
"""Labels of cues that ask how many, so that even "一件" is a number."""


def numbers(reading: Reading) -> Iterable[Violation]:
    """Each number that is no fact of the product, of its attribute and unit, at that time."""
    text, normal, at = reading.text, reading.normal, reading.at
    quantities = scan(text)
    index = reading.index
    if index is None:
        for quantity in _counted(normal, quantities):
            if not quantity.article:
                yield violation(reading, "no-product", quantity.start, quantity.end)
        return
    if not quantities:
        return
    own = [span[:2] for span in index.verbatim(normal.text) if span[2].holds_at(at)]
    loose = [
        quantity
        for quantity in _counted(normal, quantities)
        if not any(start <= quantity.start and quantity.end <= end for start, end in own)
    ]
    hits = index.lexicon.find(normal.text)
    named = [(hit.start, hit.end) for hit in hits if hit.cue.options]
    loose = [
        index.narrowed(quantity)
        for quantity in loose
        if not any(start <= quantity.start and quantity.end <= end for start, end in named)
    ]
    binder = Binder(normal.text, loose, hits)
    for position, quantity in enumerate(loose):
        bound = binder.bound(position)
        judged = _judge(quantity, bound, index, at)
        if judged is not None:
            kind, instead = judged
            facts = dict.fromkeys(entry.fact for entry in instead)
            suggestion = reading.messages.suggestion(list(facts))
            yield violation(reading, kind, quantity.start, quantity.end, suggestion)


def _counted(normal: Normal, quantities: tuple[Quantity, ...]) -> list[Quantity]:
    """The numbers that are not of the table of those that speak of no product."""
    free = [match.span() for match in _UNTIED.finditer(normal.text)]
    return [
        quantity
        for quantity in quantities
        if not any(start < quantity.end and quantity.start < end for start, end in free)
    ]


def _judge(
    quantity: Quantity, bound: Bound, index: Index, at: datetime
) -> tuple[Kind, list[Entry]] | None:
    """What is wrong with a number and what would be right; None when it is true."""
    asked = bound.asked
    if quantity.article and not asked & _ASKED:
        return None
    candidates = [
        (entry, reading.dimension == "bare")
        for reading in quantity.readings
        for entry in index.of(reading)
    ]
    agreeing = [entry for entry, bare in candidates if _agrees(entry, bare, bound, index.sold_as)]
    if any(entry.fact.holds_at(at) for entry in agreeing):
        return None
    instead = [entry for entry in index.entries if asked & entry.labels and entry.fact.holds_at(at)]
    if agreeing:
        return "not-now", instead
    if candidates:
        return "wrong-attribute", instead
    if any(index.same_number(reading) for reading in quantity.readings):
        return "wrong-unit", instead
    if not instead and quantity.money:
        instead = [entry for entry in index.entries if entry.fact.attribute == "price"]
    return "unknown-number", instead


def _agrees(entry: Entry, bare: bool, bound: Bound, sold_as: str) -> bool:
    """Whether a fact with the right value may be meant, after what stands around the number."""
    asked = bound.asked
    if bound.options and entry.by_option and not bound.options & entry.labels:
        return False
    if bound.piece and entry.about and bound.piece not in (entry.pieces or {sold_as}):
        return False
    if asked:
        return bool(asked & entry.labels) or "link" in entry.labels
    if entry.needs:
        return bool(bound.near & entry.labels) or "link" in entry.labels
    if bare:
        # A number alone is taken for a price, or for what a word beside it names.
        return "price" in entry.labels or bool(bound.near & entry.labels)
    return True
