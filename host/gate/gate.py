"""Never an untrue word: every number of a text must be a fact of its product, of its attribute.

docs/adr/0005-gate.md argues the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from host.gate.absolute import absolute_words
from host.gate.binding import Binder, Bound
from host.gate.index import Entry, Index
from host.gate.messages import Messages
from host.gate.verdict import Verdict, Violation
from host.model import Clause, Lang, Line, Lineup
from host.quantities.model import Quantity
from host.quantities.normal import Normal, normalise
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


class Gate:
    """Checks texts against one lineup."""

    def __init__(self, lineup: Lineup) -> None:
        self.revision = lineup.revision
        """The revision of the facts it holds."""
        self._indexes = {product.sku: Index(product) for product in lineup.products}

    def check(self, text: str, sku: str | None, lang: Lang, at: datetime) -> Verdict:
        """Whether ``text`` may be said or shown.

        ``sku``: the product it speaks of; None: of none, and then it may hold no number.
        ``at``: when it will be said, with time zone; ``lang``: the language of the findings.
        """
        normal = normalise(text)
        messages = Messages(lang)
        found: list[Violation] = []
        for start, end in absolute_words(normal.text):
            found.append(_violation("absolute-word", normal, text, start, end, messages))
        if sku is None:
            found += [
                _violation("no-product", normal, text, quantity.start, quantity.end, messages)
                for quantity in _counted(normal, scan(text))
                if not quantity.article
            ]
        elif sku not in self._indexes:
            what = messages.why("unknown-sku", sku)
            found.append(Violation("unknown-sku", 0, len(text), text, what))
        else:
            found += self._numbers(normal, text, self._indexes[sku], at, messages)
        return Verdict(tuple(sorted(found, key=lambda violation: violation.start)))

    def check_line(self, line: Line, at: datetime) -> Verdict:
        """``check`` of a whole line."""
        return self.check(line.text, line.sku, line.lang, at)

    def check_clause(
        self, line: Line, clauses: tuple[Clause, ...], index: int, at: datetime
    ) -> Verdict:
        """Whether clause ``index`` of a line may be aired at ``at``.

        The number may stand in one clause and its cue in the next, so the line is read whole, and
        only what touches the clause counts. ``clauses``: all of the line's, in order.
        """
        text, spans = _placed(line, clauses)
        start, end = spans[index]
        verdict = self.check(text, line.sku, line.lang, at)
        return Verdict(
            tuple(
                violation
                for violation in verdict.violations
                if violation.start < end and start < violation.end
            )
        )

    def _numbers(
        self, normal: Normal, text: str, index: Index, at: datetime, messages: Messages
    ) -> Iterable[Violation]:
        quantities = scan(text)
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
                yield _violation(
                    kind, normal, text, quantity.start, quantity.end, messages, instead
                )


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
) -> tuple[str, list[Entry]] | None:
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


def _violation(
    kind: str,
    normal: Normal,
    text: str,
    start: int,
    end: int,
    messages: Messages,
    instead: Iterable[Entry] = (),
) -> Violation:
    first, last = normal.written(start, end)
    span = text[first:last]
    facts = dict.fromkeys(entry.fact for entry in instead)
    return Violation(
        kind,  # type: ignore[arg-type]  # one of Kind, by the callers above
        first,
        last,
        span,
        messages.why(kind, span),
        messages.suggestion(list(facts)),
    )


def _placed(line: Line, clauses: tuple[Clause, ...]) -> tuple[str, list[tuple[int, int]]]:
    """The text of a line and the span of each of its clauses in it."""
    spans: list[tuple[int, int]] = []
    at = 0
    for clause in clauses:
        begin = line.text.find(clause.text, at)
        if begin < 0:
            break
        at = begin + len(clause.text)
        spans.append((begin, at))
    else:
        return line.text, spans
    # The clauses were respelt: what airs is what they say, so that is what is read.
    text, spans = "", []
    for clause in clauses:
        begin = len(text)
        text += clause.text + ("，" if line.lang == "zh" else ", ")
        spans.append((begin, begin + len(clause.text)))
    return text, spans
