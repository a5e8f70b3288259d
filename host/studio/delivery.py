"""Lines on their way to the air: planned, not ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from host.errors import VoiceError
from host.link import Link
from host.model import Aired, Ended, Fact, Line, Lineup, Planned, Sound
from host.model.messages import Enqueue, Revised, Voiced, Withdraw
from host.studio.lasting import Lasting
from host.studio.patient import Speaking


@dataclass(slots=True)
class Parcel:
    """One line on its way."""

    planned: Planned
    start: int
    """First clause not aired to its end."""
    known: frozenset[Fact] = frozenset()
    """What it rests on, as the lineup had it when the line was planned."""
    sounds: dict[int, Sound] = field(default_factory=dict)
    heard: bool = False
    """Something of it was aired."""
    sent: bool = False
    """Media has it or is about to: what becomes of it, media tells."""
    dropped: bool = False
    """It is not to be said (any more): a new media is not told of it."""


class Delivery:
    """Gets each line's sounds and hands both to media; hands all again to a media that is new."""

    def __init__(
        self, sockets: Path, voices: Speaking, drop: Callable[[int, str], Awaitable[None]]
    ) -> None:
        """``drop``: tell the supervisor that a line is not said, and why."""
        self._voices = voices
        self._drop = drop
        self._parcels: dict[int, Parcel] = {}
        self._lineup: Lineup | None = None
        self._media = Lasting(sockets, "media", up=self._hand_over, heard=self._ignore)
        self._changed = anyio.Event()

    async def run(self) -> None:
        """Keep the connection to media, for ever."""
        await self._media.run()

    @property
    def talk(self) -> int:
        """Lines of talk on their way."""
        return sum(not parcel.planned.line.priority for parcel in self._parcels.values())

    @property
    def answers(self) -> int:
        """Answers on their way."""
        return sum(parcel.planned.line.beat == "answer" for parcel in self._parcels.values())

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        """Those that are still to be said, in the order in which they were planned."""
        return tuple(parcel for parcel in self._parcels.values() if not parcel.dropped)

    @property
    def lines(self) -> Iterator[Line]:
        """In the order in which they were planned."""
        return (parcel.planned.line for parcel in self._parcels.values())

    async def changed(self) -> None:
        """Wait until a line has ended."""
        await self._changed.wait()

    @property
    def on_air(self) -> str | None:
        """SKU of the talk that is on air or next; None: of no product."""
        talk = (line for line in self.lines if not line.priority)
        return next((line.sku for line in talk if line.sku), None)

    def parcel(self, line: int) -> Parcel | None:
        """That line, until it has ended."""
        return self._parcels.get(line)

    def accept(
        self, planned: Planned, start: int = 0, known: frozenset[Fact] = frozenset()
    ) -> None:
        """Count a line as on its way, before ``deliver``.

        ``start``: first clause to say; ``known``: the facts it rests on.
        """
        self._parcels[planned.line.id] = Parcel(planned, start, known, heard=start > 0)

    async def revise(self, lineup: Lineup) -> None:
        """From now on the room's facts are these: media is told, and each new one before all else.

        What is told to media later is judged and drawn by them.
        """
        self._lineup = lineup
        await self._media.send(Revised(lineup))

    async def deliver(self, line: int) -> None:
        """Bring an accepted line to media, clause by clause; returns when all have their sound.

        A line that has ended meanwhile is passed over: media may hold its sounds from before.
        """
        parcel = self._parcels.get(line)
        if parcel is None or parcel.dropped:
            return
        planned = parcel.planned
        parcel.sent = True  # before it waits: who cuts the line meanwhile leaves its end to media
        await self._media.send(Enqueue(planned, parcel.start))
        for clause in planned.clauses[parcel.start :]:
            if line not in self._parcels or parcel.dropped:
                return  # it ended meanwhile
            try:
                sound = await self._voices.say(clause, urgent=planned.line.priority > 0)
            except VoiceError as error:
                parcel.dropped = True
                await self._media.send(Withdraw(line, error.why))
                await self._drop(line, error.why)
                return
            parcel.sounds[clause.index] = sound
            await self._media.send(Voiced(line, clause.index, sound))

    async def withdraw(self, line: int, why: str) -> None:
        """Drop a line of which nothing was heard yet; another is left alone."""
        parcel = self._parcels.get(line)
        if parcel is None or parcel.heard or parcel.dropped:
            return
        parcel.dropped = True
        await self._media.send(Withdraw(line, why))
        await self._drop(line, why)

    async def cut(self, line: int, why: str) -> None:
        """Drop a line; of one that is on air the clause is said to its end.

        Media tells its end, as only media knows what it has begun; the studio that of a line which
        media has not got.
        """
        parcel = self._parcels.get(line)
        if parcel is None or parcel.dropped:
            return
        parcel.dropped = True
        if not (await self._media.send(Withdraw(line, why)) and parcel.sent):
            await self._drop(line, why)

    def aired(self, aired: Aired) -> None:
        """A clause was heard: a new media need not say it again."""
        parcel = self._parcels.get(aired.line)
        if parcel is None:
            return
        parcel.heard = True
        if aired.ends_clause:
            parcel.start = max(parcel.start, aired.clause + 1)
            parcel.sounds.pop(aired.clause, None)

    def ended(self, ended: Ended) -> None:
        """A line has ended; nothing of it is kept."""
        self._parcels.pop(ended.line, None)
        self._changed.set()
        self._changed = anyio.Event()

    async def _hand_over(self, link: Link) -> None:
        if self._lineup is not None:
            await link.send(Revised(self._lineup))
        for parcel in tuple(self._parcels.values()):
            if parcel.dropped:
                # A media that was to drop it may have died before it told.
                await self._drop(parcel.planned.line.id, "withdrawn from a media that is gone")
                continue
            parcel.sent = True
            await link.send(Enqueue(parcel.planned, parcel.start))
            for index, sound in tuple(parcel.sounds.items()):
                await link.send(Voiced(parcel.planned.line.id, index, sound))

    async def _ignore(self, message: Any) -> None:
        """Media says nothing to the studio."""
