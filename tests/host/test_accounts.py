"""Each line ends once, in whatever order its reports come and whenever the supervisor dies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.accounts import Accounts
from host.model import Aired, Clause, Cursor, Ended, Incident, Line, Planned, wire
from host.model.messages import Row, Welcome

Report = Planned | Aired | Ended


def planned(line: int, clauses: int = 2, state: str = "") -> Planned:
    parts = tuple(Clause(line, n, "…", "zh", last=n == clauses - 1) for n in range(clauses))
    return Planned(Line(line, "zh", "…", "selling"), parts, state)


def run(line: int, clause: int, *, last: bool = False) -> Aired:
    first = line * 100 + clause * 10
    return Aired(line, clause, first, first + 4, ends_clause=True, ends_line=last)


def take(accounts: Accounts, report: Report) -> Ended | None:
    if isinstance(report, Planned):
        return accounts.plan(report)
    if isinstance(report, Aired):
        return accounts.air(report)
    return accounts.drop(report.line, report.reason)


def row(message: object) -> Row:
    return Row(1, "", type(message).__name__, wire.to_json(message))


def test_a_line_that_was_aired_to_its_end_is_finished() -> None:
    accounts = Accounts()
    assert accounts.plan(planned(1)) is None
    assert accounts.air(run(1, 0)) is None
    assert accounts.air(run(1, 1, last=True)) == Ended(1, "finished", "", ((100, 104), (110, 114)))
    assert accounts.drop(1, "too late") is None
    assert accounts.welcome == Welcome(2)


def test_a_dropped_line_ends_with_its_reason_and_what_was_heard() -> None:
    accounts = Accounts()
    accounts.plan(planned(1))
    accounts.air(run(1, 0))
    assert accounts.drop(1, "sold out") == Ended(1, "dropped", "sold out", ((100, 104),))
    assert accounts.air(run(1, 1, last=True)) is None


def test_a_line_that_is_planned_again_neither_ends_again_nor_turns_the_show_back() -> None:
    accounts = Accounts()
    for line in (1, 2):
        accounts.plan(planned(line, state=f"after {line}"))
    accounts.drop(1, "")
    accounts.plan(planned(1, state="after 1"))
    accounts.plan(planned(2, state="never"))
    assert accounts.drop(1, "") is None
    assert accounts.welcome == Welcome(3, "after 2", (planned(2, state="after 2"),))


def test_a_studio_is_told_where_the_show_stands() -> None:
    accounts = Accounts()
    accounts.plan(planned(4, state="after 4"))
    accounts.plan(planned(5))  # an answer has no planner state
    accounts.air(run(4, 0))
    accounts.air(run(9, 0))  # whose plan has not come yet
    welcome = accounts.welcome
    assert (welcome.next_line, welcome.planner_state) == (6, "after 4")
    assert [one.line.id for one in welcome.outstanding] == [4, 5]
    assert welcome.aired == (run(4, 0),)


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    """Reports of up to 4 lines, some twice, in any order; each line finished, dropped or both."""
    told: list[Report] = []
    for line in range(1, draw(st.integers(1, 4)) + 1):
        clauses = draw(st.integers(1, 3))
        end = draw(st.sampled_from(("finished", "dropped", "both", "open")))
        runs = clauses if end in ("finished", "both") else draw(st.integers(0, clauses - 1))
        told.append(planned(line, clauses))
        told += [run(line, n, last=n == clauses - 1) for n in range(runs)]
        if end in ("dropped", "both"):
            told.append(Ended(line, "dropped", f"why {line}"))
    # Runs are never sent twice; a plan is by a studio that comes back, a drop by two who saw it.
    again = [one for one in told if not isinstance(one, Aired) and draw(st.booleans())]
    return draw(st.permutations(told + again))


def closed(told: list[Report]) -> set[int]:
    """Lines that must have ended."""
    ends = {one.line for one in told if isinstance(one, Ended)}
    return ends | {one.line for one in told if isinstance(one, Aired) and one.ends_line}


@settings(deadline=None, max_examples=150)
@given(reports())
def test_every_line_ends_exactly_once_in_any_order(told: list[Report]) -> None:
    accounts = Accounts()
    ends = [end for one in told if (end := take(accounts, one)) is not None]
    assert sorted(end.line for end in ends) == sorted(closed(told))
    for end in ends:
        if end.outcome == "dropped":
            assert end.reason == f"why {end.line}"
        else:
            assert any(isinstance(t, Aired) and t.ends_line and t.line == end.line for t in told)
        heard = {(t.first_tick, t.last_tick) for t in told if isinstance(t, Aired)}
        assert set(end.ticks) <= heard
        assert len(set(end.ticks)) == len(end.ticks)
    lines = {one.line.id for one in told if isinstance(one, Planned)}
    left = [one.line.id for one in accounts.welcome.outstanding]
    assert sorted(left) == sorted(lines - closed(told))
    assert accounts.welcome.next_line == max(lines) + 1


@settings(deadline=None, max_examples=150)
@given(reports(), st.integers(0, 30))
def test_a_supervisor_that_dies_after_any_row_ends_each_line_once(
    told: list[Report], survive: int
) -> None:
    rows: list[object] = []
    since: list[Report] = []  # reports that come when the new supervisor is there
    accounts = Accounts()
    for one in told:
        if len(rows) >= survive:
            since.append(one)
            continue
        ended = take(accounts, one)
        rows += [*([] if isinstance(one, Ended) else [one]), *([ended] if ended else [])]
    left = rows[:survive]  # a row more may have been due when it died
    again = Accounts()
    owed = again.replay([row(Incident("media", "late", "")), *(row(one) for one in left)])
    late = [end for one in [*since, *told] if (end := take(again, one)) is not None]

    ends = Counter(one.line for one in [*left, *owed, *late] if isinstance(one, Ended))
    assert ends == dict.fromkeys(closed(told), 1)


def test_a_new_broadcast_says_no_half_line_and_no_old_answer() -> None:
    accounts = Accounts()
    for line in (1, 2, 3):
        accounts.plan(planned(line, state=f"after {line}"))
    accounts.plan(replace(planned(4), line=Line(4, "zh", "…", "answer", priority=1)))
    accounts.air(run(1, 0))

    ends = accounts.cut_off("the broadcast had ended before it was said")

    assert [(end.line, end.outcome) for end in ends] == [(1, "dropped"), (4, "dropped")]
    assert all(end.reason for end in ends)
    welcome = accounts.welcome
    assert [each.line.id for each in welcome.outstanding] == [2, 3]
    assert (welcome.aired, welcome.next_line, welcome.planner_state) == ((), 5, "after 3")


def test_a_run_that_was_told_is_known_also_after_a_restart() -> None:
    accounts = Accounts()
    accounts.plan(planned(1))
    assert not accounts.knows(run(1, 0))
    accounts.air(run(1, 0))
    assert accounts.knows(run(1, 0))
    assert not accounts.knows(replace(run(1, 0), last_tick=999))
    again = Accounts()
    again.replay([row(planned(1)), row(run(1, 0))])
    assert again.knows(run(1, 0))
    assert again.last_tick == 104


def test_runs_are_forgotten_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host.accounts.RUNS", 3)
    accounts = Accounts()
    for line in range(1, 6):
        accounts.air(run(line, 0))
    assert [accounts.knows(run(line, 0)) for line in range(1, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_the_last_tick_is_the_last_that_any_row_names() -> None:
    accounts = Accounts()
    assert accounts.last_tick == -1
    accounts.replay([row(Ended(3, "finished", "", ((10, 20), (500, 530))))])
    assert accounts.last_tick == 530


def test_a_show_that_starts_over_keeps_its_numbers_alone() -> None:
    accounts = Accounts()
    for line in (1, 2):
        accounts.plan(planned(line, state=f"after {line}"))
    ends = accounts.start_over("it broke")
    assert [(end.line, end.reason) for end in ends] == [(1, "it broke"), (2, "it broke")]
    assert accounts.welcome == Welcome(3)


def at(line: int, clause: int, *, ends: bool = False, last: bool = False) -> Cursor:
    return Cursor(0, 1, 1, line, clause, 0, ends_clause=ends, ends_line=last)


@pytest.mark.parametrize(
    ("cursor", "next_up"),
    [
        (at(0, -1), (3, 0)),  # nothing was aired: the answer goes first
        (at(1, 0), (1, 0)),  # in the middle of a clause
        (at(3, 0, ends=True), (3, 1)),  # between two; onair's report has not come yet
        (at(3, 1, ends=True, last=True), (1, 0)),  # the answer is over, by the ring alone
        (at(9, 0), (3, 0)),  # a line that has ended
    ],
)
def test_what_media_says_next(cursor: Cursor, next_up: tuple[int, int]) -> None:
    accounts = Accounts()
    assert accounts.next_up(cursor) is None
    for line in (1, 2):
        accounts.plan(planned(line))
    accounts.plan(replace(planned(3), line=Line(3, "zh", "…", "answer", priority=1)))
    assert accounts.next_up(cursor) == next_up


def test_what_was_aired_is_not_next() -> None:
    accounts = Accounts()
    accounts.plan(planned(1, 3))
    accounts.air(run(1, 0))
    accounts.air(run(1, 1))
    assert accounts.next_up(at(0, -1)) == (1, 2)


def good_bye(line: int) -> Planned:
    return Planned(Line(line, "zh", "下次见。", "closing"), (), f"after {line}")


def test_a_good_bye_that_was_said_is_told_until_the_talk_goes_on() -> None:
    accounts = Accounts()
    accounts.plan(good_bye(1))
    assert not accounts.welcome.parted
    accounts.air(run(1, 0, last=True))
    assert accounts.welcome.parted
    accounts.plan(Planned(Line(2, "zh", "在的。", "answer", priority=1), ()))
    assert accounts.welcome.parted
    accounts.plan(planned(3))
    assert not accounts.welcome.parted


def test_a_good_bye_is_not_the_first_word_of_the_next_show() -> None:
    accounts = Accounts()
    for one in (planned(1), good_bye(2)):
        accounts.plan(one)
    assert accounts.cut_off("over") == [Ended(2, "dropped", "over")]
    assert accounts.welcome.outstanding == (planned(1),)


def test_after_a_break_nothing_old_is_said_and_the_lap_is_kept() -> None:
    accounts = Accounts()
    for line in (1, 2):
        accounts.plan(planned(line, state=f"after {line}"))
    ends = accounts.begin_afresh("over")
    assert [ended.line for ended in ends] == [1, 2]
    assert accounts.welcome == Welcome(3, "after 2", afresh=True)
    accounts.plan(planned(3))
    assert not accounts.welcome.afresh
