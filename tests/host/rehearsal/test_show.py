"""The show on a simulated clock: the order of the air, the schedule, and the same again."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from host.errors import ConfigError
from host.rehearsal import Remark
from host.rehearsal.report import lines
from host.rehearsal.show import Sounding
from tests.host.rehearsal.playing import rehearsal, room

QUESTIONS = ("多少钱", "包邮吗", "你好", "加微信 abc123", "哈哈哈", "火星上能用吗")
REMARKS = tuple(
    Remark(3.0 + 17 * at, f"c{at}", f"观众{at % 50}", QUESTIONS[at % len(QUESTIONS)])
    for at in range(100)
)


def test_talk_and_answers_fill_the_time_without_overlap(tmp_path: Path) -> None:
    heard: list[Sounding] = []
    record = rehearsal(room(tmp_path), 0.5, remarks=REMARKS, follow=heard).run()

    assert record.lines[0].t == 0
    assert {line.kind for line in record.lines} == {"talk", "answer"}
    assert sum(line.seconds for line in record.lines) > 0.9 * 1800
    for before, after in pairwise(heard):
        assert after.seconds > before.seconds
    laps = [line.lap for line in record.lines]
    assert laps == sorted(laps)
    assert laps[0] == 1
    assert record.names["FD01"] == "坚果脆"


def test_an_answer_cuts_in_at_a_clause_and_the_line_goes_on(tmp_path: Path) -> None:
    heard: list[Sounding] = []
    remark = Remark(1.0, "c1", "观众", "坚果脆多少钱")
    record = rehearsal(room(tmp_path), 0.02, remarks=[remark], follow=heard).run()

    first, answer, *_ = record.lines
    assert (first.kind, answer.kind, answer.comment) == ("talk", "answer", "c1")
    assert not first.cut
    ids = list(dict.fromkeys(one.line.id for one in heard))
    order = [ids.index(one.line.id) for one in heard]
    back = order.index(1) + order.count(1)
    assert order[0] == 0
    assert order[back] == 0, "the opening goes on behind the answer"
    comment = record.comments[0]
    assert comment.status == "answered"
    assert comment.answer == answer.text
    assert comment.wait == pytest.approx(answer.t - 1, abs=0.05)


def test_every_comment_ends_once(tmp_path: Path) -> None:
    late = Remark(1e6, "late", "观众", "多少钱")
    record = rehearsal(room(tmp_path), 0.4, remarks=[*REMARKS, late]).run()

    taken = [remark for remark in REMARKS if remark.t < 0.4 * 3600]
    assert [heard.id for heard in record.comments] == [remark.id for remark in taken]
    assert {heard.status for heard in record.comments} == {"answered", "dropped"}
    assert all(heard.why for heard in record.comments if heard.status == "dropped")
    assert all(heard.answer for heard in record.comments if heard.status == "answered")
    assert record.unheard == len(REMARKS) - len(taken) + 1


def test_the_same_again_and_another_seed_another_show(tmp_path: Path) -> None:
    def once(seed: int) -> str:
        folder = tmp_path / str(seed)
        folder.mkdir(exist_ok=True)
        record = rehearsal(room(folder, {"seed": seed}), 0.2, remarks=REMARKS).run()
        return "".join(lines(record))

    assert once(1) == once(1)
    assert once(1) != once(2)


def test_outside_of_its_hours_a_room_is_silent(tmp_path: Path) -> None:
    nights = room(tmp_path, {"schedule": {"hours": ["23:45-00:15"]}})
    begin = datetime(2026, 11, 22, 23, 15)
    remark = Remark(60.0, "c1", "观众", "多少钱")
    record = rehearsal(nights, 1.5, start=begin, remarks=[remark]).run()

    first, last = record.lines[0], record.lines[-1]
    assert first.t == 1800
    assert first.beat == "opening"
    assert last.beat == "closing"
    assert last.cut == ""
    assert 3600 - 60 < last.t < last.t + last.seconds <= 3600
    assert [line.beat for line in record.lines].count("closing") == 1
    assert record.hours_off == pytest.approx(1.0, abs=0.01)
    assert record.comments[0].why == "the room is off air"


def test_a_room_without_its_lineup_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such lineup"):
        rehearsal(room(tmp_path, {"lineup": "nothing.csv"}), 1.0)


def test_a_promotion_ends_at_its_moment(tmp_path: Path) -> None:
    lineup = tmp_path / "lineup.toml"
    lineup.write_text(
        """
        [[product]]
        sku = "A"
        name = "小水杯"
        price = "59"
        selling_points = ["杯口圆润", "拿着不烫手", "放包里不占地方"]
        promotions = [{ text = "早市特价", price = "49", to = 2026-11-22T09:00:00 }]
        """,
        encoding="utf-8",
    )
    heard: list[Sounding] = []
    record = rehearsal(room(tmp_path, {"lineup": str(lineup)}), 2.0, follow=heard).run()

    assert any("49" in one.clause.text for one in heard if one.seconds < 3600)
    assert any("59" in one.clause.text for one in heard if one.seconds >= 3600)
    assert not [
        one.clause.text for one in heard if one.seconds >= 3600 and "49元" in one.clause.text
    ]
    assert not [line for line in record.lines if line.beat == "countdown" and line.t >= 3600]
