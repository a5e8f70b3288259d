"""The gate: labelled lines, clauses, time, and the demo's own talk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from host.gate import Gate
from host.lineup import load_lineup
from host.model import Clause, Coupon, Lang, Line, Lineup, Product, Promotion, Variant
from host.planner import Planner, lines
from host.script import load_scripts

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEMOS: dict[Lang, Lineup] = {
    "zh": load_lineup(ROOT / "configs/lineups/demo-zh.csv"),
    "en": load_lineup(ROOT / "configs/lineups/demo-en.toml"),
}
GATES: dict[Lang, Gate] = {lang: Gate(lineup) for lang, lineup in DEMOS.items()}


def corpus(lang: Lang) -> Iterator[tuple[str | None, bool, str, str]]:
    """(SKU, whether it must pass, kind, text) of each labelled line."""
    for row in (ROOT / f"tests/data/gate_{lang}.tsv").read_text("utf-8").splitlines():
        if not row.startswith("#"):
            sku, expected, kind, text = row.split("\t")
            yield None if sku == "-" else sku, expected == "pass", kind, text


@pytest.mark.parametrize(("lang", "least"), [("zh", 120), ("en", 60)])
def test_the_labelled_lines(lang: Lang, least: int) -> None:
    """Recall of violations >= 0.99, false alarms <= 0.02."""
    seen: Counter[tuple[bool, bool]] = Counter()
    wrong = []
    for sku, expected, kind, text in corpus(lang):
        passed = GATES[lang].check(text, sku, lang, NOW).passed
        seen[expected, passed] += 1
        if passed != expected:
            wrong.append((sku, kind, text))
    assert seen.total() >= least
    caught = seen[False, False] / (seen[False, False] + seen[False, True])
    alarms = seen[True, False] / (seen[True, False] + seen[True, True])
    assert caught >= 0.99, wrong
    assert alarms <= 0.02, wrong


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_talk_of_the_demo_room_passes(lang: Lang) -> None:
    scripts = load_scripts(sorted((ROOT / "scripts" / lang).glob("*.md")), lang)
    said = list(lines(Planner(DEMOS[lang], scripts, 7, lang), NOW, 600))
    refused = {line.text: str(verdict) for line in said
               if not (verdict := GATES[lang].check_line(line, NOW)).passed}  # fmt: skip
    assert len({line.text for line in said}) > 250
    assert refused == {}


def test_what_a_violation_tells() -> None:
    verdict = GATES["zh"].check("最好的杯子，原价３５元", "HM03", "zh", NOW)
    absolute, number = verdict.violations
    assert not verdict.passed
    assert (absolute.kind, absolute.text, absolute.start) == ("absolute-word", "最", 0)
    assert (number.kind, number.text) == ("wrong-attribute", "３５元")
    assert (number.start, number.end) == (8, 11)
    assert number.suggestion == "list_price 50 CNY"
    assert "３５元" in str(verdict)
    kinds = {
        "到手价36元": "unknown-number",
        "容量350公斤": "wrong-unit",
        "到手价50元": "wrong-attribute",
    }
    for text, kind in kinds.items():
        (violation,) = GATES["zh"].check(text, "HM03", "zh", NOW).violations
        assert violation.kind == kind, text
    assert GATES["zh"].check("好", "X", "zh", NOW).violations[0].kind == "unknown-sku"
    assert GATES["zh"].check("9块", None, "zh", NOW).violations[0].kind == "no-product"


def clauses_of(line: Line, *texts: str) -> tuple[Clause, ...]:
    return tuple(Clause(line.id, at, text, line.lang) for at, text in enumerate(texts))


def test_a_clause_is_read_within_its_line() -> None:
    line = Line(1, "zh", "原价呢，五十元，现在，三十五元，限时抢购99元。", "price", "HM03")
    parts = ("原价呢，", "五十元，", "现在，", "三十五元，", "限时抢购99元。")
    clauses = clauses_of(line, *parts)
    passed = [
        GATES["zh"].check_clause(line, clauses, index, NOW).passed for index in range(len(clauses))
    ]
    assert passed == [True, True, True, True, False]
    # Out of its line, the list price has nothing that says what it is.
    assert not GATES["zh"].check("五十元", "HM03", "zh", NOW).passed


def test_clauses_that_were_respelt_are_read_as_they_air() -> None:
    line = Line(1, "zh", "原价50元，到手35元。", "price", "HM03")
    clauses = clauses_of(line, "原价五十元", "到手三十六元")
    assert GATES["zh"].check_clause(line, clauses, 0, NOW).passed
    assert not GATES["zh"].check_clause(line, clauses, 1, NOW).passed


def test_facts_count_only_while_they_hold() -> None:
    end = datetime(2026, 11, 13, tzinfo=UTC)
    product = Product(
        "A1",
        "杯子",
        Decimal(59),
        list_price=Decimal(89),
        promotions=(Promotion("买二送一", Decimal(49), end - timedelta(days=9), end),),
    )
    gate = Gate(Lineup((product,), "r1"))
    assert gate.revision == "r1"
    for text in ("活动价49元", "现在买二送一", "原价89元，省40元", "活动到11月12日"):
        assert gate.check(text, "A1", "zh", end - timedelta(seconds=1)).passed, text
        (violation, *_) = gate.check(text, "A1", "zh", end).violations
        assert violation.kind == "not-now", text
    assert gate.check("到手59元", "A1", "zh", end).passed


def test_numbers_of_names_count_only_inside_the_name() -> None:
    product = Product(
        "A1",
        "轻风X200吹风机 1800瓦",
        Decimal(199),
        unit="台",
        variants=(Variant("3档 白"), Variant("42")),
    )
    gate = Gate(Lineup((product,), ""))
    for text in ("轻风X200吹风机 1800瓦", "X200到手199元", "3档 白有货", "42码有货"):
        assert gate.check(text, "A1", "zh", NOW).passed, text
    for text in ("功率1800瓦", "X300到手199元", "一共3档", "还剩42台"):
        assert not gate.check(text, "A1", "zh", NOW).passed, text


def test_texts_of_the_merchant_pass_word_for_word() -> None:
    product = Product(
        "A1",
        "苹果",
        Decimal(30),
        shipping="48小时内发货，满99元包邮，运费8元",
        coupon=Coupon(Decimal(5), Decimal(50)),
    )
    gate = Gate(Lineup((product,), ""))
    assert gate.check("48小时内发货，满99元包邮，运费8元。", "A1", "zh", NOW).passed
    assert gate.check("运费是8元", "A1", "zh", NOW).passed
    assert not gate.check("8元一斤", "A1", "zh", NOW).passed
    for text in ("满99减5", "满50包邮", "满99元减5元"):
        assert not gate.check(text, "A1", "zh", NOW).passed, text
    assert gate.check("满50减5", "A1", "zh", NOW).passed


def test_a_gate_over_another_revision_knows_its_facts_and_keeps_the_others() -> None:
    lineup = DEMOS["zh"]
    first, *others = lineup.products
    before = Gate(lineup)
    assert before.check(f"现在{first.price}元", first.sku, "zh", NOW).passed
    cheaper = replace(first, price=first.price - 1, list_price=None)
    after = before.over(Lineup((cheaper, *others), "2"))
    assert after.revision == "2"
    assert after.check(f"现在{cheaper.price}元", first.sku, "zh", NOW).passed
    assert not after.check(f"现在{first.price}元", first.sku, "zh", NOW).passed
    assert before.check(f"现在{first.price}元", first.sku, "zh", NOW).passed
    assert not before.over(Lineup(tuple(others), "3")).check("好", first.sku, "zh", NOW).passed
