"""What comes and goes while the show runs: promotions, stock, products, corrections."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from host.errors import ConfigError
from host.model import Lineup, Promotion, Variant
from host.planner import Planner, PlannerState, lines
from host.script import Scripts
from host.script import Variant as Saying
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

PROMOTED = replace(
    products(1)[0],
    promotions=(
        Promotion("周末价", Decimal(8), NOW - timedelta(days=1), NOW + timedelta(hours=14)),
    ),
)


def test_a_countdown_is_said_only_while_the_offer_nears_its_end() -> None:
    planner = Planner(Lineup((PROMOTED, *products(2)[1:]), ""), whole_scripts(), 1, "zh")
    times = [one.t / 3600 for one in show(planner, 15) if one.line.beat == "countdown"]
    assert len(times) > 50
    assert min(times) >= 2
    assert max(times) < 14
    texts = {one.line.text for one in show(planner, 4) if one.line.beat == "countdown"}
    assert texts == {"东西0的活动到明天2点结束。"}


def test_prices_that_were_told_too_long_ago_are_not_said() -> None:
    stale = replace(PROMOTED, priced_until=NOW + timedelta(minutes=30))
    planner = Planner(Lineup((stale,), ""), whole_scripts(), 1, "zh")
    said = list(show(planner, 4))
    last = max(one.t for one in said if "8元" in one.line.text)
    assert 20 * 60 < last < 30 * 60
    late = [one.line for one in said if one.t > last + 60]
    assert {line.beat for line in late} >= {"hook", "selling", "action"}
    assert not {line.beat for line in late} & {"price", "countdown"}
    text = planner.correction(stale, {"price"}, 9, NOW + timedelta(hours=1)).text
    assert "元" not in text


def test_what_sells_out_is_left_at_once_told_once_and_comes_back() -> None:
    full, other = products(2)
    none = replace(full, stock=0)
    planner, state = Planner(Lineup((full, other), ""), whole_scripts(), 1, "zh"), PlannerState()
    for number in range(1, 5):
        state = planner.next(state, number, NOW).state
    assert state.sku == "S0"
    without = Planner(Lineup((none, other), ""), whole_scripts(), 1, "zh")
    said = list(show(without, 1, state=state))
    assert [one.line.beat for one in said[:2]] == ["soldout", "hook"]
    assert Counter(one.line.beat for one in said)["soldout"] == 1
    assert {one.line.sku for one in said[1:]} <= {None, "S1"}
    back = list(show(planner, 1, state=said[-1].state))
    arrivals = [one for one in back if one.line.beat == "arrival"]
    assert [one.line.sku for one in arrivals] == ["S0"]
    assert arrivals[0].line.pin


def test_a_new_product_arrives_with_the_next_block_once() -> None:
    planner, state = Planner(Lineup(products(3), ""), whole_scripts(), 1, "zh"), PlannerState()
    for number in range(1, 5):
        state = planner.next(state, number, NOW).state
    more = list(show(Planner(Lineup(products(4), ""), whole_scripts(), 1, "zh"), 1, state=state))
    skus = [one.line.sku for one in more]
    change = next(at for at, sku in enumerate(skus) if sku != "S0")
    arrivals = [at for at, one in enumerate(more) if one.line.beat == "arrival"]
    assert len(arrivals) == 1
    assert more[arrivals[0]].line.sku == "S3"
    assert arrivals[0] == change


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


def test_sections_of_another_trade_category_or_part_of_the_day_do_not_fit() -> None:
    one = replace(products(1)[0], category="食品")
    sayings = [
        *(saying for saying in plain_scripts(1).variants if saying.beat not in ("pain", "action")),
        Saying("pain", "衣服", (), "服装"),
        Saying("pain", "吃的", (), "食品"),
        Saying("pain", "行业", (), trade="food"),
        Saying("pain", "别的", (), trade="beauty"),
        Saying("action", "夜里", (), daypart="night"),
        Saying("action", "早上", (), daypart="morning"),
        Saying("action", "缺{list_price}", ()),
    ]
    planner = Planner(Lineup((one,), ""), Scripts("zh", tuple(sayings)), 1, "zh")
    night = {one.line.text for one in show(planner, 1, NOW.replace(hour=1))}
    assert night >= {"吃的。", "行业。", "夜里。"}
    assert not night & {"衣服。", "别的。", "早上。"}
    assert "早上。" in {one.line.text for one in show(planner, 1, NOW.replace(hour=8))}


def test_a_price_that_differs_between_options_is_said_as_from() -> None:
    said = [one.line for one in show(Planner(DEMOS["zh"], bundled("zh"), 1, "zh"), 4)]
    clothing = [one.text for one in said if one.sku == "CL04" and "99元" in one.text]
    assert clothing
    assert all("99元起" in text or "2XL" in text for text in clothing)


def test_corrections_and_the_end() -> None:
    one, other = products(2)
    planner = Planner(Lineup((one, other), ""), plain_scripts(2), 1, "zh")
    said = planner.correction(one, {"price"}, 9, NOW)
    assert (said.id, said.beat, said.sku) == (9, "correction", "S0")
    assert "10元" in said.text
    assert said.facts
    assert said == planner.correction(one, {"price"}, 9, NOW)
    assert "30" in planner.correction(replace(one, stock=30), {"stock"}, 9, NOW).text
    for stock, changed in ((0, {"stock"}), (0, {"price"}), (5, {"shipping"})):
        text = planner.correction(replace(one, stock=stock), changed, 9, NOW).text
        assert "东西0" in text
        assert "元" not in text
    closing = planner.closing(10, NOW)
    assert (closing.beat, closing.sku, closing.facts) == ("closing", None, ())
    assert closing.text


def test_a_planner_over_another_lineup_is_a_new_one() -> None:
    scripts = bundled("zh")
    cheaper = tuple(replace(one, price=one.price - 1) for one in DEMOS["zh"].products[1:])
    lineup = Lineup((*cheaper, replace(cheaper[0], sku="X", category="图书")), "2")
    old, new = Planner(DEMOS["zh"], scripts, 7, "zh"), Planner(lineup, scripts, 7, "zh")
    before = list(lines(old, NOW, 60))
    assert list(lines(old.over(lineup), NOW, 300)) == list(lines(new, NOW, 300))
    assert list(lines(old, NOW, 60)) == before


def test_different_seeds_make_different_shows() -> None:
    scripts = bundled("zh")
    shows = {
        tuple(line.text for line in lines(Planner(DEMOS["zh"], scripts, seed, "zh"), NOW, 30))
        for seed in range(5)
    }
    assert len(shows) == 5


def test_scripts_that_could_leave_the_host_without_a_word() -> None:
    sayings = (Saying("opening", "先看{name}", ("name",)),)
    with pytest.raises(ConfigError, match="every opening needs a product"):
        Planner(Lineup(products(1), ""), Scripts("zh", sayings), 1, "zh")
    with pytest.raises(ValueError, match="scripts in zh"):
        Planner(Lineup(products(1), ""), plain_scripts(2), 1, "en")
    with pytest.raises(ConfigError, match="no trade 'fod'"):
        Planner(Lineup(products(1), ""), plain_scripts(2), 1, "zh", TalkSettings(trade="fod"))
