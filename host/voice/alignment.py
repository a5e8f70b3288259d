"""How well phones lie on their sound: vowels against the energy of the band where vowels are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from host.model.sound import Sound

STEP = 0.005
"""Seconds between two shifts that are tried."""
REACH = 0.15
"""Seconds up to which shifts are tried, both ways."""
_VOWELS = frozenset("aeiouyɑɐɒæəɚɛɜɝɤɪɔʊʌɨɯøœ")
_BAND = (300.0, 3_000.0)
"""Hertz: first and second formants; voicing bars of stops and fricative noise lie outside."""


def lag(sounds: Sequence[Sound]) -> tuple[float, float]:
    """Seconds by which phones come late (negative: early), and the correlation there.

    The shift of all phones at which "a vowel is due" correlates best with the band's level, over
    all sounds together. An engine's ``SHIFT`` is right when this is near 0.
    """
    shifts = np.arange(-round(REACH / STEP), round(REACH / STEP) + 1)
    scores = []
    for shift in shifts:
        due = np.concatenate([_due(sound, -shift * STEP) for sound in sounds])
        level = np.concatenate([_band(sound) for sound in sounds])
        scores.append(float(np.corrcoef(due, level)[0, 1]))
    best = int(np.argmax(scores))
    return float(shifts[best] * STEP), scores[best]


def _due(sound: Sound, shift: float) -> NDArray[np.float64]:
    count = len(sound.pcm) // round(STEP * sound.rate)
    due = np.zeros(count)
    for phone in sound.phones:
        if phone.phone in _VOWELS:
            first = max(0, round((phone.start + shift) / STEP))
            due[first : max(0, round((phone.end + shift) / STEP))] = 1
    return due


def _band(sound: Sound) -> NDArray[np.float64]:
    """Level of each step, dB over 25 ms, within 40 dB of the loudest."""
    step, half = round(STEP * sound.rate), round(0.0125 * sound.rate)
    count = len(sound.pcm) // step
    padded = np.pad(sound.pcm, (half, half + step))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)[step // 2 :: step][:count]
    power = np.abs(np.fft.rfft(windows * np.hanning(2 * half), axis=1)) ** 2
    hertz = np.fft.rfftfreq(2 * half, 1 / sound.rate)
    within = power[:, (hertz >= _BAND[0]) & (hertz <= _BAND[1])].sum(axis=1)
    level: NDArray[np.float64] = 10 * np.log10(within + 1e-12)
    heard: NDArray[np.float64] = np.maximum(level, level.max() - 40)
    return heard
