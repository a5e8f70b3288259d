"""A show that goes on after a restart or an upgrade: the same lap, the next line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import StageError
from host.model import Lineup
from host.planner import Planner, PlannerState
from host.settings_talk import TalkSettings
from tests.host.planner.test_planner import (
    DEMOS,
    NOW,
    bundled,
    plain_scripts,
    products,
    show,
    whole_scripts,
)


def _after(planner: Planner, count: int) -> PlannerState:
    state = PlannerState()
    for number in range(1, count + 1):
        state = planner.next(state, number, NOW).state
    return state


@settings(max_examples=12, deadline=None)
@given(count=st.integers(1, 9), seed=st.integers(0, 2**32), cut=st.integers(0, 120))
def test_a_restart_goes_on_at_the_next_line(count: int, seed: int, cut: int) -> None:
    lineup = Lineup(products(count), "")
    whole = [(one.t, one.line) for one in show(Planner(lineup, whole_scripts(), seed, "zh"), 0.3)]
    cut = min(cut, len(whole) - 1)
    state = PlannerState()
    for at, (t, line) in enumerate(whole):
        if at <= cut:
            planner = Planner(lineup, whole_scripts(), seed, "zh")  # anew before each line
        step = planner.next(PlannerState.load(state.dump()), line.id, NOW + timedelta(seconds=t))
        state = step.state
        assert PlannerState.load(state.dump()) == state
        assert step.line == line
    assert len(state.dump()) < 200 + 45 * count


def test_a_restart_of_the_demo_goes_on_at_the_next_line() -> None:
    scripts = bundled("zh")
    said = list(show(Planner(DEMOS["zh"], scripts, 7, "zh"), 0.5))
    again = Planner(DEMOS["zh"], scripts, 7, "zh")
    for before, one in zip(said[::7], said[1::7], strict=False):
        state = PlannerState.load(before.state.dump())
        step = again.next(state, one.line.id, NOW + timedelta(seconds=one.t))
        assert (step.line, step.state) == (one.line, one.state)


def test_an_upgrade_goes_on_in_the_same_lap_at_the_next_beat() -> None:
    """A price and a product more: the block on air goes on."""
    old = Planner(Lineup(products(6), "1"), plain_scripts(3), 1, "zh")
    state = _after(old, 4)
    expected = old.next(state, 5, NOW)
    changed = (replace(products(1)[0], price=Decimal(8)), *products(8)[1:])
    new = Planner(Lineup(changed, "2"), plain_scripts(3), 1, "zh")
    step = new.next(PlannerState.load(state.dump()), 5, NOW)
    assert (step.line.beat, step.line.sku) == (expected.line.beat, expected.line.sku)
    assert (step.state.lap, step.state.blocks) == (state.lap, state.blocks)


def test_when_the_product_on_air_has_gone_the_lap_goes_on_behind_it() -> None:
    state = _after(Planner(Lineup(products(6), "1"), whole_scripts(), 1, "zh"), 9)
    assert (state.sku, state.lap) == ("S0", 1)
    without = tuple(product for product in products(6) if product.sku != "S0")
    new = Planner(Lineup(without, "2"), whole_scripts(), 1, "zh")
    step = new.next(PlannerState.load(state.dump()), 99, NOW)
    assert (step.line.sku, step.line.beat, step.state.lap) == ("S1", "hook", 1)


def test_other_scripts_go_on_in_the_same_block() -> None:
    state = _after(Planner(Lineup(products(6), "1"), whole_scripts(), 1, "zh"), 9)
    step = Planner(Lineup(products(6), "1"), plain_scripts(4), 1, "zh").next(state, 10, NOW)
    assert step.line.sku == state.sku
    assert step.state.layout != state.layout


def test_what_left_the_lineup_is_forgotten() -> None:
    state = PlannerState()
    for turn in range(12):
        offered = tuple(replace(one, sku=f"T{turn}/{one.sku}") for one in products(4))
        planner = Planner(Lineup(offered, str(turn)), plain_scripts(3), 1, "zh")
        for number in range(60):
            state = planner.next(PlannerState.load(state.dump()), number + 1, NOW).state
    assert {sku.split("/")[0] for sku in state.products} == {"T11"}
    assert len(state.dump()) < 200 + 50 * 5


OLD = '[1,4,2,3,"S1","S0",{"S0":"3/1/1/2.1/0/0/2/1"}]'


@pytest.mark.parametrize(
    "text",
    ["x", "{}", "[1,2]", "null", OLD, "[" * 10_000, '["talk-1",1]', '["talk-2"]'],
)
def test_states_that_are_none(text: str) -> None:
    with pytest.raises(StageError):
        PlannerState.load(text)


def test_the_beginning() -> None:
    assert PlannerState.load("") == PlannerState()
    assert PlannerState.load(PlannerState().dump()) == PlannerState()


@settings(deadline=None, max_examples=100)
@given(
    st.one_of(
        st.text(),
        st.tuples(
            st.just("talk-2"),
            *[st.integers(-2, 99)] * 8,
            *[st.sampled_from(["", "S0", "S1", "gone"])] * 3,
            st.text(max_size=3),
            st.sampled_from(["", "00", "0", "zz__", "!!"]),
            st.dictionaries(
                st.sampled_from(["", "S0", "S2", "gone"]),
                st.sampled_from(["5/1/0/" + "0" * 14, "-9/4095/3/" + "_" * 14, "1/9", "x/1/1/"]),
            ),
        ).map(json.dumps),
    )
)
def test_whatever_state_was_kept_the_show_goes_on_or_begins(text: str) -> None:
    try:
        state = PlannerState.load(text)
    except StageError:
        return
    talk = TalkSettings(block_minutes=1)
    planner = Planner(Lineup(products(3), ""), whole_scripts(), 1, "zh", talk)
    skus = set()
    for number in range(1, 80):
        step = planner.next(state, number, NOW)
        state = PlannerState.load(step.state.dump())
        skus.add(step.line.sku)
    assert skus - {None} == {"S0", "S1", "S2"}
