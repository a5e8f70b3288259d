"""Read a .csv or .xlsx lineup: one header row, then a product a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from host.errors import ConfigError, Finding
from host.lineup.columns import field_of, suggestion
from host.lineup.records import Cell, Raw, Record, Sheet

_Row = tuple[int, Sequence[Raw]]
"""Line or row number from 1, cells."""


def read_csv(file: Path) -> Sheet:
    """Read UTF-8 (with or without mark) or GBK/GB 18030; comma, tab or semicolon between cells.

    Raises ConfigError when the file is no text in either encoding.
    """
    text = _decoded(file)
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    return _sheet(file, _csv_rows(file, text, delimiter))


def read_xlsx(file: Path) -> Sheet:
    """Read the first worksheet. Raises ConfigError when the file is no workbook."""
    # 0.1 s, only where a lineup is a workbook: media and studio are started again while on air.
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            rows = [(at, row) for at, row in enumerate(sheet.iter_rows(values_only=True), 1)]
        finally:
            book.close()
    except Exception as error:
        # A damaged workbook shows in whatever zip, deflate, XML and openpyxl's own parts raise.
        raise ConfigError(
            Finding(
                f"not an .xlsx workbook ({type(error).__name__})",
                "save it from the spreadsheet program as .xlsx, or export it as .csv in UTF-8",
                file,
            )
        ) from error
    return _sheet(file, iter(rows))


def _decoded(file: Path) -> str:
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigError(
        Finding("neither UTF-8 nor GBK text", "save the file as CSV in UTF-8 encoding", file)
    )


def _csv_rows(file: Path, text: str, delimiter: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    began = 1
    try:
        for row in reader:
            yield began, row
            began = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(
            Finding(
                f"the row does not parse as CSV ({error})",
                'put a cell that holds commas, quotes or line breaks in "…", and double a quote '
                "inside it",
                file,
                began,
            )
        ) from error


def _blank(value: Raw) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _sheet(file: Path, rows: Iterator[_Row]) -> Sheet:
    filled = ((at, row) for at, row in rows if not all(_blank(value) for value in row))
    head = next(filled, None)
    if head is None:
        raise ConfigError(
            Finding("the file is empty", "write a row of column names, then a product a row", file)
        )
    names = ["" if _blank(value) else str(value).strip() for value in head[1]]
    fields = [field_of(name) if name else None for name in names]
    if not any(fields):
        raise ConfigError(
            Finding(
                f"no known column in the first row: {', '.join(name for name in names if name)}",
                "begin with a row of column names such as sku, name, price (or 货号, 名称, 价格); "
                "if it looks garbled, save the file in UTF-8",
                file,
                head[0],
            )
        )
    findings = _head_findings(file, head[0], names, fields)
    records = []
    for at, row in filled:
        cells: dict[str, Cell] = {}
        for name, field, value in zip(names, fields, row, strict=False):
            if field is not None and not _blank(value):
                cells.setdefault(field, Cell(value, name, at))
        if any(not _blank(value) for value in row[len(names) :]):
            findings.append(
                Finding(
                    f"{len(row)} cells under {len(names)} columns",
                    'put a cell that holds a comma in "…"',
                    file,
                    at,
                )
            )
        if cells:
            records.append(Record(at, cells))
    return Sheet(file, tuple(records), tuple(findings))


def _head_findings(
    file: Path, line: int, names: list[str], fields: list[str | None]
) -> list[Finding]:
    findings = []
    seen: dict[str, str] = {}
    for name, field in zip(names, fields, strict=True):
        if not name:
            continue
        if field is None:
            findings.append(Finding(f"unknown column {name!r}", suggestion(name), file, line, name))
        elif field in seen:
            findings.append(
                Finding(
                    f"columns {seen[field]!r} and {name!r} both mean {field}",
                    "keep one of them",
                    file,
                    line,
                    name,
                )
            )
        else:
            seen[field] = name
    return findings
