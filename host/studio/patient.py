"""The voice as lines on their way ask for it: an outage is waited out, not talked through."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

import anyio

from host.errors import VoiceError
from host.model import Clause, Decision, Sound

FIRST = 0.5
"""Seconds until the first new try; each pause after it is twice as long."""
LONGEST = 4.0
"""Seconds of the longest pause: the talk is back 5 s after the voice."""
HOLD = 120.0
"""Seconds that a clause of talk is tried for in an outage. Nothing else could be said either, but
it may be this text that ends the voice each time."""
PROBES = {"zh": "试音第{}遍。", "en": "Sound check {}."}
"""Said to nobody, another each time so that no engine has kept it."""


class Speaking(Protocol):
    """Turns clauses into sounds."""

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        """The clause's sound. Raises VoiceError: retryable when nobody answered in time."""
        ...


class Patient:
    """Tells a text that cannot be said from a voice that is away.

    When a clause fails, the voice is asked for other words. If it says those and then not the
    clause, it is the text, and the clause is given up. Else talk is tried again until the voice is
    back; an answer would come too late.
    """

    def __init__(self, voice: Speaking, report: Callable[[Decision], Awaitable[None]]) -> None:
        """``report`` is told when an outage begins to be waited out, and when it is over."""
        self._voice = voice
        self._report = report
        self._probes = itertools.count(1)
        self._away = False

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        """The clause's sound. Raises VoiceError when no engine could say it."""
        pause, until = FIRST, anyio.current_time() + HOLD
        suspected = False
        while True:
            try:
                sound = await self._voice.say(clause, urgent=urgent)
            except VoiceError as error:
                if urgent or anyio.current_time() + pause >= until:
                    raise
                if not error.retryable and await self._speaks(clause):
                    if suspected:
                        raise
                    suspected = True
                    continue
                if not self._away:
                    self._away = True
                    await self._report(Decision("voice-away", f"{error.why}; the room idles"))
            else:
                await self._back()
                return sound
            await anyio.sleep(pause)
            pause = min(2 * pause, LONGEST)

    async def _speaks(self, clause: Clause) -> bool:
        """Whether other words of that language and mood can be said."""
        text = PROBES[clause.lang].format(next(self._probes))
        try:
            await self._voice.say(replace(clause, text=text))
        except VoiceError:
            return False
        await self._back()
        return True

    async def _back(self) -> None:
        if self._away:
            self._away = False
            await self._report(Decision("voice-back", "an engine speaks again"))
