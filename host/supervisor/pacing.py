"""How long something has been so, and how soon it may be acted upon or told of again."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Spell:
    """For how long a condition has held without a pause."""

    since: float | None = None
    """When it began; None: it does not hold."""

    def seconds(self, holds: bool, now: float) -> float:
        """Say whether it holds now; seconds for which it has."""
        if not holds:
            self.since = None
            return 0.0
        if self.since is None:
            self.since = now
        return now - self.since


@dataclass(slots=True)
class Backoff:
    """Lets an action be taken, each time after twice the wait; a calm time forgives."""

    first: float
    """Seconds between the first two."""
    longest: float
    """Seconds between two, at most. Calm for as long beyond its wait, it begins anew."""
    _wait: float = field(default=0.0, init=False)
    _used_at: float = field(default=float("-inf"), init=False)

    def take(self, now: float) -> bool:
        """True when the action may be taken; it counts as taken then."""
        passed = now - self._used_at
        if passed < self._wait:
            return False
        if passed >= self._wait + self.longest:
            self._wait = 0.0
        self._wait = min(self.longest, max(self.first, 2 * self._wait))
        self._used_at = now
        return True


@dataclass(slots=True)
class Reminder:
    """Whether a trouble is to be told of: when it begins, every so often, and when it is over."""

    again: float
    """Seconds between the telling of one and of the next that begins."""
    remind: float
    """Seconds between tellings while it lasts."""
    steady: float
    """Seconds for which it must be gone to be over."""
    _open: bool = field(default=False, init=False)
    _told_at: float = field(default=float("-inf"), init=False)
    _gone: Spell = field(default_factory=Spell, init=False)

    def begins(self, holds: bool, now: float) -> bool:
        """True when it is to be told now that the trouble is there (or there still)."""
        if not holds:
            return False
        if now - self._told_at < (self.remind if self._open else self.again):
            return False
        self._open, self._told_at = True, now
        return True

    def ends(self, holds: bool, now: float) -> bool:
        """True when it is to be told now that the trouble is over."""
        gone = self._gone.seconds(self._open and not holds, now)
        if not self._open or holds or gone < self.steady:
            return False
        self.closed()
        return True

    def closed(self) -> None:
        """It is over, and nobody need be told."""
        self._open = False
