"""What of each product can be said at a moment: its facts that hold, and the fields they fill."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from host.facts import facts_of
from host.model import Fact, Lang, Lineup, Product
from host.planner.rotation import sold_out
from host.planner.sections import Context
from host.planner.state import KINDS, Standing
from host.planner.walks import Walk
from host.script.fields import FIELDS, Scope, running
from host.script.queues import queued
from host.settings_talk import TalkSettings
from host.trades import Trade, Trades

SOON = timedelta(hours=12)
"""How long before its end an offer is counted down."""
_GONE = frozenset({"name", "short_name", "category", "link"})
"""All that may be said of what is sold out."""


class Knowledge:
    """The products of one lineup, for one language."""

    def __init__(
        self, lineup: Lineup, seed: int, lang: Lang, talk: TalkSettings, trades: Trades
    ) -> None:
        self._seed, self._lang = seed, lang
        self._facts = {product.sku: facts_of(product) for product in lineup.products}
        self._borders = {sku: _borders(facts) for sku, facts in self._facts.items()}
        self._holding: dict[tuple[str, int], tuple[Fact, ...]] = {}
        self._available: dict[tuple[str, int], frozenset[str]] = {}
        self._walks: dict[tuple[str, str, int], Walk] = {}
        self._trades = trades
        self._trade = {product.sku: talk.trade or trades.of(product) for product in lineup.products}
        self._dayparts = [(name, *hours.split("-")) for name, hours in talk.dayparts.items()]

    def trade(self, product: Product) -> Trade:
        return self._trades.get(self._trade.get(product.sku, ""))

    def daypart(self, now: datetime) -> str:
        """The part of the day at ``now``, in its time zone; empty: between them."""
        clock = f"{now:%H:%M}"
        for name, begin, end in self._dayparts:
            inside = begin <= clock < end if begin < end else clock >= begin or clock < end
            if inside:
                return name
        return ""

    def facts(self, product: Product, now: datetime) -> tuple[Fact, ...]:
        """The product's facts that hold."""
        key = (product.sku, bisect_right(self._borders[product.sku], now))
        found = self._holding.get(key)
        if found is None:
            found = tuple(fact for fact in self._facts[product.sku] if fact.holds_at(now))
            self._holding[key] = found
        return found

    def scope(
        self, product: Product, standing: Standing, now: datetime, next_name: str = ""
    ) -> Scope:
        """What fields are filled from: of each kind of fact, the one whose turn it is."""
        facts = self.facts(product, now)
        turns = {
            kind: self._walk(product.sku, kind, count).at(standing.said[KINDS.index(kind)])
            for kind, count in queued(product, facts).items()
        }
        return Scope(product, facts, standing.visits, now, self._lang, turns, next_name)

    def _walk(self, sku: str, kind: str, size: int) -> Walk:
        key = (sku, kind, size)
        if key not in self._walks:
            self._walks[key] = Walk(f"{self._seed}/{sku}/{kind}", size)
        return self._walks[key]

    def due(self, product: Product, standing: Standing, now: datetime) -> dict[str, float]:
        """Kind of fact → how often each of that kind was said.

        At most a round behind the others, so that what the merchant adds is not said alone.
        """
        counts = queued(product, self.facts(product, now))
        rounds = {kind: standing.said[KINDS.index(kind)] / each for kind, each in counts.items()}
        most = max(rounds.values(), default=0.0)
        return {kind: max(turns, most - 1) for kind, turns in rounds.items()}

    def context(self, product: Product | None, scope: Scope | None, now: datetime) -> Context:
        """What templates must fit. ``scope``: the product's; None: speak of no product."""
        daypart = self.daypart(now)
        if product is None or scope is None:
            return Context(None, "", daypart, frozenset())
        key = (product.sku, bisect_right(self._borders[product.sku], now))
        if key not in self._available:
            filled = (name for name, fill in FIELDS.items() if fill(scope) is not None)
            self._available[key] = frozenset(filled) - {"next_name"}
        available = self._available[key]
        if sold_out(product):
            available &= _GONE
        if scope.next_name:
            available |= {"next_name"}
        return Context(product, self._trade.get(product.sku, ""), daypart, available)


def ends_soon(product: Product, now: datetime) -> bool:
    """Whether an offer runs that is near its end, as far as is known."""
    if product.priced_until is not None and product.priced_until <= now:
        return False
    promotion = running(product, now)
    end = promotion.valid_to if promotion else None
    return end is not None and end - now <= SOON


def _borders(facts: Sequence[Fact]) -> list[datetime]:
    """The moments at which other facts hold, in order."""
    moments = {moment for fact in facts for moment in (fact.valid_from, fact.valid_to) if moment}
    return sorted(moments)


def counted(standing: Standing, kinds: frozenset[str], wrap: int) -> tuple[int, ...]:
    """``Standing.said`` after a line that showed those kinds."""
    return tuple(
        (count + (kind in kinds)) % wrap for kind, count in zip(KINDS, standing.said, strict=True)
    )


def known(products: Mapping[str, Standing], sku: str) -> Standing:
    return products.get(sku, Standing())
