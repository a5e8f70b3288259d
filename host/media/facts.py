"""The facts by which media judges and draws: those of one revision at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from host.gate import Gate
from host.gate.verdict import Verdict
from host.model import Lang, Lineup, Planned, PlatformProfile, Product


class Facts:
    """A lineup, and a gate for each product of it that is spoken of.

    A gate of a whole lineup takes a millisecond or more a product to build: with fifty of them the
    ring would run dry at each edit. So each is built when its product comes, and kept while the
    product stays as it is.
    """

    def __init__(self, lineup: Lineup, platforms: Sequence[PlatformProfile] = ()) -> None:
        """``platforms``: the profiles of the room's destinations."""
        self._platforms = tuple(platforms)
        self._gates: dict[str, Gate] = {}
        self._products: dict[str, Product] = {}
        self.revision = ""
        self.revise(lineup)

    def revise(self, lineup: Lineup) -> None:
        """From now on ``lineup`` is true, and nothing else."""
        products = {product.sku: product for product in lineup.products}
        self._gates = {
            sku: gate
            for sku, gate in self._gates.items()
            if not sku or (sku in products and products[sku] == self._products.get(sku))
        }
        self._products = products
        self.revision = lineup.revision

    def warm(self, lang: Lang, at: datetime) -> None:
        """Read the word lists, most of a second's work, before anything is on air."""
        self.check("0", None, lang, at)

    def get(self, sku: str | None) -> Product | None:
        """The product of that SKU, or None."""
        return self._products.get(sku or "")

    def check(self, text: str, sku: str | None, lang: Lang, at: datetime) -> Verdict:
        """As ``Gate.check``."""
        return self._gate(sku).check(text, sku, lang, at)

    def check_clause(self, planned: Planned, index: int, at: datetime) -> Verdict:
        """As ``Gate.check_clause``."""
        line = planned.line
        return self._gate(line.sku).check_clause(line, planned.clauses, index, at)

    def _gate(self, sku: str | None) -> Gate:
        key = sku if sku in self._products else ""
        if key not in self._gates:
            own = (self._products[key],) if key else ()
            self._gates[key or ""] = Gate(Lineup(own, self.revision), self._platforms)
        return self._gates[key or ""]
