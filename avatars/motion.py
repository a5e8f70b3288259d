"""How a host moves when nobody tells it to: blinks, glances, sway, breath, nods.

A pose is a pure function of the tick and of what is being said, so a frame can be made again, out
of order, or by another process. Randomness is hashed from the tick (``avatars.noise``); nothing is
kept between calls, and nothing repeats within hours.

Figures: blinks 2-6 s apart, lids shut within 0.1 s and up again within 0.2 s; a breath every 3.8 s;
saccades within one frame.
"""

from __future__ import annotations

from math import pi, sin
from typing import NamedTuple

import numpy as np

from avatars import gestures
from avatars.gestures import bump, ease, plateau
from avatars.noise import drift, smooth, uniform
from avatars.phones import CHANNEL
from host.model import Mood, Mouth, Pose, VisemeTrack


class _Manner(NamedTuple):
    """What a mood does to the face."""

    smile: float
    brow: float
    energy: float
    """Factor on sway and nods."""


_MANNERS: dict[Mood, _Manner] = {
    "calm": _Manner(0.22, 0.0, 0.7),
    "warm": _Manner(0.45, 0.08, 1.0),
    "excited": _Manner(0.7, 0.3, 1.35),
    "serious": _Manner(0.05, -0.2, 0.6),
}

_RESTING: Mood = "warm"
"""Mood of the resting face."""

# Channels of the noise: one for each thing that moves by itself.
_X, _Y, _ROLL, _BREATH, _BROW, _SMILE, _BLINK, _DOUBLE, _GLANCE, _WHERE, _WHEN, _MICRO, _STRESS = (
    range(13)
)

_BLINK_SLOT = 4.0
"""Seconds; one blink in each slot, in its first half: two are 2 to 6 s apart."""

_GLANCE_SLOT = 2.6
"""Seconds; at most one glance in each."""

_JOIN = 0.25
"""Seconds at both ends of a clause in which it joins what is beside it."""

# Where a host looks beside the camera, (gaze_x, gaze_y): the comments below, the goods, a thought.
_GLANCES = ((-0.35, 0.75), (0.1, 0.8), (0.6, 0.45), (-0.65, 0.1), (0.5, -0.35))


