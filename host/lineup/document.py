"""Read a .toml lineup: a ``[[product]]`` table a product."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from host.errors import ConfigError, Finding
from host.lineup.columns import NESTED, field_of, suggestion
from host.lineup.records import Cell, Raw, Record, Sheet

_TABLES = ("product", "products", "商品")
_Path = tuple[str | int, ...]
"""Keys and positions from the top of the document: ("product", 0, "variants", 1, "price")."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]+"|'[^']+'|[\w-]+)\s*=""")


def read_toml(file: Path) -> Sheet:
    """Read the tables. Raises ConfigError when the file is no TOML or holds no product."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            Finding("not UTF-8 text", "save the file in UTF-8 encoding", file)
        ) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise ConfigError(
            Finding(
                f"not valid TOML: {error}",
                'put texts in "…", lists in […], and give every key once',
                file,
                int(at[1]) if at else None,
            )
        ) from error
    except RecursionError as error:
        raise ConfigError(
            Finding("lists within lists without end", "write each product flat", file)
        ) from error
    lines = _lines(text)
    findings: list[Finding] = []
    records: list[Record] = []
    for table, content in document.items():
        if table not in _TABLES or not isinstance(content, list):
            findings.append(
                Finding(
                    f"unknown key {table!r}",
                    "write each product under a line [[product]]",
                    file,
                    lines.get((table,)) or lines.get((table, 0)),
                    table,
                )
            )
            continue
        for index, item in enumerate(content):
            if isinstance(item, dict):
                records.append(_record(file, item, (table, index), lines, findings))
    if not records and not findings:
        raise ConfigError(
            Finding("the file holds no product", "write each under a line [[product]]", file)
        )
    return Sheet(file, tuple(records), tuple(findings))


def _record(
    file: Path,
    item: dict[str, Raw],
    path: _Path,
    lines: dict[_Path, int],
    findings: list[Finding],
) -> Record:
    began = lines.get(path, 1)
    cells: dict[str, Cell] = {}
    for key, value in item.items():
        line = lines.get((*path, key)) or lines.get((*path, key, 0)) or began
        field = field_of(key)
        if field is None:
            findings.append(Finding(f"unknown key {key!r}", suggestion(key), file, line, key))
        elif field in cells:
            findings.append(
                Finding(
                    f"keys {cells[field].name!r} and {key!r} both mean {field}",
                    "keep one of them",
                    file,
                    line,
                    key,
                )
            )
        else:
            plain = _nested(file, field, value, (*path, key), lines, line, findings)
            cells[field] = Cell(plain, key, line)
    return Record(began, cells)


def _nested(
    file: Path,
    field: str,
    value: Raw,
    path: _Path,
    lines: dict[_Path, int],
    line: int,
    findings: list[Finding],
) -> Raw:
    """``value`` with the keys of the tables in it made the model's own."""
    if field not in NESTED:
        return value
    if isinstance(value, list):
        return [
            _nested(file, field, item, (*path, at), lines, line, findings)
            for at, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    made: dict[str, Raw] = {}
    for key, inner in value.items():
        name = field_of(key, field)
        if name is None:
            at = lines.get((*path, key)) or lines.get(path) or line
            findings.append(
                Finding(
                    f"unknown key {key!r} in {field}",
                    suggestion(key, field),
                    file,
                    at,
                    f"{field}.{key}",
                )
            )
        else:
            made[name] = inner
    return made


def _lines(text: str) -> dict[_Path, int]:
    """Where each table and key begins; tomllib does not tell.

    Only used to say where a finding is: a key inside a multi-line text may be taken for one.
    """
    found: dict[_Path, int] = {}
    counts: dict[_Path, int] = {}
    here: _Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            here = ()
            names = [name.strip().strip("\"'") for name in header[2].split(".")]
            for depth, name in enumerate(names):
                here = (*here, name)
                if header[1] == "[[" and depth == len(names) - 1:
                    counts[here] = counts.get(here, -1) + 1
                if here in counts:
                    here = (*here, counts[here])
            # A new parent begins its inner arrays again from 0.
            for path in [path for path in counts if path[: len(here)] == here and path != here]:
                del counts[path]
            found.setdefault(here, number)
            continue
        key = _KEY.match(line)
        if key:
            found.setdefault((*here, key[1].strip("\"'")), number)
    return found
