"""What pydantic finds wrong, told as a merchant can mend it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from host.errors import Finding


def finding(file: Path, text: str, error: dict[str, Any]) -> Finding:
    """What pydantic found (one of ``ValidationError.errors()``) in the TOML ``text`` of ``file``.

    Nothing of a [[push]] is quoted: its address holds the stream key.
    """
    keys = [str(part) for part in error["loc"]]
    found = error.get("input")
    what = f"{'.'.join(keys) or 'the room'}: {_plain(error)}"
    secret = keys[:1] == ["push"]
    if isinstance(found, (str, int, float)) and not secret:
        what += f" (found {found!r})"
    fix = "remove it or correct its name" if error["type"] == "extra_forbidden" else "correct it"
    if error["type"] == "missing":
        fix = f"add {keys[-1]} = …"
    return Finding(what, fix, file, _line_of(text, keys))


def _plain(error: dict[str, Any]) -> str:
    kinds = {"extra_forbidden": "unknown key", "missing": "is missing"}
    message = str(error["msg"]).removeprefix("Value error, ")
    return kinds.get(error["type"], message[:1].lower() + message[1:])


def _line_of(text: str, keys: list[str]) -> int | None:
    """Line of a key in a TOML text: tables by their heading, then the key under it."""
    table, at = "", 0
    wanted = ".".join(key for key in keys[:-1] if not key.isdigit())
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line)
        if heading:
            table = heading[1]
            if table == ".".join(key for key in keys if not key.isdigit()):
                at = number
        elif table == wanted and keys and re.match(rf"\s*{re.escape(keys[-1])}\s*=", line):
            return number
    return at or None
