"""When a destination is tried again."""

from __future__ import annotations

import random

from stream.words import Kind

AT_ONCE = 0.1
"""Seconds after an accepted connection was lost."""
PACE = (1.0, 2.0)
"""Seconds between tries of a destination that is lost, with jitter."""
LONGEST = 30.0
"""Seconds between tries of one that refuses the stream again and again."""
GROWTH = 1.7
PATIENCE = 30.0
"""Seconds for which a refusal after an accepted connection may be of that connection: ingests
keep a stream as "publishing" until they notice that its sender is gone (6.5-8.8 s measured)."""
TOLD_AFTER = 12.0
"""Seconds of such refusals after which they are told as refusals."""
KEPT = 1.0
"""Seconds after which a connection counts as one that the ingest accepted."""
BRIEF = 5.0
"""Seconds that a connection lives at least to count as one that the ingest wanted."""
BRIEFLY = 3
"""Brief connections in a row that count as a refusal: some platforms take a stream, check its
key and close."""


class Backoff:
    """Of one destination. Never more than one try a second, and never none at all."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(name)  # noqa: S311 (jitter, no secret)
        self.rejected = 0
        """Refusals in a row."""
        self._brief = 0
        self._refused_at = 0.0
        self._kept = False

    def after(self, kind: Kind, lived: float | None, now: float) -> float:
        """Seconds to wait after a connection ended.

        ``lived``: seconds for which its ingest took media; None: not at all.
        """
        if kind == "lost":
            return self._after_loss(lived, now)
        if not self.rejected:
            self._refused_at = now
        self.rejected += 1
        if kind == "busy" or self._may_be_our_own(now):
            return self._random.uniform(*PACE)
        wait = min(LONGEST, GROWTH ** (self.rejected - 1))
        return max(1.0, wait * self._random.uniform(0.7, 1.0))

    def told_as_refusal(self, kind: Kind, now: float) -> bool:
        """Whether the operator has to do something: not while our own last stream ebbs away."""
        if not self.rejected:
            return False
        return now - self._refused_at >= TOLD_AFTER or not (
            kind == "busy" or self._may_be_our_own(now)
        )

    def taken(self, lived: float) -> None:
        """The ingest has been taking media for so many seconds."""
        self._kept |= lived >= KEPT
        if lived >= BRIEF:
            self.rejected = self._brief = 0

    def forget(self) -> None:
        """Another address: what was refused is of the past."""
        self.rejected = self._brief = 0
        self._kept = False

    def _after_loss(self, lived: float | None, now: float) -> float:
        if lived is not None and lived < BRIEF:
            self._brief += 1
            if self._brief >= BRIEFLY:
                return self.after("rejected", lived, now)
        return self._random.uniform(*PACE) if lived is None or lived < KEPT else AT_ONCE

    def _may_be_our_own(self, now: float) -> bool:
        return self._kept and now - self._refused_at < PATIENCE
