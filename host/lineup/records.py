"""What every kind of file is read into before it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from host.errors import Finding

Raw = object
"""A cell as its file's reader gives it: str, int, float, date, datetime; .toml also list, dict."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and where it stands."""

    value: Raw
    name: str
    """Column or key as the merchant wrote it."""
    line: int
    """Line or spreadsheet row, from 1."""


@dataclass(frozen=True, slots=True)
class Record:
    """One product as it was written."""

    line: int
    """Line or spreadsheet row at which it begins, from 1."""
    cells: dict[str, Cell]
    """Field of the product → what was written; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file as it was written."""

    file: Path
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    """What is wrong with the columns or keys themselves."""
