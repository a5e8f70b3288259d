"""The judges of a fault, each shown what is sound and what it must see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from host.ledger import Ledger
from host.model import Aired, Clause, Ended, Line, Planned
from tests.chaos.case import Figure
from tests.chaos.feeds import backward, seen_gap, stamps_gap
from tests.chaos.lines import LATER, Lines
from tests.chaos.report import report, word
from tests.chaos.runner import Plan, Result
from tests.chaos.table import every
from tests.e2e.arrivals import Arrival
from tests.e2e.flv import Tag, cut, read_tags


def arrival(at: float, dts: int, *, session: int = 0, kind: str = "video") -> Arrival:
    tag = Tag("video" if kind == "video" else "audio", dts, 100, 0)
    return Arrival(at, tag, session, since=at - 0.01)


def test_a_gap_counts_where_the_instrument_looked() -> None:
    came = [arrival(1.0, 0), arrival(1.04, 40), arrival(1.5, 80)]
    assert seen_gap(came, 0.9, 1.55) == pytest.approx(0.45)
    blind = [came[0], came[1], Arrival(1.5, came[2].tag, 0, since=1.1)]
    assert seen_gap(blind, 0.95, 1.55) == pytest.approx(0.06)
    assert seen_gap(came, 0.0, 1.55) == pytest.approx(0.99)
    assert seen_gap(came, 0.9, 4.5) == pytest.approx(3.0)


def test_timestamps_are_judged_within_a_session() -> None:
    came = [arrival(1.0, 0), arrival(1.1, 200), arrival(1.2, 0, session=1)]
    assert stamps_gap(came, "video") == pytest.approx(0.2)
    assert stamps_gap(came, "audio") == 0
    assert backward(came) == 0
    assert backward([*came, arrival(1.3, -40, session=1)]) == 1


@pytest.fixture
def written(tmp_path: Path) -> Iterator[tuple[Ledger, Lines]]:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    yield ledger, Lines(tmp_path / "ledger.sqlite")
    ledger.close()


def say(ledger: Ledger, line: int, *, clauses: int = 2, aired: int = 2, ended: int = 1) -> None:
    """Rows of a line: so many of its clauses aired whole, so many ends."""
    texts = tuple(Clause(line, n, "句子", "zh", last=n == clauses - 1) for n in range(clauses))
    ledger.append(Planned(Line(line, "zh", "句子句子", "selling"), texts))
    for n in range(aired):
        tick = line * 100 + n * 10
        ledger.append(Aired(line, n, tick, tick + 9, True, n == clauses - 1))
    for _ in range(ended):
        ledger.append(Ended(line, "finished"))


def test_lines_that_are_whole_have_no_faults(written: tuple[Ledger, Lines]) -> None:
    ledger, lines = written
    for line in range(1, 20):
        say(ledger, line)
    say(ledger, 20, aired=1, ended=0)  # on its way
    ledger.append(Aired(1, 0, 100, 109, True, False))  # told again
    assert lines.faults() == {"lost": [], "doubled": []}
    assert (lines.ended, lines.broken()) == (19, "")


def test_what_is_lost_skipped_dropped_or_doubled_is_seen(written: tuple[Ledger, Lines]) -> None:
    ledger, lines = written
    say(ledger, 1, aired=1, ended=0)
    say(ledger, 2, aired=1)
    say(ledger, 3, ended=2)
    say(ledger, 4)
    ledger.append(Aired(4, 1, 900, 909, True, True))
    say(ledger, 5, aired=0, ended=0)
    ledger.append(Ended(5, "dropped", "no voice"))
    for line in range(6, 7 + LATER):
        say(ledger, line)
    assert lines.faults() == {
        "lost": [
            "line 1 never ended", "line 2 clause 1 was not aired to its end",
            "line 5 dropped: no voice",
        ],
        "doubled": ["line 3 ended 2 times", "line 4 clause 1 aired 2 times"],
    }  # fmt: skip


def test_a_cut_of_a_recording_plays(tmp_path: Path) -> None:
    whole = tmp_path / "whole.flv"
    with av.open(str(whole), "w", format="flv") as container:
        video = container.add_stream("libx264", rate=25, options={"g": "10", "bf": "0"})
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(np.full((96, 64), 50, np.uint8), "yuv420p")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    tags = [tag for tag in read_tags(whole)[0] if tag.media]
    part = cut(whole, tags[20:35], tmp_path / "part.flv")
    shown = [tag.dts for tag in read_tags(part)[0] if tag.media]
    assert shown == [tag.dts - tags[20].dts for tag in tags[20:35]]
    with av.open(str(part)) as container:
        assert len(list(container.decode(video=0))) == 15


def test_figures_that_were_not_measured_miss_their_bar_and_skipped_is_not_passed() -> None:
    assert Figure("gap", 1.5, 1.5).holds
    assert not Figure("gap", 1.6, 1.5).holds
    assert not Figure("gap", None, 1.5).holds
    skipped = Result("6", "lost packets", "iptables", skipped="needs root")
    missed = Result("1", "a pusher is killed", "kill -9", [Figure("no picture", 2.0, 1.5)])
    assert (word(skipped), word(missed), word(Result("1", "", ""))) == ("not tried", "FAIL", "pass")
    text = report([skipped, missed], Plan(Path()), "make chaos")
    assert "1 faults tried, 0 kept every bar, 1 did not, 1 not tried" in text
    assert "| no picture | 2 s | ≤ 1.5 s | **MISSED** |" in text


def test_every_row_of_the_fault_table_is_there() -> None:
    rows = {scenario.row for scenario in every()}
    numbers = {int(row.rstrip("abcdefg")) for row in rows if row[0].isdigit()}
    assert numbers == set(range(1, 22))  # 22 is make soak
    assert {"dead", "renderer", "garbage", "supervisor", "sigterm", "upgrade"} <= rows
    assert len(rows) == len(every())
