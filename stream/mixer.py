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
EDGE = 0.005
"""Seconds in which speech that breaks off in mid-word fades out, and in when it goes on."""


class Mixer:
    """Owns the music's place and level, so that it plays on whatever happens to the speech."""

    def __init__(self, fmt: Format, music: MusicBed | None) -> None:
        self._samples = fmt.samples
        self._seconds = fmt.samples / fmt.audio.rate
        self._bed = load(music, fmt.audio.rate) if music else None
        self._floor = 10 ** (music.duck_db / 20) if music else 1.0
        self._at = 0
        self._gain = 1.0
        self._tail: NDArray[np.float32] | None = None  # last sample of speech; None: no speech
        self._fade = 0  # ticks of the last fade; 0: none
        self._fading = 0  # of which are left
        edge = max(2, round(EDGE * fmt.audio.rate))
        self._rise = np.linspace(0.0, 1.0, edge, dtype=np.float32)[:, None]

    def mix(self, speech: NDArray[np.float32] | None, duck: float) -> NDArray[np.float32]:
        """One tick of sound: shape (samples, 2), −1…1.

        ``speech``: shape (samples, 2); None when there is none: what breaks off fades out and what
        comes back fades in within ``EDGE``, in place of a click. A sample that is no number is
        silence. ``duck``: how far the music steps back, 0…1.
        """
        out = np.zeros((self._samples, 2), np.float32)
        edge = len(self._rise)
        if speech is not None:
            out += np.nan_to_num(speech, nan=0.0, posinf=0.0, neginf=0.0)
            self._tail, before = out[-1].copy(), self._tail
            if before is None:
                out[:edge] *= self._rise
        elif self._tail is not None:
            out[:edge] += self._rise[::-1] * self._tail
            self._tail = None
        if self._bed is not None:
            out += self._music(duck)
        if self._fade:
            out *= self._falling()
        return np.clip(out, -CEILING, CEILING, out=out)

    def fade_out(self, ticks: int) -> None:
        """Fall to silence within the next ``ticks``; for good."""
        self._fade = self._fading = ticks

    def _falling(self) -> NDArray[np.float32]:
        first, self._fading = self._fading, max(0, self._fading - 1)
        ramp = np.linspace(first / self._fade, self._fading / self._fade, self._samples)
        return ramp.astype(np.float32)[:, None]

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
