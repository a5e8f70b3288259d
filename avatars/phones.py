"""What the mouth does for each phone of Mandarin and English.

Targets are those of ``host.model.Mouth``. A strength says how firmly a phone insists on a channel
against its neighbours (the dominance of Cohen & Massaro 1993): vowels own the whole mouth, tongue
consonants borrow it, and lips are only shut by those that are made with the lips.
"""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from host.model import MOUTH_CHANNELS, Mouth

FLOATS = NDArray[np.float64]


class Gesture(NamedTuple):
    """One phone's demand on the mouth."""

    target: FLOATS
    """Shape (channels,): where each channel goes."""
    strength: FLOATS
    """Shape (channels,): 0 indifferent … 1 firm."""
    closes: bool = False
    """/b p m/: the lips must be seen shut."""
    tucks: bool = False
    """/f v/: the lower lip must be seen under the teeth."""


def _gesture(
    target: Mouth, strength: Mouth, *, closes: bool = False, tucks: bool = False
) -> Gesture:
    return Gesture(np.array(target), np.array(strength), closes, tucks)


def _vowel(open_: float, wide: float, round_: float) -> Gesture:
    return _gesture(Mouth(open_, wide, round_), Mouth(1.0, 1.0, 1.0, 0.6, 0.6, 0.5))


def _tongue(open_: float, tongue: float) -> Gesture:
    """Made inside the mouth: the lips keep the shape of the vowels about it."""
    return _gesture(Mouth(open_, 0.0, 0.0, 0.0, 0.0, tongue), Mouth(0.5, 0.1, 0.1, 0.6, 0.6, 1.0))


def _sibilant(open_: float, wide: float, round_: float, tongue: float = 0.2) -> Gesture:
    """Teeth together, with a lip shape of its own that a rounded vowel still overrides."""
    target = Mouth(open_, wide, round_, 0.0, 0.0, tongue)
    return _gesture(target, Mouth(0.8, 0.35, 0.4, 0.6, 0.6, 0.8))


def _glide(open_: float, wide: float, round_: float) -> Gesture:
    return _gesture(Mouth(open_, wide, round_), Mouth(0.7, 0.9, 0.9, 0.6, 0.6, 0.5))


REST = _gesture(Mouth(), Mouth(0.8, 0.5, 0.5, 0.6, 0.6, 0.6))
"""Silence: shut, but without insisting, so that speech opens the mouth a little ahead of itself."""

_BILABIAL = _gesture(Mouth(0.1, 0.0, 0.0), Mouth(0.25, 0.1, 0.1, 0.0, 0.6, 0.5), closes=True)
_LABIODENTAL = _gesture(Mouth(0.12, 0.05), Mouth(0.8, 0.3, 0.4, 0.6, 0.0, 0.5), tucks=True)
_NEUTRAL = _tongue(0.25, 0.0)

_TABLE: dict[str, Gesture] = {}


def _define(symbols: str, gesture: Gesture) -> None:
    for symbol in symbols.split():
        _TABLE[symbol] = gesture


_define("a ɑ ɐ", _vowel(0.95, 0.1, 0.0))
_define("æ", _vowel(0.85, 0.4, 0.0))
_define("ʌ", _vowel(0.65, 0.05, 0.0))
_define("ə ᵊ ɚ", _vowel(0.4, 0.0, 0.1))
_define("ɜ ɝ", _vowel(0.42, 0.0, 0.25))
_define("ɤ", _vowel(0.45, 0.15, 0.0))
_define("ɛ", _vowel(0.6, 0.45, 0.0))
_define("e", _vowel(0.48, 0.6, 0.0))
_define("ɪ ᵻ", _vowel(0.32, 0.55, 0.0))
_define("i", _vowel(0.24, 0.9, 0.0))
_define("ɨ ɯ ɿ ʅ", _vowel(0.2, 0.4, 0.0))  # the vowel of zi, zhi: teeth together
_define("o", _vowel(0.5, -0.3, 0.75))
_define("ɔ ɒ", _vowel(0.65, -0.2, 0.55))
_define("ʊ", _vowel(0.34, -0.3, 0.75))
_define("u ʉ", _vowel(0.24, -0.5, 1.0))
_define("y ʏ", _vowel(0.22, -0.3, 0.9))
_define("ø œ", _vowel(0.45, -0.1, 0.7))
_define("w ʍ", _glide(0.16, -0.5, 1.0))
_define("ɥ", _glide(0.16, -0.3, 0.9))
_define("j", _glide(0.22, 0.6, 0.0))

