"""The answerer against questions as viewers ask them: tests/data/questions_*.tsv."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from host.answerer import Answerer, kept_question
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


def corpus(lang: Lang) -> list[tuple[str, str, str, str]]:
    text = (ROOT / "tests" / "data" / f"questions_{lang}.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return [(row[0], row[1], row[2], row[3]) for row in rows]


@pytest.mark.parametrize(("lang", "least"), [("zh", 80), ("en", 40)])
def test_questions_are_understood(lang: Lang, least: int) -> None:
    rows = corpus(lang)
    assert len(rows) >= least
    answerer = Answerer(demo(lang), lang)
    wrong = []
    for text, on_air, sku, topic in rows:
        asked = answerer.understand(comment(text), on_air)
        if asked.topic not in topic.split("/") or (sku and asked.sku != sku):
            wrong.append((text, asked.sku, asked.topic))
    assert 1 - len(wrong) / len(rows) >= 0.95, wrong


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_facts_do_not_say_is_admitted_and_kept(lang: Lang) -> None:
    unknown = [row for row in corpus(lang) if row[3] == "unknown"]
    assert len(unknown) >= 10
    for text, on_air, _, _ in unknown:
        answer = ask(text, on_air, lang)
        assert not answer.known
        assert re.search(r"资料里|notes", answer.line.text)
        assert not re.search(r"\d", answer.line.text)
        kept = kept_question(answer)
        assert kept is not None
        assert kept.about["comment"] == "c1"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_facts_say_is_known(lang: Lang) -> None:
    outside = {"unknown", "no-link", "complaint", "chatter"}
    inside = [row for row in corpus(lang) if outside.isdisjoint(row[3].split("/"))]
    answers = [ask(text, on_air, lang) for text, on_air, _, _ in inside]
    assert sum(answer.known for answer in answers) / len(answers) >= 0.97
    assert all(kept_question(answer) is None for answer in answers if answer.known)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_corpus_passes_the_gate(lang: Lang) -> None:
    gate = Gate(demo(lang))
    for text, on_air, _, _ in corpus(lang):
        line = ask(text, on_air, lang).line
        assert gate.check_line(line, NOW).passed, line.text
