"""A lineup with everything that follows from it, each part made when it is first asked for.

``host.studio.revision.Revision`` makes all of it at once, in 0.2 s and in a thread; a day of
changes would cost a rehearsal minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from host.answerer import Answerer
from host.gate import Gate
from host.model import Lineup, PlatformProfile, Product, Promotion
from host.planner import Planner
from host.rehearsal.given import Edit
from host.studio.rests import Rests


@dataclass(frozen=True, slots=True)
class Makers:
    """What makes the parts of a revision."""

    planner: Planner
    """Over any lineup of the same scripts."""
    answerer: Callable[[Lineup], Answerer]
    platforms: Sequence[PlatformProfile]


class Revision:
    """One state of the lineup."""

    def __init__(self, lineup: Lineup, makers: Makers, gate: Gate | None = None) -> None:
        """``gate``: over this lineup; None: it is made."""
        self.lineup = lineup
        self.gate = gate or Gate(lineup, makers.platforms)
        self.rests = Rests(lineup)
        self.moments = _moments(lineup)
        """When a fact begins or ends to hold, rising."""
        self._makers = makers
        self._former: Answerer | None = None

    @cached_property
    def planner(self) -> Planner:
        """Plans over this lineup."""
        return self._makers.planner.over(self.lineup)

    @cached_property
    def answerer(self) -> Answerer:
        """Answers from this lineup; its wordings go on where the former one's were."""
        answerer = self._makers.answerer(self.lineup)
        if self._former is not None:
            answerer.follow(self._former)
        return answerer

    def after(self, edit: Edit, number: int) -> Revision:
        """This one changed. ``number``: of the change, from 1."""
        products = tuple(
            changed(product, edit) if product.sku == edit.sku else product
            for product in self.lineup.products
        )
        lineup = Lineup(products, f"{self.lineup.revision.partition('+')[0]}+{number}")
        revision = Revision(lineup, self._makers, self.gate.over(lineup))
        revision._former = self.__dict__.get("answerer", self._former)
        return revision


def changed(product: Product, edit: Edit) -> Product:
    """The product with the price and the stock of ``edit``; options keep their own, as in a push.

    What contradicts the new price goes: a list price below it, a promotion's above it.
    """
    changes: dict[str, Any] = {}
    if edit.price is not None:
        price = edit.price
        changes["price"] = price
        if product.list_price is not None and product.list_price < price:
            changes["list_price"] = None
        changes["promotions"] = tuple(
            promotion
            for promotion in product.promotions
            if promotion.price is None or promotion.price <= price
        )
    if edit.stock is not None:
        changes["stock"] = edit.stock
    return replace(product, **changes)


def _moments(lineup: Lineup) -> list[datetime]:
    spans: list[Product | Promotion] = [*lineup.products]
    spans += [promotion for product in lineup.products for promotion in product.promotions]
    ends = {moment for span in spans for moment in (span.valid_from, span.valid_to) if moment}
    ends |= {product.priced_until for product in lineup.products if product.priced_until}
    return sorted(ends)
