"""What is kept, how often it is said, and what takes it off the shelf."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path

import pytest

from host.model import Lineup, Product
from host.writer import shelf as shelves
from host.writer.shelf import AGE, REST, USES, Kept, Key, Shelf, described

KEY = Key("selling", "A", "")
PRODUCT = Product("A", "杯子", Decimal(59), selling_points=("杯盖能拧紧",))


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


def kept(text: str, clock: Clock, **changes: object) -> Kept:
    one = {
        "beat": KEY.beat, "sku": KEY.sku, "kind": KEY.kind, "lang": "zh", "text": text,
        "description": described(PRODUCT), "revision": "r", "model": "m", "written": clock.at,
    }  # fmt: skip
    return Kept.model_validate(one | changes)


def test_each_is_said_so_often_with_a_rest_between(tmp_path: Path) -> None:
    clock = Clock()
    shelf = Shelf(tmp_path / "v.jsonl", "zh", clock)
    shelf.add(kept("这是头一条要说的话", clock))
    for use in range(USES):
        (one,) = shelf.take(KEY)
        shelf.use(one)
        assert shelf.ready(KEY) == 0
        clock.at += REST - 1
        assert not list(shelf.take(KEY))
        clock.at += 1
        assert shelf.ready(KEY) == (use < USES - 1)
    assert len(shelf) == 0


def test_the_one_said_least_and_then_the_oldest_comes_first(tmp_path: Path) -> None:
    clock = Clock()
    shelf = Shelf(tmp_path / "v.jsonl", "zh", clock)
    for text in ("甲", "乙"):
        shelf.add(kept(text, clock))
        clock.at += 1
    shelf.use(next(shelf.take(KEY)))
    clock.at += REST
    assert [one.text for one in shelf.take(KEY)] == ["乙", "甲"]


def test_a_restart_keeps_them_and_how_often_they_were_said(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "writer" / "v.jsonl"
    shelf = Shelf(file, "zh", clock)
    for text in ("甲", "乙", "丙"):
        shelf.add(kept(text, clock))
    shelf.use(next(shelf.take(KEY)))
    shelf.keep()
    assert not shelf.changed
    rows = file.read_text().splitlines()
    file.write_text("\n".join([rows[0], "garbage", rows[1][:40], '{"beat": 1}', rows[2]]))
    again = Shelf(file, "zh", clock)
    assert {one.text: one.uses for one in again} == {"甲": 1, "丙": 0}
    assert not list(Shelf(file, "en", clock))


def test_another_description_or_age_takes_it_off_but_no_other_price(tmp_path: Path) -> None:
    clock = Clock()
    shelf = Shelf(tmp_path / "v.jsonl", "zh", clock)
    shelf.add(kept("甲", clock))
    shelf.add(kept("大家好", clock, sku="", description=""))
    cheaper = dataclasses.replace(PRODUCT, price=Decimal(9), stock=3)
    shelf.tidy(Lineup((cheaper,), "r2"))
    assert len(shelf) == 2
    other = dataclasses.replace(PRODUCT, selling_points=("杯盖是弹开的",))
    shelf.tidy(Lineup((other,), "r3"))
    assert [one.text for one in shelf] == ["大家好"]
    clock.at += AGE + 1
    shelf.tidy(Lineup((), "r4"))
    assert len(shelf) == 0


def test_what_is_like_others_is_known_even_after_they_are_gone(tmp_path: Path) -> None:
    clock = Clock()
    shelf = Shelf(tmp_path / "v.jsonl", "zh", clock)
    text = "下午坐久了有点犯困，抽屉里放着{short_name}，打开来大家一起分一分"
    assert shelf.like(text) == 0
    one = kept(text, clock)
    shelf.add(one)
    shelf.drop(one)
    assert shelf.like(text) == 1
    assert shelf.like(text.replace("{short_name}", "{price}")) == 1
    assert shelf.like("清早赶路的时候包里有它，到了公司再慢慢打开") == 0


def test_it_holds_so_many_and_the_most_used_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "MOST", 5)
    clock = Clock()
    shelf = Shelf(tmp_path / "v.jsonl", "zh", clock)
    for number in range(5):
        shelf.add(kept(f"第{number}条", clock))
        clock.at += 1
    used = next(shelf.take(KEY))
    shelf.use(used)
    shelf.add(kept("再来一条", clock))
    assert len(shelf) == 5
    assert used.text not in {one.text for one in shelf}


def test_a_full_disk_is_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(file: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelves, "replace_file", full)
    shelf = Shelf(tmp_path / "v.jsonl", "zh", Clock())
    shelf.add(kept("甲", Clock()))
    shelf.keep()
    assert shelf.changed
    assert "not kept" in caplog.text


def test_what_is_written_down_holds_no_figure_of_a_product(tmp_path: Path) -> None:
    clock = Clock()
    shelf = Shelf(tmp_path / "v.jsonl", "zh", clock)
    shelf.add(kept("它现在是{price}", clock))
    shelf.keep()
    (row,) = (tmp_path / "v.jsonl").read_text().splitlines()
    assert "59" not in json.loads(row)["text"]
