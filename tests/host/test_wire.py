"""Every message comes out as it went in, and nothing else comes out of anything."""

from __future__ import annotations

import functools
import json
import struct
import types
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import WireError
from host.model import Comment, Format, Sound, VideoFormat, messages, wire
from host.model.messages import Hello, Hold, TapPacket

CLASSES = sorted(
    (thing for thing in vars(messages).values() if is_dataclass(thing)), key=lambda c: c.__name__
)
ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    type(None): st.none(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=ZONES),
}


@functools.cache
def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, built from the type alone."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if hint is Format:
        fps = st.sampled_from((10, 24, 25, 30, 50, 60))
        return st.builds(Format, fps.map(lambda n: VideoFormat(fps=n)))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        parts = {spec.name: any_of(hints[spec.name]) for spec in fields(hint)}
        return st.builds(hint, **parts)  # type: ignore[arg-type]
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, types.UnionType):
        return st.one_of(*(any_of(one) for one in inner))
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(any_of(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_of(one) for one in inner))
    if origin is dict:
        names = st.from_regex(r"[a-z]{1,5}", fullmatch=True)
        return st.dictionaries(names, any_of(inner[1]), max_size=3)
    assert origin is np.ndarray, f"no values for {hint}"
    return st.binary(max_size=40).map(
        lambda raw: np.frombuffer(raw, np.uint8).astype(get_args(inner[1])[0])
    )


ANY_MESSAGE = st.one_of(*(any_of(cls) for cls in CLASSES))


