"""What a voice engine is, and one for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import anyio
import numpy as np

from host.errors import VoiceError
from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice.style import Style


class Engine(Protocol):
    """Speaks clauses. May be called again at once after a failure."""

    @property
    def name(self) -> str:
        """As in a room's ``chain``; it names the sound's ``engine`` too."""

    @property
    def voice(self) -> str:
        """What else the sound depends on: voice, model and their versions. For cache keys."""

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """The clause's sound at the room's rate. Raises VoiceError; a cancelled call stops."""

    async def aclose(self) -> None:
        """Let go of everything; the engine is not used again."""


@dataclass(slots=True)
class Fake:
    """An engine for tests: a tone for each character, after a delay, or a failure."""

    name: str = "fake"
    voice: str = "tone"
    rate: int = 48_000
    """Hertz of the sound."""
    seconds_per_character: float = 0.05
    delay: float = 0.0
    """Seconds before the sound (or the failure) comes."""
    failing: bool | Callable[[Clause], bool] = False
    """Fail always, or for these clauses."""
    asked: list[Clause] = field(default_factory=list)
    """Every clause that was asked for, in order."""
    closed: bool = False

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """220 Hz for ``len(text) * seconds_per_character`` seconds, an "a" for each character."""
        self.asked.append(clause)
        await anyio.sleep(self.delay)
        if self.failing(clause) if callable(self.failing) else self.failing:
            raise VoiceError(self.name, "told to fail")
        each = self.seconds_per_character / style.rate
        count = max(1, len(clause.text))
        time = np.arange(round(count * each * self.rate)) / self.rate
        pcm = (0.1 * np.sin(2 * np.pi * 220 * style.pitch * time)).astype(np.float32)
        phones = tuple(TimedPhone("a", k * each, (k + 1) * each) for k in range(count))
        return Sound(pcm=pcm, rate=self.rate, phones=phones, engine=self.name)

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.closed = True
