"""Edits of lineup and scripts, and pushes, while the show goes on."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio
from anyio.to_thread import run_sync

from host.config import Room
from host.errors import ConfigError, Finding
from host.lineup.settled import Dropped
from host.lineup.store import Files, Store, read_scripts
from host.lineup.watching import Watch
from host.model import Decision, Lineup
from host.studio.checked import newly_refused, refused_talk
from host.studio.found import Found, find
from host.studio.refusals import Refusals, What, shown
from host.studio.revision import Current, Maker, Revision, age_moments

LOOK = 0.025
"""Seconds between two looks at lineup and pushes: an edit is whole at the second look that finds it
the same. What was rendered ahead takes 0.24 s to be aired, and half a second is all there is."""
SELDOM = 10
"""Looks between two at scripts and pictures: many files, and none of them a price."""

_log = logging.getLogger(__name__)


class Taking(Protocol):
    """Who goes over to another revision."""

    async def tell(self, lineup: Lineup) -> None:
        """Let media judge and draw by it."""

    async def take(self, revision: Revision, *, afresh: bool) -> None:
        """Plan, answer and correct by it."""

    async def sweep(self) -> None:
        """Drop what is true no longer."""


class Edits:
    """What is right is taken at once; what is wrong is told once, and the last good stays."""

    def __init__(
        self,
        room: Room,
        maker: Maker,
        store: Store,
        files: Files,
        current: Current,
        *,
        report: Callable[[Decision], Awaitable[None]],
        now: Callable[[], datetime],
        wrong: Iterable[tuple[What, ConfigError]] = (),
    ) -> None:
        """``files``: what ``current`` was made from. ``wrong``: what was so at the beginning and
        was replaced by the last good one.
        """
        self._room, self._maker, self._store = room, maker, store
        self._files, self._current = files, current
        self._report, self._now = report, now
        self._facts = Watch(lambda: (room.lineup, store.pushed))
        self._pictures = Watch(self._of_pictures)
        self._talk = Watch(lambda: room.scripts)
        self._wanted: Found | None = None  # what media goes by already
        self._due = anyio.Event()  # it is to be taken
        self._busy = anyio.Lock()  # one revision is made at a time
        self._refused = Refusals(report, wrong)
        self._aged = now()
        self._dropped: tuple[Dropped, ...] = ()  # the pushes told of last

    def _of_pictures(self) -> tuple[Path, ...]:
        return tuple(Path(name) for one in self._files.lineup.products for name in one.images)

    async def run(self, taking: Taking) -> None:
        """For ever."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch_facts, taking)
            tasks.start_soon(self._take_facts, taking)
            tasks.start_soon(self._watch_talk, taking)

    async def _watch_facts(self, taking: Taking) -> None:
        # They may have changed since they were read at the beginning.
        await self._look_at_facts(taking)
        for look in itertools.count():
            await anyio.sleep(LOOK)
            pictures = look % SELDOM == 0 and self._pictures.look()
            if self._facts.look() or pictures:
                await self._look_at_facts(taking)
            await self._age(taking)
            await self._refused.tell(self._current.revision.lineup.revision)

    async def _look_at_facts(self, taking: Taking) -> None:
        """What media speaks and draws by is changed at once; the rest takes its time."""
        self._facts.take()
        self._pictures.take()
        files, former = self._files, self._current.revision.lineup
        if self._wanted is not None:
            files, former = self._wanted.files, self._wanted.lineup
        try:
            found = await run_sync(find, self._room, self._maker, files, former, self._now())
        except ConfigError as error:
            self._refused.refuse("lineup", error)
            return
        if not self._facts.same:
            return  # it was written while it was read; it is looked at again
        if found.lineup != former:
            await taking.tell(found.lineup)
        self._wanted = found
        self._due.set()

    async def _take_facts(self, taking: Taking) -> None:
        """Go over to what was found last, one after another."""
        while True:
            await self._due.wait()
            self._due = anyio.Event()
            if self._wanted is None:
                continue  # no show could be made from it
            async with self._busy:
                edited = await self._take_lineup(taking, self._wanted)
            if edited:
                await self._kept()
                await self._warn()

    async def _take_lineup(self, taking: Taking, found: Found) -> bool:
        """Whether the file itself was edited, and the edit is good."""
        former, lineup = self._current.revision, found.lineup
        files = replace(found.files, scripts=self._files.scripts, texts=self._files.texts)
        edited = files.lineup != self._files.lineup
        if lineup != former.lineup:
            try:
                revision = await run_sync(self._maker.make, files, lineup, former)
            except ConfigError as error:
                if self._wanted is found:  # media does not go by a newer one already
                    self._wanted = None
                    await taking.tell(former.lineup)
                self._refused.refuse("lineup", error)
                return False
            self._files = files
            await taking.take(revision, afresh=edited)
            await self._announce(former.lineup, lineup)
        self._files = files
        await self._forget(found.dropped)
        if found.wrong is not None:
            self._refused.refuse("lineup", found.wrong)
        else:
            await self._refused.mend("lineup")
        return edited

    async def _forget(self, dropped: tuple[Dropped, ...]) -> None:
        """A push that the file's newer word ended does not come back with the file's older one."""
        told, self._dropped = self._dropped, dropped
        for each in dropped:
            if each.why and each not in told:
                about: dict[str, str | int | None] = {"sku": each.sku, "what": each.key}
                await self._report(Decision("push-dropped", each.why, about))
        if dropped:
            try:
                await run_sync(self._store.forget, dropped)
            except OSError as error:
                _log.warning("pushes that count no longer are kept: %s", error)

    async def _watch_talk(self, taking: Taking) -> None:
        await self._kept()
        await self._look_at_scripts(taking)
        while True:
            await anyio.sleep(SELDOM * LOOK)
            if self._talk.look():
                await self._look_at_scripts(taking)

    async def _look_at_scripts(self, taking: Taking) -> None:
        self._talk.take()
        async with self._busy:
            taken = await self._take_scripts(taking)
        if taken:
            await self._kept()

    async def _take_scripts(self, taking: Taking) -> bool:
        """Whether there were new ones, and good."""
        try:
            made = await run_sync(self._read_scripts, self._current.revision)
        except ConfigError as error:
            self._refused.refuse("scripts", error)
            return False
        if not self._talk.same:
            return False
        if made is not None:
            self._files, revision = made
            await taking.take(revision, afresh=True)
            why = f"scripts: {', '.join(name for name, _ in self._files.texts)}"
            await self._report(Decision("revised", why, {"revision": revision.lineup.revision}))
        await self._refused.mend("scripts")
        return made is not None

    def _read_scripts(self, former: Revision) -> tuple[Files, Revision] | None:
        """None: nothing in them is new."""
        room = self._room
        scripts, texts = read_scripts(room)
        if texts == self._files.texts:
            return None
        files = replace(self._files, scripts=scripts, texts=texts)
        revision = self._maker.make(files, former.lineup, former)
        found = newly_refused(revision, former, room.scripts, room.lineup, self._now())
        if found:
            raise ConfigError(*found)
        return files, revision

    def _unsaid(self, revision: Revision) -> list[Finding]:
        return refused_talk(revision, self._room.scripts, self._room.lineup, self._now())

    async def _announce(self, former: Lineup, lineup: Lineup) -> None:
        """Tell of another revision, and note it for whoever asks."""
        changed = [one.sku for one in lineup.products if one != former.get(one.sku)]
        changed += [one.sku for one in former.products if lineup.get(one.sku) is None]
        if former.revision != lineup.revision:
            why = f"lineup: {', '.join(changed) or 'a picture'}"
            await self._report(Decision("revised", why, {"revision": lineup.revision}))
            await self._note()

    async def _warn(self) -> None:
        """Tell what scripts say that is not so by the lineup that was edited: it is not said."""
        revision = self._current.revision
        found = await run_sync(self._unsaid, revision)
        if found:
            about: dict[str, str | int | None] = {"revision": revision.lineup.revision}
            await self._report(Decision("talk-refused", shown(found), about))

    async def _age(self, taking: Taking) -> None:
        """Prices that were pushed too long ago: media goes by the clock itself."""
        now = self._now()
        over = [
            sku
            for moment, sku in age_moments(self._current.revision.lineup, self._aged)
            if moment <= now
        ]
        self._aged = now
        if over:
            await taking.sweep()
            minutes = self._room.settings.lineup_push.max_age_minutes
            why = f"pushed more than {minutes:g} minutes ago: the price is not told"
            for sku in over:
                await self._report(Decision("price-aged", why, {"sku": sku}))

    async def _kept(self) -> None:
        """Keep what is good for a day on which it is not. A full disk must not stop the show."""
        try:
            await run_sync(self._store.keep, self._room.lineup, self._files, self._maker.platforms)
        except OSError as error:
            _log.warning("the last good lineup is not kept: %s", error)
        await self._note()

    async def _note(self) -> None:
        revision = self._current.revision.lineup.revision
        before = self._store.on_air()
        if before is not None and before.revision == revision:
            return
        try:
            await run_sync(partial(self._store.put_on_air, revision, self._now()))
        except OSError as error:
            _log.warning("the revision on air is not noted: %s", error)
