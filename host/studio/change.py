"""From one revision to the next while the show goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from host.model import Lineup
from host.studio.corrections import Corrections
from host.studio.delivery import Delivery
from host.studio.replies import Replies
from host.studio.revision import Current, Revision
from host.studio.stale import untrue
from host.studio.talk import Talk


class Change:
    """Media first, because it speaks and draws; then who plans; then what was planned before."""

    def __init__(
        self,
        current: Current,
        delivery: Delivery,
        talk: Talk,
        replies: Replies,
        corrections: Corrections,
        now: Callable[[], datetime],
    ) -> None:
        self._current = current
        self._delivery = delivery
        self._talk = talk
        self._replies = replies
        self._corrections = corrections
        self._now = now

    async def tell(self, lineup: Lineup) -> None:
        """Let media judge and draw by ``lineup`` from now on."""
        await self._delivery.revise(lineup)

    async def take(self, revision: Revision, *, afresh: bool) -> None:
        """Plan, answer and correct by ``revision`` from now on.

        ``afresh``: talk that has not begun is planned anew though it is true, so that an edit is
        heard after the line on air.
        """
        selling = self._delivery.on_air
        self._current.revision = revision
        await self.sweep(afresh=afresh)
        product = revision.lineup.get(selling or "")
        sold = product is not None and revision.planner.available(product, self._now())
        self._corrections.revised(None if sold else selling)

    async def sweep(self, *, afresh: bool = False) -> None:
        """Drop what is on its way and true no longer; the talk goes on from before it."""
        revision, now = self._current.revision, self._now()
        back = False
        talk = 0
        for parcel in self._delivery.parcels:
            line = parcel.planned.line
            if line.beat == "answer":
                continue
            why = untrue(parcel.planned, parcel.start, parcel.known, revision, now)
            if line.priority:
                if why:
                    await self._delivery.cut(line.id, why)
                continue
            talk += 1
            if not why and not parcel.heard and (back or (afresh and talk > 1)):
                why = "planned anew"
            if why:
                # What was begun is not begun again: what was heard of it is corrected.
                if not back and not parcel.heard:
                    back = True
                    self._talk.back_to(line.id)
                await self._delivery.cut(line.id, why)
        await self._replies.revised()
