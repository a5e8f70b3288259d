"""Figures of a record, and the page that shows them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from host.errors import ConfigError
from host.model import Lang
from host.rehearsal import Record
from host.rehearsal.figures import Bar, figures
from host.rehearsal.record import Heard, Refused, Spoken
from host.rehearsal.report import lines, make_folder, page, write
from host.rehearsal.texts import BEATS, Words

EVIL = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\u202e{{ 7*7 }}"
KEYS = ["t", "lap", "sku", "beat", "kind", "text"]


def record(lang: Lang = "zh") -> Record:
    """Two laps of two products, with a re-hook each 80 s."""
    made = Record(
        room="demo",
        lang=lang,
        start=datetime(2026, 11, 22, 23, tzinfo=ZoneInfo("Asia/Shanghai")),
        seconds=7200.0,
        seed=1,
        names={"A": "杯子", "B": EVIL},
        rehook_seconds=75.0,
        lap_minutes=18.0,
    )
    for at in range(90):
        sku = ("A", "B")[at // 5 % 2]
        beat = "rehook" if at % 4 == 0 else "selling"
        text = f"第{at}句说的是不一样的事情，一共好几个字。"
        made.lines.append(Spoken(at * 20.0, 1 + at // 54, sku, beat, "talk", text, 18.0))
    made.reuse.clauses, made.reuse.known = [100, 0], [40, 0]
    return made


def test_minutes_blocks_and_spacings() -> None:
    found = figures(record())

    assert dict(found.by_product) == {"A": pytest.approx(13.5), "B": pytest.approx(13.5)}
    assert sum(minutes for _, minutes in found.by_beat) == pytest.approx(27)
    assert set(found.rehooks) == {80.0}
    assert found.laps == (18.0,)
    assert [block.sku for block in found.blocks[:3]] == ["A", "B", "A"]
    assert found.blocks[0].end == found.blocks[1].begin == 100.0
    assert found.known_by_hour == (0.4, None)
    assert found.silent == pytest.approx(120 - 27)


def test_bars() -> None:
    found = figures(record())
    met = {bar.name: bar.met for bar in found.bars}
    assert met == {
        "returned": True,
        "previous": False,
        "recent": False,
        "known": None,
        "rehook": True,
        "lap": True,
    }
    assert [bar.name for bar in found.missed] == ["previous", "recent"]
    assert Bar("rehook", 91.0, 60.0, 90.0).met is False


def test_an_empty_record_has_figures_and_a_page() -> None:
    empty = replace(record(), lines=[])
    found = figures(empty)
    assert all(bar.met is None for bar in found.bars)
    assert "太短" in page(empty, found)


def test_lines_have_the_keys_that_others_rely_on() -> None:
    made = record()
    made.lines.append(Spoken(1900.0, 2, None, "answer", "answer", "您好", 1.0, "c1", "cut off"))
    told = [json.loads(line) for line in lines(made)]
    assert all(list(line)[:6] == KEYS for line in told)
    assert told[-1] == {
        "t": 1900.0, "lap": 2, "sku": None, "beat": "answer", "kind": "answer", "text": "您好",
        "seconds": 1.0, "comment": "c1", "cut": "cut off",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_escapes_everything_and_asks_nothing_of_a_network(lang: Lang) -> None:
    made = record(lang)
    made.lines.append(Spoken(1900.0, 2, "B", EVIL, "answer", EVIL, 1.0, EVIL, EVIL))
    made.refused.append(Refused(1.0, "B", EVIL, EVIL, EVIL))
    made.comments.append(Heard(1.0, EVIL, EVIL, EVIL, EVIL, EVIL, None, "dropped", EVIL))
    text = page(made, figures(made))

    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{ 7*7 }}" in text
    assert not re.search(r"(?:src|href)\s*=", text.replace("img src=x onerror=", ""))
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in text
    assert f'<html lang="{lang}">' in text


def test_every_beat_of_the_scripts_has_a_name() -> None:
    from host.script import BEATS as KNOWN

    assert set(KNOWN) <= set(BEATS)
    assert Words("en").beat("rehook") == "re-hook"
    assert Words("zh").reason("answered moments ago") == "刚刚回答过"


def test_files_are_written_whole(tmp_path: Path) -> None:
    made = record()
    folder = tmp_path / "a/b"
    make_folder(folder)
    write(made, figures(made), folder)
    assert sorted(each.name for each in folder.iterdir()) == ["lines.jsonl", "report.html"]
    assert len((folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()) == 90


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="nothing can be written"):
        make_folder(tmp_path / "file")
