"""The voice as lines on their way ask for it: an outage is waited out, not talked through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import anyio

from host.errors import VoiceError
from host.model import Clause, Decision, Sound

FIRST = 0.5
"""Seconds until the first new try; each pause after it is twice as long."""
LONGEST = 4.0
"""Seconds of the longest pause: the talk is back 5 s after the voice."""
HOLD = 30.0
"""Seconds that a clause of talk is tried for in an outage. By then it may be the text after all."""


class Speaking(Protocol):
    """Turns clauses into sounds."""

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        """The clause's sound. Raises VoiceError when no engine could say it in time."""
        ...


class Patient:
    """Tells a text that cannot be said from a voice that is away.

    The first clause that fails is given up at once: it may be its text. When the next one fails
    too, it is the voice, and talk is tried again until it comes back; an answer would come too
    late.
    """

    def __init__(self, voice: Speaking, report: Callable[[Decision], Awaitable[None]]) -> None:
        """``report`` is told when an outage begins to be waited out, and when it is over."""
        self._voice = voice
        self._report = report
        self._failed = False
        self._away = False

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        """The clause's sound. Raises VoiceError when no engine could say it."""
        pause, until = FIRST, anyio.current_time() + HOLD
        while True:
            try:
                sound = await self._voice.say(clause, urgent=urgent)
            except VoiceError as error:
                waits = self._failed and not urgent and anyio.current_time() + pause < until
                self._failed = True
                if not waits:
                    raise
                if not self._away:
                    self._away = True
                    await self._report(Decision("voice-away", f"{error.why}; the room idles"))
            else:
                await self._back()
                return sound
            await anyio.sleep(pause)
            pause = min(2 * pause, LONGEST)

    async def _back(self) -> None:
        self._failed = False
        if self._away:
            self._away = False
            await self._report(Decision("voice-back", "an engine speaks again"))
