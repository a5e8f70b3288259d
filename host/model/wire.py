"""How typed messages cross between processes.

A message is one of the model's dataclasses. On the wire it is a frame::

    u32 length of what follows | u32 length of the JSON | JSON | arrays, one after another

Little-endian. In the JSON, a dataclass is ``{"$": name, field: value …}``, an array
``{"$a": byte offset, "t": dtype, "s": shape}``, a Decimal ``{"$d": "59.00"}`` and a datetime
``{"$t": ISO 8601}``. Only classes that were registered are made, so a peer cannot name others.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from host.errors import WireError

MAX_FRAME = 64 * 1024 * 1024
"""Bytes. A minute of stereo float sound is 23 MB; more than this is no message."""

_HEAD = struct.Struct("<II")
_CLASSES: dict[str, type[Any]] = {}
_DTYPE = re.compile(r"[<|][fiub][1248]")
# What json, the parsers of values and the classes' own checks raise on what is no message.
_MALFORMED = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    struct.error,
)  # fmt: skip


def register(*classes: type[Any]) -> None:
    """Let these dataclasses cross. A second class of the same name is a mistake."""
    for cls in classes:
        known = _CLASSES.setdefault(cls.__name__, cls)
        if known is not cls:
            raise ValueError(f"two message classes are called {cls.__name__}")


def encode(message: object) -> bytes:
    """One frame that holds ``message``, a registered dataclass."""
    arrays: list[np.ndarray[Any, Any]] = []
    head = _json(_plain(_message(message), arrays, 0)[0]).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
    total = 4 + len(head) + len(body)
    if total > MAX_FRAME:
        raise WireError(f"a message of {total} bytes is over the limit of {MAX_FRAME}")
    return _HEAD.pack(total, len(head)) + head + body


def decode(frame: bytes | memoryview) -> Any:
    """The message in a frame without its leading length (as ``Unframer`` gives it)."""
    try:
        (size,) = struct.unpack_from("<I", frame, 0)
        plain = json.loads(bytes(frame[4 : 4 + size]))
        return _message(_typed(plain, memoryview(frame)[4 + size :]))
    except _MALFORMED as error:
        raise WireError(f"not a message: {error}") from error


class Unframer:
    """Cuts a byte stream into messages."""

    def __init__(self, longest: int = MAX_FRAME) -> None:
        """``longest``: bytes of a frame; a peer that only gives orders needs few."""
        self._longest = longest
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes as they came; yield each message that is now whole. Raises WireError."""
        self._held += data
        while len(self._held) >= 4:
            (total,) = struct.unpack_from("<I", self._held, 0)
            if not 4 <= total <= self._longest:
                raise WireError(f"a frame of {total} bytes")
            if len(self._held) < 4 + total:
                return
            frame = bytes(self._held[4 : 4 + total])
            del self._held[: 4 + total]
            yield decode(frame)


def to_json(message: object) -> str:
    """``message`` without arrays as canonical JSON: sorted keys, no spaces."""
    arrays: list[np.ndarray[Any, Any]] = []
    plain, _ = _plain(_message(message), arrays, 0)
    if arrays:
        raise ValueError("arrays have no place in canonical JSON")
    return _json(plain, sort_keys=True)


def from_json(text: str) -> Any:
    """What ``to_json`` wrote. Raises WireError."""
    try:
        return _message(_typed(json.loads(text), memoryview(b"")))
    except _MALFORMED as error:
        raise WireError(f"not a message: {error}") from error


def _json(plain: Any, *, sort_keys: bool = False) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"))
    # Half of a surrogate pair, as a broken client sends it, has no UTF-8, but has a JSON escape.
    return text.encode(errors="backslashreplace").decode()


def _message(value: Any) -> Any:
    if type(value).__name__ not in _CLASSES:
        raise ValueError(f"a {type(value).__name__} stands where a message should")
    return value


def _plain(value: object, arrays: list[np.ndarray[Any, Any]], at: int) -> tuple[Any, int]:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value, at
    if isinstance(value, Decimal):
        return {"$d": str(value)}, at
    if isinstance(value, datetime):
        return {"$t": value.isoformat()}, at
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"$a": at, "t": value.dtype.str, "s": list(value.shape)}, at + value.nbytes
    if isinstance(value, (tuple, list)):
        items = []
        for item in value:
            plain, at = _plain(item, arrays, at)
            items.append(plain)
        return items, at
    if isinstance(value, dict):
        mapping = {}
        for key, item in value.items():
            if not isinstance(key, str) or key.startswith("$"):
                raise ValueError(f"{key!r} is no key that crosses the wire")
            mapping[key], at = _plain(item, arrays, at)
        return mapping, at
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        made: dict[str, Any] = {"$": type(value).__name__}
        for spec in fields(value):
            made[spec.name], at = _plain(getattr(value, spec.name), arrays, at)
        return made, at
    raise ValueError(f"{type(value).__name__} does not cross the wire")


def _typed(plain: Any, body: memoryview) -> Any:
    if isinstance(plain, list):
        return tuple(_typed(item, body) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if "$d" in plain:
        return Decimal(plain["$d"])
    if "$t" in plain:
        return datetime.fromisoformat(plain["$t"])
    if "$a" in plain:
        return _array(plain, body)
    name = plain.get("$")
    values = {key: _typed(item, body) for key, item in plain.items() if key != "$"}
    if name is None:
        return values
    if name not in _CLASSES:
        raise ValueError(f"unknown message {name!r}")
    return _CLASSES[name](**values)


def _array(plain: dict[str, Any], body: memoryview) -> np.ndarray[Any, Any]:
    if not _DTYPE.fullmatch(plain["t"]):
        raise ValueError(f"arrays of {plain['t']} do not cross the wire")
    dtype = np.dtype(plain["t"])
    shape = tuple(int(size) for size in plain["s"])
    if any(size < 0 for size in shape):
        raise ValueError(f"an array of shape {shape}")
    count = math.prod(shape)
    # Copied, so that the array outlives the frame and is aligned.
    flat = np.frombuffer(body, dtype=dtype, count=count, offset=int(plain["$a"]))
    return flat.reshape(shape).copy()
