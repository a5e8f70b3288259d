"""A disk that takes nothing costs no row that matters, and never the show."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from host.ledger import Ledger, first_break, read
from host.model import Comment, Ended, Incident, wire
from host.model.messages import Row
from host.supervisor import journal as journals
from host.supervisor.journal import RETRY, Journal


class Disk:
    """A ledger whose disk can be full, a journal over it, and all that they told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = Ledger(path)
        self.write = self.ledger.write
        self.rows: list[Row] = []
        self.told: list[str] = []
        self.tries = 0
        self.now = 100.0
        self.journal = Journal(
            self.ledger,
            written=self.rows.append,
            tell=lambda incident: self.told.append(incident.what),
            clock=lambda: self.now,
        )

    def fill(self) -> None:
        def full(rows: Sequence[Row]) -> None:
            self.tries += 1
            raise sqlite3.OperationalError("database or disk is full")

        self.ledger.write = full  # type: ignore[method-assign]

    def empty(self) -> None:
        self.ledger.write = self.write  # type: ignore[method-assign]

    def wait(self) -> None:
        self.now += RETRY
        self.journal.retry()

    @property
    def bodies(self) -> list[object]:
        return [wire.from_json(row.body) for row in read(self.path)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "ledger.sqlite")
    with closing(disk.ledger):
        yield disk


def ended(line: int) -> Ended:
    return Ended(line, "finished")


def comment(number: int) -> Comment:
    return Comment(f"c{number}", "u", "?", 0)


def test_what_was_kept_is_written_in_order_when_the_disk_is_back(disk: Disk) -> None:
    disk.journal.write(ended(1))
    disk.fill()
    for line in (2, 3):
        disk.journal.write(ended(line))
    assert disk.told == ["unwritten"]
    assert disk.bodies == [ended(1)]
    disk.empty()
    disk.journal.write(ended(4))  # not yet: the second is not over
    assert disk.bodies == [ended(1)]
    disk.wait()
    assert disk.told == ["unwritten", "written"]
    assert disk.journal.waiting == 0
    lines = [body.line for body in disk.bodies if isinstance(body, Ended)]
    assert lines == [1, 2, 3, 4]
    assert [row.seq for row in read(disk.path)] == list(range(1, 7))
    assert first_break(disk.path) is None


def test_who_watches_sees_each_row_at_once(disk: Disk) -> None:
    disk.fill()
    disk.journal.write(ended(1))
    disk.journal.write(ended(2))
    assert [row.kind for row in disk.rows] == ["Ended", "Incident", "Ended"]
    assert [row.seq for row in disk.rows] == [1, 2, 3]
    disk.empty()
    disk.wait()
    assert [(row.seq, row.body) for row in read(disk.path)] == [
        (row.seq, row.body) for row in disk.rows
    ]


def test_a_full_disk_is_tried_once_a_second(disk: Disk) -> None:
    disk.fill()
    for line in range(1, 200):
        disk.journal.write(ended(line))
        disk.now += 0.01
    assert disk.tries == 2


def test_over_the_bound_what_the_accounts_do_not_need_goes_first(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "KEPT", 6)
    disk.fill()
    for number in range(1, 5):
        disk.journal.write(comment(number))
        disk.journal.write(ended(number))
    disk.empty()
    disk.wait()
    lines = [body.line for body in disk.bodies if isinstance(body, Ended)]
    assert lines == [1, 2, 3, 4]
    assert [body.id for body in disk.bodies if isinstance(body, Comment)] == ["c3", "c4"]
    last = disk.bodies[-1]
    assert isinstance(last, Incident)
    assert "3 were left out" in last.why  # two comments and the word that the disk is full
    assert first_break(disk.path) is None
    assert [row.seq for row in disk.rows] == list(range(1, len(disk.rows) + 1))


def test_more_than_one_batch_is_written_without_waiting_a_second_each(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "AT_ONCE", 10)
    disk.fill()
    for line in range(1, 36):
        disk.journal.write(ended(line))
    disk.empty()
    disk.now += RETRY
    for _ in range(4):
        disk.journal.retry()
    assert disk.journal.waiting == 0
    assert [body.line for body in disk.bodies if isinstance(body, Ended)] == list(range(1, 36))


def test_a_disk_that_fails_in_the_middle_of_a_batch_leaves_it_whole(disk: Disk) -> None:
    """Against SQLite itself: its own limit of pages stands for the disk's."""
    disk.journal.write(ended(1))
    base = disk.ledger._base
    (pages,) = base.execute("PRAGMA page_count").fetchone()
    base.execute(f"PRAGMA max_page_count = {pages + 2}")
    for number in range(200):
        disk.journal.write(Comment(f"c{number}", "u", "很长的问题" * 60, 0))
    disk.journal.write(ended(2))
    assert disk.journal.waiting > 0
    assert disk.told == ["unwritten"]
    base.execute("PRAGMA max_page_count = 1000000")
    disk.wait()
    assert disk.journal.waiting == 0
    assert disk.told == ["unwritten", "written"]
    kept = [body.id for body in disk.bodies if isinstance(body, Comment)]
    assert kept == [f"c{number}" for number in range(200)]
    assert first_break(disk.path) is None


def test_leaving_out_costs_as_little_with_thousands_of_needed_rows_in_front(disk: Disk) -> None:
    """At 2 ms a row a flood of comments would hold up everything."""
    disk.fill()
    for line in range(1, journals.KEPT):
        disk.journal._put(ended(line))
    began = time.process_time()
    for number in range(2000):
        disk.journal._put(comment(number))
    assert time.process_time() - began < 1.0
    assert disk.journal.waiting == journals.KEPT
    assert [row.body for row in disk.journal._spare] == [disk.rows[-1].body]
