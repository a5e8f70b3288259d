"""What the planner is made of: walks, words, pacing, trades, ends of offers, figures."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import ConfigError
from host.model import Lang, Product
from host.pacing import seconds
from host.planner.walks import Walk
from host.planner.wording import again, clause, polish
from host.script.moments import spoken
from host.trades import load_trades
from host.variety import DAY, Said, measure


@given(size=st.integers(1, 60), name=st.text(max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_walk_brings_each_thing_back_late(size: int, name: str) -> None:
    walk = Walk(name, size)
    order = [walk.at(count) for count in range(min(8 * size, walk.period))]
    last: dict[int, int] = {}
    for at, thing in enumerate(order):
        assert at - last.get(thing, -size) >= min(2 * size / 3 - 1, at + size)
        last[thing] = at
    assert set(Counter(order).values()) == {len(order) // size}
    # What was asked before changes nothing.
    counts = random.Random(1).sample(range(walk.period), 20)  # noqa: S311 - a test
    assert [walk.at(count) for count in counts] == [Walk(name, size).at(count) for count in counts]


def test_two_walks_side_by_side_seldom_pair_the_same_things() -> None:
    one, other = Walk("a", 30), Walk("b", 30)
    pairs = Counter((one.at(count), other.at(count)) for count in range(600))
    assert max(pairs.values()) <= 6
    assert len(pairs) > 350  # of 600 drawn at random from 900 pairs, some 440 differ


CUP, MUG = again("杯子"), again("mug")


@pytest.mark.parametrize(
    ("lang", "raw", "text"),
    [
        ("zh", "看这里，，真好。，", "看这里，真好。"),
        ("zh", "好不好？，你说", "好不好？你说。"),
        ("zh", " ，先看 ，再说！", "先看，再说！"),
        ("zh", "现在39.9元。", "现在39.9元。"),
        ("en", "look here ,the  price is $24.50", "Look here,the price is $24.50."),
        ("en", "is it safe?, The lid is", "Is it safe? The lid is."),
        ("en", "so. it is soft,. good", "So. It is soft. Good."),
        ("en", "note, The lid, I like it, Oregon", "Note, the lid, I like it, Oregon."),
        ("zh", f"好看，这个{CUP}也轻，{CUP}，买{CUP}", "好看，它也轻，杯子，买杯子。"),
        ("en", f"red, and the {MUG} is light, the {MUG}", "Red, and it is light, the mug."),
    ],
)  # fmt: skip
def test_clauses_make_sentences(lang: Lang, raw: str, text: str) -> None:
    assert polish(raw, lang) == text


def test_an_entry_leaves_the_marks_to_its_sentence() -> None:
    assert clause(" 看这里。") == "看这里"
    assert clause("好吗？") == "好吗？"


def test_how_long_a_line_takes() -> None:
    assert seconds("看" * 45, "zh") == pytest.approx(10)
    assert seconds("one two, three.", "en") == pytest.approx(3 / 3.6 + 0.42)


CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (datetime(2026, 11, 11, 12, tzinfo=UTC), "今天20点", "8 pm today"),
        (datetime(2026, 11, 11, 20, 30, tzinfo=CHINA), "今天20点30分", "8:30 pm today"),
        (datetime(2026, 11, 12, tzinfo=CHINA), "明天0点", "midnight tonight"),
        (datetime(2026, 11, 12, 9, tzinfo=CHINA), "明天9点", "9 am tomorrow"),
        (datetime(2026, 12, 1, tzinfo=CHINA), "12月1日0点", "midnight on November 30"),
        (datetime(2026, 12, 1, 12, tzinfo=CHINA), "12月1日12点", "12 pm on December 1"),
    ],
)
def test_the_end_of_an_offer(moment: datetime, zh: str, en: str) -> None:
    now = datetime(2026, 11, 11, 13, tzinfo=CHINA)
    assert (spoken(moment, now, "zh"), spoken(moment, now, "en")) == (zh, en)


def test_trades_of_products() -> None:
    trades = load_trades()
    assert set(trades.known) == {
        "food", "beauty", "home", "clothes", "electronics", "books", "produce",
    }  # fmt: skip
    for category, trade in {
        "食品": "food", "drinkware": "home", "Home textiles": "home", "snacks": "food",
        "农产品": "produce", "steam mops": "", "": "", "儿童图书": "books",
    }.items():  # fmt: skip
        assert trades.of(Product("A", "a", Decimal(1), category=category)) == trade, category
    assert trades.named("美妆") == trades.named("Beauty") == "beauty"
    assert trades.named("x") is None
    assert trades.get("nothing").rounds
    assert all(trade.cautions for trade in trades.known.values())


def test_a_trade_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('rounds = [["sellin"]]\n')
    (tmp_path / "b.toml").write_text("x")
    with pytest.raises(ConfigError) as caught:
        load_trades(tmp_path)
    assert {finding.file for finding in caught.value.findings} == {
        tmp_path / "a.toml",
        tmp_path / "b.toml",
    }


def test_the_figures_of_a_show() -> None:
    def said(t: float, lap: int, text: str) -> Said:
        return Said(t, lap, text, "zh")

    nothing = measure([])
    assert (nothing.returned, nothing.previous, nothing.recent, nothing.known) == (0, 0, 0, None)
    again_ = measure([said(0, 1, "甲乙丙丁戊己庚辛。"), said(100, 2, "甲乙丙丁戊己庚辛。")])
    assert (again_.returned, again_.previous, again_.recent) == (0.5, 1, 1)
    assert again_.worst == (("甲乙丙丁戊己庚辛", 1),)
    assert not again_.holds
    late = measure(
        [said(0, 1, "甲乙丙丁戊己庚辛。"), said(2701, 3, "子丑寅卯辰巳午未！甲乙丙丁戊己庚辛。")]
    )
    assert late.returned == 0
    assert late.previous == pytest.approx(1 / 9)
    two_days = measure(
        [said(0, 1, "甲乙丙丁戊己庚辛。"), said(DAY, 2, "甲乙丙丁戊己庚辛。子丑寅卯辰巳午未。")]
    )
    assert two_days.known == 0.5
    english = measure([Said(0, 1, "One two three four five six seven eight, nine.", "en")])
    assert (english.sentences, english.returned) == (1, 0)


def test_threads_may_share_a_walk() -> None:
    """The talk goes on while edited scripts are rehearsed in a thread."""
    walk, alone = Walk("a", 12), Walk("a", 12)
    counts = [*range(0, 4000, 7), *range(3999, 0, -5)]
    expected = [alone.at(count) for count in counts]
    with ThreadPoolExecutor(4) as pool:
        walked = pool.map(lambda _: [walk.at(count) for count in counts], range(4))
        assert all(found == expected for found in walked)
