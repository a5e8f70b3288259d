"""Rows can be added, never changed unseen; whoever reads sees whole rows in order."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host.errors import ConfigError
from host.ledger import Ledger, first_break, newest, read
from host.model import Comment, Decision, Incident


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a 100% room?#1" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger(path)) as opened:
        yield opened


def fill(ledger: Ledger, rows: int) -> None:
    for number in range(rows):
        ledger.append(Incident("media", "late", f"第{number}次", number))


def change(path: Path, *statements: str) -> None:
    """As one with the file in hand would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        for statement in statements:
            base.execute(statement)


def test_a_row_tells_what_when_and_in_which_place(ledger: Ledger, path: Path) -> None:
    row = ledger.append(Decision("line-refused", "价格", {"line": 3}))
    assert (row.seq, row.kind, ledger.last) == (1, "Decision", 1)
    assert row.ts_utc.endswith("+00:00")
    assert len(row.ts_utc) == len("2026-01-01T00:00:00.000+00:00")
    body = json.loads(row.body)
    assert body == {"$": "Decision", "about": {"line": 3}, "what": "line-refused", "why": "价格"}
    assert list(body) == sorted(body)
    assert " " not in row.body
    assert list(read(path)) == [row]


def test_reading_begins_after_any_row(ledger: Ledger, path: Path) -> None:
    fill(ledger, 5)
    assert [row.seq for row in read(path, after=3)] == [4, 5]
    assert list(read(path, after=5)) == []
    assert [row.seq for row in read(path, after=-100)] == [1, 2, 3, 4, 5]


def test_where_there_is_no_ledger_there_are_no_rows(tmp_path: Path) -> None:
    assert list(read(tmp_path / "none.sqlite")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = '{}' WHERE seq = 2",
        "DELETE FROM ledger WHERE seq = 2",
        "DELETE FROM ledger",
        "REPLACE INTO ledger SELECT seq, ts_utc, kind, '{}', prev_hash, hash, schema"
        " FROM ledger WHERE seq = 2",
        "INSERT INTO ledger SELECT 9, ts_utc, kind, body, prev_hash, hash, schema"
        " FROM ledger WHERE seq = 2",
    ],
)
def test_a_ledger_is_append_only(ledger: Ledger, path: Path, statement: str) -> None:
    fill(ledger, 3)
    before = list(read(path))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        change(path, statement)
    assert list(read(path)) == before
    assert first_break(path) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE ledger SET body = replace(body, 'late', 'soon') WHERE seq = 3", 3),
        ("UPDATE ledger SET ts_utc = '2020' WHERE seq = 1", 1),
        ("UPDATE ledger SET kind = 'Ended' WHERE seq = 6", 6),
        ("UPDATE ledger SET hash = 'x' WHERE seq = 2", 2),
        ("DELETE FROM ledger WHERE seq = 1", 2),
        ("DELETE FROM ledger WHERE seq = 4", 5),
        ("UPDATE ledger SET seq = -seq WHERE seq = 2", -2),
    ],
)
def test_a_row_that_was_changed_all_the_same_is_found(
    ledger: Ledger, path: Path, statement: str, broken: int
) -> None:
    fill(ledger, 6)
    assert first_break(path) is None
    change(path, "DROP TRIGGER no_update", "DROP TRIGGER no_delete", statement)
    assert first_break(path) == broken


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=4))
def test_any_text_is_kept_and_chained(path: Path, texts: list[str]) -> None:
    with closing(Ledger(path)) as ledger:
        begin = ledger.last
        rows = [ledger.append(Comment("c", "u", text, 0)) for text in texts]
    assert list(read(path, after=begin)) == rows
    assert first_break(path) is None


def test_a_ledger_opened_again_goes_on(path: Path) -> None:
    for number in range(1, 4):
        with closing(Ledger(path)) as ledger:
            assert ledger.last == number - 1
            fill(ledger, 1)
    assert [row.seq for row in read(path)] == [1, 2, 3]
    assert first_break(path) is None


def test_what_a_writer_that_was_killed_had_written_is_there(path: Path) -> None:
    """It never closed the file; its rows stand in the write-ahead log."""
    killed = Ledger(path)
    fill(killed, 3)
    with closing(Ledger(path)) as ledger:
        assert ledger.last == 3
        fill(ledger, 1)
    killed.close()
    assert first_break(path) is None


def test_a_second_writer_breaks_nothing(path: Path) -> None:
    with closing(Ledger(path)) as one, closing(Ledger(path)) as two:
        fill(one, 1)
        with pytest.raises(sqlite3.Error):
            fill(two, 1)
        fill(one, 1)
    assert [row.seq for row in read(path)] == [1, 2]
    assert first_break(path) is None


def test_a_row_the_disk_did_not_take_leaves_no_gap(ledger: Ledger, path: Path) -> None:
    fill(ledger, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger._base.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(sqlite3.Error):
            fill(ledger, 1)
        other.execute("ROLLBACK")
    fill(ledger, 1)
    assert [row.seq for row in read(path)] == [1, 2]
    assert first_break(path) is None


def test_a_program_that_locks_the_file_holds_up_nobody(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            fill(ledger, 1)
        assert time.monotonic() - began < 1.0


def test_rows_of_one_batch_are_written_all_or_none(ledger: Ledger, path: Path) -> None:
    fill(ledger, 1)
    batch = [ledger.row(Incident("media", "late", str(number))) for number in range(5)]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger._base.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(sqlite3.Error):
            ledger.write(batch)
        other.execute("ROLLBACK")
    assert [row.seq for row in read(path)] == [1]
    ledger.write(batch)
    assert [row.seq for row in read(path)] == [1, 2, 3, 4, 5, 6]
    assert [row.ts_utc for row in read(path)][1:] == [row.ts_utc for row in batch]
    assert first_break(path) is None


def test_a_ledger_that_was_closed_is_whole_in_one_file(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        fill(ledger, 10)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_reader_beside_the_writer_sees_whole_rows_in_order(ledger: Ledger, path: Path) -> None:
    done = threading.Event()
    seen: list[list[int]] = []

    def follow() -> None:
        last = 0
        while not (done.is_set() and last == 300):
            rows = [row.seq for row in read(path, after=last)]
            seen.append(rows)
            last = rows[-1] if rows else last

    reader = threading.Thread(target=follow)
    reader.start()
    fill(ledger, 300)
    done.set()
    reader.join(20)
    assert [seq for rows in seen for seq in rows] == list(range(1, 301))


@pytest.mark.parametrize("content", [b"no database, but long enough to be looked at" * 50])
def test_a_file_that_is_no_ledger_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"ledger\.sqlite"):
        Ledger(path)
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="LIVEHOST_VAR"):
        Ledger(tmp_path / "file" / "ledger.sqlite")


def test_the_newest_rows_of_a_kind_are_found_behind_any_number_of_others(
    ledger: Ledger, path: Path
) -> None:
    kept = [ledger.append(Decision("line-refused", f"{number}", {})) for number in range(4)]
    fill(ledger, 300)

    assert newest(path, ["Decision"], 3) == kept[1:]
    assert newest(path, ["Decision", "Ended"], 9) == kept
    assert newest(path, ["Ended"], 9) == []
    assert newest(path.with_name("none.sqlite"), ["Decision"], 9) == []
