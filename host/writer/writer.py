"""The writer's round: look what the talk will lack, ask, rest. Never in the way of the stream."""

from __future__ import annotations

import logging
import math
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib import import_module

import anyio
from anyio.to_thread import run_sync

from host.config import Room
from host.errors import BudgetSpentError, ConfigError, EndpointError
from host.model import Decision
from host.writer.access import key_of
from host.writer.author import Author, Outcome, Show, lacking
from host.writer.breaker import LONGEST, Breaker
from host.writer.budget import Budget
from host.writer.chat import Chat
from host.writer.demand import demand
from host.writer.phrasing import Phrasing
from host.writer.prompt import Ask, messages
from host.writer.shelf import Key, Shelf

__all__ = ["Outcome", "Show", "Writer"]

LOOK = 10.0
"""Seconds between two looks where there is nothing to do."""
PACE = 2.0
"""Seconds between two requests."""
KEPT = 60.0
"""Seconds between two times that the shelf is written down."""
RESTS = 1800.0
"""Seconds for which a key is left alone for which nothing passed."""
STOCK = 1.5
"""Of the hour's demand, what should stand ready: answers come while some is said."""

_log = logging.getLogger(__name__)


class Writer:
    """Keeps the shelf filled while budget, machine and server allow."""

    def __init__(
        self,
        room: Room,
        shelf: Shelf,
        phrasing: Phrasing,
        *,
        show: Callable[[], Show],
        report: Callable[[Decision], Awaitable[None]],
        now: Callable[[], datetime],
        spare: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        """``show``: what holds at the moment; ``spare``: whether the machine has time for it;
        ``now``: with time zone. Raises ConfigError for a trade's preset that is wrong.
        """
        self._room, self._shelf, self._phrasing = room, shelf, phrasing
        self._show, self._report, self._now, self._spare = show, report, now, spare
        self._clock, self._sleep = clock, sleep
        self._author = Author(room, shelf)
        self.breaker = Breaker(clock)
        self.budget = Budget(room.settings.writer, file=room.var / "writer" / "spent.json")
        self._resting: dict[Key, float] = {}  # → when it may be asked for again
        self._wanted: Counter[Key] = Counter()
        self._wanted_of: tuple[object, int] | None = None
        self._off = ""  # why nothing is written at present
        self._kept_at = clock()

    async def run(self) -> None:
        """For ever. Whatever goes wrong in here, the show goes on without."""
        while True:
            try:
                await self._work()
            except ConfigError as error:
                await self._stand_off(str(error))
            except Exception as error:  # noqa: BLE001 - the talk must outlive a mistake in here
                # Without its text: that may hold what was sent.
                last = traceback.extract_tb(error.__traceback__)[-1]
                what = f"{type(error).__name__} at {last.name}, line {last.lineno}"
                _log.warning("the writer failed: %s", what)
                await self._stand_off(f"it failed ({what})")
            await self._sleep(LONGEST)

    async def _work(self) -> None:
        settings = self._room.settings.writer
        key = key_of(settings, self._room.file)
        # Imported where it is used, and in a thread: it takes half a second to load.
        module = await run_sync(import_module, "host.writer.endpoint")
        endpoint = module.Endpoint(settings, key, self.budget, sleep=self._sleep)
        try:
            while True:
                await self._tell_refused()
                await self._keep()
                await self._sleep(await self._turn(endpoint))
        finally:
            if self._shelf.changed:
                self._shelf.keep()
            self.budget.keep()
            with anyio.CancelScope(shield=True), anyio.move_on_after(2):
                await endpoint.aclose()

    async def _turn(self, chat: Chat) -> float:
        """Do what there is to do; seconds until the next."""
        closed = self.breaker.wait()
        if closed > 0:
            return min(closed, LOOK)
        if not self._spare():
            return LOOK
        show, now = self._show(), self._now()
        ask = await self._next(show, now)
        if ask is None:
            return LOOK
        # The model may find fault with all of them and write each again.
        wait = self.budget.wait(chat.most(messages(ask), ask.longest))
        if wait > 0:
            never = "an hour's budget is less than one question takes"
            await self._stand_off(never if math.isinf(wait) else "the hour's budget is spent")
            return LOOK
        outcome = await self._author.write(chat, ask, show, now)
        await self._heed(ask.key, outcome)
        return PACE

    async def _next(self, show: Show, now: datetime) -> Ask | None:
        """A request for what the talk lacks most."""
        of = (show.planner, now.hour)
        if of != self._wanted_of:
            self._wanted, self._wanted_of = await demand(show.planner, now, self._sleep), of
        wanted = Counter({key: math.ceil(count * STOCK) for key, count in self._wanted.items()})
        clock = self._clock()
        self._resting = {key: until for key, until in self._resting.items() if until > clock}
        for key, count in lacking(wanted, self._shelf).most_common():
            if count <= 0:
                break
            if key in self._resting:
                continue
            ask = self._author.ask(key, count, show.lineup, now)
            if ask is not None:
                return ask
            self._resting[key] = clock + RESTS
        return None

    async def _heed(self, key: Key, outcome: Outcome) -> None:
        """Learn from what became of a request, and tell of it."""
        trouble, probing = outcome.trouble, bool(self._off)
        if outcome.kept:
            self.breaker.worked()
            if self._off:
                self._off = ""
                await self._report(Decision("writer-back", "it writes again"))
        elif isinstance(trouble, BudgetSpentError):
            await self._stand_off(trouble.why)
        else:
            if trouble is None and not probing:
                self._resting[key] = self._clock() + RESTS
            if isinstance(trouble, EndpointError):
                self.breaker.failed(trouble.after, lasting=trouble.lasting)
            elif not outcome.alike:
                self.breaker.failed()
            if self.breaker.state == "open":
                await self._stand_off(_why(trouble))
        if probing and not outcome.kept:
            return  # told once: it rests
        usage = outcome.usage
        about: dict[str, str | int | None] = {
            "beat": key.beat, "sku": key.sku or None, "fact": key.kind or None,
            "kept": len(outcome.kept), "refused": len(outcome.refused), "mended": outcome.mended,
            "tokens": usage.tokens, "micros": round(self.budget.money(usage) * 1e6),
        }  # fmt: skip
        why = _why(trouble) if trouble is not None else f"{len(outcome.kept)} kept"
        await self._report(Decision("written", why, about))
        for text, fault in outcome.refused:
            clipped = text[:120]
            refused: dict[str, str | int | None] = {
                "text": clipped, "beat": key.beat, "sku": key.sku or None,
            }  # fmt: skip
            await self._report(Decision("variant-refused", fault, refused))

    async def _stand_off(self, why: str) -> None:
        if self._off != why:
            first, self._off = not self._off, why
            if first:
                await self._report(Decision("writer-off", f"{why}; the talk goes on without it"))

    async def _tell_refused(self) -> None:
        refused, self._phrasing.refused = self._phrasing.refused, []
        for decision in refused:
            await self._report(decision)

    async def _keep(self) -> None:
        if self._clock() - self._kept_at < KEPT:
            return
        self._kept_at = self._clock()
        self._shelf.tidy(self._show().lineup)
        await run_sync(self.budget.keep)
        if self._shelf.changed:
            await run_sync(self._shelf.keep)


def _why(trouble: Exception | None) -> str:
    if trouble is None:
        return "nothing of it passes"
    return trouble.why if isinstance(trouble, EndpointError) else str(trouble)
