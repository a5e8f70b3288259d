"""One fault under way: what it works on and what it found."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host import ledger
from host.model import wire
from tests.chaos.feeds import Feed, gap
from tests.chaos.stand import Stand
from tests.e2e.room import Role


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, beside its bar."""

    what: str
    value: float | None
    """None: it could not be measured."""
    limit: float
    """At most that."""
    unit: str = "s"

    @property
    def holds(self) -> bool:
        """Whether it keeps to its bar."""
        return self.value is not None and self.value <= self.limit

    def __str__(self) -> str:
        value = "not measured" if self.value is None else f"{self.value:.4g}"
        return f"{self.what} {value} (≤ {self.limit:g}) {self.unit}".rstrip()


@dataclass(slots=True)
class Case:
    """Handed to each scenario's ``inject``."""

    stand: Stand
    target: Feed | None
    """The destination whose connection is the fault."""
    long: bool = True
    """Take the table's full times; False: what CI has time for."""
    comment_minutes: float = 10.0
    began: float = field(default_factory=time.monotonic)
    """When it was begun, monotonic seconds."""
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _row: int = 0

    def __post_init__(self) -> None:
        self._row = max((row.seq for row in ledger.read(self.stand.lines.path)), default=0)

    @property
    def feed(self) -> Feed:
        """The target, for scenarios that have one."""
        assert self.target is not None
        return self.target

    def bar(self, what: str, value: float | None, limit: float, unit: str = "s") -> None:
        """A figure with its bar."""
        self.figures.append(Figure(what, value, limit, unit))

    def note(self, text: str) -> None:
        """For the report, without a bar."""
        self.notes.append(text)

    def rows(self, *kinds: str) -> list[tuple[str, Any]]:
        """(kind, message) of the ledger's rows since the fault, of those kinds."""
        return [
            (row.kind, wire.from_json(row.body))
            for row in ledger.read(self.stand.lines.path, self._row)
            if row.kind in kinds
        ]

    def incidents(self, stage: str = "") -> list[str]:
        """ "STAGE what: why" of each incident since the fault, of stages that begin so."""
        return [
            f"{incident.stage} {incident.what}: {incident.why}"
            for _, incident in self.rows("Incident")
            if incident.stage.startswith(stage)
        ]

    def wait(self, done: Callable[[], bool], patience: float) -> float | None:
        """Seconds until ``done()``; None: not within ``patience``."""
        began = time.monotonic()
        while not done():
            if time.monotonic() - began > patience:
                return None
            time.sleep(0.02)
        return time.monotonic() - began

    def back_after(self, moment: float, patience: float = 60.0) -> float | None:
        """Seconds from ``moment`` to the target's first picture after it; None: none came."""
        found = self.wait(lambda: bool(self.feed.pictures(moment)), patience)
        return None if found is None else self.feed.pictures(moment)[0].at - moment

    def back_anew(self, moment: float, patience: float = 60.0) -> float | None:
        """Seconds from ``moment`` to the target's first picture on a connection begun after it."""

        def fresh() -> list[float]:
            begun = [n for n, s in enumerate(self.feed.sessions) if s.began > moment]
            return [a.at for a in self.feed.pictures(moment) if begun and a.session >= begun[0]]

        found = self.wait(lambda: bool(fresh()), patience)
        return None if found is None else fresh()[0] - moment

    def gap(self, feed: Feed | None = None) -> float:
        """The longest time without a picture since a second before the fault, up to now."""
        feed = feed or self.feed
        moments = [arrival.at for arrival in feed.pictures(self.began - 1.0)]
        return gap([*moments, time.monotonic()]) if moments else time.monotonic() - self.began

    def signal(self, role: Role, number: signal.Signals) -> int:
        """Send a signal to the room's process of that role; its pid."""
        pid = self.stand.room.pid(role)
        os.kill(pid, number)
        return pid

    @property
    def folder(self) -> Path:
        """For its own files."""
        return self.stand.folder
