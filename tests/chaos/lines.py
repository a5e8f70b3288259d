"""What the ledger says of the lines: none lost, none said twice, none skipped."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host import ledger

LATER = 6
"""Lines of talk planned after a line that has no end yet: it is not merely on its way."""


@dataclass(slots=True)
class Lines:
    """Follows one ledger."""

    path: Path
    _read: int = 0
    _clauses: dict[int, int] = field(default_factory=dict)
    _talk: set[int] = field(default_factory=set)
    _whole: Counter[tuple[int, int]] = field(default_factory=Counter)
    _runs: set[tuple[int, int, int, int]] = field(default_factory=set)
    _ended: Counter[int] = field(default_factory=Counter)
    _dropped: dict[int, str] = field(default_factory=dict)
    _finished: set[int] = field(default_factory=set)

    @property
    def ended(self) -> int:
        """Lines that ended."""
        self._follow()
        return len(self._ended)

    @property
    def aired(self) -> int:
        """Clauses that were aired to their end."""
        self._follow()
        return sum(self._whole.values())

    def faults(self) -> dict[str, list[str]]:
        """``lost`` and ``doubled`` lines, each with what is wrong of it; both may be empty."""
        self._follow()
        newest = sorted(self._talk)[-LATER:]
        old = newest[0] if len(newest) == LATER else 0
        lost = [f"line {n} never ended" for n in self._talk if n < old and n not in self._ended]
        lost += [f"line {n} dropped: {why}" for n, why in self._dropped.items() if n in self._talk]
        for line in self._finished & self._clauses.keys():
            said = {clause for of, clause in self._whole if of == line}
            lost += [
                f"line {line} clause {clause} was not aired to its end"
                for clause in range(self._clauses[line])
                if clause not in said
            ]
        doubled = [f"line {n} ended {times} times" for n, times in self._ended.items() if times > 1]
        doubled += [
            f"line {line} clause {clause} aired {times} times"
            for (line, clause), times in self._whole.items()
            if times > 1
        ]
        return {"lost": sorted(lost), "doubled": sorted(doubled)}

    def broken(self) -> str:
        """Where its chain of hashes breaks; empty: nowhere."""
        row = ledger.first_break(self.path)
        return "" if row is None else f"row {row}"

    def _follow(self) -> None:
        for row in ledger.read(self.path, self._read):
            self._read = row.seq
            if row.kind in ("Planned", "Aired", "Ended"):
                self._take(row.kind, json.loads(row.body))

    def _take(self, kind: str, body: dict[str, Any]) -> None:
        if kind == "Planned":
            line = body["line"]["id"]
            self._clauses[line] = len(body["clauses"])
            if not body["line"]["priority"]:
                self._talk.add(line)
        elif kind == "Aired":
            run = (body["line"], body["clause"], body["first_tick"], body["last_tick"])
            # Told again after the supervisor was away, a run is the same run.
            if body["ends_clause"] and run not in self._runs:
                self._runs.add(run)
                self._whole[run[:2]] += 1
        else:
            self._ended[body["line"]] += 1
            if body["outcome"] == "finished":
                self._finished.add(body["line"])
            else:
                self._dropped[body["line"]] = body["reason"]
