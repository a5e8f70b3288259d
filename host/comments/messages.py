"""The JSON messages of ``ws://…/comments``, read with suspicion."""

from __future__ import annotations

import json
from dataclasses import dataclass

from host.comments.source import Reply

MAX_BYTES = 8 * 1024
"""Largest message, in bytes of UTF-8."""
MAX_ID = 128
"""Longest id, in characters."""
MAX_USER = 256
"""Longest name, in characters."""
LAST_TS_MS = 4_102_444_800_000
"""Latest believable time: 2100-01-01, Unix milliseconds."""

_SCAN_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Message:
    """What a program said a viewer wrote."""

    id: str | int
    """As the program wrote it; replies carry it back unchanged."""
    user: str
    text: str
    ts_ms: int | None
    """Unix milliseconds; None: not given."""


class MalformedError(ValueError):
    """What came is no comment; its text says why, for a person to read."""


def parse(data: str) -> Message:
    """The message in ``data``. Raises MalformedError; raises nothing else, whatever came."""
    if len(data.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise MalformedError(f"a message may have {MAX_BYTES} bytes")
    if _depth(data) > _SCAN_DEPTH:
        raise MalformedError("nested too deeply: one flat JSON object is wanted")
    try:
        found = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not JSON: {str(error)[:100]}") from None
    if not isinstance(found, dict):
        raise MalformedError("one JSON object a message is wanted")
    return Message(
        id=_id(found.get("id")),
        user=_string(found, "user", MAX_USER),
        text=_string(found, "text", MAX_BYTES),
        ts_ms=_ts(found.get("ts")),
    )


def reply(message_id: str | int | None, status: Reply, why: str) -> str:
    """The JSON text of one reply."""
    return json.dumps({"id": message_id, "status": status, "why": why}, ensure_ascii=False)


def _id(value: object) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    if isinstance(value, str) and 0 < len(value) <= MAX_ID and _sound(value):
        return value
    raise MalformedError(f'"id" must be a string of 1 to {MAX_ID} characters')


def _string(found: dict[str, object], key: str, longest: int) -> str:
    value = found.get(key)
    if not isinstance(value, str):
        raise MalformedError(f'"{key}" must be a string')
    if len(value) > longest:
        raise MalformedError(f'"{key}" may have {longest} characters')
    if not _sound(value):
        raise MalformedError(f'"{key}" holds half a surrogate pair')
    return value


def _ts(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MalformedError('"ts" must be Unix milliseconds')
    if not 0 <= value <= LAST_TS_MS:
        raise MalformedError('"ts" must be Unix milliseconds, between 1970 and 2100')
    return int(value)


def _sound(text: str) -> bool:
    """Whether it can be written as UTF-8 (JSON may escape half a surrogate pair)."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _depth(data: str) -> int:
    """An upper bound of the nesting: brackets inside strings count too, which only refuses more
    than eight of them in a row of openings that no closing follows."""
    depth = deepest = 0
    inside = escaped = False
    for char in data:
        if escaped:
            escaped = False
        elif inside:
            if char == "\\":
                escaped = True
            elif char == '"':
                inside = False
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
