"""The planner: laps, turns, rotation, and a state that goes on after a restart."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import ConfigError, StageError
from host.lineup import load_lineup
from host.model import Lang, Line, Lineup, Product, Variant
from host.planner import LAP, Planner, PlannerState, lines
from host.planner_state import BLOCK
from host.script import BEATS, Scripts, load_scripts
from host.script import Variant as Saying

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEMOS: dict[Lang, Lineup] = {
    "zh": load_lineup(ROOT / "configs/lineups/demo-zh.csv"),
    "en": load_lineup(ROOT / "configs/lineups/demo-en.toml"),
}
SCRIPTS: dict[Lang, Scripts] = {
    "zh": load_scripts([ROOT / "scripts/zh/base.md"], "zh"),
    "en": load_scripts([ROOT / "scripts/en/base.md"], "en"),
}


def products(count: int) -> tuple[Product, ...]:
    return tuple(
        Product(f"S{number}", f"东西{number}", Decimal(10 + number)) for number in range(count)
    )


def plain_scripts(variants: int) -> Scripts:
    """Variants that fit every product and tell themselves apart."""
    return Scripts(
        "zh",
        tuple(Saying(beat, f"{beat}/{number}", ()) for beat in BEATS for number in range(variants)),
    )


def laps(said: list[Line]) -> list[list[Line]]:
    found: list[list[Line]] = []
    for line in said:
        if line.beat == "opening":
            found.append([])
        found[-1].append(line)
    return found[:-1]  # the last may be cut


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_show(lang: Lang) -> None:
    said = list(lines(Planner(DEMOS[lang], SCRIPTS[lang], 7, lang), NOW, 400))
    assert [line.id for line in said] == list(range(1, 401))
    order: list[str] = []
    for lap in laps(said):
        blocks = [sku for sku in dict.fromkeys(line.sku for line in lap[1:]) if sku]
        assert len(blocks) in LAP
        order += blocks
        for sku in blocks:
            beats = [line.beat for line in lap[1:] if line.sku == sku]
            assert sorted(beats, key=list(BEATS).index) == beats
            assert set(beats) >= {"pain", "selling", "price", "action", "interaction"}
    skus = [product.sku for product in DEMOS[lang].products]
    # Laps go on where the last one ended: the merchant's order, round and round.
    assert order == [skus[at % len(skus)] for at in range(len(order))]
    for line in said:
        assert "{" not in line.text
        assert all(fact.sku == line.sku for fact in line.facts)
        assert bool(line.facts) <= (line.sku is not None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_points_specs_and_questions_all_have_their_turn(lang: Lang) -> None:
    said = [line.text for line in lines(Planner(DEMOS[lang], SCRIPTS[lang], 3, lang), NOW, 3000)]
    for product in DEMOS[lang].products:
        for point in product.selling_points:
            assert any(point in text for text in said), point
        for pair in product.faq:
            assert any(pair.question.rstrip("?？") in text for text in said), pair.question


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 9),
    variants=st.integers(2, 7),
    seed=st.integers(0, 2**32),
    length=st.integers(50, 300),
)
def test_no_two_laps_in_a_row_say_the_same(
    count: int, variants: int, seed: int, length: int
) -> None:
    planner = Planner(Lineup(products(count), ""), plain_scripts(variants), seed, "zh")
    said: dict[tuple[str | None, str], list[list[str]]] = defaultdict(list)
    block: tuple[str | None, int] = ("", -1)
    at = 0
    for line in lines(planner, NOW, length):
        if line.beat in ("opening", "pain"):
            block, at = (line.sku, line.id), line.id
        visits = said[line.sku, line.beat]
        if (
            line.beat in ("opening", "pain")
            or not visits
            or len(visits[-1]) >= (BLOCK.count(line.beat) or 1)
        ):
            visits.append([])
        visits[-1].append(line.text)
    assert block[1] == at
    for (_, beat), visits in said.items():
        each = max(BLOCK.count(beat), 1)
        for one, two in pairwise(visits):
            flat = [*one, *two]
            assert all(this != that for this, that in pairwise(flat))
            if variants >= 2 * each:
                assert not set(one) & set(two)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 9), seed=st.integers(0, 2**32), cut=st.integers(0, 80))
def test_a_restart_goes_on_at_the_next_line(count: int, seed: int, cut: int) -> None:
    lineup = Lineup(products(count), "")
    whole = list(lines(Planner(lineup, plain_scripts(5), seed, "zh"), NOW, cut + 40))
    state = PlannerState()
    planner = Planner(lineup, plain_scripts(5), seed, "zh")
    for number in range(1, cut + 1):
        state = planner.next(state, number, NOW).state
    again = Planner(lineup, plain_scripts(5), seed, "zh")
    state = PlannerState.load(state.dump())
    rest = []
    for number in range(cut + 1, cut + 41):
        step = again.next(state, number, NOW)
        state = PlannerState.load(step.state.dump())
        assert state == step.state
        rest.append(step.line)
    assert rest == whole[cut:]
    assert len(state.dump()) < 60 + 45 * (count + 1)


@settings(max_examples=40, deadline=None)
@given(
    stocks=st.lists(st.sampled_from([0, 1, 50, None]), min_size=1, max_size=8),
    seed=st.integers(0, 2**32),
)
def test_every_product_gets_its_turn_but_never_a_sold_out_one(
    stocks: list[int | None], seed: int
) -> None:
    offered = tuple(
        replace(product, stock=stock)
        for product, stock in zip(products(len(stocks)), stocks, strict=True)
    )
    planner = Planner(Lineup(offered, ""), plain_scripts(3), seed, "zh")
    said = list(lines(planner, NOW, 9 * 2 * len(stocks)))
    turns = Counter(line.sku for line in said if line.sku)
    assert set(turns) == {product.sku for product in offered if product.stock != 0}
    if not turns:
        assert {line.beat for line in said} == {"opening"}


def test_different_seeds_make_different_shows() -> None:
    shows = {
        tuple(line.text for line in lines(Planner(DEMOS["zh"], SCRIPTS["zh"], seed, "zh"), NOW, 30))
        for seed in range(5)
    }
    assert len(shows) == 5


def test_a_block_breaks_off_when_its_product_may_be_sold_no_more() -> None:
    first, second = products(2)
    first = replace(first, valid_to=NOW)
    planner = Planner(Lineup((first, second), ""), plain_scripts(3), 1, "zh")
    state = PlannerState()
    before = NOW - timedelta(minutes=1)
    for number in range(1, 4):
        step = planner.next(state, number, before)
        state = step.state
    assert step.line.sku == "S0"
    after = planner.next(state, 4, NOW)
    assert (after.line.sku, after.line.beat) == ("S1", "pain")


def test_what_is_not_on_sale_yet_or_whose_options_are_gone_is_passed_over() -> None:
    first, second, third = products(3)
    first = replace(first, valid_from=NOW + timedelta(hours=1))
    second = replace(second, variants=(Variant("红", None, 0), Variant("蓝", None, 0)))
    planner = Planner(Lineup((first, second, third), ""), plain_scripts(3), 1, "zh")
    assert {line.sku for line in lines(planner, NOW, 40)} == {None, "S2"}


def test_a_lineup_that_changed_since_the_state_was_kept() -> None:
    planner = Planner(Lineup(products(4), ""), plain_scripts(3), 1, "zh")
    state = PlannerState()
    for number in range(1, 12):
        state = planner.next(state, number, NOW).state
    others = tuple(replace(product, sku=f"N{product.sku}") for product in products(3))
    changed = Planner(Lineup(others, ""), plain_scripts(3), 1, "zh")
    assert changed.next(state, 12, NOW).line.sku == "NS0"


def test_a_variant_with_a_missing_field_or_another_category_is_skipped() -> None:
    one = replace(products(1)[0], category="食品")
    sayings = [
        Saying("price", "原价{list_price}", ("list_price",)),
        Saying("price", "就{price}", ("price",)),
        Saying("pain", "衣服", (), "服装"),
        Saying("pain", "吃的", (), "食品"),
        Saying("opening", "来了", (), mood="calm", gesture="none"),
        Saying("selling", "先看{name}，{selling_point}", ("name", "selling_point")),
    ]
    planner = Planner(Lineup((one,), ""), Scripts("zh", tuple(sayings)), 1, "zh")
    said = list(lines(planner, NOW, 9))
    assert {line.text for line in said} == {"来了", "吃的", "就10元"}
    opening = said[0]
    assert (opening.mood, opening.gesture, opening.sku) == ("calm", "", None)


def test_a_price_that_differs_between_options_is_said_as_from() -> None:
    said = [line.text for line in lines(Planner(DEMOS["zh"], SCRIPTS["zh"], 1, "zh"), NOW, 1500)]
    clothing = [text for text in said if "卫衣" in text and "99元" in text and "2XL" not in text]
    assert clothing
    assert all("99元起" in text for text in clothing)
    assert not [text for text in said if "卫衣" in text and "省下" in text]


def test_states_that_are_none() -> None:
    assert PlannerState.load("") == PlannerState()
    for text in (
        "x",
        "{}",
        "[1,2]",
        '[1,2,3,99,"","",{}]',
        '[1,2,3,4,"","",{"A":"x"}]',
        "[" * 10_000,
        '[-1,2,3,4,"","",{}]',
    ):
        with pytest.raises(StageError):
            PlannerState.load(text)


def test_scripts_that_could_leave_the_host_without_a_word() -> None:
    sayings = (Saying("opening", "先看{name}", ("name",)),)
    with pytest.raises(ConfigError, match="every opening needs a product"):
        Planner(Lineup(products(1), ""), Scripts("zh", sayings), 1, "zh")
    with pytest.raises(ValueError, match="scripts in zh"):
        Planner(Lineup(products(1), ""), plain_scripts(2), 1, "en")
