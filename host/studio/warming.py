"""Makes the sounds of common answers ahead, so that they are there at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import anyio

from host.answerer import Answerer
from host.clauses import split
from host.errors import VoiceError
from host.studio.delivery import Delivery
from host.studio.voices import Voices

IDLE = 0.5
"""Seconds between looks at which product is on air."""


class Warming:
    """Fills the voice's cache with the answers about the product on air; the talk comes first."""

    def __init__(
        self,
        answerer: Answerer,
        voices: Voices,
        delivery: Delivery,
        *,
        ahead: int,
        now: Callable[[], datetime],
    ) -> None:
        """``ahead``: lines on their way from which the talk can spare the voice for a while."""
        self._answerer = answerer
        self._voices = voices
        self._delivery = delivery
        self._ahead = ahead
        self._now = now

    async def run(self) -> None:
        """For ever. A clause that cannot be made now is made when it is asked for."""
        warm: set[str] = set()
        while True:
            sku = self._delivery.on_air
            if sku is None or sku in warm:
                await anyio.sleep(IDLE)
                continue
            for line in self._answerer.common(sku, self._now()):
                for clause in split(line):
                    while self._delivery.talk <= self._ahead:  # noqa: ASYNC110 (no hurry)
                        await anyio.sleep(IDLE)
                    try:
                        await self._voices.say(clause)
                    except VoiceError:
                        continue
            warm.add(sku)
