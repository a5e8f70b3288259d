"""What is said next, for ever: laps over the lineup, a block a product, beats in their order.

Pure: a step depends on lineup, scripts, seed, settings, state and the time that is passed in.
Answers to comments cut in at playout and leave this state alone. run_of_show.py has the order,
composing.py the words; docs/adr/0020-run-of-show.md argues both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from types import MappingProxyType

from host.errors import ConfigError, Finding
from host.model import Lang, Line, Lineup, Mood, Product
from host.pacing import seconds
from host.planner.composing import Composed, Composer
from host.planner.knowledge import Knowledge, counted, known
from host.planner.occasions import completed, correcting
from host.planner.rotation import available, sold_out
from host.planner.run_of_show import RunOfShow, Turn
from host.planner.state import PlannerState
from host.planner.walks import WRAP
from host.script import Scripts
from host.script.checks import speaks_of_nothing
from host.settings_talk import TalkSettings
from host.trades import Trades, load_trades

__all__ = ["Planner", "PlannerState", "Step", "lines"]

_PASSED_OVER = 60
"""Beats in a row that may find no words: more than a block has."""
_MOODS: dict[str, tuple[Mood, str]] = {
    "opening": ("excited", "wave"),
    "hook": ("excited", "open"),
    "pain": ("calm", ""),
    "selling": ("warm", "open"),
    "proof": ("serious", "nod"),
    "use": ("warm", "open"),
    "care": ("calm", "nod"),
    "price": ("excited", "point"),
    "action": ("excited", "point"),
    "interaction": ("warm", "tilt"),
    "rehook": ("warm", "wave"),
    "countdown": ("serious", "point"),
    "soldout": ("calm", ""),
    "arrival": ("excited", "point"),
    "next": ("warm", "open"),
    "correction": ("serious", "nod"),
    "closing": ("warm", "wave"),
}
"""Mood and gesture of a beat whose template asks for none."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line, and the state to go on from when it has been said."""

    line: Line
    state: PlannerState


