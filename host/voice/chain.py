"""Several engines as one that does not fail while any of them speaks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import anyio
import anyio.to_thread

from host.errors import VoiceError
from host.model.sound import Sound
from host.model.talk import Clause, Decision
from host.voice.breaker import Breaker
from host.voice.engine import Engine
from host.voice.style import Style
from host.voice.usable import why_unusable

Report = Callable[[Decision], None]
LIMIT = 8.0
"""Seconds an engine has for a clause, its model's loading included: kokoro takes 1–2 s on a busy
machine, and what hangs is left while the lines ahead still last."""
_LINES = 256
"""Lines whose engine is remembered: far more than are ever planned ahead."""


@runtime_checkable
class Recaller(Protocol):
    """An engine that can give what it said before without saying it again."""

    async def recall(self, clause: Clause, style: Style) -> Sound | None:
        """The same sound as ``synthesize`` would give, or None. Does not raise."""


class Chain:
    """Tries its engines in order and keeps one voice within a line.

    An engine that failed rests, longer each time, and lines begin with the next one. A line stays
    with the engine that spoke its first clause until that one fails.
    Before the last engine, the last resort, anything that an earlier one said before is taken.
    """

    name = "chain"

    def __init__(
        self,
        engines: Sequence[Engine],
        *,
        rate: int = 48_000,
        limit: float = LIMIT,
        report: Report = lambda decision: None,
        breaker: Callable[[], Breaker] = Breaker,
    ) -> None:
        """``engines``: at least one, the best first; ``rate``: hertz of their sounds; ``limit``:
        seconds each has for a clause; ``report`` is told of each fall-back.
        """
        if not engines:
            raise ValueError("a chain needs at least one engine")
        self._engines = tuple(engines)
        self._rate = rate
        self._limit = limit
        self._breakers = tuple(breaker() for _ in engines)
        self._report = report
        self._of_line: OrderedDict[int, int] = OrderedDict()
        self._timed_out = [0] * len(engines)

    @property
    def hung(self) -> int:
        """Calls in a row that the engine which hangs most did not answer in time: each may hold a
        thread that nothing ends but the end of the process.
        """
        return max(self._timed_out)

    @property
    def voice(self) -> str:
        """The engines' names, in order."""
        return ">".join(engine.name for engine in self._engines)

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """The clause by the first engine that can. Raises VoiceError when none can."""
        whys: list[str] = []
        for at in self._order(clause.line):
            if at == len(self._engines) - 1 > 0:
                recalled = await self._recall_any(clause, style)
                if recalled is not None:
                    return recalled
            sound = await self._try(at, clause, style, whys)
            if sound is not None:
                self._keep(clause.line, at)
                return sound
        raise VoiceError(self.name, "; ".join(whys))

    async def recall(self, clause: Clause, style: Style) -> Sound | None:
        """What the engine whose turn it is said before for this clause; None: nothing."""
        turn = self._order(clause.line)[0]
        sound = await self._recall(self._engines[turn], clause, style)
        if sound is not None:
            self._keep(clause.line, turn)
        return sound

    async def load(self) -> None:
        """Load the first model there is, before anybody asks for it. Raises VoiceError."""
        for engine in self._engines:
            load = getattr(engine, "load", None)
            if load is not None and await anyio.to_thread.run_sync(load, abandon_on_cancel=True):
                return

    async def aclose(self) -> None:
        """Close every engine."""
        for engine in self._engines:
            await engine.aclose()

    def _order(self, line: int) -> list[int]:
        """Whom to ask, in order: never empty."""
        begin = self._of_line.get(line, 0)
        count = len(self._engines)
        # What is above the line's engine comes last: better another voice than none.
        turns = [*range(begin, count), *range(begin)]
        # With every engine resting, silence is certain and a try is not worse.
        return [at for at in turns if not self._breakers[at].open] or turns

    async def _try(self, at: int, clause: Clause, style: Style, whys: list[str]) -> Sound | None:
        engine, breaker = self._engines[at], self._breakers[at]
        sound: Sound | None = None
        why: str | None = f"no sound within {self._limit:g} s"
        try:
            with anyio.move_on_after(self._limit) as waiting:
                sound = await engine.synthesize(clause, style)
                why = why_unusable(sound, clause, self._rate)
        # Native libraries and peers raise anything, and the next engine must speak all the same.
        except Exception as error:  # noqa: BLE001
            why = error.why if isinstance(error, VoiceError) else f"{type(error).__name__}: {error}"
        self._timed_out[at] = self._timed_out[at] + 1 if waiting.cancelled_caught else 0
        if why is not None:
            whys.append(f"{engine.name}: {why}")
            rest = breaker.failed()
            self._tell(at, clause, why, rest)
            return None
        breaker.succeeded()
        return sound

    async def _recall_any(self, clause: Clause, style: Style) -> Sound | None:
        for engine in self._engines[:-1]:
            sound = await self._recall(engine, clause, style)
            if sound is not None:
                return sound
        return None

    async def _recall(self, engine: Engine, clause: Clause, style: Style) -> Sound | None:
        if not isinstance(engine, Recaller):
            return None
        sound = await engine.recall(clause, style)
        return None if sound is None or why_unusable(sound, clause, self._rate) else sound

    def _keep(self, line: int, at: int) -> None:
        self._of_line[line] = at
        while len(self._of_line) > _LINES:
            self._of_line.popitem(last=False)

    def _tell(self, at: int, clause: Clause, why: str, rest: float) -> None:
        name = self._engines[at].name
        about: dict[str, str | int | None] = {
            "line": clause.line, "clause": clause.index, "engine": name,
        }  # fmt: skip
        self._report(Decision("voice-fallback", f"{name}: {why}; it rests for {rest:g} s", about))
