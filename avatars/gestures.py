"""What a line's gesture does to the head, by name.

The drawn host keeps its hands folded, so each gesture is one of head, brows and eyes. Scripts may
ask for the names in ``GESTURES``; others do nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp, pi, sin
from typing import NamedTuple

SECONDS = 2.0
"""How long a gesture takes."""


class Accent(NamedTuple):
    """What is added to a pose."""

    nod: float = 0.0
    """0 … 1, head down."""
    lift: float = 0.0
    """0 … 1, brows up and chin a little with them."""
    roll: float = 0.0
    """−1 … 1, clockwise for the viewer."""
    look_down: float = 0.0
    """0 at the camera … 1 at the goods below."""
    smile: float = 0.0
    """0 … 1, added."""


def accent(gesture: str, seconds: float) -> Accent:
    """What ``gesture`` adds, ``seconds`` after it began."""
    make = GESTURES.get(gesture)
    if make is None or not 0.0 <= seconds < SECONDS:
        return Accent()
    return make(seconds)


def _nod(t: float) -> Accent:
    return Accent(nod=max(bump(t - 0.4, 0.14), 0.7 * bump(t - 0.95, 0.14)))


def _point(t: float) -> Accent:
    return Accent(nod=0.7 * bump(t - 0.55, 0.2), look_down=plateau(t - 0.2, 0.8, 0.06))


def _tilt(t: float) -> Accent:
    held = plateau(t - 0.15, 1.3, 0.3)
    return Accent(lift=0.4 * held, roll=0.75 * held)


def _open(t: float) -> Accent:
    held = plateau(t - 0.1, 1.2, 0.3)
    return Accent(lift=0.9 * held, smile=0.15 * held)


def _wave(t: float) -> Accent:
    held = plateau(t - 0.1, 1.4, 0.25)
    return Accent(lift=0.5 * held, roll=0.6 * held * sin(2.0 * pi * t / 0.8), smile=0.25 * held)


GESTURES: Mapping[str, Callable[[float], Accent]] = {
    "nod": _nod,
    "point": _point,
    "tilt": _tilt,
    "open": _open,
    "wave": _wave,
}
"""By name; each takes the seconds since its beginning, 0 … ``SECONDS``."""


def bump(offset: float, width: float) -> float:
    """0…1: a bell about 0."""
    return exp(-0.5 * (offset / width) ** 2)


def plateau(since: float, lasting: float, edge: float) -> float:
    """0…1: up within ``edge`` seconds, held, and down again from ``lasting`` on."""
    return ease(since / edge) * (1.0 - ease((since - lasting) / edge))


def ease(part: float) -> float:
    """0 at 0, 1 at 1, smooth at both ends and flat beyond them."""
    part = min(1.0, max(0.0, part))
    return part * part * (3.0 - 2.0 * part)
