"""Speech over the music bed, for each tick."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from host.model import Format, MusicBed
from stream.music import load

ATTACK = 0.3
"""Seconds in which the music steps back."""
RELEASE = 0.8
"""Seconds in which it returns."""
CEILING = 10 ** (-1.5 / 20)
"""Peak of what leaves, −1.5 dBFS."""


class Mixer:
    """Owns the music's place and level, so that it plays on whatever happens to the speech."""

    def __init__(self, fmt: Format, music: MusicBed | None) -> None:
        self._samples = fmt.samples
        self._seconds = fmt.samples / fmt.audio.rate
        self._bed = load(music, fmt.audio.rate) if music else None
        self._floor = 10 ** (music.duck_db / 20) if music else 1.0
        self._at = 0
        self._gain = 1.0
        self._tail = np.zeros(2, np.float32)

    def mix(self, speech: NDArray[np.float32] | None, duck: float) -> NDArray[np.float32]:
        """One tick of sound: shape (samples, 2), −1…1.

        ``speech``: shape (samples, 2); None when there is none (the last sample fades out within
        5 ms, in place of a click). ``duck``: how far the music steps back, 0…1.
        """
        out = np.zeros((self._samples, 2), np.float32)
        if speech is not None:
            out += speech
            self._tail = speech[-1].copy()
        elif self._tail.any():
            fade = np.linspace(1.0, 0.0, self._samples // 8, dtype=np.float32)
            out[: len(fade)] += fade[:, None] * self._tail
            self._tail[:] = 0
        if self._bed is not None:
            out += self._music(duck)
        return np.clip(out, -CEILING, CEILING, out=out)

    def _music(self, duck: float) -> NDArray[np.float32]:
        assert self._bed is not None
        target = 1.0 + duck * (self._floor - 1.0)
        span = ATTACK if target < self._gain else RELEASE
        share = 1 - math.exp(-3 * self._seconds / span)  # 95 % of the way in `span`
        after = self._gain + (target - self._gain) * share
        ramp = np.linspace(self._gain, after, self._samples, dtype=np.float32)
        places = np.arange(self._at, self._at + self._samples) % len(self._bed)
        self._at = (self._at + self._samples) % len(self._bed)
        self._gain = after
        return self._bed[places] * ramp[:, None]
