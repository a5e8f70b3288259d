"""Which line or state kills a process again and again. Pure; the desk acts on it."""

from __future__ import annotations

DEATHS = 2
"""Deaths of media at one clause after which its line is dropped."""
IN_A_ROW = 3
"""Lines dropped for it in a row, none said between: then media itself is broken, not a line."""
STARTS = 3
"""Deaths of the studio in a row, before it planned a line, after which the talk begins anew."""
YOUNG = 10.0
"""Seconds after its Welcome within which a studio's death counts."""


class Clauses:
    """Counts media's deaths at the clause that was to be said."""

    def __init__(self) -> None:
        self._at: tuple[int, int] | None = None
        self._deaths = 0
        self._dropped = 0

    def died(self, at: tuple[int, int] | None) -> int | None:
        """Media died when line and clause ``at`` were next; the line to drop, or None."""
        self._deaths = self._deaths + 1 if at == self._at else 1
        self._at = at
        if at is None or self._deaths < DEATHS or self._dropped >= IN_A_ROW:
            return None
        self._dropped += 1
        self._at, self._deaths = None, 0
        return at[0]

    def said(self) -> None:
        """A clause was aired to its end: media works."""
        self._deaths = self._dropped = 0


class Starts:
    """Counts the studio's deaths at its Welcome."""

    def __init__(self) -> None:
        self._welcomed = 0.0
        self._planned = True
        self._deaths = 0

    def welcomed(self, now: float) -> None:
        """A studio was told where the show stands. ``now``: monotonic seconds."""
        self._welcomed, self._planned = now, False

    def planned(self) -> None:
        """It planned a line: what it was told did it no harm."""
        self._planned = True
        self._deaths = 0

    def died(self, now: float) -> bool:
        """It died unasked; whether the talk is to begin anew."""
        if self._planned or now - self._welcomed > YOUNG:
            self._deaths = 0
            return False
        self._deaths += 1
        if self._deaths < STARTS:
            return False
        self._deaths = 0
        return True