def same(one: Any, other: Any) -> bool:
    """Equal, arrays and the types of everything too."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def received(frames: bytes, pieces: int = 1 << 20) -> list[Any]:
    unframer = wire.Unframer()
    got: list[Any] = []
    for at in range(0, len(frames), pieces):
        got.extend(unframer.feed(frames[at : at + pieces]))
    return got


def frame(head: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<II", 4 + len(head) + len(body), len(head)) + head + body


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_message_comes_out_as_it_went_in(cls: type[Any]) -> None:
    @settings(deadline=None, max_examples=15)
    @given(any_of(cls))
    def comes_out(message: Any) -> None:
        (got,) = received(wire.encode(message))
        assert same(got, message)

    comes_out()


@settings(deadline=None)
@given(st.lists(ANY_MESSAGE, max_size=4), st.integers(1, 50))
def test_messages_come_whole_out_of_pieces_of_any_size(sent: list[Any], size: int) -> None:
    got = received(b"".join(wire.encode(message) for message in sent), size)
    assert same(tuple(got), tuple(sent))


@settings(deadline=None)
@given(ANY_MESSAGE)
def test_canonical_json_is_the_same_for_the_same_message(message: Any) -> None:
    try:
        text = wire.to_json(message)
    except ValueError:
        assert any(isinstance(value, np.ndarray) for value in _parts(message))
        return
    assert same(wire.from_json(text), message)
    assert wire.to_json(wire.from_json(text)) == text
    assert text == json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def _parts(message: Any) -> Iterator[Any]:
    for spec in fields(message):
        value = getattr(message, spec.name)
        yield value
        if is_dataclass(value):
            yield from _parts(value)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_a_wire_error(data: bytes) -> None:
    with pytest.raises(WireError):
        wire.decode(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("$", "$a", "$d", "$t", "t", "s", "role", "pid", "on", "x")), inner
        )
    ),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(JSON, st.sampled_from(("Hello", "Hold", "Format", "TapPacket", "OnAirSpec")), st.binary())
def test_hostile_json_is_a_wire_error_or_a_message(plain: Any, name: str, body: bytes) -> None:
    if isinstance(plain, dict) and "$" in plain:
        plain["$"] = name
    text = json.dumps(plain)
    for read in (lambda: received(frame(text.encode(), body)), lambda: wire.from_json(text)):
        try:
            got = read()
        except WireError:
            continue
        got = got[0] if isinstance(got, list) else got
        assert type(got).__name__ == name


@settings(max_examples=300, deadline=None)
@given(ANY_MESSAGE, st.data())
def test_a_message_with_a_changed_byte_does_no_harm(message: Any, data: st.DataObject) -> None:
    sent = bytearray(wire.encode(message))
    sent[data.draw(st.integers(0, len(sent) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        got = received(bytes(sent))
    except WireError:
        return
    assert all(type(one) in CLASSES for one in got)


HOSTILE = {
    "deep": b"[" * 100_000,
    "number of many digits": b"9" * 10_000,
    "Decimal": b'{"$":"Hold","on":{"$d":"x"}}',
    "datetime": b'{"$":"Hold","on":{"$t":"yesterday"}}',
    "object array": b'{"$":"Hold","on":{"$a":0,"t":"|O","s":[1]}}',
    "structured array": b'{"$":"Hold","on":{"$a":0,"t":"<f4,<f4","s":[1]}}',
    "dtype that is code": b'{"$":"Hold","on":{"$a":0,"t":"(,)f4","s":[1]}}',
    "array of negative size": b'{"$":"Hold","on":{"$a":0,"t":"|u1","s":[-1]}}',
    "array of infinite size": b'{"$":"Hold","on":{"$a":0,"t":"|u1","s":[1e999]}}',
    "array of huge size": b'{"$":"Hold","on":{"$a":0,"t":"<f8","s":[9999999999,9999999999]}}',
    "empty array of huge size": b'{"$":"Hold","on":{"$a":0,"t":"|u1","s":[0,%d]}}' % 10**30,
    "array before the body": b'{"$":"Hold","on":{"$a":-1,"t":"|u1","s":[1]}}',
    "unknown class": b'{"$":"Path","on":true}',
    "unknown field": b'{"$":"Hold","on":true,"off":true}',
    "missing field": b'{"$":"Hold"}',
    "refused by the class": b'{"$":"Format","video":{"$":"VideoFormat","fps":0}}',
    "wrong types in the class": b'{"$":"Format","video":3}',
    "list": b'[{"$":"Hold","on":true}]',
    "mapping": b'{"on":true}',
    "text": b'"Hold"',
}


@pytest.mark.parametrize("head", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_a_wire_error(head: bytes) -> None:
    with pytest.raises(WireError):
        received(frame(head, b"x"))
    with pytest.raises(WireError):
        wire.from_json(head.decode())


@pytest.mark.parametrize("total", [0, 3, wire.MAX_FRAME + 1, 0xFFFFFFFF])
def test_a_frame_of_impossible_length_is_refused_at_its_head(total: int) -> None:
    with pytest.raises(WireError, match=str(total)):
        received(struct.pack("<I", total))


def test_messages_before_bad_bytes_are_delivered() -> None:
    unframer, got = wire.Unframer(), []
    with pytest.raises(WireError):
        got.extend(unframer.feed(wire.encode(Hold(True)) + frame(b"no")))
    assert got == [Hold(True)]


def test_a_message_over_the_limit_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_FRAME", 1000)
    with pytest.raises(WireError, match="1000"):
        wire.encode(TapPacket(True, True, 0, np.zeros(1000, np.uint8)))


@pytest.mark.parametrize("text", ["\ud83d", "价\udc00格", "\x00", '"\\\u2028'])
def test_any_text_of_a_viewer_crosses_and_can_be_written(text: str) -> None:
    comment = Comment("c1", "u", text, 0)
    assert received(wire.encode(comment)) == [comment]
    line = wire.to_json(comment)
    assert wire.from_json(line) == comment
    line.encode()  # as the ledger does


def test_arrays_outlive_their_frame_and_can_be_written() -> None:
    sound = Sound(np.arange(5, dtype=np.float32)[::2], 48_000)
    (got,) = received(wire.encode(sound))
    assert got.pcm.tolist() == [0, 2, 4]
    got.pcm[0] = 1


@pytest.mark.parametrize("value", [object(), {"$d": "1"}, {1: "x"}, {"a": b"bytes"}, np.int64(1)])
def test_what_has_no_form_on_the_wire_is_refused_by_the_sender(value: object) -> None:
    with pytest.raises(ValueError, match="wire"):
        wire.encode(Hello("x", value))  # type: ignore[arg-type]


def test_two_classes_of_one_name_are_refused() -> None:
    @dataclass
    class Hold:
        on: bool

    wire.register(messages.Hold)
    with pytest.raises(ValueError, match="Hold"):
        wire.register(Hold)


def test_only_messages_are_sent() -> None:
    for write in (wire.encode, wire.to_json):
        with pytest.raises(ValueError, match="int"):
            write(3)
