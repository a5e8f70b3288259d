"""Every word the page may want is there, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import host.console
from host.console.show import CommentLine
from host.console.texts import Words, keys

_USED = re.compile(r'words\(\s*"([a-z-]+)"')


def test_every_key_in_the_code_is_in_the_table() -> None:
    folder = Path(host.console.__file__).parent
    used = {key for file in folder.rglob("*.py") for key in _USED.findall(file.read_text())}
    assert len(used) > 20
    assert used <= keys()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("light", ("starting", "off", "onair", "standby", "hold")),
        ("gone", ("onair", "supervisor", "media", "studio", "voice", "programme")),
        ("status", ("queued", "answering", "answered", "dropped")),
        ("try", ("queued", "dropped", "away")),
        ("push", ("connected", "refused", "waiting")),
    ],
)
def test_every_state_has_words(kind: str, names: tuple[str, ...]) -> None:
    assert {f"{kind}-{name}" for name in names} <= keys()


def test_beats_of_a_line_have_words() -> None:
    beats = ["opening", "pain", "selling", "proof", "price", "action", "interaction", "answer"]
    for lang in ("zh", "en"):
        assert all(Words(lang).of("beat", beat) != beat for beat in beats)


def test_both_languages_fill_in_the_same_values() -> None:
    for key in keys():
        zh, en = Words("zh")(key), Words("en")(key)
        assert zh
        assert en
        assert re.findall(r"{\d}", zh) == re.findall(r"{\d}", en), key


def test_a_name_that_is_new_to_the_page_is_shown_as_it_is() -> None:
    assert Words("zh").of("beat", "finale") == "finale"
    assert CommentLine("c", "u", "t", 0).status == "queued"
