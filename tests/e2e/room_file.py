"""A test's own copy of a room's file: free ports, absolute paths, and what the test wants else."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.e2e.ingest import free_port


def write_room(source: Path, target: Path, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Copy the TOML of a room; returns what was written.

    ``changes``: values to set; a table is merged into the one that is there. The ports of
    console, comments and metrics become free ones unless ``changes`` names them; texts that are
    paths from the source's folder become absolute. Raises OSError, tomllib.TOMLDecodeError.
    """
    room = tomllib.loads(source.read_text(encoding="utf-8"))
    free = {name: {"port": free_port()} for name in ("console", "comments", "metrics")}
    _merge(room, free)
    room = {key: _absolute(value, source.parent) for key, value in room.items()}
    _merge(room, changes)
    target.write_text("".join(_lines(room)), encoding="utf-8")
    assert tomllib.loads(target.read_text(encoding="utf-8")) == room
    return room


def _merge(into: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value


def _absolute(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _absolute(inner, folder) for key, inner in value.items()}
    if isinstance(value, list):
        return [_absolute(inner, folder) for inner in value]
    if isinstance(value, str) and value and (folder / value).exists():
        return str((folder / value).resolve())
    return value


def _lines(table: Mapping[str, Any], name: str = "") -> list[str]:
    """TOML of a table whose values are scalars, lists of scalars, tables and lists of tables."""
    tables = {k: v for k, v in table.items() if isinstance(v, Mapping)}
    lists = {k: v for k, v in table.items() if isinstance(v, list) and _holds_tables(v)}
    plain = [k for k in table if k not in tables and k not in lists]
    # A JSON scalar or list of scalars is TOML too.
    lines = [f"{key} = {json.dumps(table[key], ensure_ascii=False)}\n" for key in plain]
    for key, inner in tables.items():
        lines += [f"\n[{name}{key}]\n", *_lines(inner, f"{name}{key}.")]
    for key, entries in lists.items():
        for inner in entries:
            lines += [f"\n[[{name}{key}]]\n", *_lines(inner, f"{name}{key}.")]
    return lines


def _holds_tables(values: list[Any]) -> bool:
    return any(isinstance(value, Mapping) for value in values)
