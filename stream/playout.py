"""Which clause sounds at which tick: talk in order, answers at the end of a clause."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from host.model import Clause, Cursor, Ended, Format, Line, Planned, Sound

REMEMBERED = 4096
"""Lines that were said or dropped whose ids are kept, so that none is taken twice: a day's."""

Permit = Callable[[Planned, int], str | None]
"""The gate at playout: why clause ``index`` of a planned line must not be said; None: it may."""


@dataclass(frozen=True, slots=True)
class Step:
    """One tick of speech."""

    line: Line
    clause: Clause
    sound: Sound
    """The clause's whole sound."""
    frame: int
    """Ticks into the clause, from 0."""
    offset: int
    """Samples into the clause at the start of this tick."""
    pcm: NDArray[np.float32]
    """Shape (rate / fps,), mono; silence after the clause's last sample."""
    ends_clause: bool
    ends_line: bool


@dataclass(slots=True, eq=False)
class _Speech:
    """A line on its way; compared by identity, because sounds do not compare."""

    planned: Planned
    next_clause: int
    sounds: dict[int, Sound] = field(default_factory=dict)
    withdrawn: str | None = None
    """Why it is dropped when the clause on air has been said; None: it goes on."""

    @property
    def priority(self) -> int:
        return self.planned.line.priority

    @property
    def ready(self) -> bool:
        return self.next_clause in self.sounds

    @property
    def on_last(self) -> bool:
        return self.next_clause == len(self.planned.clauses) - 1


