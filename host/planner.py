"""What is said next, for ever: laps over the lineup, a block a product, beats in order.

Pure: a step depends on lineup, scripts, seed, state and the time that is passed in. Answers to
comments cut in at playout and leave this state alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from host.errors import ConfigError, Finding
from host.facts import facts_of
from host.fields import FIELDS, Scope
from host.model import Fact, Lang, Line, Lineup, Mood, Product
from host.planner_state import BLOCK, OPENING, PlannerState
from host.script import Scripts, Variant

__all__ = ["BLOCK", "Planner", "PlannerState", "Step", "lines"]

LAP = (3, 4)
"""Products a lap: few enough that a viewer who comes in late soon hears one from its beginning."""
_MOODS: dict[str, tuple[Mood, str]] = {
    "opening": ("excited", "wave"),
    "pain": ("calm", ""),
    "selling": ("warm", "open"),
    "proof": ("serious", "nod"),
    "price": ("excited", "point"),
    "action": ("excited", "point"),
    "interaction": ("warm", "tilt"),
}
"""Mood and gesture of a beat whose variant asks for none."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line, and the state to go on from when it has been said."""

    line: Line
    state: PlannerState


class Planner:
    """Plans the talk of one room."""

    def __init__(self, lineup: Lineup, scripts: Scripts, seed: int, lang: Lang) -> None:
        """Raises ConfigError when the scripts could leave the host without a word to say."""
        if scripts.lang != lang:
            raise ValueError(f"scripts in {scripts.lang} for a planner in {lang}")
        self._products = lineup.products
        self._facts = {product.sku: facts_of(product) for product in lineup.products}
        self._variants = {beat: scripts.of(beat) for beat in ("opening", *BLOCK)}
        self._seed = seed
        self._lang = lang
        if all(variant.fields or variant.category for variant in self._variants["opening"]):
            raise ConfigError(
                Finding(
                    "every opening needs a product",
                    "write an opening without {fields}, for when everything is sold out",
                )
            )

    def next(self, state: PlannerState, line_id: int, now: datetime) -> Step:
        """The line after ``state``. ``line_id``: the id it gets; ``now``: with time zone.

        Products that are sold out or not on sale at ``now`` are passed over. Never without a line:
        with nothing to sell, openings go on.
        """
        limit = len(self._products) + 2
        for _ in range(limit * (len(BLOCK) + 2)):
            if state.size == 0 or (state.done >= state.size and not state.sku):
                state = self._begin_lap(state, now)
            if state.step == OPENING:
                first = self._following(state, now)
                step = self._say(state, "opening", first, line_id, now)
                state = replace(step.state if step else state, step=0)
                if step is not None:
                    return Step(step.line, state)
            product = self._on_air(state, now)
            if product is None:
                product = self._following(state, now)
                if product is None:
                    break
                state = self._begin_block(state, product)
            step = self._say(state, BLOCK[state.step], product, line_id, now)
            state = self._advance(step.state if step else state)
            if step is not None:
                return Step(step.line, state)
        return self._nothing_to_sell(state, line_id, now)

    def _nothing_to_sell(self, state: PlannerState, line_id: int, now: datetime) -> Step:
        idle = replace(state, size=0, done=0, step=OPENING, sku="", lap=state.lap + 1)
        step = self._say(idle, "opening", None, line_id, now)
        if step is None:
            raise AssertionError("the constructor found an opening without fields")
        return step

    def available(self, product: Product, now: datetime) -> bool:
        """Whether ``product`` may be sold at ``now``: on sale, and not sold out."""
        if product.valid_from is not None and now < product.valid_from:
            return False
        if product.valid_to is not None and now >= product.valid_to:
            return False
        if product.variants and all(variant.stock == 0 for variant in product.variants):
            return False
        return product.stock != 0

    def _begin_lap(self, state: PlannerState, now: datetime) -> PlannerState:
        there = sum(self.available(product, now) for product in self._products)
        lap = state.lap + 1
        size = min(random.Random(f"{self._seed}/lap/{lap}").choice(LAP), max(there, 1))  # noqa: S311 - a show, no secret
        # What has left the lineup is forgotten: the state is kept with every line.
        visits = {sku: count for sku, count in state.visits.items() if sku in self._facts}
        picks = {
            key: said
            for key, said in state.picks.items()
            if key.startswith("/") or key.rpartition("/")[0] in self._facts
        }
        return replace(
            state,
            lap=lap,
            size=size,
            done=0,
            step=OPENING,
            sku="",
            visits=MappingProxyType(visits),
            picks=MappingProxyType(picks),
        )

    def _begin_block(self, state: PlannerState, product: Product) -> PlannerState:
        visits = {**state.visits, product.sku: state.visits.get(product.sku, 0) + 1}
        return replace(
            state, sku=product.sku, last=product.sku, step=0, visits=MappingProxyType(visits)
        )

    def _advance(self, state: PlannerState) -> PlannerState:
        if state.step + 1 < len(BLOCK):
            return replace(state, step=state.step + 1)
        return replace(state, step=0, sku="", done=state.done + 1)

    def _on_air(self, state: PlannerState, now: datetime) -> Product | None:
        """The product whose block is going on, unless it may be sold no more."""
        for product in self._products:
            if product.sku == state.sku and self.available(product, now):
                return product
        return None

    def _following(self, state: PlannerState, now: datetime) -> Product | None:
        """The next product behind the last one in the merchant's order, round and round.

        Where that one has left the lineup, the first of those that have been on least often.
        """
        skus = [product.sku for product in self._products]
        if state.last in skus:
            begin = skus.index(state.last) + 1
            ring = [*self._products[begin:], *self._products[:begin]]
        else:
            ring = sorted(self._products, key=lambda product: state.visits.get(product.sku, 0))
        return next((product for product in ring if self.available(product, now)), None)

    def _say(
        self, state: PlannerState, beat: str, product: Product | None, line_id: int, now: datetime
    ) -> Step | None:
        """A line of ``beat``; None when no variant of it fits ``product``."""
        sku = product.sku if product and beat != "opening" else ""
        visit = state.visits.get(sku, 0) if sku else state.lap
        scope = self._scope(product, visit, state.step, now)
        fitting = {
            at: filled
            for at, variant in enumerate(self._variants[beat])
            if (filled := _fill(variant, scope, product)) is not None
        }
        if not fitting:
            return None
        own, shared = f"{sku}/{beat}", f"/{beat}"
        said = state.picks.get(own, ())
        avoid = list(dict.fromkeys((*said, *state.picks.get(shared, ()))))
        at = self._pick(list(fitting), avoid, own, visit)
        variant, (text, facts) = self._variants[beat][at], fitting[at]
        mood, gesture = _MOODS[beat]
        line = Line(
            id=line_id,
            lang=self._lang,
            text=text,
            beat=beat,
            sku=product.sku if product and (sku or variant.fields) else None,
            mood=variant.mood or mood,
            gesture=gesture if variant.gesture is None else variant.gesture.replace("none", ""),
            facts=facts,
        )
        kept = 2 * max(BLOCK.count(beat), 1) - 1
        picks = {**state.picks, shared: (at,), own: (at, *said)[:kept]}
        return Step(line, replace(state, picks=MappingProxyType(picks)))

    def _scope(self, product: Product | None, visit: int, step: int, now: datetime) -> Scope | None:
        if product is None:
            return None
        facts = tuple(fact for fact in self._facts[product.sku] if fact.holds_at(now))
        each = BLOCK.count("selling")
        turn = visit * each + BLOCK[: max(step, 0)].count("selling")
        return Scope(product, facts, turn, now, self._lang)

    def _pick(self, fitting: list[int], avoid: list[int], name: str, visit: int) -> int:
        """The variant of this visit: each once in a seeded order, then all again in another.

        ``avoid``: what was said last, the weightiest first; not repeated while another fits.
        """
        order = fitting[:]
        random.Random(f"{self._seed}/{name}/{visit // len(fitting)}").shuffle(order)  # noqa: S311 - a show, no secret
        start = visit % len(order)
        turned = order[start:] + order[:start]
        for length in range(len(avoid), -1, -1):
            fresh = [at for at in turned if at not in avoid[:length]]
            if fresh:
                return fresh[0]
        raise AssertionError("with nothing to avoid, something fits")


def _fill(
    variant: Variant, scope: Scope | None, product: Product | None
) -> tuple[str, tuple[Fact, ...]] | None:
    """The text and its facts; None when a field or the category does not fit the product."""
    if scope is None:
        return None if variant.fields else (variant.text, ())
    if variant.category and (product is None or variant.category not in product.category):
        return None
    texts: dict[str, str] = {}
    facts: dict[Fact, None] = {}
    for name in variant.fields:
        filled = FIELDS[name](scope)
        if filled is None:
            return None
        texts[name] = filled.text
        facts.update(dict.fromkeys(filled.facts))
    return variant.text.format_map(texts), tuple(facts)


def lines(planner: Planner, start: datetime, count: int) -> Iterator[Line]:
    """The first ``count`` lines from the beginning, all at ``start``: for rehearsals and tests."""
    state = PlannerState()
    for line_id in range(1, count + 1):
        step = planner.next(state, line_id, start)
        state = step.state
        yield step.line
