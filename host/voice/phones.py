"""From the phoneme alphabet of Kokoro and hibari (misaki's) to timed IPA phones.

The alphabet: https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md for English; Chinese is
``misaki.transcription`` with tones as arrows. Both engines predict a number of frames for every
symbol, marks included, so a mark's frames go to the phone that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from host.model.sound import TimedPhone

SHORTEST_PAUSE = 0.06
"""Seconds. A gap between words that is shorter belongs to the phone before it: nobody pauses."""

_TO_PHONES: dict[str, tuple[str, ...]] = {
    # Diphthongs and reduced vowels have letters of their own.
    "A": ("e", "ɪ"), "I": ("a", "ɪ"), "O": ("o", "ʊ"), "Q": ("ə", "ʊ"), "W": ("a", "ʊ"),
    "Y": ("ɔ", "ɪ"), "ᵊ": ("ə",), "ᵻ": ("ɪ",), "T": ("ɾ",),
    # Ligatures.
    "ʦ": ("ts",), "ʨ": ("tɕ",), "ꭧ": ("ʈʂ",), "ʧ": ("tʃ",), "ʤ": ("dʒ",), "ʣ": ("dz",),
    "ʥ": ("dʑ",),
}  # fmt: skip
_AFTER = frozenset("→↗↘↓ʰʲːᵝ̃")
"""Marks whose time belongs to the phone before them."""
_BEFORE = frozenset("ˈˌ")
"""Marks whose time belongs to the phone after them."""
_PAUSES = frozenset(' ;:,.!?—…"()“”')


def timed(
    symbols: Sequence[str], frames: NDArray[np.float32], seconds: float, shift: float
) -> tuple[TimedPhone, ...]:
    """Phones with their places in the sound.

    ``symbols``: what the model was given, with "" for its padding; ``frames``: shape
    (len(symbols),), predicted lengths; ``seconds``: of one frame; ``shift``: seconds added to
    every time (the predictions lag what is heard, so it is negative). Times below 0 become 0.
    """
    edges = np.concatenate([[0.0], np.cumsum(frames.astype(np.float64))]) * seconds + shift
    made: list[TimedPhone] = []
    held: float | None = None
    for symbol, first, last in zip(symbols, edges[:-1], edges[1:], strict=True):
        start, end = max(0.0, float(first)), max(0.0, float(last))
        if symbol in _BEFORE:
            held = start if held is None else held
            continue
        if held is not None:
            start, held = held, None
        if symbol in _AFTER and made:
            phone = made[-1].phone + ("ʰ" if symbol == "ʰ" else "")
            made[-1] = TimedPhone(phone, made[-1].start, end)
        elif symbol == "" or symbol in _PAUSES:
            _pause(made, start, end)
        else:
            made.extend(_spread(_TO_PHONES.get(symbol, (symbol,)), start, end))
    return tuple(phone for phone in made if phone.end > phone.start)


def _pause(made: list[TimedPhone], start: float, end: float) -> None:
    if made and made[-1].phone == "":
        made[-1] = TimedPhone("", made[-1].start, end)
    elif made and end - start < SHORTEST_PAUSE:
        made[-1] = TimedPhone(made[-1].phone, made[-1].start, end)
    else:
        made.append(TimedPhone("", start, end))


def _spread(phones: tuple[str, ...], start: float, end: float) -> list[TimedPhone]:
    if len(phones) == 1:
        return [TimedPhone(phones[0], start, end)]
    # Falling diphthongs: the nucleus holds longer than the glide. 60 % is a choice, not measured.
    turn = start + 0.6 * (end - start)
    return [TimedPhone(phones[0], start, turn), TimedPhone(phones[1], turn, end)]


def bare(text: str) -> tuple[str, ...]:
    """The phones of a phoneme string, without times and pauses (for sound made elsewhere)."""
    ones = np.ones(len(text), dtype=np.float32)
    return tuple(phone.phone for phone in timed(text, ones, 1.0, 0.0) if phone.phone)
