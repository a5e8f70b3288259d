"""Phones to mouth: coarticulation by dominance functions.

After M. M. Cohen and D. W. Massaro, "Modeling Coarticulation in Synthetic Visual Speech" (1993):
each phone pulls each channel to its target with a dominance that falls off exponentially with the
distance in time, ``D(t) = a * exp(-|t| / T)``, and the channel is the mean of the targets weighted
by dominance. Rounding falls off more slowly ahead of its phone than behind it, so lips round before
the vowel is heard. One departure: distance counts from the phone's middle part, not its centre
alone, so that long vowels are held.

Lips that must meet are not left to a mean: every /b p m/ has a frame with ``press`` 1 and every
/f v/ one with ``tuck`` 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from avatars.phones import CHANNEL, FLOATS, REST, Gesture, gestures
from host.model import MOUTH_CHANNELS, Mouth, Sound, VisemeTrack

# Seconds in which a dominance falls to 1/e, ahead of a phone and behind it. The order (rounding
# leads, lips and tongue are quick, the jaw is between) follows Cohen & Massaro; the values were set
# by eye at 25 frames a second.
_AHEAD = np.array(Mouth(0.045, 0.07, 0.11, 0.03, 0.03, 0.03))
_BEHIND = np.array(Mouth(0.04, 0.06, 0.06, 0.03, 0.03, 0.03))

_HELD = 0.5
"""Share of a phone, about its centre, in which its dominance does not fall."""

_CLOSURE = 0.7
"""Share of a /b p m/ for which the lips are shut; the rest is its release."""

_RELEASE = 0.05
"""Seconds in which lips part from a closure, and meet for it."""

_LOUD_SWING = 0.3
"""How much wider the loudest part of a sound opens than its quietest."""

_SILENT = 0.1
"""Level, of the sound's loud parts, under which the mouth relaxes."""


class _Segment(NamedTuple):
    gesture: Gesture
    start: float
    end: float


def track(sound: Sound, fps: int, frames: int) -> VisemeTrack:
    """The mouth over ``sound``, a row a frame.

    ``fps``: frames a second, > 0. ``frames``: rows wanted, >= 0; rows beyond the sound are at rest.
    Row ``f`` is the mouth at the middle of its frame, ``(f + 0.5) / fps`` seconds. Deterministic.
    Without phones the mouth follows the loudness, modestly: it moves when there is sound and no
    more is claimed.
    """
    if fps <= 0 or frames < 0:
        raise ValueError(f"no track of {frames} frames at {fps} a second")
    loudness = _loudness(sound, fps, frames)
    if not sound.phones:
        return VisemeTrack(_from_loudness(loudness), fps)
    segments = _segments(sound)
    middles = (np.arange(frames) + 0.5) / fps
    values = _blend(segments, middles)
    values[:, CHANNEL["open"]] *= 1.0 - _LOUD_SWING * (1.0 - loudness)
    # Engines give a last phone the silence after it; lips let go of a vowel that is over.
    held = 0.3 + 0.7 * np.clip(loudness / _SILENT, 0.0, 1.0)
    values *= held[:, None]
    _shut(values, segments, middles, fps)
    return VisemeTrack(_clipped(values), fps)


def _segments(sound: Sound) -> list[_Segment]:
    """Phones cut into gestures, with rest before, between and after."""
    found: list[_Segment] = []
    at, before = 0.0, ""
    for timed in sound.phones:
        start, end = max(timed.start, at), max(timed.end, timed.start, at)
        if start - at > 1e-3:
            found.append(_Segment(REST, at, start))
            before = ""
        parts = gestures(timed.phone, before)
        before = timed.phone
        edges = np.linspace(start, end, len(parts) + 1)
        for part, left, right in zip(parts, edges[:-1], edges[1:], strict=True):
            found.append(_Segment(part, float(left), float(right)))
        at = end
    tail = max(at, sound.seconds)
    found.append(_Segment(REST, at, tail + 0.3))
    return [_Segment(REST, -0.3, 0.0), *found]


