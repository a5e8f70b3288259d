from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatars.fonts import drawable, font
from avatars.text import advance, balanced, clipped, tokens, wrap

FACE = font(30, 600)
TEXTS = st.text("云南苹果脆甜，。！？（）¥5斤装 abc DEF mAh20000 9.9%·x", min_size=1, max_size=60)


@given(TEXTS)
@settings(max_examples=60)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(TEXTS, st.integers(60, 600))
@settings(max_examples=60)
def test_wrapped_lines_fit_and_lose_no_character(text: str, width: int) -> None:
    lines = wrap(text, FACE, width)

    assert all(FACE.getlength(line) <= width + 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXTS, st.integers(100, 600))
@settings(max_examples=60)
def test_balancing_takes_no_line_more(text: str, width: int) -> None:
    assert len(balanced(text, FACE, width)) == len(wrap(text, FACE, width))


@given(TEXTS, st.integers(120, 600), st.integers(1, 3))
@settings(max_examples=60)
def test_clipping_never_makes_another_number(text: str, width: int, most: int) -> None:
    whole = wrap(text, FACE, width)
    shown = clipped(text, FACE, width, most)

    assert len(shown) <= most
    if len(whole) > most:
        numbers = set(re.findall(r"\d[\d.,]*", text))
        drawn = "".join(shown).rstrip(".…")
        assert {n.rstrip(".,") for n in re.findall(r"\d[\d.,]*", drawn)} <= {
            n.rstrip(".,") for n in numbers
        }


@given(TEXTS)
@settings(max_examples=40)
def test_the_quick_measure_is_the_exact_one(text: str) -> None:
    assert advance(text, FACE) == pytest.approx(FACE.getlength(text), abs=0.01)


def test_a_line_begins_with_no_closing_mark_and_ends_with_no_opening_one() -> None:
    text = "咬一口，嘎嘣脆。汁水（真的）足！"
    for width in range(90, 300, 10):
        for line in wrap(text, FACE, width):
            assert line[0] not in "，。）！"
            assert line[-1] != "（"


def test_two_lines_break_where_the_sentence_does() -> None:
    assert balanced("出门带着心里踏实，三十瓦快充也不用干等", FACE, 400) == (
        "出门带着心里踏实，", "三十瓦快充也不用干等",
    )  # fmt: skip
    assert balanced("Warm, soft and light on every sofa", FACE, 330)[0] != "Warm,"


def test_a_number_keeps_its_unit() -> None:
    for width in range(190, 500, 10):
        assert any("20000毫安时" in line for line in wrap("移动电源20000毫安时", FACE, width))
    for width in range(150, 400, 10):
        lines = wrap("keeps 500 ml hot", FACE, width)
        assert any("500 ml" in line for line in lines)


def test_a_clipped_text_says_so_in_its_own_script() -> None:
    assert clipped("云南高原红富士苹果礼盒产地直发", FACE, 200, 1)[0].endswith("…")
    assert clipped("Insulated travel mug with a lid", FACE, 200, 1)[0].endswith("...")


def test_what_the_face_cannot_show_is_left_out() -> None:
    assert drawable("好看😀吗\u200d？ \ufe0f a\tb\n™ é") == "好看吗？ a b ™ é"
