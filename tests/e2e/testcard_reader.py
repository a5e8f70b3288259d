"""What a recording of the test card says: which frames came, and how far off the sound was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatars.testcard import read_counter, tone_hertz, tone_of
from tests.e2e.decoded import Samples, pictures, samples

_HOP_MS = 5
"""Resolution of offsets."""
_WINDOW_MS = 20
"""Of sound that a tone is told from."""
_SILENT = 0.01
"""RMS below which no tone is looked for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame of the recording."""

    ms: int
    """PTS, milliseconds."""
    counter: int | None
    """What its code says; None: no test card (stand-by) or not legible."""


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the sound was from the picture over a stretch of the recording."""

    at_ms: int
    """Where the stretch begins, stream time."""
    late_ms: int
    """Sound behind its picture, a multiple of 5; negative: ahead of it."""
    agreement: float
    """Share of the stretch in which tone and counter agree at that offset; in step, > 0.8."""


def counters(path: Path) -> list[Seen]:
    """Every frame of the recording, in order."""
    return [Seen(picture.ms, read_counter(picture.luma, luma=True)) for picture in pictures(path)]


def offsets(
    path: Path, *, fps: int = 25, stretch: float = 10.0, reach: float = 8.0
) -> list[Offset]:
    """The offset in each ``stretch`` (seconds) of the recording, looked for within ``reach``.

    Stretches in which less than a second of frames is legible are left out. Raises ValueError
    when there is no sound.
    """
    heard = _tones(samples(path), fps)
    shown = _expected(counters(path), fps)
    span, size = round(reach * 1000 / _HOP_MS), round(stretch * 1000 / _HOP_MS)
    found = []
    for begin in range(0, len(shown), size):
        part = shown[begin : begin + size]
        legible = part >= 0
        if np.count_nonzero(legible) < 1000 // _HOP_MS:
            continue
        scores = np.array(
            [_agreement(part, heard, begin + shift) for shift in range(-span, span + 1)]
        )
        # The middle of the best run: both change in steps, so the top may be flat.
        best = np.flatnonzero(scores >= scores.max() - 1e-9)
        late = (round(float(np.median(best))) - span) * _HOP_MS
        found.append(Offset(begin * _HOP_MS, late, float(scores.max())))
    return found


def _agreement(part: NDArray[np.int16], heard: NDArray[np.int16], at: int) -> float:
    lead, end = max(0, -at), min(len(part), len(heard) - at)
    if end <= lead:
        return 0.0
    expected, got = part[lead:end], heard[at + lead : at + end]
    return float(
        np.count_nonzero((expected >= 0) & (expected == got)) / np.count_nonzero(part >= 0)
    )


def _expected(seen: list[Seen], fps: int) -> NDArray[np.int16]:
    """The tone that belongs to the picture, every 5 ms from stream time 0; −1: unknown."""
    length = (seen[-1].ms + 1000 // fps) // _HOP_MS if seen else 0
    out = np.full(length, -1, np.int16)
    for frame in seen:
        if frame.counter is not None:
            begin = round(frame.ms / _HOP_MS)
            out[begin : begin + 1000 // fps // _HOP_MS] = tone_of(frame.counter)
    return out


def _tones(sound: Samples, fps: int) -> NDArray[np.int16]:
    """The tone that sounds, every 5 ms from stream time 0; −1: none."""
    hop, size = sound.rate * _HOP_MS // 1000, sound.rate * _WINDOW_MS // 1000
    lead = round(sound.start_ms * sound.rate / 1000)
    mono = np.concatenate([np.zeros(max(0, lead), np.float32), sound.mono[max(0, -lead) :]])
    # Windows are centred on the middle of their 5 ms.
    mono = np.pad(mono, (size // 2 - hop // 2, size))
    windows = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop]
    at = np.arange(size) / sound.rate
    waves = np.exp(2j * np.pi * np.outer(at, tone_hertz(fps))) * np.hanning(size)[:, None]
    out = np.empty(len(windows), np.int16)
    for begin in range(0, len(windows), 2000):
        block = windows[begin : begin + 2000]
        level = np.sqrt(np.mean(np.square(block), axis=1))
        index = np.argmax(np.abs(block @ waves), axis=1)
        out[begin : begin + 2000] = np.where(level < _SILENT, -1, index)
    return out
