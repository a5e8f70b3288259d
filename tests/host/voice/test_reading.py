"""Written text to what is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.voice import reading

_DATA = Path(__file__).parents[2] / "data"


def _corpus(lang: str) -> list[tuple[str, str]]:
    rows = (_DATA / f"reading_{lang}.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, wanted) for text, _, wanted in (row.partition("\t") for row in rows)]


@pytest.mark.parametrize(("text", "wanted"), _corpus("zh"))
def test_chinese_is_read_as_a_seller_would(text: str, wanted: str) -> None:
    assert reading.spoken(text, "zh") == wanted


@pytest.mark.parametrize(("text", "wanted"), _corpus("en"))
def test_english_is_read_in_words(text: str, wanted: str) -> None:
    assert reading.spoken(text, "en") == wanted


def test_the_corpora_are_as_long_as_promised() -> None:
    assert len(_corpus("zh")) >= 60
    assert len(_corpus("en")) >= 25


_SOURCE = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789.,%¥$-~×+/：，。！？℃ABXxmkgLWhcn元块折件第满减买送天个只要"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(text=_SOURCE)
def test_nothing_is_left_that_a_chinese_voice_would_drop(text: str) -> None:
    said = reading.spoken(text, "zh")
    assert re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0002ffffA-Za-z' ，、。！？：；]*", said)
    assert not re.search(r"[，、：；。！？]{2}|^[，、。！？：；]", said)


@settings(max_examples=300, deadline=None)
@given(text=_SOURCE)
def test_nothing_is_left_that_an_english_voice_would_drop(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z' ,.!?:;-]*", reading.spoken(text, "en"))


def test_the_same_text_in_other_clothes_has_one_canonical_form() -> None:
    assert reading.canonical("只要￥５９，Ｘ２００\u200b🎉 \n 好") == "只要¥59，X200 好"