class Planner:
    """Plans the talk of one room."""

    def __init__(
        self,
        lineup: Lineup,
        scripts: Scripts,
        seed: int,
        lang: Lang,
        talk: TalkSettings | None = None,
        trades: Trades | None = None,
    ) -> None:
        """``trades``: those of ``configs/trades`` where it is left out.

        Raises ConfigError when the scripts could leave the host without a word to say, and when
        ``talk`` names a trade that is not known.
        """
        if scripts.lang != lang:
            raise ValueError(f"scripts in {scripts.lang} for a planner in {lang}")
        talk = talk or TalkSettings()
        trades = trades or load_trades()
        if talk.trade and talk.trade not in trades.known:
            fix = "use one of: " + ", ".join(trades.known)
            raise ConfigError(Finding(f"talk.trade: there is no trade {talk.trade!r}", fix))
        if not any(speaks_of_nothing(one, scripts.banks) for one in scripts.of("opening")):
            what = "every opening needs a product"
            fix = "write an opening without {fields}, for when everything is sold out"
            raise ConfigError(Finding(what, fix))
        self._seed, self._lang, self._talk, self._trades = seed, lang, talk, trades
        self._composer = Composer(completed(scripts), seed)
        self._knowledge = Knowledge(lineup, seed, lang, talk, trades)
        self._show = RunOfShow(lineup, self._knowledge, talk)

    def over(self, lineup: Lineup) -> Planner:
        """The same talk over another lineup, without reading the scripts again (0.2 s)."""
        other = copy(self)
        other._knowledge = Knowledge(lineup, self._seed, self._lang, self._talk, self._trades)
        other._show = RunOfShow(lineup, other._knowledge, self._talk)
        return other

    def next(self, state: PlannerState, line_id: int, now: datetime) -> Step:
        """The line after ``state``. ``line_id``: the id it gets; ``now``: in the room's time zone,
        which dayparts and the ends of offers are told in.

        Products that are sold out or not on sale at ``now`` are passed over. Never without a line:
        with nothing to sell, openings go on.
        """
        state = self._counting(self._show.noticed(state, now))
        for empty in range(_PASSED_OVER):
            turn = self._show.turn(state, now)
            composed = self._composed(turn, state, now)
            if composed is not None:
                return self._said(turn, composed, line_id)
            state = turn.state
            if empty > _PASSED_OVER // 4:
                state = self._show.given_up(state)
        turn = Turn("opening", None, replace(state, stage="choose", sku=""))
        composed = self._composed(turn, state, now)
        if composed is None:
            raise AssertionError("the constructor found an opening without fields")
        return self._said(turn, composed, line_id)

    def available(self, product: Product, now: datetime) -> bool:
        """Whether ``product`` may be sold at ``now``: on sale, and not sold out."""
        return available(product, now)

    def correction(
        self, product: Product, attributes: Collection[str], line_id: int, now: datetime
    ) -> Line:
        """What is said when facts of ``product`` changed that were spoken of.

        ``product``: as it is now; ``attributes``: of the facts that changed ("price", "stock"…).
        """
        gone = sold_out(product)
        knowledge = Knowledge(
            Lineup((product,), ""), self._seed, self._lang, self._talk, self._trades
        )
        turn = Turn("soldout" if gone else "correction", product, self._apart(line_id))
        only = None if gone else correcting(attributes)
        composed = self._composed(turn, turn.state, now, knowledge, only)
        if composed is None:
            raise AssertionError("there are words of our own for a correction")
        return self._said(turn, composed, line_id).line

    def closing(self, line_id: int, now: datetime) -> Line:
        """What is said when the room's hours end."""
        turn = Turn("closing", None, self._apart(line_id))
        composed = self._composed(turn, turn.state, now)
        if composed is None:
            raise AssertionError("there are words of our own for the end")
        return self._said(turn, composed, line_id).line

    def _apart(self, line_id: int) -> PlannerState:
        """A state for a line outside the show's order: other words each time."""
        counts = tuple(line_id % WRAP for _ in range(self._composer.size))
        return PlannerState(said=line_id, layout=self._composer.layout, counts=counts)

    def _counting(self, state: PlannerState) -> PlannerState:
        """Counters of these scripts; of others, they begin anew at places that differ each time."""
        layout, size = self._composer.layout, self._composer.size
        if state.layout == layout and len(state.counts) == size:
            return state
        dice = Random(f"{self._seed}/{layout}/{state.said}")  # noqa: S311 - a show, no secret
        counts = tuple(dice.randrange(WRAP) if state.said else 0 for _ in range(size))
        return replace(state, layout=layout, counts=counts)

    def _composed(
        self,
        turn: Turn,
        state: PlannerState,
        now: datetime,
        knowledge: Knowledge | None = None,
        only: Callable[[frozenset[str]], bool] | None = None,
    ) -> Composed | None:
        """The words of a beat; None when there are none for the product."""
        if not turn.beat:
            return None
        product, knowledge = turn.product, knowledge or self._knowledge
        scope, due = None, {}
        if product is not None:
            standing = known(turn.state.products, product.sku)
            scope = knowledge.scope(product, standing, now, turn.next_name)
            due = knowledge.due(product, standing, now)
        context = knowledge.context(product, scope, now)
        dice = Random(f"{self._seed}/{state.said}/{turn.beat}")  # noqa: S311 - a show, no secret
        return self._composer.compose(turn.beat, context, scope, state.counts, dice, due, only)

    def _said(self, turn: Turn, composed: Composed, line_id: int) -> Step:
        product, variant = turn.product, composed.variant
        if turn.beat == "opening" and not composed.of_product:
            product = None
        mood, gesture = _MOODS[turn.beat]
        line = Line(
            id=line_id,
            lang=self._lang,
            text=composed.text,
            beat=turn.beat,
            sku=product.sku if product else None,
            mood=variant.mood or mood,
            gesture=gesture if variant.gesture is None else variant.gesture.replace("none", ""),
            facts=composed.facts,
            pin=turn.pin,
        )
        took = round(10 * seconds(line.text, self._lang))
        state = turn.state
        products = state.products
        if product is not None and composed.queues:
            one = known(products, product.sku)
            said = counted(one, composed.queues, WRAP)
            products = MappingProxyType({**products, product.sku: replace(one, said=said)})
        state = replace(
            state,
            spent=state.spent + took,
            block=state.block + took,
            hooked=state.hooked + took,
            said=state.said + 1,
            products=products,
            counts=composed.counts,
        )
        return Step(line, state)


def lines(planner: Planner, start: datetime, count: int) -> Iterator[Line]:
    """The first ``count`` lines from the beginning, all at ``start``: for rehearsals and tests."""
    state = PlannerState()
    for line_id in range(1, count + 1):
        step = planner.next(state, line_id, start)
        state = step.state
        yield step.line
