"""The gate against labelled lines of both languages: tests/data/gate/*.jsonl.

A file holds one object a line: id, lang ("zh" or "en"), sku (or null), text, pass (whether it may
be said), kind ("ok", or what is wrong with it) and note. They speak of the demo lineups as they
hold at ``AT``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from host.gate import Gate
from host.lineup import load_lineup
from host.model import Lang, Lineup

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
LINEUPS: dict[Lang, str] = {"zh": "demo-zh.csv", "en": "demo-en.toml"}
FEWEST: dict[Lang, int] = {"zh": 400, "en": 150}
LEAST_RECALL = 0.99
MOST_FALSE_ALARMS = 0.02
KEYS = frozenset({"id", "lang", "sku", "text", "pass", "kind"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """One line, and whether it may be said of the product."""

    id: str
    lang: Lang
    sku: str | None
    text: str
    passes: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled line beside what the gate made of it."""

    line: Labelled
    passed: bool
    why: str
    """What the gate found, empty where nothing."""

    @property
    def right(self) -> bool:
        return self.passed == self.line.passes


def labelled(row: dict[str, Any]) -> Labelled:
    return Labelled(row["id"], row["lang"], row["sku"], row["text"], row["pass"], row["kind"])


@cache
def corpus() -> tuple[Labelled, ...]:
    """Every line of the files whose rows have the corpus's keys."""
    lines: list[Labelled] = []
    for file in sorted((ROOT / "tests" / "data" / "gate").glob("*.jsonl")):
        rows: list[dict[str, Any]] = [
            json.loads(row) for row in file.read_text("utf-8").splitlines() if row.strip()
        ]
        if rows and rows[0].keys() >= KEYS:
            lines += [labelled(row) for row in rows]
    return tuple(lines)


@cache
def lineup(lang: Lang) -> Lineup:
    return load_lineup(ROOT / "configs" / "lineups" / LINEUPS[lang])


@cache
def judged(lang: Lang) -> tuple[Judged, ...]:
    gate = Gate(lineup(lang))
    results: list[Judged] = []
    for line in corpus():
        if line.lang == lang:
            verdict = gate.check(line.text, line.sku, lang, AT)
            why = "; ".join(f"{found.kind}: {found.why}" for found in verdict.violations)
            results.append(Judged(line, not verdict.violations, why))
    return tuple(results)


def confusion(results: tuple[Judged, ...]) -> str:
    """A table, a row each kind: lines, passed, refused."""
    passed = Counter(each.line.kind for each in results if each.passed)
    refused = Counter(each.line.kind for each in results if not each.passed)
    rows = [
        f"{kind:18} {passed[kind] + refused[kind]:6} {passed[kind]:6} {refused[kind]:7}"
        for kind in sorted(passed | refused)
    ]
    return "\n".join([f"{'kind':18} {'lines':>6} {'passed':>6} {'refused':>7}", *rows])


def wrong(results: tuple[Judged, ...]) -> str:
    return "\n".join(
        f"{each.line.id} [{each.line.kind}] {each.line.sku or '-'}: {each.line.text}"
        + (f"  <- {each.why}" if each.why else "")
        for each in results
        if not each.right
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_enough_lines_are_labelled_each_for_one_product_or_none(lang: Lang) -> None:
    lines = [line for line in corpus() if line.lang == lang]
    assert len(lines) >= FEWEST[lang]
    assert {line.sku for line in lines} <= {None, *(p.sku for p in lineup(lang).products)}
    assert all(line.passes == (line.kind == "ok") for line in lines)


def test_no_two_lines_of_the_corpus_have_one_id() -> None:
    assert not [name for name, n in Counter(line.id for line in corpus()).items() if n > 1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_violations_are_refused(lang: Lang) -> None:
    untrue = tuple(each for each in judged(lang) if not each.line.passes)
    recall = sum(each.right for each in untrue) / len(untrue)
    print(f"\n{lang}: recall of violations {recall:.4f} of {len(untrue)}\n{confusion(untrue)}")
    assert recall >= LEAST_RECALL, f"{lang}: recall {recall:.4f}; let through:\n{wrong(untrue)}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_true_lines_pass(lang: Lang) -> None:
    true = tuple(each for each in judged(lang) if each.line.passes)
    alarms = sum(not each.right for each in true) / len(true)
    print(f"\n{lang}: false alarms {alarms:.4f} of {len(true)}\n{confusion(true)}")
    assert alarms <= MOST_FALSE_ALARMS, f"{lang}: false alarms {alarms:.4f}:\n{wrong(true)}"
