"""A show that goes on after a restart or an upgrade: the same lap, the next line."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import StageError
from host.model import Lineup
from host.planner import Planner, PlannerState
from host.planner_state import BLOCK
from tests.host.test_planner import NOW, plain_scripts, products


def _after(planner: Planner, count: int) -> PlannerState:
    state = PlannerState()
    for number in range(1, count + 1):
        state = planner.next(state, number, NOW).state
    return state


def test_an_upgrade_goes_on_in_the_same_lap_at_the_next_beat() -> None:
    """A price and a product more: the block on air goes on."""
    old = Planner(Lineup(products(6), "1"), plain_scripts(3), 1, "zh")
    state = _after(old, 4)
    expected = old.next(state, 5, NOW)
    changed = (replace(products(1)[0], price=Decimal(8)), *products(8)[1:])
    new = Planner(Lineup(changed, "2"), plain_scripts(3), 1, "zh")
    step = new.next(PlannerState.load(state.dump()), 5, NOW)
    assert (step.line.beat, step.line.sku) == (expected.line.beat, expected.line.sku)
    assert (step.state.lap, step.state.done) == (state.lap, state.done)


def test_when_the_product_on_air_has_gone_the_lap_goes_on_behind_it() -> None:
    old = Planner(Lineup(products(6), "1"), plain_scripts(3), 1, "zh")
    state = _after(old, 1 + len(BLOCK) + 2)
    assert (state.sku, state.lap) == ("S1", 1)
    without = tuple(product for product in products(6) if product.sku != "S1")
    new = Planner(Lineup(without, "2"), plain_scripts(3), 1, "zh")
    step = new.next(PlannerState.load(state.dump()), 99, NOW)
    assert (step.line.sku, step.line.beat, step.state.lap) == ("S2", "pain", 1)


def test_what_left_the_lineup_is_forgotten() -> None:
    state = PlannerState()
    for turn in range(12):
        offered = tuple(replace(one, sku=f"T{turn}/{one.sku}") for one in products(4))
        planner = Planner(Lineup(offered, str(turn)), plain_scripts(3), 1, "zh")
        for number in range(60):
            state = planner.next(PlannerState.load(state.dump()), number + 1, NOW).state
    assert {sku.split("/")[0] for sku in state.visits} == {"T11"}
    assert len(state.dump()) < 60 + 50 * 5


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.text(),
        st.tuples(
            *[st.integers(-3, 99)] * 4,
            st.sampled_from(["", "S1", "gone"]),
            st.sampled_from(["", "S0", "gone"]),
            st.dictionaries(
                st.sampled_from(["", "S0", "S2", "gone"]),
                st.sampled_from(["3/1/1/2.1/0/0/2/1", "0///////", "-1///////", "1/9", "x"]),
            ),
        ).map(json.dumps),
    )
)
def test_whatever_state_was_kept_the_show_goes_on_or_begins(text: str) -> None:
    try:
        state = PlannerState.load(text)
    except StageError:
        return
    planner = Planner(Lineup(products(3), ""), plain_scripts(2), 1, "zh")
    skus = set()
    for number in range(1, 60):
        step = planner.next(state, number, NOW)
        state = PlannerState.load(step.state.dump())
        skus.add(step.line.sku)
    assert skus - {None} == {"S0", "S1", "S2"}
