"""What is seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from host.model.commerce import Product
from host.model.talk import Question


class Mouth(NamedTuple):
    """The mouth at one frame; the channels of a ``VisemeTrack`` in order."""

    open: float = 0.0
    """Jaw: 0 shut, 1 as wide as speech goes."""
    wide: float = 0.0
    """Corners: −1 drawn in, 0 at rest, 1 spread (as in "ee")."""
    round: float = 0.0
    """Lips: 0 flat, 1 rounded and forward (as in "oo")."""
    press: float = 0.0
    """Lips: 1 pressed shut (/b p m/), whatever ``open`` says."""
    tuck: float = 0.0
    """Lower lip under the upper teeth: 1 for /f v/."""
    tongue: float = 0.0
    """Tongue tip: 0 down, 1 at the teeth (/l n t d/)."""


MOUTH_CHANNELS: tuple[str, ...] = Mouth._fields
"""Names of a ``VisemeTrack``'s columns, in order."""


@dataclass(frozen=True, slots=True)
class VisemeTrack:
    """The mouth over a clause, a row a frame."""

    values: NDArray[np.float32]
    """Shape (frames, len(MOUTH_CHANNELS)); ranges as in ``Mouth``."""
    fps: int
    """Rows a second."""

    def at(self, frame: int) -> Mouth:
        """The mouth at ``frame`` (0-based); at rest outside the track."""
        if not 0 <= frame < len(self.values):
            return Mouth()
        return Mouth(*(float(value) for value in self.values[frame]))


@dataclass(frozen=True, slots=True)
class Pose:
    """Everything that moves in a host, at one frame."""

    mouth: Mouth = field(default_factory=Mouth)
    eye_left: float = 1.0
    """Lid of the eye at the viewer's left: 0 shut, 1 open."""
    eye_right: float = 1.0
    """Lid of the eye at the viewer's right: 0 shut, 1 open."""
    gaze_x: float = 0.0
    """−1 viewer's left … 1 viewer's right."""
    gaze_y: float = 0.0
    """−1 up … 1 down."""
    brow: float = 0.0
    """−1 lowered … 1 raised."""
    smile: float = 0.3
    """0 neutral … 1 broad."""
    head_x: float = 0.0
    """Sway: −1 viewer's left … 1 viewer's right."""
    head_y: float = 0.0
    """−1 up … 1 down (a nod goes to 1)."""
    head_roll: float = 0.0
    """Tilt, −1 … 1, positive clockwise for the viewer."""
    breath: float = 0.0
    """0 breathed out … 1 breathed in."""
    gesture: str = ""
    """Gesture under way; empty: none."""
    gesture_phase: float = 0.0
    """0 begun … 1 done."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle to be copied into the I420 frame."""

    y: int
    """Top edge in luma pixels, even."""
    x: int
    """Left edge in luma pixels, even."""
    i420: NDArray[np.uint8]
    """Shape (height * 3 / 2, width), planes Y, U, V stacked, both sides even.

    BT.709, limited range."""


@dataclass(frozen=True, slots=True)
class Scenery:
    """What the scene shows beside the host, at one frame."""

    product: Product | None = None
    """On the card; None: no card."""
    caption: str = ""
    """The clause being said; empty: none."""
    progress: float = 0.0
    """How much of the caption has been said, 0 … 1."""
    question: Question | None = None
    """The question being answered; None: none."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One step of the programme: a frame and the samples beside it."""

    epoch: int
    """Grant under which it was written."""
    seq: int
    """Programme order, from 1."""
    i420: NDArray[np.uint8]
    """Shape (height * 3 / 2, width)."""
    pcm: NDArray[np.float32]
    """Shape (rate / fps, 2), stereo, −1…1."""
    line: int = 0
    """Line being said; 0: none."""
    clause: int = -1
    """Clause being said, from 0; −1: none."""
    offset: int = 0
    """Samples into the clause at the start of this tick."""
    duck: float = 0.0
    """How far the music steps back, 0 … 1."""
    ends_clause: bool = False
    ends_line: bool = False
