"""The studio's side of the voice process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio

from host.errors import VoiceError
from host.link import Link
from host.model import Clause, Sound
from host.model.messages import Speak, Spoken, Unspoken
from host.studio.lasting import Lasting

LONGEST = 15.0
"""Seconds for one clause. A voice process that hangs is found after 5 s, is back 2 s later and
loads its model in 3 s more; the lines ahead of the air last about as long."""


class _Request:
    def __init__(self, speak: Speak) -> None:
        self.speak = speak
        self.done = anyio.Event()
        self.sound: Sound | None = None
        self.why = ""


class Voices:
    """Turns clauses into sounds; what was asked of a voice that died is asked of the next."""

    def __init__(self, sockets: Path) -> None:
        self._requests: dict[int, _Request] = {}
        self._last = 0
        self._link = Lasting(sockets, "voice", up=self._ask_again, heard=self._hear)

    async def run(self) -> None:
        """Keep the connection, for ever."""
        await self._link.run()

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        """The clause's sound.

        Raises VoiceError: retryable when nobody answered in time, not when every engine failed.
        """
        self._last += 1
        request = _Request(Speak(self._last, clause, urgent))
        self._requests[self._last] = request
        try:
            await self._link.send(request.speak)
            with anyio.move_on_after(LONGEST):
                await request.done.wait()
        finally:
            del self._requests[request.speak.request]
        if request.sound is None:
            why = request.why or f"no sound within {LONGEST:g} s"
            raise VoiceError("chain", f"{clause.text!r}: {why}", retryable=not request.why)
        return request.sound

    async def _ask_again(self, link: Link) -> None:
        for request in tuple(self._requests.values()):
            await link.send(request.speak)

    async def _hear(self, message: Any) -> None:
        if isinstance(message, (Spoken, Unspoken)):
            request = self._requests.get(message.request)
            if request is None:
                return
            if isinstance(message, Spoken):
                request.sound = message.sound
            else:
                request.why = message.why
            request.done.set()
