"""A written template in place of a planned line: what is kept of the line, and when it stays."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest

from host.model import Line, Lineup
from host.planner import lines
from host.writer.demand import key_of
from host.writer.phrasing import Phrasing
from host.writer.shelf import Kept, Key, Shelf, described
from tests.host.writer.stand import NOW, Show, a_room, show_of


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    return show_of(a_room(tmp_path_factory.mktemp("room")))


@pytest.fixture(scope="module")
def planned(show: Show) -> list[Line]:
    return list(lines(show.planner, NOW, 300))


def on_shelf(shelf: Shelf, show: Show, key: Key, text: str) -> Kept:
    kept = Kept(
        beat=key.beat, sku=key.sku, kind=key.kind, lang="zh", text=text, model="m",
        description=described(show.lineup.get(key.sku)), revision="r", written=NOW.timestamp(),
    )  # fmt: skip
    shelf.add(kept)
    return kept


def of(planned: list[Line], beat: str, kind: str) -> tuple[Line, Key]:
    for line in planned:
        key = key_of(line)
        if key is not None and key.beat == beat and key.kind == kind:
            return line, key
    raise AssertionError(f"nothing planned of {beat}/{kind}")


@pytest.mark.parametrize(
    ("beat", "kind", "text"),
    [
        ("selling", "selling_point", "晚上歇下来想一想。{selling_point}。心里有个数就好。"),
        ("selling", "spec", "晚上歇下来想一想。{spec_name}是{spec_value}。记下来就好。"),
        ("selling", "faq", "有人这么问过。{question}？{answer}。听明白了就好。"),
        ("price", "", "说到{short_name}，现在是{price}。想好了再说。"),
        ("pain", "", "挑来挑去最后还是拿不准，你是不是也这样。"),
    ],
)
def test_other_words_for_the_same_product_beat_and_fact(
    tmp_path: Path, show: Show, planned: list[Line], beat: str, kind: str, text: str
) -> None:
    line, key = of(planned, beat, kind)
    shelf = Shelf(tmp_path / "v.jsonl", "zh", NOW.timestamp)
    kept = on_shelf(shelf, show, key, text)
    said = Phrasing(shelf).phrase(line, show.lineup, show.gate, NOW)
    assert said.text != line.text
    assert "{" not in said.text
    assert said == dataclasses.replace(line, text=said.text, facts=said.facts)
    assert show.gate.check_line(said, NOW).passed
    shown = {fact for fact in line.facts if fact.attribute.startswith(kind or "-")}
    if kind in ("selling_point", "spec"):
        assert shown <= set(said.facts)
    if kind == "faq":
        assert {fact.attribute for fact in said.facts} == {fact.attribute for fact in shown}
    if beat == "price":
        assert "price" in {fact.attribute for fact in said.facts}
    assert kept.uses == 1


def test_without_a_template_the_planned_line_stays(
    tmp_path: Path, show: Show, planned: list[Line]
) -> None:
    phrasing = Phrasing(Shelf(tmp_path / "v.jsonl", "zh", NOW.timestamp))
    for line in planned:
        assert phrasing.phrase(line, show.lineup, show.gate, NOW) is line


def test_what_tells_who_speaks_and_what_just_happened_is_left_alone(planned: list[Line]) -> None:
    disclosed = [line for line in planned if "数字人" in line.text]
    assert disclosed
    assert not any(map(key_of, disclosed))
    fixed = [line for line in planned if line.beat in ("next", "countdown", "soldout", "arrival")]
    assert fixed
    assert not any(map(key_of, fixed))
    assert key_of(dataclasses.replace(planned[1], priority=1)) is None


def test_a_template_that_became_untrue_is_not_said_and_told_of(
    tmp_path: Path, show: Show, planned: list[Line]
) -> None:
    line, key = of(planned, "pain", "")
    shelf = Shelf(tmp_path / "v.jsonl", "zh", NOW.timestamp)
    on_shelf(shelf, show, key, "挑来挑去还是拿不准，只剩最后三件了。")
    phrasing = Phrasing(shelf)
    assert phrasing.phrase(line, show.lineup, show.gate, NOW) is line
    assert len(shelf) == 0
    (decision,) = phrasing.refused
    assert decision.what == "variant-refused"
    assert decision.about["source"] == "writer:m"


def test_the_price_is_the_one_that_holds(tmp_path: Path, show: Show, planned: list[Line]) -> None:
    line, key = of(planned, "price", "")
    shelf = Shelf(tmp_path / "v.jsonl", "zh", NOW.timestamp)
    on_shelf(shelf, show, key, "说到{short_name}，现在是{price}。想好了再说。")
    products = tuple(
        dataclasses.replace(
            one, price=Decimal("11.5"), list_price=None, promotions=(), coupon=None, variants=()
        )
        for one in show.lineup.products
    )
    other = dataclasses.replace(show, lineup=Lineup(products, "r2"))
    gate = type(show.gate)(other.lineup)
    said = Phrasing(shelf).phrase(line, other.lineup, gate, NOW)
    assert "11.5元" in said.text


def test_a_product_that_is_described_otherwise_gets_its_planned_line(
    tmp_path: Path, show: Show, planned: list[Line]
) -> None:
    line, key = of(planned, "pain", "")
    shelf = Shelf(tmp_path / "v.jsonl", "zh", NOW.timestamp)
    on_shelf(shelf, show, key, "挑来挑去最后还是拿不准，你是不是也这样。")
    products = tuple(dataclasses.replace(one, category="别的") for one in show.lineup.products)
    phrasing = Phrasing(shelf)
    assert phrasing.phrase(line, Lineup(products, "r2"), show.gate, NOW) is line
    assert phrasing.phrase(line, Lineup((), "r3"), show.gate, NOW) is line
