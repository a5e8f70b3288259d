"""The room's memory: append-only, chained by hash, with one writer (the supervisor)."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from host.errors import ConfigError, Finding
from host.model import wire
from host.model.messages import Row

SCHEMA = 1
"""Version of the rows' bodies. A reader migrates rows of an older one as it reads."""

BUSY_MS = 50
"""Milliseconds that a row waits for a program that has locked the file: its writer serves a show,
and keeps the row for later."""

_TABLE = """
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY,
    ts_utc TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    schema INTEGER NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS only_next BEFORE INSERT ON ledger
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


class Ledger:
    """Writes rows; each carries the hash of the one before, so that none can be changed unseen."""

    def __init__(self, path: Path) -> None:
        """Open or begin the ledger at ``path``. Raises ConfigError when it cannot be written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _TABLE)
            self._base.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            row = self._base.execute(
                "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"
            ).fetchone()
        except (OSError, sqlite3.Error) as error:
            fix = "give the room a writable folder (LIVEHOST_VAR) or move the broken file away"
            raise ConfigError(
                Finding(f"the ledger cannot be opened: {error}", fix, path)
            ) from error
        self._seq: int = row[0] if row else 0
        self._hash: str = row[1] if row else ""

    def append(self, message: object, at: datetime | None = None) -> Row:
        """Write one of the model's dataclasses as a row; its kind is the class's name.

        ``at``: when it happened, with time zone; None: now. Raises sqlite3.Error when the disk
        does not take it, and ValueError for what has no canonical JSON.
        """
        return self._insert(self.row(message, at))

    def row(self, message: object, at: datetime | None = None) -> Row:
        """The next row as ``append`` would write it, unwritten. Raises ValueError."""
        now = (at or datetime.now(UTC)).isoformat(timespec="milliseconds")
        return Row(self._seq + 1, now, type(message).__name__, wire.to_json(message))

    def write(self, rows: Sequence[Row]) -> None:
        """Rows that were made before, all or none; ``seq`` is given anew. Raises sqlite3.Error."""
        before = self._seq, self._hash
        self._roll_back()
        try:
            self._base.execute("BEGIN IMMEDIATE")
            for row in rows:
                self._insert(replace(row, seq=self._seq + 1))
            self._base.execute("COMMIT")
        except sqlite3.Error:
            self._seq, self._hash = before
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # the next write tries it again
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")

    def _insert(self, row: Row) -> Row:
        seq, now, kind, body = row.seq, row.ts_utc, row.kind, row.body
        digest = row_hash(seq, now, kind, body, self._hash)
        self._base.execute(
            "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)",
            (seq, now, kind, body, self._hash, digest, SCHEMA),
        )
        self._seq, self._hash = seq, digest
        return row

    @property
    def last(self) -> int:
        """``seq`` of the newest row; 0: none."""
        return self._seq

    def close(self) -> None:
        """Close the file; everything stands in it, and nothing in a log beside it."""
        with contextlib.suppress(sqlite3.Error):  # a full disk: the log is kept, and read
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._base.close()


def row_hash(seq: int, ts_utc: str, kind: str, body: str, prev_hash: str) -> str:
    """SHA-256 over a row's fields and the hash of the row before, in hexadecimal."""
    return hashlib.sha256("\n".join((str(seq), ts_utc, kind, body, prev_hash)).encode()).hexdigest()


def read(path: Path, after: int = 0) -> Iterator[Row]:
    """Rows with ``seq`` > ``after``, in order, beside the writer. Nothing when there is none."""
    if not path.exists():
        return
    base = _reader(path)
    try:
        query = "SELECT seq, ts_utc, kind, body FROM ledger WHERE seq > ? ORDER BY seq"
        for seq, ts_utc, kind, body in base.execute(query, (after,)):
            yield Row(seq, ts_utc, kind, body)
    finally:
        base.close()


def newest(path: Path, kinds: Sequence[str], count: int) -> list[Row]:
    """The ``count`` newest rows of ``kinds``, in order; they are found however many others came.

    Looks at the newest million rows at most: weeks of a busy room.
    """
    if not path.exists():
        return []
    base = _reader(path)
    try:
        marks = ",".join("?" * len(kinds))
        query = (
            f"SELECT seq, ts_utc, kind, body FROM ledger WHERE kind IN ({marks}) "  # noqa: S608 (?)
            "AND seq > (SELECT COALESCE(MAX(seq), 0) FROM ledger) - 1000000 "
            "ORDER BY seq DESC LIMIT ?"
        )
        rows = base.execute(query, (*kinds, count)).fetchall()
    finally:
        base.close()
    return [Row(*row) for row in reversed(rows)]


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def first_break(path: Path) -> int | None:
    """``seq`` of the first row that was changed after it was written; None: none was."""
    base = _reader(path)
    previous, expected = "", 1
    try:
        for seq, ts_utc, kind, body, prev_hash, digest, _ in base.execute(
            "SELECT * FROM ledger ORDER BY seq"
        ):
            chained = prev_hash == previous and seq == expected
            if not chained or digest != row_hash(seq, ts_utc, kind, body, prev_hash):
                return int(seq)
            previous, expected = digest, seq + 1
    finally:
        base.close()
    return None
