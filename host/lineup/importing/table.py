"""Where in a sheet the table begins, and which sheet of a workbook holds the products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from host.errors import ConfigError, Finding
from host.lineup.importing import headers
from host.lineup.importing.guessing import Column, by_name, guess
from host.lineup.importing.source import Grid, Row

_TOP = 30
"""Rows in which the names of the columns are looked for."""
_TITLE = 0.7
"""How sure a cell must be a column's name to count as one."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was found, and what its columns are guessed to mean."""

    sheet: str
    """The worksheet's name; empty: the file has but one table."""
    line: int
    """Row of the columns' names."""
    rows: tuple[Row, ...]
    """Those below it."""
    columns: tuple[Column, ...]
    passed: tuple[str, ...] = ()
    """Other sheets that hold a table of products."""


def find_table(grids: Sequence[Grid], path: Path, sheet: str = "") -> Table:
    """The table of products; ``sheet``: of this name only. Raises ConfigError when there is none.

    Among several it is the one with the most columns known and, of these, the most rows.
    """
    if sheet:
        names = [grid.name for grid in grids]
        grids = [grid for grid in grids if grid.name == sheet]
        if not grids:
            fix = f"it has: {', '.join(names)}" if any(names) else "only .xlsx files have sheets"
            raise ConfigError(Finding(f"--sheet: there is no sheet {sheet!r}", fix, path))
    found = [(grid, at) for grid in grids if (at := _header(grid)) is not None]
    if not found:
        fix = (
            "write a row of column names such as 货号, 名称, 价格 (sku, name, price) above them; "
            "a product page in words goes into a .txt file"
        )
        raise ConfigError(Finding("no row of column names was found", fix, path))
    best, at = max(found, key=lambda each: (_known(_names(*each)), len(each[0].rows)))
    line = best.rows[at][0]
    names = _names(best, at)
    rows = tuple(row for row in best.rows[at + 1 :] if not _again(names, row[1]))
    if not rows:
        fix = "write at least one product, a row each"
        raise ConfigError(Finding("there is no row below the column names", fix, path, line))
    passed = tuple(
        grid.name for grid, at in found if grid is not best and _known(_names(grid, at)) >= 2
    )
    return Table(best.name, line, rows, guess(names, rows), passed)


def _header(grid: Grid) -> int | None:
    """Index of the row of names; None: no row looks like one."""
    scored = [(_known(row), -at) for at, (_, row) in enumerate(grid.rows[:_TOP])]
    best, at = max(scored, default=(0.0, 0))
    return -at if best >= 1 else None


def _known(row: Sequence[str]) -> float:
    """How many fields a row's cells name; what is merged over several columns counts once."""
    found: dict[str, float] = {}
    for cell in {cell for cell in row if cell and len(cell) <= 40}:
        target, confidence = by_name(cell)
        if target and confidence >= _TITLE:
            worth = 0.5 if target == headers.IGNORED else confidence
            found[target] = max(found.get(target, 0.0), worth)
    return sum(found.values())


def _names(grid: Grid, at: int) -> list[str]:
    """The names; where one is blank, the title above it in a second row of names."""
    names = list(grid.rows[at][1])
    above = grid.rows[at - 1] if at and grid.rows[at - 1][0] == grid.rows[at][0] - 1 else None
    if above is not None and _known(above[1]) >= 1:
        titles = above[1]
        width = max(len(names), len(titles))
        names += [""] * (width - len(names))
        for index, title in enumerate(titles):
            names[index] = names[index] or title
    return names


def _again(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row repeats the names, as printed pages do."""
    return [cell for cell in row if cell] == [name for name in names if name]