def _blend(segments: list[_Segment], middles: FLOATS) -> FLOATS:
    """Shape (frames, channels): the dominance-weighted mean of the targets."""
    start = np.array([segment.start for segment in segments])
    end = np.array([segment.end for segment in segments])
    centre, half = (start + end) / 2, (end - start) / 2 * _HELD
    offset = middles[:, None] - centre  # negative: the phone is still to come
    distance = np.maximum(np.abs(offset) - half, 0.0)[..., None]
    falloff = np.where(offset[..., None] < 0, distance / _AHEAD, distance / _BEHIND)
    strength = np.array([segment.gesture.strength for segment in segments])
    target = np.array([segment.gesture.target for segment in segments])
    # A faint pull keeps the mean defined where every dominance has died away.
    dominance = strength * np.exp(-np.minimum(falloff, 60.0)) + 1e-30
    mean: FLOATS = (dominance * target).sum(axis=1) / dominance.sum(axis=1)
    return mean


def _shut(values: FLOATS, segments: list[_Segment], middles: FLOATS, fps: int) -> None:
    """Write ``press`` and ``tuck`` where the lips must meet, in whole frames."""
    if not len(values):
        return
    press, tuck = values[:, CHANNEL["press"]], values[:, CHANNEL["tuck"]]
    press[:] = 0.0
    tuck[:] = 0.0
    for segment in segments:
        if segment.gesture.closes:
            _meet(press, segment, middles, fps)
        elif segment.gesture.tucks:
            _meet(tuck, segment, middles, fps)
    # Where both are asked of one frame the lips meet: a viewer misses /b p m/ first.
    tuck *= 1.0 - press


def _meet(channel: FLOATS, segment: _Segment, middles: FLOATS, fps: int) -> None:
    """At least the frame nearest to the closure is whole; its neighbours part by distance."""
    shut_until = segment.start + _CLOSURE * (segment.end - segment.start)
    nearest = int((segment.start + shut_until) / 2 * fps)
    if not 0 <= nearest < len(channel):
        return  # the phone lies outside the rows asked for
    # A frame is closed as well if most of it is: half a frame of slack at both ends.
    outside = np.maximum(segment.start - middles, middles - shut_until)
    parting = 1.0 - np.maximum(outside, 0.0) / max(_RELEASE, 0.75 / fps)
    parting[(parting < 1.0)] *= 0.6  # an open neighbour makes the closure seen
    np.maximum(channel, np.clip(parting, 0.0, 1.0), out=channel)
    channel[nearest] = 1.0


def _loudness(sound: Sound, fps: int, frames: int) -> FLOATS:
    """Shape (frames,), 0…1: level by frame, relative to the sound's own loud parts."""
    levels = np.zeros(frames)
    edges = np.round(np.arange(frames + 1) * sound.rate / fps).astype(np.int64)
    edges = np.minimum(edges, len(sound.pcm))
    power = np.concatenate([[0.0], np.cumsum(np.square(sound.pcm, dtype=np.float64))])
    count = np.diff(edges)
    some = count > 0
    levels[some] = np.sqrt(np.maximum(np.diff(power[edges])[some], 0.0) / count[some])
    loud = float(np.percentile(levels[some], 90)) if some.any() else 0.0
    if loud < 1e-4:  # −80 dBFS: nothing to be heard
        return np.zeros(frames)
    padded = np.pad(levels, 1, mode="edge")
    smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    result: FLOATS = np.clip(smooth / loud, 0.0, 1.0)
    return result


def _from_loudness(loudness: FLOATS) -> NDArray[np.float32]:
    values = np.zeros((len(loudness), len(MOUTH_CHANNELS)))
    values[:, CHANNEL["open"]] = 0.55 * np.clip((loudness - 0.08) / 0.92, 0.0, 1.0) ** 0.8
    return _clipped(values)


def _clipped(values: FLOATS) -> NDArray[np.float32]:
    low = np.zeros(len(MOUTH_CHANNELS))
    low[CHANNEL["wide"]] = -1.0
    return np.clip(values, low, 1.0).astype(np.float32)