class Playout:
    """Takes lines and their sounds in any order, gives ticks in the right one.

    A clause is not cut (but see ``reconsider``); it is padded to whole ticks. A line with priority
    cuts in at the end of the clause on air as soon as its own next clause has its sound; the line
    that was cut goes on with its next clause afterwards.
    """

    def __init__(self, fmt: Format, permit: Permit, ended: Callable[[Ended], None]) -> None:
        """``ended`` is told of lines that were dropped; what was finished onair tells."""
        self._samples = fmt.samples
        self._rate = fmt.audio.rate
        self._permit = permit
        self._ended = ended
        self._lines: list[_Speech] = []  # in the order in which they are to be said
        self._known: deque[int] = deque(maxlen=REMEMBERED)
        self._saying: _Speech | None = None
        self._sound: Sound | None = None  # of the clause on air
        self._frame = 0
        self._fading = ""  # why the clause on air ends with the next tick; empty: it goes on
        self._rest = 0  # ticks of pause before the next line
        self._aired = Cursor(-1, 0, 0, 0, -1, 0)  # where a former media left off
        self._retiring = False
        self.starved = True
        """The last ``next`` gave nothing because no sound was there, not for a pause."""

    def resume(self, cursor: Cursor) -> None:
        """Go on behind what was aired last, whoever gave it: before any line is taken.

        A studio may not have heard yet of the clause that was aired when it hands a line over.
        """
        self._aired = cursor
        if cursor.line and cursor.ends_line:
            self._known.append(cursor.line)

    def retire(self) -> None:
        """Begin no further clause; the one on air is said to its end."""
        self._retiring = True

    @property
    def retired(self) -> bool:
        """It was told to retire, and no clause is under way."""
        return self._retiring and self._sound is None

    def enqueue(self, planned: Planned, start_clause: int = 0) -> None:
        """Take a line. One that was taken before is passed over, so that re-sending is safe.

        ``start_clause``: the first one to say; a line that has none left is dropped.
        """
        if planned.line.id in self._known:
            return
        self._known.append(planned.line.id)
        if planned.line.id == self._aired.line:
            start_clause = max(start_clause, self._aired.clause + self._aired.ends_clause)
        if not 0 <= start_clause < len(planned.clauses):
            self._ended(Ended(planned.line.id, "dropped", f"it has no clause {start_clause}"))
            return
        speech = _Speech(planned, start_clause)
        place = len(self._lines)
        while place and self._lines[place - 1].priority < speech.priority:
            place -= 1
        self._lines.insert(place, speech)

    def voiced(self, line: int, clause: int, sound: Sound) -> None:
        """Take a clause's sound, at the room's rate; of one that is gone or said: passed over."""
        if sound.rate != self._rate:
            raise ValueError(f"a sound at {sound.rate} Hz in a room at {self._rate} Hz")
        for speech in self._lines:
            if speech.planned.line.id == line and clause >= speech.next_clause:
                speech.sounds.setdefault(clause, sound)

    def withdraw(self, line: int, why: str) -> None:
        """Drop a line; the clause on air is said to its end, and a last clause ends its line."""
        for speech in self._lines:
            if speech.planned.line.id == line:
                if speech is not self._saying or self._sound is None:
                    self._drop(speech, why)
                elif not speech.on_last:
                    speech.withdrawn = why
                return

    def reconsider(self, young: int) -> None:
        """What may be said has changed: a clause that was begun at most ``young`` ticks ago and is
        refused now ends with the next tick, faded out, and with it its line.

        An older one is said to its end, as most of it has been heard. What is not begun is judged
        when it begins, as ever.
        """
        if self._saying is None or self._sound is None or self._frame > young:
            return
        self._fading = self._permit(self._saying.planned, self._saying.next_clause) or ""

    @property
    def pending(self) -> tuple[Line, ...]:
        """Lines not said to their end: answers first, each kind in the order in which it came."""
        return tuple(speech.planned.line for speech in self._lines)

    def next(self) -> Step | None:
        """The next tick of speech; None: nothing to say at this tick."""
        resting = self._rest > 0
        self.starved = False
        if self._sound is None and (self._retiring or not self._begin()):
            self.starved = not resting
            return None
        assert self._saying is not None
        assert self._sound is not None
        speech, sound = self._saying, self._sound
        planned, index = speech.planned, speech.next_clause
        offset = self._frame * self._samples
        pcm = np.zeros(self._samples, np.float32)
        piece = sound.pcm[offset : offset + self._samples]
        pcm[: len(piece)] = piece
        if self._fading:
            return self._fade(speech, sound, offset, pcm)
        ends = offset + self._samples >= len(sound.pcm)
        last = ends and speech.on_last
        step = Step(
            planned.line, planned.clauses[index], sound, self._frame, offset, pcm, ends, last
        )
        self._frame += 1
        if ends:
            self._sound = None
            del speech.sounds[index]
            speech.next_clause += 1
            if last:
                self._lines.remove(speech)
                self._saying = None
                self._rest = _pause(planned.line.id)
            elif speech.withdrawn is not None:
                self._drop(speech, speech.withdrawn)
        return step

    def _fade(self, speech: _Speech, sound: Sound, offset: int, pcm: NDArray[np.float32]) -> Step:
        """The last tick of a clause that is not said to its end."""
        planned, index = speech.planned, speech.next_clause
        pcm *= np.linspace(1, 0, len(pcm), dtype=np.float32)
        step = Step(
            planned.line, planned.clauses[index], sound, self._frame, offset, pcm, False, False
        )
        self._sound = None
        self._drop(speech, self._fading)
        self._fading = ""
        return step

    def _begin(self) -> bool:
        """Choose the next clause; False: none is due."""
        while (speech := self._choose()) is not None:
            why = self._permit(speech.planned, speech.next_clause)
            if why is None:
                self._saying = speech
                self._sound = speech.sounds[speech.next_clause]
                self._frame = 0
                self._rest = 0
                return True
            self._drop(speech, why)
        return False

    def _choose(self) -> _Speech | None:
        saying = self._saying
        level = saying.priority if saying else 0
        for speech in self._lines:
            if speech.priority > level and speech.ready:
                return speech
        if saying is not None:
            return saying if saying.ready else None
        if self._rest:
            self._rest -= 1
            return None
        talk = next((speech for speech in self._lines if not speech.priority), None)
        return talk if talk is not None and talk.ready else None

    def _drop(self, speech: _Speech, why: str) -> None:
        self._lines.remove(speech)
        if speech is self._saying:
            self._saying = None
        self._ended(Ended(speech.planned.line.id, "dropped", why))


def _pause(line: int) -> int:
    """Ticks between a line and the next: 2 … 9, another each time, the same in each run."""
    return 2 + (line * 2654435761 >> 7) % 8
