"""What every engine's raw speech goes through, so that all of them come out alike."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from host.errors import VoiceError
from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice.style import Style

ACTIVE_LEVEL = -19.0
"""dBFS, RMS over active speech: 4 dB over −23 LUFS programmes, usual for mobile live streams."""
PEAK = -1.5
"""dBFS. Leaves room for AAC overshoot."""
LEAD = 0.02
"""Seconds of the engine's own quiet kept before the first sound."""
TAIL = 0.04
"""Seconds kept after the last sound: the release of a final vowel."""
FADE = 0.008
"""Seconds of fade at both cuts."""
QUIET = -50.0
"""dB under the loudest 10 ms at which speech has begun: under it are breaths and model noise."""
_WINDOW = 0.01
"""Seconds over which levels are taken."""

_PAUSES = {
    ",": 0.12, ";": 0.2, ":": 0.16, ".": 0.28, "!": 0.26, "?": 0.32, "…": 0.3, "、": 0.08,
    "—": 0.16, "，": 0.12, "；": 0.2, "：": 0.16, "。": 0.28, "！": 0.26, "？": 0.32,
}  # fmt: skip
"""Seconds after a clause that ends so. Mandarin read aloud pauses 0.1–0.2 s at commas and
0.3–0.5 s at full stops; a seller is brisker."""
_NO_MARK = 0.05
"""Seconds after a clause that ends in no mark: it was cut for length alone."""
_CLOSERS = "\"'”’）)】」』》 "


@dataclass(frozen=True, slots=True)
class Raw:
    """What an engine gave."""

    pcm: NDArray[np.float32]
    """Shape (samples,), mono; any level."""
    rate: int
    """Hertz."""
    phones: tuple[TimedPhone, ...] = ()
    """Placed where they are heard in ``pcm``."""


def shape(raw: Raw, clause: Clause, style: Style, *, rate: int, engine: str) -> Sound:
    """Trim, level, resample and fade speech, and add the clause's pause after it.

    The sound starts within 30 ms of its beginning; its active level is ``ACTIVE_LEVEL`` plus the
    style's energy, its peak at most ``PEAK``. Raises VoiceError when the engine gave no speech.
    """
    if raw.pcm.size == 0 or not np.isfinite(raw.pcm).all():
        raise VoiceError(engine, "gave no sound, or numbers that are none")
    first, last = _bounds(raw, engine)
    pcm = raw.pcm[first:last].astype(np.float32)
    if raw.rate != rate:
        pcm = soxr.resample(pcm, raw.rate, rate, quality="HQ").astype(np.float32)
    pcm = _level(pcm, rate, style.energy)
    _fade(pcm, rate)
    speech = len(pcm) / rate
    rest = pause(clause.text) / style.rate
    pcm = np.concatenate([pcm, np.zeros(round(rest * rate), dtype=np.float32)])
    phones = _placed(raw.phones, first / raw.rate, speech)
    return Sound(pcm=pcm, rate=rate, phones=phones, engine=engine)


def silence(clause: Clause, *, rate: int, engine: str) -> Sound:
    """The sound of a clause in which nothing can be said, such as "——" or "🎉"."""
    pcm = np.zeros(round(pause(clause.text) * rate), dtype=np.float32)
    return Sound(pcm=pcm, rate=rate, engine=engine)


def pause(text: str) -> float:
    """Seconds of pause after a clause, by its last mark, ±10 % by its text: the same every time."""
    mark = text.rstrip(_CLOSERS)[-1:]
    chance = hashlib.blake2b(text.encode(), digest_size=2).digest()
    return _PAUSES.get(mark, _NO_MARK) * (0.9 + 0.2 * int.from_bytes(chance, "big") / 0xFFFF)


def levels(pcm: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """RMS of each 10 ms, dBFS. Shape (⌈samples / window⌉,)."""
    window = max(1, round(_WINDOW * rate))
    padded = np.pad(pcm, (0, -len(pcm) % window)).reshape(-1, window)
    power = np.mean(np.square(padded, dtype=np.float64), axis=1)
    made: NDArray[np.float32] = (10 * np.log10(power + 1e-12)).astype(np.float32)
    return made


def active_level(pcm: NDArray[np.float32], rate: int) -> float:
    """RMS over the stretches in which somebody speaks, dBFS.

    Active is what is within 16 dB of the mean over what is within 30 dB of the loudest: two
    steps towards the margin that ITU-T P.56 (2011), method B, uses.
    """
    each = levels(pcm, rate)
    mean = _mean_level(each[each > each.max() - 30])
    return _mean_level(each[each > mean - 16])


def _mean_level(each: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(10 ** (each.astype(np.float64) / 10))))


def _bounds(raw: Raw, engine: str) -> tuple[int, int]:
    each = levels(raw.pcm, raw.rate)
    if each.max() < -60:
        raise VoiceError(engine, "gave silence")
    heard = np.flatnonzero(each > each.max() + QUIET)
    window = max(1, round(_WINDOW * raw.rate))
    first = heard[0] * window - round(LEAD * raw.rate)
    last = (heard[-1] + 1) * window + round(TAIL * raw.rate)
    return max(0, int(first)), min(len(raw.pcm), int(last))


def _level(pcm: NDArray[np.float32], rate: int, energy: float) -> NDArray[np.float32]:
    gain = 10 ** ((ACTIVE_LEVEL + energy - active_level(pcm, rate)) / 20)
    return _limited(pcm * np.float32(gain), rate)


def _limited(pcm: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Turn down what is over ``PEAK``, smoothly over 5 ms on both sides of it."""
    ceiling = 10 ** (PEAK / 20)
    if np.abs(pcm).max() <= ceiling:
        return pcm
    wanted = np.minimum(1.0, ceiling / np.maximum(np.abs(pcm), 1e-9))
    reach = max(1, round(0.005 * rate))
    padded = np.pad(wanted, reach, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    # A mean over half the reach stays under the wanted gain: the minimum holds all around a peak.
    half = max(1, reach // 2)
    kernel = np.full(2 * half + 1, 1 / (2 * half + 1))
    smooth = np.convolve(np.pad(lowest, half, mode="edge"), kernel, mode="valid")
    return (pcm * smooth).astype(np.float32)


def _fade(pcm: NDArray[np.float32], rate: int) -> None:
    count = min(round(FADE * rate), len(pcm) // 2)
    ramp = np.linspace(0, 1, count, endpoint=False, dtype=np.float32)
    pcm[:count] *= ramp
    pcm[len(pcm) - count :] *= ramp[::-1]


def _placed(phones: tuple[TimedPhone, ...], offset: float, speech: float) -> tuple[TimedPhone, ...]:
    """Phones moved by what was trimmed, kept within the speech.

    A consonant that lay wholly in what was trimmed before is the silent closure of a stop: its
    lips must close all the same, so it gets the quiet that was kept.
    """
    made: list[TimedPhone] = []
    closure = ""
    for phone in phones:
        start = min(max(phone.start - offset, 0.0), speech)
        end = min(max(phone.end - offset, 0.0), speech)
        if end > start:
            if closure and not made and end > LEAD:
                made.append(TimedPhone(closure, 0.0, LEAD))
                start = max(start, LEAD)
            made.append(TimedPhone(phone.phone, start, end))
        elif phone.phone and not made:
            closure = phone.phone
    return tuple(made)
