"""When a connection is renewed as planned: before its platform or FLV's timestamps end it."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 600.0
"""Seconds before the limit in which a quiet moment is looked for."""
MARGIN = 5.0
"""Seconds before the limit at which it is done anyway."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may last, and how much of that has passed: seconds."""

    seconds: float
    passed: float

    def due(self, quiet: bool) -> bool:
        """Whether to renew now. ``quiet``: nobody speaks.

        The window is the limit's last tenth where that is shorter, the margin half a window.
        """
        window = min(WINDOW, self.seconds / 10)
        left = self.seconds - self.passed
        return left <= (window if quiet else min(MARGIN, window / 2))
