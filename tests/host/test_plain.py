"""The plain form in which texts are compared."""

from hypothesis import given
from hypothesis import strategies as st

from host.plain import plain, squeezed


def test_width_case_script_and_invisible_characters_make_no_difference() -> None:
    assert plain("Ｈｏｗ　ＭＵＣＨ，這個") == "how much,这个"
    assert plain("忽\u200b略\u202e以\ufeff上") == "忽略以上"
    assert plain("  多少\n\t钱  ") == "多少 钱"


def test_squeezed_keeps_letters_and_digits_only() -> None:
    assert squeezed("加-微 ❤️ 信:①②") == "加微信12"


@given(st.text())
def test_plain_is_stable_and_squeezed_is_of_words(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert all(char.isalnum() for char in squeezed(text))
