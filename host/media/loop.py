"""The loop: it renders whenever the ring has a free slot and otherwise waits. One thread."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import numpy as np

from avatars.testcard import tone
from host.config import Room
from host.errors import RingError, StageError
from host.lineup.store import last_good
from host.media.facts import Facts
from host.media.painter import Painter
from host.media.stage import Card, Picture, Stage, permit
from host.media.supervision import ALONE, Supervision
from host.model import Decision, Ended, Incident, Lineup, Planned, Tick, sockets, wire
from host.model.messages import Cost, Enqueue, Grant, Retire, Revised, Voiced, Withdraw
from host.platforms import profiles_of
from stream.hub import Hub, serve_io
from stream.playout import Playout, Step
from stream.ring import Ring

LIMIT = 64 * 1024 * 1024
"""Bytes queued for a studio at which it is cut off; media says next to nothing to it."""
BREATH = 12
"""Ticks without speech after which the music returns (0.5 s: pauses between lines are shorter)."""
YOUNG = 0.5
"""Seconds for which a clause counts as just begun: one that is no longer true is not said to its
end, or an edit would be heard a whole clause late."""
DEAREST = 2
"""Highest cost level: a third of the pictures, which is where motion stops looking like motion."""


class Media:
    """From the grant of the ring to its loss, or to a clause's end after it was asked to leave."""

    def __init__(self, room: Room, ring: Ring, wake: int, *, patient: bool) -> None:
        """``wake``: eventfd that onair raises for each slot it frees.

        ``patient``: wait for speech in place of showing an idle host (rendering to a file).
        Raises ConfigError for what the room names, StageError when it cannot draw, OSError when no
        supervisor is there.
        """
        self._ring, self._wake = ring, wake
        self._patient = patient
        self._sockets = room.sockets
        self._format = room.format
        self._test_card = room.settings.test_card
        self._selector = DefaultSelector()
        self._supervision: Supervision | None = None
        self._early: list[Ended | Decision | Incident] = []  # told before there was a connection
        self._zone = room.timezone
        # What is not spoken of is not judged: under a test card alone there are no facts.
        lineup = last_good(room) if room.talks else Lineup((), "")
        self._facts = Facts(lineup, profiles_of(room))
        if room.talks:
            self._facts.warm(room.settings.lang, datetime.now(self._zone))
        self._picture = self._drawing(room)
        try:
            self._painter = Painter(self._picture, self._format, self._tell)
        except Exception as error:
            raise StageError("media", f"cannot draw: {error!r}", retryable=True) from error
        self._playout = Playout(self._format, self._permit, self._tell)
        self._hub: Hub | None = None
        self._epoch = 0
        self._seq = 0
        self._quiet = BREATH
        self._replaced = False
        self.stopping = False
        self._selector.register(wake, EVENT_READ, self._awake)
        # Last: who says Hello is ready to go on air, and its predecessor is asked to leave.
        self._supervision = Supervision(room.sockets, self._selector, heard=self._hear)
        for what in self._early:
            self._tell(what)

    def _awake(self) -> None:
        # A media that is to take over waits on the same eventfd, and may have read it first.
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)

    def _drawing(self, room: Room) -> Picture:
        shows = room.talks and not self._test_card
        return Stage(room, self._facts, self._tell) if shows else Card(self._format)

    def _permit(self, planned: Planned, index: int) -> str | None:
        return permit(self._facts, self._zone, planned, index)

    def _revise(self, lineup: Lineup) -> None:
        """From now on nothing else is said or drawn."""
        self._facts.revise(lineup)
        self._picture.revised()
        self._playout.reconsider(round(YOUNG * self._format.video.fps))

    def run(self) -> None:
        """Until it is stopped, has retired, or another media holds the ring.

        Raises StageError when its pictures have failed for too long.
        """
        try:
            while self._goes_on():
                self._turn()
        finally:
            self.close()
        if self._painter.broken and not self.stopping:
            raise StageError("media", f"cannot draw: {self._painter.broken}", retryable=True)

    def close(self) -> None:
        """Let go of every connection."""
        if self._supervision is not None:
            self._supervision.close()
        if self._hub is not None:
            self._hub.close()
            self._hub = None

    def _goes_on(self) -> bool:
        assert self._supervision is not None
        self._supervision.turn(self._painter.load)
        alone = self._supervision.alone
        if self.stopping or self._replaced or (alone and not self._epoch):
            return False
        if alone >= ALONE or self._painter.broken:
            self._playout.retire()
        # Truth is the ring's: it may have been granted to another while this one was stopped.
        holds = not self._epoch or self._ring.epoch == self._epoch
        return holds and not self._playout.retired

    def _turn(self) -> None:
        if not self._epoch:
            serve_io(self._selector, 0.5)
            return
        if not self._ring.writable(self._seq):
            serve_io(self._selector, 0.1)
            return
        serve_io(self._selector, 0)
        if self._playout.retired:
            return
        tick = self._render(self._seq)
        if tick is None:
            serve_io(self._selector, 0.02)
            return
        try:
            self._ring.write(tick)
        except RingError:
            self._replaced = True
            return
        self._seq += 1

    def _render(self, seq: int) -> Tick | None:
        step = self._playout.next()
        if step is None and self._patient and not self._test_card and self._playout.starved:
            return None
        frame = self._painter.paint(seq, step)
        pcm = tone(seq, self._format) if self._test_card else self._pcm(step)
        self._quiet = 0 if step is not None or self._test_card else self._quiet + 1
        duck = float(self._quiet < BREATH)
        if step is None:
            return Tick(self._epoch, seq, frame, pcm, duck=duck)
        return Tick(
            epoch=self._epoch,
            seq=seq,
            i420=frame,
            pcm=pcm,
            line=step.line.id,
            clause=step.clause.index,
            offset=step.offset,
            duck=duck,
            ends_clause=step.ends_clause,
            ends_line=step.ends_line,
        )

    def _pcm(self, step: Step | None) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        if step is None:
            return np.zeros((self._format.samples, 2), np.float32)
        return np.repeat(step.pcm[:, None], 2, axis=1)

    def _tell(self, what: Ended | Decision | Incident) -> None:
        if self._supervision is None:
            self._early.append(what)
        else:
            self._supervision.tell(what)

    def _hear(self, message: Any) -> None:
        if isinstance(message, Grant):
            self._take(message.epoch)
        elif isinstance(message, Retire):
            self._playout.retire()
        elif isinstance(message, Cost) and not self._test_card:
            self._painter.level = min(max(message.level, 0), DEAREST)

    def _take(self, epoch: int) -> None:
        """The ring is ours. Only now may a studio find this media: its predecessor has left."""
        if self._epoch:
            self._replaced = epoch != self._epoch
            return
        assert self._supervision is not None
        self._epoch = self._supervision.epoch = epoch
        self._seq = self._ring.next_seq
        self._playout.resume(self._ring.cursor())
        # A clause's sound is its own size: one of 6 s has more bytes than an order may have.
        self._hub = Hub(
            self._sockets,
            "media",
            self._selector,
            limit=LIMIT,
            longest=wire.MAX_FRAME,
            said=self._from_studio,
        )

    def _from_studio(self, peer: sockets.Peer, message: Any) -> None:
        if isinstance(message, Revised):
            self._revise(message.lineup)
        elif isinstance(message, Enqueue):
            self._playout.enqueue(message.planned, message.start_clause)
        elif isinstance(message, Voiced):
            self._playout.voiced(message.line, message.clause, message.sound)
        elif isinstance(message, Withdraw):
            self._playout.withdraw(message.line, message.why)
