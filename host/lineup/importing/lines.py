"""A table's rows by what their columns mean, and which of them are one product's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from host.lineup.importing import headers
from host.lineup.importing.found import Harvest, Left
from host.lineup.importing.guessing import Column
from host.lineup.importing.source import Row

_OFF_SALE = re.compile(
    r"draft|archived|inactive|false|no|0|否|已?下架.*|仓库中?|草稿|封禁.*|已?删除|停售|禁售",
    re.IGNORECASE,
)
_NO_OPTION = frozenset({"default title", "default", "默认", "无", "-", "—", "/"})
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|total|sum)[:：]?", re.IGNORECASE)
_MARK = re.compile(r"\s*[@＠#＃]\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """One row by what its columns mean."""

    row: int
    """In the file, from 1."""
    cells: tuple[tuple[Column, str], ...]
    """Those that are taken and hold anything."""

    def all(self, target: str) -> list[tuple[Column, str]]:
        """What stands in the columns of a target."""
        return [each for each in self.cells if each[0].target == target]

    def text(self, target: str) -> str:
        """The first of these; empty: there is none."""
        return next((text for column, text in self.cells if column.target == target), "")


def line_of(row: Row, columns: Sequence[Column]) -> Line:
    """``row`` with those of its cells that ``columns`` take."""
    at, texts = row
    return Line(
        at,
        tuple(
            (column, texts[column.index])
            for column in columns
            if column.index < len(texts) and texts[column.index]
        ),
    )


def on_sale(line: Line, made: Harvest) -> bool:
    """Whether the row is of a product on sale; what is told if not."""
    if not line.cells:
        return False
    if any(_TOTAL.fullmatch(text) for _, text in line.cells[:2]):
        made.left.append(Left("total", (), line.row, value=line.cells[0][1]))
        return False
    for column, text in line.all(headers.STATUS):
        if _OFF_SALE.fullmatch(text):
            name = line.text("name") or line.text(headers.GROUP) or line.text("sku")
            made.left.append(Left("off-sale", (text,), line.row, column.name, name, product=True))
            return False
    return True


def groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Rows that are one product's, in the file's order."""
    made: dict[str, list[Line]] = {}
    former = ""
    for line in lines:
        key = line.text(headers.GROUP)
        code = line.text("sku")
        option = bool(option_of(line))
        if not key and not line.text("name") and former and (option or line.text("images")):
            key = former  # a row below its product's, as merged cells leave it
        elif not key:
            key = f"sku:{code}" if code and option else f"row:{line.row}"
        former = key
        made.setdefault(key, []).append(line)
    yield from made.values()


def option_of(line: Line) -> str:
    """What the buyer picks, in one text; empty: there is nothing to pick."""
    texts = [text for _, text in line.all(headers.OPTION) if text.casefold() not in _NO_OPTION]
    joined = " ".join(dict.fromkeys(texts))
    # "颜色:红色;尺码:L" is 红色 L.
    values = [part.rpartition(":")[2] for part in re.split(r"[;；,，|]", joined.replace("：", ":"))]
    return _MARK.sub(" ", " ".join(value.strip() for value in values if value.strip())).strip()