class Motion:
    """One host's way of moving."""

    def __init__(self, seed: int, fps: int) -> None:
        """``seed``: two hosts of different seeds don't blink together. ``fps``: ticks a second."""
        if fps <= 0:
            raise ValueError(f"{fps} ticks a second")
        self._seed = seed
        self._fps = fps

    def pose(
        self,
        tick: int,
        track: VisemeTrack | None = None,
        frame: int = 0,
        mood: Mood = "warm",
        gesture: str = "",
    ) -> Pose:
        """The pose at air or programme ``tick`` (any integer, rising by one a frame).

        ``track``: the mouth of the clause being said, None when nothing is; ``frame``: position in
        it, from 0. ``mood`` grows out of the resting face at a clause's beginning and returns to it
        at its end, so that clauses and idling join. ``gesture``: what the line asks for (see
        ``avatars.gestures``), from frame 0 of the clause it is given with.
        """
        seed, seconds = self._seed, tick / self._fps
        manner = _manner(mood, self._inside(track, frame))
        mouth = Mouth() if track is None else track.at(frame)
        stress = 0.0 if track is None else _stress(track, frame)
        nod, lift = self._accents(track, frame)
        inside = self._inside(track, frame)
        asked = gestures.accent(gesture, frame / self._fps)
        nod, lift = max(nod, asked.nod * inside), max(lift, asked.lift * inside)
        lids = self._lids(seconds)
        gaze_x, gaze_y = self._gaze(seconds, speaking=track is not None)
        gaze_x *= 1.0 - asked.look_down * inside
        gaze_y += (0.8 - gaze_y) * asked.look_down * inside
        energy = manner.energy
        phase = -1.0 if not gesture else frame / (gestures.SECONDS * self._fps)
        under_way = 0.0 <= phase < 1.0
        return Pose(
            mouth=mouth,
            # The lids follow the eye: looking down lowers them a little. They differ by a trace.
            eye_left=_unit(lids * (0.97 - 0.14 * max(gaze_y, 0.0)) + 0.03 * lids * stress),
            eye_right=_unit(lids * (0.95 - 0.14 * max(gaze_y, 0.0)) + 0.05 * lids * stress),
            gaze_x=gaze_x,
            gaze_y=gaze_y,
            brow=_signed(
                manner.brow + 0.18 * drift(seed, _BROW, seconds, 5.3) + 0.35 * stress + 0.4 * lift
            ),
            smile=_unit(
                manner.smile + 0.12 * drift(seed, _SMILE, seconds, 7.9) - 0.15 * mouth.round
            ),
            head_x=_signed(0.62 * energy * drift(seed, _X, seconds, 6.7) + 0.12 * gaze_x),
            head_y=_signed(
                0.3 * energy * drift(seed, _Y, seconds, 4.9)
                + 0.12 * gaze_y
                + energy * (0.3 * stress + 0.55 * nod)
                - 0.25 * lift
            ),
            head_roll=_signed(
                0.6 * energy * drift(seed, _ROLL, seconds, 8.3) + 0.1 * stress + asked.roll * inside
            ),
            breath=self._breath(seconds),
            gesture=gesture if under_way else "",
            gesture_phase=phase if under_way else 0.0,
        )

    def _breath(self, seconds: float) -> float:
        """0…1; in takes less time than out, and no two breaths are quite alike."""
        turns = seconds / 3.8 + 0.35 * smooth(self._seed, _BREATH, seconds / 9.7)
        part = turns % 1.0
        return 0.5 - 0.5 * sin(pi * (part / 0.42 + 0.5)) if part < 0.42 else self._out(part)

    @staticmethod
    def _out(part: float) -> float:
        return 0.5 + 0.5 * sin(pi * ((part - 0.42) / 0.58 + 0.5))

    def _lids(self, seconds: float) -> float:
        """0 shut … 1 open."""
        slot = int(seconds // _BLINK_SLOT)
        shut = 0.0
        for index in (slot - 1, slot):
            begin = _BLINK_SLOT * (index + 0.5 * uniform(self._seed, _BLINK, index))
            shut = max(shut, _blink(seconds - begin))
            if uniform(self._seed, _DOUBLE, index) < 0.18:
                shut = max(shut, 0.9 * _blink(seconds - begin - 0.34))
        return 1.0 - shut

    def _gaze(self, seconds: float, *, speaking: bool) -> tuple[float, float]:
        """At the camera, with micro-saccades and now and then a glance elsewhere."""
        seed = self._seed
        fixation = int(seconds // 0.7)
        x = 0.07 * (2.0 * uniform(seed, _MICRO, fixation) - 1.0)
        y = 0.05 * (2.0 * uniform(seed, _MICRO + 100, fixation) - 1.0)
        slot = int(seconds // _GLANCE_SLOT)
        # Idle hosts look about, and read comments; one who speaks keeps to the camera.
        if uniform(seed, _GLANCE, slot) < (0.16 if speaking else 0.34):
            begin = slot * _GLANCE_SLOT + 0.3 + 0.8 * uniform(seed, _WHEN, slot)
            lasting = 0.5 + 0.9 * uniform(seed, _WHEN + 100, slot)
            away = plateau(seconds - begin, lasting, 0.05)
            to_x, to_y = _GLANCES[int(uniform(seed, _WHERE, slot) * len(_GLANCES))]
            x, y = x + away * to_x, y + away * to_y
        return _signed(x), _signed(y)

    def _accents(self, track: VisemeTrack | None, frame: int) -> tuple[float, float]:
        """(nod, lift): head down on a clause's strongest syllable, brows up at its start."""
        if track is None or not len(track.values):
            return 0.0, 0.0
        seconds = frame / self._fps
        aperture = track.values[:, CHANNEL["open"]]
        strongest = int(np.argmax(aperture))
        # Clauses differ: the track itself says which, so no state is needed.
        kind = uniform(self._seed, _STRESS, len(aperture) * 4099 + strongest)
        nod = bump(seconds - strongest / self._fps, 0.16) if kind < 0.6 else 0.0
        lift = bump(seconds - 0.25, 0.22) * (1.0 if kind > 0.35 else 0.3)
        # Nothing hangs over into the next clause, whose accents are its own.
        inside = self._inside(track, frame)
        return nod * inside, lift * inside

    def _inside(self, track: VisemeTrack | None, frame: int) -> float:
        """0 at both ends of a clause, 1 within it; 1 while nothing is said."""
        if track is None:
            return 1.0
        last = (len(track.values) - 1) / self._fps
        return plateau(frame / self._fps, last - _JOIN, _JOIN)


def _manner(mood: Mood, part: float) -> _Manner:
    """``part`` of the way from the resting face to the mood's own."""
    rest, own = _MANNERS[_RESTING], _MANNERS[mood]
    return _Manner(*(low + (high - low) * part for low, high in zip(rest, own, strict=True)))


def _stress(track: VisemeTrack, frame: int) -> float:
    """0…1: how far the mouth stands out from its clause just here; emphasis as it is seen."""
    aperture = track.values[:, CHANNEL["open"]]
    near = aperture[max(0, frame - 2) : frame + 3]
    if not len(near):
        return 0.0
    return _unit(2.0 * (float(near.mean()) - float(aperture.mean())))


def _blink(since: float) -> float:
    """0…1 shut, ``since`` seconds after it began."""
    if since <= 0.0 or since >= 0.32:
        return 0.0
    if since < 0.08:
        return ease(since / 0.08)
    if since < 0.13:
        return 1.0
    return 1.0 - ease((since - 0.13) / 0.19)


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _signed(value: float) -> float:
    return min(1.0, max(-1.0, value))
