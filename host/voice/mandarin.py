"""Spoken Chinese text, with English words in it, to Kokoro's phonemes.

As ``misaki.zh`` does (its Chinese is what Kokoro v1.0 learnt): words by jieba, pinyin by pypinyin,
IPA by misaki's table, tones as arrows, no sandhi — the model learnt that from its data. English
words go through hibari's G2P, which writes the same alphabet, so one voice speaks both.
"""

from __future__ import annotations

import re
from functools import lru_cache

from misaki.transcription import pinyin_to_ipa
from pypinyin import Style, lazy_pinyin

from host.voice import words

_RUN = re.compile(r"(?P<zh>[\u3400-\u9fff\U00020000-\U0002ffff]+)|(?P<en>[A-Za-z][A-Za-z' -]*)|.")
_TONES = (("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→"))
# Syllabic ɻ̩ and ɹ̩ (zhi, zi) are one letter for the model; the non-syllabic mark is none.
_SPELLING = (("\u027b\u0329", "ɨ"), ("\u0279\u0329", "ɨ"), ("\u032f", ""))
_MARKS = {
    "，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ",
}  # fmt: skip


def phonemes(text: str) -> str:
    """Phonemes of text that ``host.voice.reading`` has made ready; "" when nothing can be said."""
    made: list[str] = []
    for run in _RUN.finditer(text):
        if run["zh"]:
            made.append(" ".join(_word(word) for word in words.cut(run["zh"])))
        elif run["en"]:
            made.append(f" {english(run['en'].strip())} ")
        else:
            made.append(_MARKS.get(run[0], run[0]))
    return re.sub(r"\s+([,.!?:;])", r"\1", re.sub(r"\s+", " ", "".join(made))).strip()


def load() -> None:
    """Load the dictionary now, not with the first clause."""
    words.cut("好")


def english(text: str) -> str:
    """Phonemes of English words, American; a letter alone is read as its name."""
    from host.voice import english

    return english.phonemes(text, letters=True)


@lru_cache(maxsize=512)
def _word(word: str) -> str:
    syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return "".join(_syllable(syllable) for syllable in syllables)


@lru_cache(maxsize=512)
def _syllable(pinyin: str) -> str:
    made = "".join(pinyin_to_ipa(pinyin)[0])
    for old, new in (*_TONES, *_SPELLING):
        made = made.replace(old, new)
    return made
