"""The air without sound: the room's own playout, where a tick is a whole clause.

``stream.playout`` decides what is said next, here as on air: talk in order, answers at the end of
a clause, the gate before each clause, a pause between lines. A clause's sound is one sample at one
sample a tick, and how long it would be is estimated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from host.model import AudioFormat, Clause, Ended, Format, Line, Planned, Sound, VideoFormat
from host.pacing import seconds
from stream.playout import Permit, Playout

_SILENT = Format(VideoFormat(fps=1), AudioFormat(rate=1))
_SOUND = Sound(np.zeros(1, np.float32), 1)


@dataclass(frozen=True, slots=True)
class Begun:
    """A clause that begins now."""

    line: Line
    clause: Clause
    ticks: int
    """For which it sounds."""
    ends_line: bool


class Air:
    """Takes lines, gives clauses."""

    def __init__(self, fps: int, permit: Permit, dropped: Callable[[Ended], None]) -> None:
        """``fps``: ticks a second. ``dropped`` is told of lines that are not said (any more)."""
        self._fps = fps
        self._playout = Playout(_SILENT, permit, dropped)

    def take(self, planned: Planned) -> None:
        """A line with all its sounds: the voice is taken to keep up, as it does on air."""
        self._playout.enqueue(planned)
        for clause in planned.clauses:
            self._playout.voiced(planned.line.id, clause.index, _SOUND)

    def withdraw(self, line: int, why: str) -> None:
        """Drop a line; the clause on air is said to its end."""
        self._playout.withdraw(line, why)

    def next(self) -> Begun | None:
        """The clause that begins at this tick; None: a tick of silence."""
        step = self._playout.next()
        if step is None:
            return None
        spoken = seconds(step.clause.text, step.clause.lang)
        ticks = max(1, math.ceil(round(spoken * self._fps, 6)))
        return Begun(step.line, step.clause, ticks, step.ends_line)
