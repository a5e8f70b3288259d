"""Masked names and cleaned texts: what of a viewer may be drawn."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from host.model import Comment
from host.viewers import NAME_WIDTH, TEXT_WIDTH, clean, clip, columns, mask, show


def shown(text: str) -> str:
    return show(Comment("c1", "买家甲", text, 0)).text


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("买家甲", "买*甲"),
        ("王五", "王*"),
        ("Viewer", "Vi***r"),
        ("Tom", "T*m"),
        ("慕容云海", "慕*海"),
        ("13812345678", "13***8"),
        ("李", "***"),
        ("", "***"),
        ("👍👍", "***"),
        ("甲\u202e乙", "甲*"),
        ("a b c", "a*c"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask(name) == masked


@given(st.text(min_size=1, max_size=80))
@example("**")
@example("甲*")
@example("V" * 80)
def test_a_mask_never_shows_the_whole_name(name: str) -> None:
    masked = mask(name)
    assert "*" in masked
    assert columns(masked) <= NAME_WIDTH
    assert masked.replace("*", "") != unicodedata.normalize("NFKC", name).replace("*", "") or (
        not masked.replace("*", "")
    )


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("3号链接L码多少钱❤️❤️", "3号链接L码多少钱"),
        ("看 http://x.cn/a?b=1 啊", "看 啊"),
        ("visit spam.com/foo now", "visit now"),
        ("mail me at a.b@c.org ok", "mail me at ok"),
        ("@张三 多少钱", "多少钱"),
        ("电话138-1234-5678打我", "电话 打我"),
        ("微信号abc12345", ""),
        ("<b>多少钱</b>", "多少钱"),
        ("这个只要9.9元对吧", "这个只要*元对吧"),
        ("¥9.9 还是 $5？", "* 还是 *?"),
        ("打5折吗 50%", "打*折吗 *%"),
        ("多少\u202e钱\u0000\u200b", "多少钱"),
        ("a\u0301\u0301\u0301\u0301\u0301", "á\u0301\u0301"),
    ],
)
def test_texts_are_cleaned(text: str, want: str) -> None:
    assert shown(text) == want


def test_long_texts_are_clipped() -> None:
    assert shown("啊" * 50) == "啊" * 23 + "…"
    assert shown("hello world " * 10).endswith("…")
    assert clip("abc", 3) == "abc"


@given(st.text(max_size=400))
@example("http://a.b " * 40)
@example("a@b.cc" * 60)
@example("www." * 100)
def test_what_is_shown_is_narrow_and_holds_nothing_dangerous(text: str) -> None:
    got = shown(text)
    assert columns(got) <= TEXT_WIDTH
    for char in got:
        assert char == " " or unicodedata.category(char)[0] not in "CZ"
    assert "http://" not in got
    assert "@" not in got
    run = 0
    for char in got:
        run = run + 1 if char.isdecimal() else 0
        assert run < 5


@given(st.text(max_size=200))
def test_cleaning_is_stable_enough_to_be_a_key(text: str) -> None:
    assert clean(text) == clean(text)
    assert "\n" not in clean(text)