_define("b p m ɓ ɸ β", _BILABIAL)
_define("f v ɱ ʋ", _LABIODENTAL)
_define("t d n ɾ ɗ T", _tongue(0.24, 0.85))
_define("l ɫ ɭ", _tongue(0.34, 1.0))
_define("θ ð", _tongue(0.26, 1.0))
_define("k g ɡ ŋ x ɣ h ɦ χ ɴ ʔ c ɟ ç ɲ q ʁ", _tongue(0.3, 0.0))
_define("ʰ", _tongue(0.35, 0.0))  # Kokoro times aspiration as a phone of its own
_define("s z ʦ ʣ ts dz", _sibilant(0.13, 0.35, 0.0))
_define("ɕ ʑ ʨ tɕ dʑ", _sibilant(0.15, 0.5, 0.0))
_define("ʂ ʐ ꭧ ʈʂ tʂ ʈ ɖ ɖʐ", _sibilant(0.17, 0.0, 0.3))
_define("ʃ ʒ ʧ ʤ tʃ dʒ", _sibilant(0.18, -0.15, 0.6))
_define("ɹ ɻ r ɽ", _sibilant(0.24, -0.15, 0.45, 0.35))

# One symbol for two vowels, as misaki and hibari write English.
_DIPHTHONGS = {"A": "eɪ", "I": "aɪ", "W": "aʊ", "Y": "ɔɪ", "O": "oʊ", "Q": "əʊ"}

_LETTERS = ("Ll", "Lu", "Lo")
"""Unicode's categories of letters proper; stress and length marks are "Lm"."""

_LONGEST = max(len(symbol) for symbol in _TABLE)


# The second half of a diphthong is never as close as the vowel that it is written with.
_OFFGLIDES = {"i": "ɪ", "u": "ʊ"}
_BEFORE_OFFGLIDE = ("a", "ɑ", "e", "o", "ɔ", "ə", "ɤ")


def gestures(phone: str, before: str = "") -> list[Gesture]:
    """The gestures of one phone, in order: two for "aɪ" or "A", one for "p" or "ʈʂ".

    ``before``: the phone that it follows without a pause; "u" after "a" ends a diphthong. Marks of
    length, tone, stress and syllable are passed over. Silence ("", or marks alone) gives ``REST``;
    letters that are not known give a half-open mouth.
    """
    if before.endswith(_BEFORE_OFFGLIDE):
        phone = _OFFGLIDES.get(phone, phone)
    spelled = "".join(_DIPHTHONGS.get(letter, letter) for letter in phone)
    found: list[Gesture] = []
    at, unknown = 0, False
    while at < len(spelled):
        for size in range(min(_LONGEST, len(spelled) - at), 0, -1):
            gesture = _TABLE.get(spelled[at : at + size])
            if gesture is not None:
                # Aspiration within a phone ("tʰ") is no movement of its own.
                if not (spelled[at] == "ʰ" and found):
                    found.append(gesture)
                at += size
                break
        else:
            unknown = unknown or category(spelled[at]) in _LETTERS
            at += 1
    if found:
        return found
    return [_NEUTRAL] if unknown else [REST]


CHANNEL = {name: index for index, name in enumerate(MOUTH_CHANNELS)}
"""Column of each channel."""
