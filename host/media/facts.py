"""The facts by which media judges and draws: those of one revision at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from host.gate import Gate
from host.gate.verdict import Verdict
from host.model import Lang, Lineup, Planned, PlatformProfile, Product


class Facts:
    """A lineup and its gate, which reads a product's facts when they are first asked for: with
    fifty products read at each edit the ring would run dry.
    """

    def __init__(self, lineup: Lineup, platforms: Sequence[PlatformProfile] = ()) -> None:
        """``platforms``: the profiles of the room's destinations."""
        self._gate = Gate(lineup, platforms)
        self.revise(lineup)

    @property
    def revision(self) -> str:
        """Of the lineup that is true now."""
        return self._gate.revision

    def revise(self, lineup: Lineup) -> None:
        """From now on ``lineup`` is true, and nothing else."""
        self._gate = self._gate.over(lineup)
        self._products = {product.sku: product for product in lineup.products}

    def warm(self, lang: Lang, at: datetime) -> None:
        """Read the word lists, most of a second's work, before anything is on air."""
        self.check("0", None, lang, at)

    def get(self, sku: str | None) -> Product | None:
        """The product of that SKU, or None."""
        return self._products.get(sku or "")

    def check(self, text: str, sku: str | None, lang: Lang, at: datetime) -> Verdict:
        """As ``Gate.check``."""
        return self._gate.check(text, sku, lang, at)

    def check_clause(self, planned: Planned, index: int, at: datetime) -> Verdict:
        """As ``Gate.check_clause``."""
        line = planned.line
        return self._gate.check_clause(line, planned.clauses, index, at)
