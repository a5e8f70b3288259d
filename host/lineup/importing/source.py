"""A file as it was given: bytes within bounds, then text or rows of cells."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from host.errors import ConfigError, Finding

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 20_000_000
"""Of a file; a thousand products with long texts are some 5 MB."""
MOST_UNPACKED = 60_000_000
"""Bytes of a workbook's parts, unpacked: openpyxl takes some fifty times its cells."""
MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_CHARACTERS = 200_000
"""Of a page of one product."""
TABLES = frozenset({".csv", ".tsv", ".tab", ".xlsx", ".xlsm"})
PAGES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ""})

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r")
_BLANK = 1000
"""Empty rows behind which a sheet holds nothing but formats."""
_SAMPLE = 20_000
"""Characters by which a table's separator is told."""

Row = tuple[int, tuple[str, ...]]
"""Line or spreadsheet row from 1, and its cells' texts."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One table of a file."""

    name: str
    """The worksheet's; empty: the file has but one table."""
    rows: tuple[Row, ...]
    """Those that hold anything."""


def read_bytes(path: Path, stdin: BinaryIO | None = None) -> bytes:
    """What ``path`` holds, "-" being ``stdin``. Raises ConfigError when it is too much."""
    try:
        if str(path) == "-" and stdin is not None:
            data = stdin.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as opened:
                data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror or type(error).__name__}"
        raise ConfigError(Finding(what, "mend the path", path)) from error
    if len(data) > MOST_BYTES:
        what = f"larger than {MOST_BYTES // 1_000_000} MB"
        raise ConfigError(Finding(what, "take a part of it, without its pictures", path))
    if not data.strip():
        raise ConfigError(Finding("the file is empty", "give one that holds products", path))
    return data


def decoded(data: bytes, path: Path) -> str:
    """The text in UTF-8, UTF-16 or GBK/GB 18030. Raises ConfigError when it is none."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.intersection(text):
            return text.removeprefix("\ufeff")
    what = "no text in UTF-8, UTF-16 or GBK"
    raise ConfigError(Finding(what, "save it as text, .csv or .xlsx", path))


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return (encoding,)
    zeros = (data[:2000:2].count(0), data[1:2000:2].count(0))
    if max(zeros) > 2 * min(zeros) + 2:  # UTF-16 that bears no mark, where there is any ASCII
        return ("utf-16-be",) if zeros[0] > zeros[1] else ("utf-16-le",)
    return ("utf-8", "gb18030")


def page(data: bytes, path: Path) -> str:
    """A page's text. Raises ConfigError."""
    text = decoded(data, path).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_CHARACTERS:
        what = f"{len(text)} characters: a page of one product has fewer than {MOST_CHARACTERS}"
        raise ConfigError(Finding(what, "paste the product's own text alone", path))
    return text


def grids(data: bytes, path: Path) -> tuple[Grid, ...]:
    """The tables of a .csv, .tsv or .xlsx, by what the bytes are. Raises ConfigError."""
    if data.startswith(b"PK\x03\x04"):
        return tuple(_workbook(data, path))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        what = "an old .xls workbook, or one with a password"
        raise ConfigError(Finding(what, "save it as .xlsx without a password", path))
    text = decoded(data, path)
    # Rows that fell apart count up to the error: what follows them cannot be told.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    return (Grid("", tuple(_rows(_lines(rows, path), path))),)


def separator(text: str) -> str:
    """What parts the cells: what most lines hold, and as often in each."""
    sample = text[:_SAMPLE].splitlines()[:60]
    best, score = ",", 0.0
    for mark in ",\t;|，":
        counts = Counter(line.count(mark) for line in sample if line.strip())
        counts.pop(0, None)
        if counts:
            often, lines = max(counts.items(), key=lambda item: (item[1], item[0]))
            # Commas stand inside texts, tabs hardly ever do.
            found = lines * min(often, 30) * (1.5 if mark == "\t" else 1.0)
            if found > score:
                best, score = mark, found
    return best


def _lines(rows: Iterator[list[str]], path: Path) -> Iterator[Row]:
    began = 1
    reader = rows
    try:
        for row in reader:
            yield began, tuple(cell.strip() for cell in row)
            began = getattr(reader, "line_num", began) + 1
    except csv.Error as error:
        fix = 'close every "…", and save it again from the spreadsheet program'
        raise ConfigError(Finding(f"no table from here on ({error})", fix, path, began)) from error


def _rows(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    """Those that hold anything. Raises ConfigError when they are too many."""
    kept = 0
    for at, row in rows:
        if not any(row):
            continue
        kept += 1
        if kept > MOST_ROWS or (len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:])):
            what = f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"
            raise ConfigError(Finding(what, "take a part of it", path, at))
        yield at, row[:MOST_COLUMNS]


def _workbook(data: bytes, path: Path) -> Iterator[Grid]:
    # 0.1 s, only where there is a workbook.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(
                part.file_size
                for part in parts.infolist()
                if part.filename.endswith((".xml", ".rels"))
            )
        if unpacked > MOST_UNPACKED:
            what = f"a workbook of {unpacked // 1_000_000} MB unpacked"
            raise ConfigError(Finding(what, "take a part of it, as .csv", path))
        with warnings.catch_warnings():
            # Of parts that hold no cells: styles, validations, pictures.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except ConfigError:
        raise
    # What openpyxl raises for a damaged workbook is of no one family: SyntaxError of the XML,
    # TypeError of an attribute, KeyError of a part.
    except (
        InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError,
        OSError, SyntaxError, IndexError, EOFError, NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        what = f"not an .xlsx workbook ({type(error).__name__})"
        fix = "save it from the spreadsheet program as .xlsx, or export it as .csv in UTF-8"
        raise ConfigError(Finding(what, fix, path)) from error
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            yield Grid(sheet.title, tuple(_rows(_sheet(sheet), path)))


def _sheet(sheet: Worksheet) -> Iterator[Row]:
    """The rows, what several cells were merged for standing in each of them."""
    merged: dict[tuple[int, int], object] = {}
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] > MOST_ROWS:
            continue
        value = sheet.cell(area.min_row, area.min_col).value
        merged.update(dict.fromkeys(((row, column) for row, column in area.cells), value))
    width = min(sheet.max_column, MOST_COLUMNS + 1)
    blank = 0
    for at, row in enumerate(sheet.iter_rows(max_col=width, values_only=True), 1):
        texts = tuple(shown(merged.get((at, index), cell)) for index, cell in enumerate(row, 1))
        blank = 0 if any(texts) else blank + 1
        if blank > _BLANK:
            return
        yield at, texts


def shown(value: object) -> str:
    """A workbook's cell as a person reads it: no ".0", no noise of binary fractions."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.12g}"
    if isinstance(value, datetime):
        plain = value.strftime("%Y-%m-%d %H:%M:%S")
        return plain.removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
