"""The ledger as the show needs it: a disk that takes nothing never holds the show up."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from heapq import merge
from itertools import islice

from host.accounts import KINDS
from host.ledger import Ledger
from host.model import Incident
from host.model.messages import Row

KEPT = 20_000
"""Rows kept while the disk takes none: about 20 MB, hours of talk, or 20 s of a comment flood."""
RETRY = 1.0
"""Seconds between two tries."""
AT_ONCE = 500
"""Rows a try: some 20 ms, within which nothing else is served."""


class Journal:
    """Writes rows in order; keeps in memory, bounded, those that the disk did not take.

    Over ``KEPT`` the oldest that the accounts do not need (comments, decisions, incidents) are
    left out first. What is left out is counted in the row that tells that the disk is back.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        written: Callable[[Row], None],
        tell: Callable[[Incident], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``written``: told each row at once, whether or not the disk took it; its ``seq`` is the
        ledger's until rows have been left out, and rises by one for ever. ``tell``: told, once,
        that the disk takes nothing, and that it does again.
        """
        self._ledger = ledger
        self._written = written
        self._tell = tell
        self._clock = clock
        self._seq = ledger.last
        self._needed: deque[Row] = deque()  # rows that the accounts are made of
        self._spare: deque[Row] = deque()  # the others
        self._troubled = False
        self._tried = 0.0
        self._left_out = 0

    @property
    def waiting(self) -> int:
        """Rows that the disk did not take yet."""
        return len(self._needed) + len(self._spare)

    def write(self, message: object) -> None:
        """Put it on record. Never raises for a full disk; ValueError for what is no row."""
        self._put(message)
        self.retry()

    def _put(self, message: object) -> None:
        self._seq += 1
        row = replace(self._ledger.row(message), seq=self._seq)
        self._queue(row).append(row)
        if self.waiting > KEPT:
            self._leave_out()
        self._written(row)

    def _leave_out(self) -> None:
        """The oldest row of no account; when all are, the oldest."""
        (self._spare or self._needed).popleft()
        self._left_out += 1

    def _queue(self, row: Row) -> deque[Row]:
        return self._needed if row.kind in KINDS else self._spare

    def retry(self) -> None:
        """Write what waits; at most each ``RETRY`` seconds while the disk takes nothing."""
        now = self._clock()
        if not self.waiting or (self._troubled and now - self._tried < RETRY):
            return
        in_order = merge(self._needed, self._spare, key=lambda row: row.seq)
        batch = list(islice(in_order, AT_ONCE))
        try:
            self._ledger.write(batch)
        except sqlite3.Error as error:
            self._tried = now
            if not self._troubled:
                self._troubled = True
                why = f"the disk takes no rows ({error}); they are kept in memory, {KEPT} at most"
                self._report(Incident("ledger", "unwritten", why))
            return
        for row in batch:
            self._queue(row).popleft()
        self._tried = now - RETRY  # what else waits is taken with the next call
        if self._troubled and not self.waiting:
            self._troubled = False
            lost = f"; {self._left_out} were left out" if self._left_out else ""
            self._left_out = 0
            self._report(Incident("ledger", "written", f"the disk takes rows again{lost}"))
            self.retry()

    def _report(self, incident: Incident) -> None:
        self._put(incident)
        self._tell(incident)
