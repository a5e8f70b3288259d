"""The planner: laps, blocks, re-hooks, turns of products and facts, and what may never be said."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.lineup import load_lineup
from host.model import Lang, Line, Lineup, Product
from host.pacing import seconds
from host.planner import Planner, PlannerState
from host.script import BEATS, MORE_BEATS, Scripts, load_scripts
from host.script import Variant as Saying
from host.settings_talk import TalkSettings

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEMOS: dict[Lang, Lineup] = {
    "zh": load_lineup(ROOT / "configs/lineups/demo-zh.csv"),
    "en": load_lineup(ROOT / "configs/lineups/demo-en.toml"),
}


@functools.cache
def bundled(lang: Lang) -> Scripts:
    return load_scripts(sorted((ROOT / "scripts" / lang).glob("*.md")), lang)


def products(count: int) -> tuple[Product, ...]:
    return tuple(
        Product(f"S{number}", f"东西{number}", Decimal(10 + number)) for number in range(count)
    )


def plain_scripts(variants: int, *, beats: dict[str, tuple[str, ...]] = BEATS) -> Scripts:
    """Templates that fit every product and tell themselves apart."""
    return Scripts(
        "zh",
        tuple(Saying(beat, f"{beat}/{number}", ()) for beat in beats for number in range(variants)),
    )


def whole_scripts() -> Scripts:
    """Every beat, with the name, and the price where a price belongs."""
    texts = dict.fromkeys((*BEATS, *MORE_BEATS), "这里说的是{short_name}，大家听一听。")
    texts |= {
        "opening": "欢迎来到直播间，大家好。",
        "price": "{short_name}现在是{price}，看一看再决定。",
        "countdown": "{short_name}的活动到{until}结束。",
        "next": "{short_name}讲完了，下面是{next_name}。",
        "closing": "今天就到这里，再见。",
    }
    return Scripts("zh", tuple(Saying(beat, text, ()) for beat, text in texts.items()))


@dataclass(frozen=True)
class Spoken:
    t: float
    line: Line
    state: PlannerState


def show(
    planner: Planner, hours: float, start: datetime = NOW, state: PlannerState | None = None
) -> Iterator[Spoken]:
    """The talk as it is spoken, each line as long as it is estimated."""
    state, t, number = state or PlannerState(), 0.0, 0
    while t < hours * 3600:
        number += 1
        step = planner.next(state, number, start + timedelta(seconds=t))
        state = step.state
        yield Spoken(t, step.line, state)
        t += seconds(step.line.text, step.line.lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_show_keeps_its_times(lang: Lang) -> None:
    said = list(show(Planner(DEMOS[lang], bundled(lang), 7, lang), 3))
    openings = [one for one in said if one.line.beat == "opening"]
    for this, that in pairwise(openings):
        assert 14 * 60 <= that.t - this.t <= 22 * 60
        blocks = [one for one in said if this.t <= one.t < that.t and one.line.beat == "hook"]
        assert 3 <= len(blocks) <= 4
    hooks = [one for one in said if one.line.beat in ("hook", "opening")]
    for this, that in pairwise(hooks):
        if this.line.beat == "hook":
            assert 3.5 * 60 <= that.t - this.t <= 7 * 60
            assert this.line.pin
    last = 0.0
    for one in said:
        if one.line.beat in ("hook", "rehook"):
            # A re-hook is in time; what was begun is finished before it, a price and an action too.
            assert one.t - last <= 75 + 35, one.line.text
            last = one.t
        elif one.line.beat == "opening":
            last = one.t
        assert one.line.pin == (one.line.beat in ("hook", "price"))
        assert "{" not in one.line.text
        assert all(fact.sku == one.line.sku for fact in one.line.facts)
        assert len(one.state.dump().encode()) <= 1500


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fact_has_its_turn(lang: Lang) -> None:
    said = [
        one.line.text.casefold() for one in show(Planner(DEMOS[lang], bundled(lang), 3, lang), 5)
    ]
    for product in DEMOS[lang].products:
        for point in product.selling_points:
            assert any(point.casefold() in text for text in said), point
        for pair in product.faq:
            question = pair.question.rstrip("?？").casefold()
            assert any(question in text for text in said), question


def test_no_fact_comes_again_before_all_of_its_kind_were_said() -> None:
    one = replace(products(1)[0], selling_points=tuple(f"好处{number}" for number in "甲乙丙丁戊"))
    scripts = Scripts(
        "zh",
        tuple(
            Saying(beat, "听着，{selling_point}，这样。" if beat == "selling" else "大家好。", ())
            for beat in BEATS
        ),
    )
    points = [
        spoken.line.text
        for spoken in show(Planner(Lineup((one,), ""), scripts, 1, "zh"), 1)
        if spoken.line.beat == "selling"
    ]
    assert len(points) > 40
    for at in range(0, len(points) - 5, 5):
        assert len(set(points[at : at + 5])) == 5


def test_blocks_follow_priority_margin_and_stock() -> None:
    first, second, third, fourth = products(4)
    offered = (
        replace(first, priority=3),
        replace(second, margin=Decimal("0.5")),
        replace(third, margin=Decimal("0.1"), stock=4),
        replace(fourth, stock=500),
    )
    planner = Planner(Lineup(offered, ""), whole_scripts(), 1, "zh", TalkSettings(block_minutes=1))
    blocks = [one.line.sku for one in show(planner, 12) if one.line.beat == "hook"]
    turns = Counter(blocks)
    assert turns["S0"] > 1.8 * turns["S1"] > 1.8 * turns["S2"]
    assert turns["S3"] > 1.5 * turns["S2"] > 0
    assert all(this != that for this, that in pairwise(blocks))


def test_products_of_one_weight_come_in_the_merchants_order() -> None:
    blocks = [
        one.line.sku
        for one in show(Planner(Lineup(products(5), ""), whole_scripts(), 1, "zh"), 2)
        if one.line.beat == "hook"
    ]
    assert blocks == [f"S{at % 5}" for at in range(len(blocks))]


def test_a_block_goes_from_its_hook_to_the_next_product() -> None:
    said = list(show(Planner(Lineup(products(3), ""), whole_scripts(), 1, "zh"), 0.12))
    first = [one.line.beat for one in said if one.line.sku == "S0"]
    assert first[:3] == ["hook", "pain", "selling"]
    assert first[-3:] == ["price", "action", "next"]
    middle = first.index("price")
    assert first[middle + 1] == "action"
    assert 0.3 < middle / len(first) < 0.7
    assert any("下面是东西1" in one.line.text for one in said)


@settings(max_examples=15, deadline=None)
@given(
    stocks=st.lists(st.sampled_from([0, 1, 50, None]), min_size=0, max_size=8),
    seed=st.integers(0, 2**32),
    block=st.floats(1, 4),
    whole=st.booleans(),
)
def test_every_product_gets_its_turn_but_never_a_sold_out_one(
    stocks: list[int | None], seed: int, block: float, whole: bool
) -> None:
    offered = tuple(
        replace(product, stock=stock)
        for product, stock in zip(products(len(stocks)), stocks, strict=True)
    )
    scripts = whole_scripts() if whole else plain_scripts(3)
    talk = TalkSettings(block_minutes=block)
    planner = Planner(Lineup(offered, ""), scripts, seed, "zh", talk)
    sold = {product.sku for product in offered if product.stock != 0}
    # Scarce ones come half as often as plentiful ones: three rounds hold every one.
    said = list(show(planner, 3 * max(len(sold), 1) * block * 1.4 / 60))
    assert {one.line.sku for one in said} - {None} == sold
    if not sold:
        assert {one.line.beat for one in said} == {"opening"}


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(1, 6),
    seed=st.integers(0, 2**32),
    stocks=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([0, 3, 80])), min_size=1, max_size=8
    ),
)
def test_no_price_of_what_is_sold_out_whatever_happens_to_the_stock(
    count: int, seed: int, stocks: list[tuple[int, int]]
) -> None:
    offered = list(products(count))
    state, number = PlannerState(), 0
    for which, stock in stocks:
        at = which % count
        offered[at] = replace(offered[at], stock=stock)
        planner = Planner(Lineup(tuple(offered), f"{number}"), whole_scripts(), seed, "zh")
        gone = {product.sku: product for product in offered if product.stock == 0}
        told: Counter[str] = Counter()
        for _ in range(60):
            number += 1
            step = planner.next(PlannerState.load(state.dump()), number, NOW)
            state = step.state
            if step.line.beat == "soldout":
                told[str(step.line.sku)] += 1
                assert step.line.sku in gone
            else:
                assert step.line.sku not in gone
            assert not any(f"{product.price}元" in step.line.text for product in gone.values())
        assert max(told.values(), default=0) <= 1


@settings(max_examples=15, deadline=None)
@given(
    count=st.integers(2, 7),
    priorities=st.lists(st.integers(1, 5), min_size=7, max_size=7),
    lap=st.floats(3, 30),
    block=st.floats(1, 8),
    rehook=st.floats(30, 120),
)
def test_laps_blocks_and_re_hooks_keep_their_times(
    count: int, priorities: list[int], lap: float, block: float, rehook: float
) -> None:
    offered = tuple(
        replace(product, priority=priority)
        for product, priority in zip(products(count), priorities, strict=False)
    )
    talk = TalkSettings(lap_minutes=lap, block_minutes=block, rehook_seconds=rehook)
    planner = Planner(Lineup(offered, ""), whole_scripts(), 3, "zh", talk)
    said = list(show(planner, 3 * (lap + block) / 60))
    slack = 20  # seconds: lines are said to their end
    openings = [one.t for one in said if one.line.beat == "opening"]
    for this, that in pairwise(openings):
        assert abs(that - this - 60 * lap) <= 60 * 1.25 * block + slack
    starts = [one for one in said if one.line.beat in ("hook", "opening")]
    for begun, ended in pairwise(starts):
        if begun.line.beat == "hook":
            assert 45 * block - 30 <= ended.t - begun.t <= 75 * block + 30 + slack
    last = 0.0
    for one in said:
        if one.line.beat in ("hook", "rehook", "opening"):
            assert one.t - last <= rehook + slack
            last = one.t
