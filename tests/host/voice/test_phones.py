"""Phoneme strings with frames to timed phones."""

from __future__ import annotations

import numpy as np

from host.model.sound import TimedPhone
from host.voice import english, mandarin, phones


def test_marks_give_their_time_to_the_phone_they_belong_to() -> None:
    symbols = ["", "k", "ʰ", "w", "a", "→", "n", ",", ""]
    frames = np.array([2, 1, 1, 1, 2, 1, 1, 4, 1], dtype=np.float32)
    assert phones.timed(symbols, frames, 0.125, 0.0) == tuple(
        TimedPhone(phone, start / 8, end / 8)
        for phone, start, end in [
            ("", 0, 2),
            ("kʰ", 2, 4),
            ("w", 4, 5),
            ("a", 5, 8),
            ("n", 8, 9),
            ("", 9, 14),
        ]
    )


def test_stress_goes_forward_and_diphthongs_are_two_phones() -> None:
    made = phones.timed(["ˈ", "A", "t"], np.ones(3, np.float32), 0.1, 0.0)
    assert [(p.phone, round(p.start, 3), round(p.end, 3)) for p in made] == [
        ("e", 0.0, 0.12), ("ɪ", 0.12, 0.2), ("t", 0.2, 0.3),
    ]  # fmt: skip


def test_short_gaps_between_words_are_no_pauses() -> None:
    made = phones.timed(["a", " ", "b"], np.array([4, 1, 2], np.float32), 0.025, 0.0)
    assert [p.phone for p in made] == ["a", "b"]
    assert made[0].end == made[1].start


def test_a_shift_moves_everything_and_nothing_starts_before_the_sound() -> None:
    made = phones.timed(["a", "b"], np.array([2, 2], np.float32), 0.025, -0.06)
    assert [(p.phone, p.start, round(p.end, 3)) for p in made] == [("b", 0.0, 0.04)]


def test_chinese_with_english_in_it() -> None:
    assert mandarin.phonemes("朋友今天，USB C快充。") == (
        "pʰə↗ŋjou↓ ʨi→ntʰjɛ→n, jˌuˌɛsbˈi sˈi kʰwai↘ꭧʰʊ→ŋ."
    )
    assert phones.bare("ꭧʰʊ→ŋ") == ("ʈʂʰ", "ʊ", "ŋ")


def test_a_letter_alone_is_its_name_in_chinese_and_an_article_in_english() -> None:
    assert mandarin.phonemes("A款") == "ˈA kʰwa↓n"
    assert english.phonemes("a cup") == "ɐ kˈʌp"


def test_names_that_no_lexicon_holds() -> None:
    assert english.phonemes("Xiaomi") == "ʃˌWmˈi"
    assert "hˈʌndɹəd" not in english.phonemes("Type C")


def test_every_phoneme_of_the_corpus_is_known_to_the_model() -> None:
    import json
    from pathlib import Path

    from host.voice import kokoro_model, reading

    text = (kokoro_model.data_folder() / "vocab.json").read_text(encoding="utf-8")
    known = set(json.loads(text)["vocab"])
    rows = (Path(__file__).parents[2] / "data" / "reading_zh.tsv").read_text(encoding="utf-8")
    for row in rows.splitlines():
        said = mandarin.phonemes(reading.spoken(row.partition("\t")[0], "zh"))
        assert set(said) <= known, row
