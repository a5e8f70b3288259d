"""Answers from the facts alone, on the demo lineups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from host.answerer import Answerer
from host.answers.asked import Asked
from host.answers.sayings import FIXED
from host.facts import facts_of
from host.gate import Gate
from host.lineup import load_lineup
from host.model import Answer, Comment, Lang, Lineup

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
FILES: dict[Lang, str] = {"zh": "demo-zh.csv", "en": "demo-en.toml"}


@cache
def demo(lang: Lang) -> Lineup:
    return load_lineup(ROOT / "configs" / "lineups" / FILES[lang])


def comment(text: str) -> Comment:
    return Comment("c1", "买家甲", text, 0)


def ask(text: str, on_air: str | None, lang: Lang = "zh") -> Answer:
    return Answerer(demo(lang), lang).answer(comment(text), on_air, 1, NOW)


@pytest.mark.parametrize(
    ("text", "on_air", "begins"),
    [
        ("多少钱", "FD01", "这款现在39.9元，原价59.9元，"),
        ("移动电源多少钱", "FD01", "移动电源，现在129元，"),
        ("多少钱", "BT02", "这款活动价45元，售价49元，"),
        ("藏青2XL还有吗", "CL04", "藏青 2XL还有20件，"),
        ("还有多少件", "CL04", "这款还有215件，"),
        ("有红色吗", "CL04", "这款有米白 M、"),
        ("限购吗", "FP06", "这款每人限购3箱，"),
        ("有券吗", "EL05", "这款有10元的优惠券，满120元就能用，"),
        ("保修多久", "EL05", "整机质保18个月，"),
        ("包邮吗", "HM03", "48小时内从义乌仓发货，满2只包邮，"),
        ("在几号链接", "FP06", "这款在6号链接，"),
        ("容量多大", "EL05", "容量是20000毫安时。"),
        ("充电宝能带上飞机吗", "FD01", "移动电源，能，额定能量74瓦时，"),
        ("你是机器人吗", "FD01", "我是AI数字人主播，"),
        ("99号链接", "FD01", "这个号没有商品，"),
    ],
)
def test_answers_begin_with_what_was_asked(text: str, on_air: str, begins: str) -> None:
    options = {ask(text, on_air).line.text}
    answerer = Answerer(demo("zh"), "zh")
    options |= {answerer.answer(comment(text), on_air, 1, NOW).line.text for _ in range(2)}
    assert any(option.startswith(begins) for option in options), options


def every_answer(answerer: Answerer, lineup: Lineup) -> Iterator[Answer]:
    """Every topic of every product in every wording, on air and not."""
    for product in lineup.products:
        topics = [*FIXED, "unknown", *(f"spec:{spec.attribute}" for spec in product.specs)]
        topics += [f"faq:{index}" for index in range(len(product.faq))]
        topics += [f"point:{index}" for index in range(len(product.selling_points))]
        options: list[tuple[str, ...]] = [(), *((v.option,) for v in product.variants)]
        if product.variants:
            options.append(tuple(variant.option for variant in product.variants))
        for topic in topics:
            for chosen in options:
                asked = Asked("product", (topic,), product.sku, True, chosen)
                for on_air in (product.sku, None):
                    for _ in range(2):
                        yield answerer.answer(comment("?"), on_air, 1, NOW, asked)
    for topic in ("greeting", "host", "complaint", "no-link", "which", "unknown", "chatter"):
        for _ in range(2):
            yield answerer.answer(comment("?"), None, 1, NOW, Asked("host", (topic,), None))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_passes_the_gate(lang: Lang) -> None:
    lineup = demo(lang)
    gate = Gate(lineup)
    facts = {fact for product in lineup.products for fact in facts_of(product)}
    checked = 0
    refused = []
    for answer in every_answer(Answerer(lineup, lang), lineup):
        line = answer.line
        verdict = gate.check_line(line, NOW)
        if not verdict.passed:
            refused.append((line.text, str(verdict)))
        assert facts.issuperset(line.facts)
        assert "{" not in line.text
        assert "，，" not in line.text
        assert ".." not in line.text
        checked += 1
    assert checked > 300
    assert refused == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_clause_is_short(lang: Lang) -> None:
    """So that its sound begins soon: ≤ 20 Hanzi or 12 words before the first pause."""
    lineup = demo(lang)
    answerer = Answerer(lineup, lang)
    for product in lineup.products:
        for topic in ("price", "stock", "coupon", "discount", "limit", "link"):
            asked = Asked("purchase", (topic,), product.sku)
            text = answerer.answer(comment("?"), product.sku, 1, NOW, asked).line.text
            first = re.split(r"[，。]|\.(?!\d)", text)[0]
            assert len(first) <= 20 if lang == "zh" else len(first.split()) <= 12, first


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_common_lines_are_word_for_word_what_is_said_next(lang: Lang) -> None:
    lineup = demo(lang)
    for product in lineup.products:
        answerer = Answerer(lineup, lang, seed=3)
        for _ in range(3):
            ready = {line.text for line in answerer.common(product.sku, NOW)}
            assert ready == {line.text for line in answerer.common(product.sku, NOW)}
            for topic in ("price", "stock", "shipping", "warranty", "returns", "link", "coupon"):
                asked = Asked("purchase", (topic,), product.sku)
                answer = answerer.answer(comment("?"), product.sku, 1, NOW, asked)
                assert answer.line.text in ready
    with pytest.raises(KeyError):
        Answerer(lineup, lang).common("none", NOW)


def test_wordings_take_turns_and_depend_on_the_seed_alone() -> None:
    def said(seed: int) -> list[str]:
        answerer = Answerer(demo("zh"), "zh", seed)
        return [answerer.answer(comment("多少钱"), "FD01", 1, NOW).line.text for _ in range(4)]

    assert said(1) == said(1)
    assert said(1)[0] != said(1)[1]
    assert said(1)[0] == said(1)[2]
    assert {said(seed)[0] for seed in range(8)} == set(said(1))


def test_the_line_carries_what_the_stages_need() -> None:
    answer = ask("多少钱", "FD01")
    line = answer.line
    assert (line.id, line.beat, line.priority, line.sku, line.in_reply_to) == (
        1,
        "answer",
        1,
        "FD01",
        "c1",
    )
    assert line.question is not None
    assert (line.question.name, line.question.text) == ("买*甲", "多少钱")
    assert {fact.attribute for fact in line.facts} == {"price", "list_price", "link"}
    assert answer.topic == "price"


def test_no_product_named_means_the_one_on_air_or_the_last() -> None:
    answerer = Answerer(demo("zh"), "zh")
    assert answerer.understand(comment("多少钱"), None).topic == "which"
    answerer.answer(comment("多少钱"), "HM03", 1, NOW)
    assert answerer.understand(comment("多少钱"), None).sku == "HM03"
    assert answerer.understand(comment("多少钱"), "EL05").sku == "EL05"


def test_a_question_asked_of_the_last_product_names_it_when_the_next_is_on_air() -> None:
    answerer = Answerer(demo("zh"), "zh")
    asked = answerer.understand(comment("多少钱"), "EL05")
    answer = answerer.answer(comment("多少钱"), "FP06", 1, NOW, asked)
    assert answer.line.sku == "EL05"
    assert answer.line.text.startswith("移动电源")
