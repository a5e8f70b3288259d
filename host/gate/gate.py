"""Never an untrue word: the last door before voice and screen.

docs/adr/0005-gate.md argues the rule; each check is a file of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from host.gate.borrowed import Borrowed
from host.gate.claims import Claims
from host.gate.index import Index
from host.gate.numbers import numbers
from host.gate.platform_rules import PlatformRules
from host.gate.reading import Check, Reading
from host.gate.sweeping import sweeping
from host.gate.urgency import urgency
from host.gate.verdict import Verdict, Violation
from host.gate.words import BannedWords
from host.model import Clause, Lang, Line, Lineup, PlatformProfile, Product
from host.quantities.normal import normalise


class Gate:
    """Checks texts against one lineup, the law, and what the room's platforms refuse."""

    def __init__(self, lineup: Lineup, platforms: Sequence[PlatformProfile] = ()) -> None:
        """``platforms``: the profiles of the room's destinations (``platforms.profiles_of``).

        Raises ConfigError when a word list of livehost is not there or not sound.
        """
        self.revision = lineup.revision
        """The revision of the facts it holds."""
        self._products = {product.sku: product for product in lineup.products}
        self._platforms = tuple(platforms)
        self._indexes: dict[str, Index] = {}
        self._checks: tuple[Check, ...] = (
            numbers,
            BannedWords(lineup),
            Claims(lineup),
            urgency,
            sweeping,
            Borrowed(lineup),
            PlatformRules(platforms),
        )

    def over(self, lineup: Lineup) -> Gate:
        """A gate of another revision, which knows already what it knows of products that are the
        same in both.
        """
        gate = Gate(lineup, self._platforms)
        for product in lineup.products:
            if product.sku in self._indexes and self._products.get(product.sku) == product:
                gate._indexes[product.sku] = self._indexes[product.sku]
        return gate

    def check(self, text: str, sku: str | None, lang: Lang, at: datetime) -> Verdict:
        """Whether ``text`` may be said or shown.

        ``sku``: the product it speaks of; None: of none, and then it may hold no number.
        ``at``: when it will be said, with time zone; ``lang``: the language of the findings.
        """
        product = self._products.get(sku or "")
        index = None if product is None else self._index(product)
        reading = Reading(text, normalise(text), product, index, lang, at)
        if sku is not None and product is None:
            why = reading.messages.why("unknown-sku", sku)
            return Verdict((Violation("unknown-sku", 0, len(text), text, why),))
        found = {
            (each.start, each.end, each.kind): each
            for check in self._checks
            for each in check(reading)
        }
        return Verdict(tuple(found[key] for key in sorted(found)))

    def _index(self, product: Product) -> Index:
        """A product's facts, made when it is first spoken of: a gate itself is made in no time."""
        if product.sku not in self._indexes:
            self._indexes[product.sku] = Index(product)
        return self._indexes[product.sku]

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
