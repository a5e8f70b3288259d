"""Whatever is put into a refused word, it stays refused, and the finding shows where it is."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from host.gate import Gate
from host.gate.folding import spaced, tight, unstopped
from host.gate.wordlist import law
from host.gate.words import listed
from host.model import Lineup

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GATE = Gate(Lineup((), ""))
TRADITIONAL = OpenCC("s2t")


def blocked(name: str) -> list[str]:
    """Refused words that are literal and refused by themselves in a sentence."""
    frame = "看{}呀" if name.endswith("zh") else "see {} here"
    return [
        word
        for group in law(name).group
        for word in group.words
        if group.tier == "block"
        and not set("(|{…") & set(word)
        and any(
            hit.group.tier == "block" and hit.end - hit.start == len(word)
            for hit in listed(frame.format(word))
        )
    ]


ZH, EN = blocked("ad-law-zh"), blocked("ad-law-en")
SEPARATORS = st.sampled_from(
    [
        " ",
        ".",
        "*",
        "-",
        "_",
        "·",
        "~",
        "/",
        "|",
        "❤",
        "🔥",
        "\u200b",
        "\u200d",
        "\ufeff",
        "★",
        "'",
        "  ",
    ]
)


def wide(char: str) -> str:
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(ZH), st.lists(SEPARATORS, min_size=12, max_size=12), st.booleans(), st.data()
)
def test_no_disguise_makes_a_chinese_word_pass(
    word: str, separators: list[str], traditional: bool, data: st.DataObject
) -> None:
    told = TRADITIONAL.convert(word) if traditional else word
    told = "".join(wide(char) if data.draw(st.booleans()) else char for char in told)
    hidden = "".join(f"{char}{gap}" for char, gap in zip(told[:-1], separators, strict=False))
    text = f"看{hidden}{told[len(separators) + 1 - 1 :] if len(told) > 13 else told[-1]}呀"
    found = GATE.check(text, None, "zh", NOW).violations
    assert found, text
    for one in found:
        assert text[one.start : one.end] == one.text


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(EN), st.data())
def test_no_disguise_makes_an_english_word_pass(word: str, data: st.DataObject) -> None:
    gap = data.draw(st.sampled_from(["", "\u200b", "*", "_", "·", ".", "-"]))
    told = "".join(char.upper() if data.draw(st.booleans()) else char for char in word)
    told = "".join(
        wide(char) if char.isalnum() and data.draw(st.booleans()) else char for char in told
    )
    hidden = " ".join(gap.join(part) for part in told.split(" "))
    text = f"see {hidden} here"
    found = GATE.check(text, None, "en", NOW).violations
    assert found, text
    for one in found:
        assert text[one.start : one.end] == one.text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_folds_with_its_way_back(text: str) -> None:
    for form in (tight(text), unstopped(tight(text)), spaced(text), spaced(text, squeezed=True)):
        assert len(form.origin) == len(form.text)
        assert list(form.origin) == sorted(form.origin)
        for at in range(len(form.text)):
            start, end = form.written(at, at + 1)
            assert 0 <= start < end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20), st.sampled_from(ZH), st.text(max_size=20))
def test_spans_lie_in_the_text(before: str, word: str, after: str) -> None:
    text = before + word + after
    for one in GATE.check(text, None, "zh", NOW).violations:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
