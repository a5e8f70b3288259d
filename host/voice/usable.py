"""Whether what an engine gave is speech of that clause at all."""

from __future__ import annotations

import numpy as np

from host.model.sound import Sound
from host.model.talk import Clause
from host.voice import reading

SLOWEST = 0.8
"""Seconds a character: a digit or a letter that is spelt takes 0.5 s, a Hanzi 0.35 s."""
QUICKEST = 0.02
"""Seconds a character that is said: the quickest English has 25 in a second."""
AROUND = 3.0
"""Seconds that a clause may take beside its characters: a word that is written as one sign, and
the pause after it."""
PEAK = 1.05
"""Full scale, with what resampling may add."""


def why_unusable(sound: Sound, clause: Clause, rate: int) -> str | None:
    """Why ``sound`` must not go on air as ``clause``; None: it may. ``rate``: the room's, hertz."""
    pcm = sound.pcm
    if sound.rate != rate:
        return f"gave {sound.rate} Hz in a room at {rate} Hz"
    if pcm.ndim != 1 or pcm.dtype != np.float32:
        return f"gave {pcm.dtype} of shape {pcm.shape} in place of mono float32"
    if not np.isfinite(pcm).all():
        return "gave numbers that are none"
    said = sum(char.isalnum() for char in clause.text)
    longest = AROUND + SLOWEST * len(clause.text)
    if not len(pcm) or not QUICKEST * said <= sound.seconds <= longest:
        return f"gave {sound.seconds:.2f} s for {clause.text!r}"
    peak = float(np.abs(pcm).max())
    if peak > PEAK:
        return f"gave a peak of {peak:.3g}"
    if not peak and reading.spoken(clause.text, clause.lang):
        return "gave silence"
    return None
