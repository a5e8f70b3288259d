"""An engine that never says the same thing twice."""

from __future__ import annotations

import anyio.to_thread

from host.model.sound import Sound
from host.model.talk import Clause
from host.voice.cache import Cache, key_of
from host.voice.engine import Engine
from host.voice.style import Style
from host.voice.usable import why_unusable


class Cached:
    """Another engine behind a cache."""

    def __init__(self, engine: Engine, cache: Cache, *, rate: int) -> None:
        """``rate``: hertz of the engine's sounds."""
        self._engine = engine
        self._cache = cache
        self._rate = rate
        self.name = engine.name

    @property
    def voice(self) -> str:
        """The engine's own."""
        return self._engine.voice

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """From the cache, or by the engine and then into the cache. Raises VoiceError."""
        sound = await self.recall(clause, style)
        if sound is None:
            sound = await self._engine.synthesize(clause, style)
            # What is kept is kept for months: never garbage.
            if why_unusable(sound, clause, self._rate) is None:
                await anyio.to_thread.run_sync(self._cache.put, self._key(clause, style), sound)
        return sound

    async def recall(self, clause: Clause, style: Style) -> Sound | None:
        """From the cache alone."""
        sound = await anyio.to_thread.run_sync(self._cache.get, self._key(clause, style))
        # A former version may have kept it, or another program has changed it.
        return None if sound is None or why_unusable(sound, clause, self._rate) else sound

    def load(self) -> bool:
        """Load the engine's model now, blocking; False: it has none. Raises VoiceError."""
        load = getattr(self._engine, "load", None)
        if load is None:
            return False
        load()
        return True

    async def aclose(self) -> None:
        """Close the engine."""
        await self._engine.aclose()

    def _key(self, clause: Clause, style: Style) -> str:
        return key_of(self.name, self._engine.voice, clause, style, self._rate)
