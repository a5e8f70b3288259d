"""What is taken for an answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.writer.answer import UnreadableError, read

GOOD = '{"variants": ["来看看，{short_name}。", "第二条。"]}'
TEXTS = ("来看看，{short_name}。", "第二条。")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n  {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```\n",
        f"```JSON\r\n{GOOD}\r\n```",
        f"<think>想一想 {{}} ```</think>\n\n{GOOD}",
        json.dumps(json.loads(GOOD), indent=2),
    ],
)
def test_an_object_alone_or_in_a_fence_is_read(text: str) -> None:
    assert read(text) == TEXTS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "好的，这是您要的内容：" + GOOD,
        GOOD + "\n希望有帮助！",
        f"这里：\n```json\n{GOOD}\n```",
        f"```json\n{GOOD}\n```\n```json\n{GOOD}\n```",
        GOOD + GOOD,
        '["a", "b"]',
        '{"variants": "a"}',
        '{"variants": []}',
        '{"variants": [""]}',
        '{"variants": [1, 2]}',
        '{"variants": [null]}',
        '{"variants": [{"text": "a"}]}',
        '{"variants": ["a"], "note": "b"}',
        '{"lines": ["a"]}',
        '{"variants": ["a"',
        "{variants: ['a']}",
        '{"variants": ["' + "长" * 401 + '"]}',
        json.dumps({"variants": ["a"] * 21}),
        "{" * 5000 + "}" * 5000,
        '{"variants": ["a"]}' + " " * 30_000 + "x",
        "\x00\x01",
    ],
)
def test_anything_else_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert len(str(caught.value)) < 80


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("x" + text)
    assert len(str(caught.value)) < 80


def test_a_key_of_the_model_s_own_is_not_told() -> None:
    with pytest.raises(UnreadableError) as caught:
        read('{"variants": ["a"], "sk-secret": 1}')
    assert "secret" not in str(caught.value)
