"""A written template in place of a planned line: other words, the same beat, product and fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from host.gate import Gate
from host.model import Decision, Line, Lineup
from host.writer.demand import key_of
from host.writer.shelf import Kept, Shelf, described
from host.writer.templates import filled, scope_of, turns_of

TRIED = 3
"""Templates that are tried for a line."""


class Phrasing:
    """Takes from the shelf. The planner's state is what it would be without: pure, and in order."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.refused: list[Decision] = []
        """What was taken off the shelf since somebody last looked, and why."""

    def phrase(self, line: Line, lineup: Lineup, gate: Gate, now: datetime) -> Line:
        """``line`` in written words that are true of ``lineup`` at ``now``; itself where there are
        none.

        ``now``: with time zone. Number, mood, gesture and pin stay.
        """
        key = key_of(line)
        if key is None:
            return line
        product = lineup.get(key.sku)
        if key.sku and product is None:
            return line
        scope = None
        if product is not None:
            scope = scope_of(product, now, line.lang, {})
            turns = turns_of(line, product, scope.facts)
            scope = replace(scope, turns=turns)
        description = described(product)
        for tried, kept in enumerate(self._shelf.take(key)):
            if tried == TRIED:
                break
            made = filled(kept.text, scope, line.lang)
            if kept.description != description or made is None:
                continue  # the writer tidies the one; the other may be said another time
            text, facts = made
            verdict = gate.check(text, line.sku, line.lang, now)
            if verdict.passed:
                self._shelf.use(kept)
                return replace(line, text=text, facts=facts)
            self._shelf.drop(kept)
            self._refuse(kept, str(verdict))
        return line

    def _refuse(self, kept: Kept, why: str) -> None:
        about: dict[str, str | int | None] = {
            "text": kept.text, "beat": kept.beat, "sku": kept.sku or None, "source": kept.source,
        }  # fmt: skip
        self.refused = [*self.refused, Decision("variant-refused", why, about)][-100:]
