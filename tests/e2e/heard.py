"""Finds a known sound in a recording, under music and after AAC.

Normalised cross-correlation (J. P. Lewis, "Fast Normalized Cross-Correlation", 1995) by FFT,
over sound that was brought to 16 kHz and whitened by a first difference: the music bed is low
and tonal, consonants are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.e2e.decoded import Samples

_RATE = 16_000
_FINE = 3  # offsets a sample: a third of a sample off, a true match loses 0.1 of its score
_PART = 0.15  # seconds: a syllable
_QUIET = 0.05  # parts with less than this share of the loudest part's energy say nothing
_BLOCK = 1 << 19  # samples looked at by one FFT: 33 s


@dataclass(frozen=True, slots=True)
class Heard:
    """One place where the sound is."""

    at: float
    """Where it begins, seconds of the stream's time."""
    score: float
    """Normalised correlation, −1…1, over the whole sound."""
    weakest: float
    """The same over the syllable that agrees least: one wrong digit in a long clause leaves
    ``score`` high and this near 0."""


def hear(
    recording: Samples,
    sound: NDArray[np.float32],
    rate: int = 48_000,
    *,
    least: float = 0.8,
    least_part: float = 0.5,
) -> list[Heard]:
    """Every place where ``sound`` (mono, ``rate`` Hz) is in the recording, whole, in order of time.

    Two places are at least half the sound's length apart. Of Kokoro, hibari and espeak-ng under
    the music bed and through AAC, what was said had score 0.99 and weakest 0.9; what was not,
    0.3, and 0.64 where it shared all words but one (hibari), its weakest 0.1. Raises ValueError
    when the sound is shorter than 0.1 s or silent.
    """
    template = _prepare(sound, rate)
    scores = _scores(_prepare(recording.mono, recording.rate), template)
    apart = len(template) // 2
    found: list[Heard] = []
    likely = np.flatnonzero(scores >= least)
    for index in likely[np.argsort(-scores[likely])]:
        at = recording.start_ms / 1000 + float(index) / (_RATE * _FINE)
        if all(abs(at - other.at) * _RATE >= apart for other in found):
            found.append(Heard(at, float(scores[index]), _weakest(recording, sound, rate, at)))
    whole = [heard for heard in found if heard.weakest >= least_part]
    return sorted(whole, key=lambda heard: heard.at)


def best(recording: Samples, sound: NDArray[np.float32], rate: int = 48_000) -> Heard:
    """The likeliest place, however unlikely: look at its score. Raises ValueError as ``hear``."""
    scores = _scores(_prepare(recording.mono, recording.rate), _prepare(sound, rate))
    index = int(np.argmax(scores))
    at = recording.start_ms / 1000 + index / (_RATE * _FINE)
    return Heard(at, float(scores[index]), _weakest(recording, sound, rate, at))


def _weakest(recording: Samples, sound: NDArray[np.float32], rate: int, at: float) -> float:
    """Lowest normalised correlation over the parts of ``sound``, laid at ``at``."""
    begin = round((at - recording.start_ms / 1000) * recording.rate)
    # A little more at the end: resampling needs it.
    span = recording.mono[begin : begin + len(sound) * recording.rate // rate + 1000]
    template, heard = _prepare(sound, rate), _prepare(span, recording.rate)
    size = round(_PART * _RATE)
    count = min(len(template), len(heard)) // size
    if not count:
        return 0.0
    ours, theirs = (part[: count * size].reshape(count, size) for part in (template, heard))
    energy = (ours**2).sum(axis=1)
    loud = energy > _QUIET * energy.max()
    norm = np.sqrt(energy * np.maximum((theirs**2).sum(axis=1), size * 1e-8))
    return float(((ours * theirs).sum(axis=1) / np.maximum(norm, 1e-12))[loud].min())


def _prepare(sound: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    at_16k = soxr.resample(np.ascontiguousarray(sound, np.float32), rate, _RATE)
    return np.diff(at_16k.astype(np.float64))


def _scores(recording: NDArray[np.float64], template: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised correlation of the template with the recording, ``_FINE`` offsets a sample."""
    size = len(template)
    template = template - template.mean() if size else template
    norm = float(np.sqrt((template**2).sum()))
    if size < _RATE // 10 or norm < 1e-6:
        raise ValueError("the sound to find is shorter than 0.1 s or silent")
    if len(recording) < size:
        return np.zeros(1)
    block = max(_BLOCK, 1 << (2 * size - 1).bit_length())
    spectrum = np.conj(np.fft.rfft(template, block))
    step = block - size + 1
    pieces: list[NDArray[np.float64]] = []
    for begin in range(0, len(recording) - size + 1, step):
        piece = recording[begin : begin + block]
        # A longer inverse interpolates between the offsets.
        product = np.fft.rfft(piece, block) * spectrum
        correlation = np.fft.irfft(product, block * _FINE) * _FINE
        norms = np.repeat(_local_norm(piece, size), _FINE)
        pieces.append(correlation[: len(norms)] / (norm * norms))
    return np.concatenate(pieces)


def _local_norm(sound: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Square root of the energy in each window of ``size`` samples, never below a whisper's."""
    energy = np.concatenate(([0.0], np.cumsum(sound**2)))
    norm: NDArray[np.float64] = np.sqrt(np.maximum(energy[size:] - energy[:-size], size * 1e-8))
    return norm
