"""What comes next: the lap's opening, a product's block beat by beat, the next product.

Pure. ``turn`` gives a beat and the state behind it, whether the beat finds words or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from host.model import Lineup, Product
from host.planner import rotation
from host.planner.knowledge import Knowledge, ends_soon, known
from host.planner.state import News, PlannerState, Stage, Standing
from host.planner.walks import WRAP
from host.settings_talk import TalkSettings

TAIL = 300
"""Tenths of a second that the end of a block takes: price, action, and the way to the next."""
EARLY = 40
"""Tenths of a second before its time that a re-hook may come: half a line."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A beat that comes next."""

    beat: str
    product: Product | None
    """The product it is of; None: none."""
    state: PlannerState
    """Behind it, but for its time and its words."""
    next_name: str = ""
    """What the next product is called, where the beat leads to it."""
    pin: bool = False


class RunOfShow:
    """The order of a room's talk."""

    def __init__(self, lineup: Lineup, knowledge: Knowledge, talk: TalkSettings) -> None:
        self._products = lineup.products
        self._by_sku = {product.sku: product for product in lineup.products}
        self._knowledge = knowledge
        self._lap = round(talk.lap_minutes * 600)
        self._block = round(talk.block_minutes * 600)
        self._rehook = round(talk.rehook_seconds * 10)

    def noticed(self, state: PlannerState, now: datetime) -> PlannerState:
        """The state with what has changed in the lineup: sold out, back, new, gone."""
        changed: dict[str, Standing] = {}
        for product in self._products:
            one = state.products.get(product.sku)
            news = _news(one, product, now, first=not state.lap)
            if news is not None and (one is None or one.news != news):
                changed[product.sku] = replace(one or Standing(), news=news)
        gone = [sku for sku in state.products if sku not in self._by_sku]
        if changed or gone:
            kept = {sku: one for sku, one in state.products.items() if sku in self._by_sku}
            state = replace(state, products=MappingProxyType({**kept, **changed}))
        if state.sku and not self._on_sale(state.sku, now):
            state = replace(state, stage="choose", step=0, sku="", last=state.sku)
        return state

    def turn(self, state: PlannerState, now: datetime) -> Turn:
        """The next beat."""
        offered = [product for product in self._products if rotation.available(product, now)]
        product = self._by_sku.get(state.sku)
        if product is None:
            return self._between(state, offered, now)
        if state.stage == "open":
            return self._open(state, product)
        if state.stage in ("first", "second"):
            return self._rounds(state, product, offered, now)
        return self._price(state, product, offered, now)

    def given_up(self, state: PlannerState) -> PlannerState:
        """The state behind rounds of beats that find no words for the product."""
        if state.stage == "first":
            return replace(state, stage="middle", step=0)
        return replace(state, stage="end", step=0) if state.stage == "second" else state

    def _on_sale(self, sku: str, now: datetime) -> bool:
        product = self._by_sku.get(sku)
        return product is not None and rotation.available(product, now)

    def _between(self, state: PlannerState, offered: Sequence[Product], now: datetime) -> Turn:
        if state.lap and (told := self._sold_out(state)):
            return told
        over = state.lap and self._over(state, offered)
        coming = self._coming(state, offered, now)
        if state.stage == "opening" or over or coming is None:
            begun = state if state.lap and not over and coming is None else self._begun(state)
            sku = coming.sku if coming else ""
            after = replace(begun, stage="choose", step=0, sku="", coming=sku)
            return Turn("opening", coming, after)
        weights = rotation.weights(offered)
        products = rotation.paid(offered, state.products, coming.sku, weights)
        one = products[coming.sku]
        products[coming.sku] = replace(one, visits=(one.visits + 1) % WRAP)
        begun = replace(
            state, stage="open", step=0, block=0, hooked=0, blocks=state.blocks + 1,
            sku=coming.sku, coming="", products=MappingProxyType(products),
        )  # fmt: skip
        return replace(self._open(begun, coming), pin=True)

    @staticmethod
    def _begun(state: PlannerState) -> PlannerState:
        return replace(state, lap=state.lap + 1, spent=0, blocks=0)

    def _over(self, state: PlannerState, offered: Sequence[Product]) -> bool:
        """Whether another block would end further from the lap's time than none."""
        if not offered:
            return state.spent >= self._lap
        return state.blocks > 0 and state.spent + self._block // 2 > self._lap

    def _coming(
        self, state: PlannerState, offered: Sequence[Product], now: datetime
    ) -> Product | None:
        named = self._by_sku.get(state.coming)
        if named is not None and rotation.available(named, now):
            return named
        weights = rotation.weights(offered)
        return rotation.following(offered, state.products, state.last, weights)

    def _sold_out(self, state: PlannerState) -> Turn | None:
        for product in self._products:
            if known(state.products, product.sku).news == "gone":
                return Turn("soldout", product, _with(state, product.sku, "sold-out"))
        return None

    def _open(self, state: PlannerState, product: Product) -> Turn:
        beats = ("arrival", *self._knowledge.trade(product).open)
        step = state.step
        if step == 0 and known(state.products, product.sku).news != "back":
            step = 1
        step = min(step, len(beats) - 1)  # the trade may have had more, when the state was kept
        stage: Stage = "open" if step + 1 < len(beats) else "first"
        after = replace(state, stage=stage, step=step + 1 if stage == "open" else 0)
        if beats[step] == "arrival":
            after = _with(after, product.sku, "")
        return Turn(beats[step], product, after, pin=state.block == 0)

    def _rounds(
        self, state: PlannerState, product: Product, offered: Sequence[Product], now: datetime
    ) -> Turn:
        length = self._length(product, offered)
        over = (
            state.block >= length // 2 if state.stage == "first" else state.block >= length - TAIL
        )
        # No re-hook parts a price from its action: it comes before them where it would be late.
        if state.hooked + (TAIL if over else EARLY) >= self._rehook:
            return Turn("rehook", product, replace(state, hooked=0))
        if over:
            stage: Stage = "middle" if state.stage == "first" else "end"
            return self._price(replace(state, stage=stage, step=0), product, offered, now)
        rounds = self._knowledge.trade(product).rounds
        # Each visit begins with another round, and so does each half.
        visit = 2 * known(state.products, product.sku).visits + (state.stage == "second")
        turned = [*rounds[visit % len(rounds) :], *rounds[: visit % len(rounds)]]
        beats = [beat for each in turned for beat in each]
        after = replace(state, step=state.step + 1)
        return Turn(beats[state.step % len(beats)], product, after, pin=state.block == 0)

    def _price(
        self, state: PlannerState, product: Product, offered: Sequence[Product], now: datetime
    ) -> Turn:
        beats = ["price", "action"]
        if ends_soon(product, now):
            beats.insert(1, "countdown")
        if state.stage == "end":
            beats.append("next")
        # An offer may end between two lines: then the step is one too far.
        beat = beats[min(state.step, len(beats) - 1)]
        if state.step + 1 < len(beats):
            after = replace(state, step=state.step + 1)
        elif state.stage == "middle":
            after = replace(state, stage="second", step=0)
        else:
            after = replace(state, stage="choose", step=0, sku="", last=product.sku)
        if beat != "next":
            return Turn(beat, product, after, pin=beat == "price")
        following = self._coming(replace(state, last=product.sku), offered, now)
        if following is None or following.sku == product.sku:
            return Turn("", product, after)
        after = replace(after, coming=following.sku)
        return Turn(beat, product, after, next_name=following.called)

    def _length(self, product: Product, offered: Sequence[Product]) -> int:
        """Tenths of a second that a product's block should take."""
        return round(self._block * rotation.length(product.sku, rotation.weights(offered)))


def _news(one: Standing | None, product: Product, now: datetime, *, first: bool) -> News | None:
    """What is to be told of a product now; None: it is not known, and not on sale yet."""
    gone = rotation.sold_out(product)
    if one is None:
        if gone:
            return "sold-out"
        if not rotation.available(product, now):
            return None
        return "" if first else "back"
    if gone:
        return "sold-out" if one.news == "sold-out" else "gone"
    if one.news == "sold-out":
        return "back"
    return "" if one.news == "gone" else one.news


def _with(state: PlannerState, sku: str, news: News) -> PlannerState:
    one = replace(known(state.products, sku), news=news)
    changed: Mapping[str, Standing] = {**state.products, sku: one}
    return replace(state, products=MappingProxyType(dict(changed)))
