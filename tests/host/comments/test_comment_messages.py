"""The JSON of a comment, read with suspicion."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.comments.messages import MAX_BYTES, MalformedError, Message, parse, reply


def test_a_sound_message() -> None:
    data = '{"id":"c1","user":"买家甲","text":"多少钱","ts":1760000000000,"more":[1]}'
    assert parse(data) == Message("c1", "买家甲", "多少钱", 1760000000000)
    assert parse('{"id":7,"user":"a","text":"b"}') == Message(7, "a", "b", None)
    assert parse('{"id":"x","user":"a","text":"b","ts":null}').ts_ms is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ("[]", "one JSON object"),
        ("null", "one JSON object"),
        ('{"id":"a","user":"b","text":NaN}', "not JSON"),
        ('{"id":true,"user":"b","text":"c"}', '"id"'),
        ('{"id":"","user":"b","text":"c"}', '"id"'),
        ('{"user":"b","text":"c"}', '"id"'),
        (json.dumps({"id": "x" * 129, "user": "b", "text": "c"}), '"id"'),
        ('{"id":{"a":1},"user":"b","text":"c"}', '"id"'),
        ('{"id":"a","user":5,"text":"c"}', '"user"'),
        ('{"id":"a","text":"c"}', '"user"'),
        ('{"id":"a","user":"b"}', '"text"'),
        ('{"id":"a","user":"b","text":["c"]}', '"text"'),
        ('{"id":"a","user":"b","text":"\\ud800"}', "surrogate"),
        ('{"id":"a","user":"b","text":"c","ts":"now"}', '"ts"'),
        ('{"id":"a","user":"b","text":"c","ts":true}', '"ts"'),
        ('{"id":"a","user":"b","text":"c","ts":-1}', '"ts"'),
        ('{"id":"a","user":"b","text":"c","ts":1e400}', '"ts"'),
        ("[" * 4000, "nested"),
        ('{"a":' * 1500, "nested"),
        ('{"id":' + "9" * 6000 + ',"user":"b","text":"c"}', "not JSON"),
        (json.dumps({"id": "a", "user": "b", "text": "x" * MAX_BYTES}), "bytes"),
        (json.dumps({"id": "a", "user": "b", "text": "啊" * 2800}, ensure_ascii=False), "bytes"),
        (json.dumps({"id": "a", "user": "b" * 300, "text": "c"}), '"user"'),
    ],
)
def test_malformed(data: str, why: str) -> None:
    with pytest.raises(MalformedError) as raised:
        parse(data)
    assert why in str(raised.value)


def test_brackets_in_a_text_are_no_nesting() -> None:
    text = '[[[[[[[[[[[[[["'
    assert parse(json.dumps({"id": "a", "user": "b", "text": text})).text == text


@given(st.text(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "user", "text", "ts", "x"]), inner, max_size=5),
    max_leaves=12,
).map(json.dumps))  # fmt: skip
def test_whatever_comes_it_is_a_message_or_malformed(data: str) -> None:
    message = None
    with suppress(MalformedError):
        message = parse(data)
    assert message is None or message.text == json.loads(data)["text"]


def test_a_reply_is_one_json_object() -> None:
    assert json.loads(reply(None, "dropped", '"说"')) == {
        "id": None,
        "status": "dropped",
        "why": '"说"',
    }
