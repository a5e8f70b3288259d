"""What pydantic finds wrong, told as a merchant can mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from host.errors import Finding

_HEADING = re.compile(r"\s*(\[\[?)\s*([\w.\"'-]+)\s*\]")
_KEY = re.compile(r"\s*([\w\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_LONGEST = 60
"""Letters of a value that are quoted."""


def finding(file: Path, text: str, error: dict[str, Any]) -> Finding:
    """What pydantic found (one of ``ValidationError.errors()``) in the TOML ``text`` of ``file``.

    Nothing of a [[push]] is quoted, and no address anywhere: it may hold a stream key.
    """
    keys = [str(part) for part in error["loc"]]
    what = f"{'.'.join(keys) or 'the room'}: {_plain(error)}{_quoted(keys, error.get('input'))}"
    fix = "remove it or correct its name" if error["type"] == "extra_forbidden" else "correct it"
    if error["type"] == "missing":
        fix = f"add {keys[-1]} = …"
    return Finding(what, fix, file, _line_of(text, keys or _named(what)))


def _quoted(keys: list[str], found: object) -> str:
    if not isinstance(found, (str, int, float)) or keys[:1] == ["push"] or "://" in str(found):
        return ""
    value = repr(found)
    return f" (found {value if len(value) <= _LONGEST else value[:_LONGEST] + '…'})"


def _plain(error: dict[str, Any]) -> str:
    kinds = {"extra_forbidden": "unknown key", "missing": "is missing"}
    message = str(error["msg"]).removeprefix("Value error, ")
    return kinds.get(error["type"], message[:1].lower() + message[1:])


def _named(what: str) -> list[str]:
    """Keys of the setting that a finding on the whole room names: "video.fps", "[[push]]"."""
    name = re.search(r"\b([a-z]+\.[a-z_]+)\b|\[\[([a-z]+)\]\]", what)
    return (name[1] or name[2]).split(".") if name else []


def _line_of(text: str, keys: list[str]) -> int | None:
    """Line of a key in a TOML text, or of the nearest thing around it; None: nothing is."""
    best, at = 0, None
    for number, path in _paths(text):
        depth = 0
        while depth < min(len(path), len(keys)) and path[depth] == keys[depth]:
            depth += 1
        if depth > best:
            best, at = depth, number
    return at


def _paths(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and keys from the root of each heading and each ``key =``."""
    table: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(line):
            table = _parts(heading[2])
            if heading[1] == "[[":
                seen[heading[2]] = seen.get(heading[2], -1) + 1
                table.append(str(seen[heading[2]]))
            yield number, table
        elif key := _KEY.match(line):
            yield number, table + _parts(key[1])


def _parts(dotted: str) -> list[str]:
    return [part.strip(" \t\"'") for part in dotted.split(".")]
