"""Makes the sounds of common answers ahead, so that they are there at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

import anyio

from host.clauses import split
from host.errors import VoiceError
from host.model import Line
from host.studio.delivery import Delivery
from host.studio.revision import Current
from host.studio.voices import Voices

IDLE = 0.5
"""Seconds between looks at whether the voice can be spared."""


class Warming:
    """Fills the voice's cache with common answers; the talk comes first."""

    def __init__(
        self,
        current: Current,
        voices: Voices,
        delivery: Delivery,
        *,
        ahead: int,
        now: Callable[[], datetime],
    ) -> None:
        """``ahead``: lines on their way beyond which the talk can spare the voice for a while."""
        self._current = current
        self._voices = voices
        self._delivery = delivery
        self._ahead = ahead
        self._now = now

    async def run(self) -> None:
        """For ever: openings first, then the product on air, then the others."""
        for line in self._current.answerer.openings():
            await self._make(line)
        while True:
            await self._round()
            # Wordings take turns and facts change, so there may be new ones after a while.
            await anyio.sleep(IDLE * 60)

    async def _round(self) -> None:
        """The common answers of each product, by the facts as they are when its turn comes."""
        waiting = list(self._current.skus)
        while waiting:
            on_air = self._delivery.on_air
            sku = on_air if on_air in waiting else waiting[0]
            waiting.remove(sku)
            if sku in self._current.skus:
                for line in self._current.answerer.common(sku, self._now()):
                    await self._make(line)

    async def _make(self, line: Line) -> None:
        """A clause that cannot be made now is made when it is asked for."""
        for clause in split(line):
            while self._delivery.talk <= self._ahead:  # noqa: ASYNC110 (no hurry)
                await anyio.sleep(IDLE)
            with contextlib.suppress(VoiceError):
                await self._voices.say(clause)
