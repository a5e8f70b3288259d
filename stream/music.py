"""The quiet music bed: generated, so that no licence and no file is needed."""

from __future__ import annotations

import io
import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host.model import MusicBed

_BAR = 3.2
"""Seconds a chord: slow enough to stay in the background."""
_PROGRESSIONS = (
    ((0, 4, 7, 11), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17)),
    ((0, 4, 7, 14), (5, 9, 12, 19), (9, 12, 16, 23), (5, 9, 12, 14)),
    ((0, 7, 11, 16), (4, 7, 11, 14), (5, 9, 12, 16), (7, 12, 14, 19)),
)
"""Semitones above the root: diatonic sevenths and ninths, no strong cadence, so that the loop's
seam is not heard."""


def bed(music: MusicBed, rate: int) -> NDArray[np.float32]:
    """A loop that joins its own beginning: shape (samples, 2), peak ``music.gain_db`` dBFS.

    About 51 s: four chords four times, each time with another figure over the pad. Same seed,
    same music.
    """
    chance = random.Random(music.seed)  # noqa: S311 (a tune, no secret)
    chords = chance.choice(_PROGRESSIONS)
    root = 220.0 * 2 ** (chance.randint(-5, 2) / 12)
    bar = round(_BAR * rate)
    total = bar * len(chords) * 4
    out = np.zeros((total, 2), np.float32)
    for index in range(len(chords) * 4):
        chord = chords[index % len(chords)]
        for voice, step in enumerate(chord):
            _add(out, index * bar, _pad(root * 2 ** (step / 12), rate), pan=0.3 + 0.13 * voice)
        for beat in range(8):
            if chance.random() < 0.45:
                pitch = root * 2 ** (chance.choice(chord) / 12 + 1)
                at = index * bar + round(beat * _BAR / 8 * rate)
                _add(out, at, _pluck(pitch, rate), pan=chance.uniform(0.2, 0.8))
    out *= 10 ** (music.gain_db / 20) / float(np.abs(out).max())
    return out


def bake(music: MusicBed, rate: int, folder: Path) -> MusicBed:
    """The same bed with its loop in a file of ``folder``; made once (1 s), then found there."""
    path = folder / f"music-{music.seed}-{music.gain_db:g}dB-{rate}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".npy", delete=False) as file:
            np.save(file, bed(music, rate))
        os.replace(file.name, path)
    return replace(music, path=str(path))


def load(music: MusicBed, rate: int) -> NDArray[np.float32]:
    """The loop, from its file where there is a sound one."""
    if music.path:
        try:
            # Read, not mapped: on air a page must never wait for a disk.
            baked = np.lib.format.read_array(io.BytesIO(Path(music.path).read_bytes()))
        except (OSError, ValueError, EOFError):
            return bed(music, rate)
        if baked.ndim == 2 and baked.shape[1] == 2 and len(baked) and baked.dtype == np.float32:
            return np.asarray(baked)
    return bed(music, rate)


def _pad(pitch: float, rate: int) -> NDArray[np.float32]:
    """A soft tone that swells and fades over two bars, so that chords overlap."""
    t = np.arange(round(2 * _BAR * rate), dtype=np.float32) / rate
    swell = np.sin(np.pi * t / (2 * _BAR)) ** 2
    tone = np.sin(2 * np.pi * pitch / 2 * t) + 0.4 * np.sin(2 * np.pi * pitch * 1.003 * t)
    tone += 0.1 * np.sin(2 * np.pi * pitch * 2 * t)
    return np.asarray(0.22 * swell * tone, np.float32)


def _pluck(pitch: float, rate: int) -> NDArray[np.float32]:
    """A bell-like note that dies away in 1.5 s."""
    t = np.arange(round(1.5 * rate), dtype=np.float32) / rate
    attack = np.minimum(1.0, t / 0.012)
    tone = np.sin(2 * np.pi * pitch * t) * np.exp(-t * 3.2)
    tone += 0.3 * np.sin(2 * np.pi * pitch * 3 * t) * np.exp(-t * 7.0)
    return np.asarray(0.2 * attack * tone * np.minimum(1.0, (1.5 - t) / 0.1), np.float32)


def _add(out: NDArray[np.float32], at: int, note: NDArray[np.float32], pan: float) -> None:
    """Mix a mono note into the loop, wrapping at its end. ``pan``: 0 left … 1 right."""
    places = np.arange(at, at + len(note)) % len(out)
    out[places, 0] += note * np.cos(pan * np.pi / 2)
    out[places, 1] += note * np.sin(pan * np.pi / 2)
