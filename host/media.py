"""The media process: playout, host, scene → ring. No asyncio, no model, no web.

Run by the supervisor as ``python -m host.media --room FILE --ring FD --wake FD``. One thread; it
renders whenever the ring has a free slot and otherwise waits.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from avatars import open_avatar, visemes
from avatars.motion import Motion
from avatars.scene import Scene, drawn_texts
from avatars.testcard import TestCard, tone
from host.config import Room
from host.errors import LivehostError, RingError, StageError
from host.facts import as_of
from host.gate import Gate
from host.lineup import load_lineup
from host.model import (
    Decision,
    Ended,
    Format,
    Incident,
    Planned,
    Product,
    Scenery,
    Tick,
    VisemeTrack,
    sockets,
)
from host.model.messages import Enqueue, Grant, Hello, Voiced, Withdraw
from host.room_arguments import add_room_arguments, room_of
from stream.hub import Hub, serve_io
from stream.playout import Permit, Playout, Step
from stream.ring import Ring

LIMIT = 64 * 1024 * 1024
"""Bytes queued for a studio at which it is cut off; media says next to nothing to it."""
BREATH = 12
"""Ticks without speech after which the music returns (0.5 s: pauses between lines are shorter)."""


class Picture(Protocol):
    """Draws the frame of each programme tick."""

    def draw(self, seq: int, step: Step | None) -> NDArray[np.uint8]:
        """I420 of shape (height * 3 / 2, width), good until the next call."""
        ...


class Stage:
    """The host in its scene."""

    def __init__(
        self,
        room: Room,
        gate: Gate,
        products: dict[str, Product],
        tell: Callable[[Decision], None],
    ) -> None:
        """``tell`` is given the reason for a card that is not shown."""
        fmt, settings = room.format, room.settings
        self._fps, self._samples = fmt.video.fps, fmt.samples
        self._room, self._gate, self._products, self._tell = room, gate, products, tell
        self._scene = Scene(fmt, settings.lang)
        self._avatar = open_avatar(room.pack, self._scene.background)
        self._motion = Motion(settings.seed, fmt.video.fps)
        self._track: VisemeTrack | None = None
        self._card: Product | None = None
        self._checked: dict[Product, bool] = {}

    def draw(self, seq: int, step: Step | None) -> NDArray[np.uint8]:
        """The host as it speaks ``step`` (None: idle), with card, caption and question."""
        if step is None:
            if self._card is not None and seq % self._fps == 0:
                self._card = self._product(self._card.sku)  # a promotion may have ended
            pose = self._motion.pose(seq)
            scenery = Scenery(product=self._card)
        else:
            if step.frame == 0 or self._track is None:
                frames = -(-len(step.sound.pcm) // self._samples)
                self._track = visemes.track(step.sound, self._fps, frames)
                self._card = self._product(step.line.sku)
            # A line's gesture comes with its first clause.
            gesture = step.line.gesture if step.clause.index == 0 else ""
            pose = self._motion.pose(seq, self._track, step.frame, step.clause.mood, gesture)
            scenery = Scenery(
                product=self._card,
                caption=step.clause.text,
                progress=min(1.0, step.offset / max(1, len(step.sound.pcm))),
                question=step.line.question,
            )
        return self._scene.frame(self._avatar.frame(pose), scenery)

    def _product(self, sku: str | None) -> Product | None:
        """The product as it is now, if every text of its card passes the gate now."""
        listed = self._products.get(sku or "")
        if listed is None:
            return None
        at = datetime.now(self._room.timezone)
        product = as_of(listed, at)
        if product not in self._checked:
            lang = self._room.settings.lang
            texts = drawn_texts(Scenery(product=product), lang)
            verdicts = [self._gate.check(text, product.sku, lang, at) for text in texts]
            refused = [str(verdict) for verdict in verdicts if not verdict.passed]
            self._checked[product] = not refused
            if refused:
                self._tell(Decision("card-refused", "; ".join(refused), {"sku": product.sku}))
        return product if self._checked[product] else None


class Card:
    """The test card: a coded counter."""

    def __init__(self, fmt: Format) -> None:
        self._card = TestCard(fmt)

    def draw(self, seq: int, step: Step | None) -> NDArray[np.uint8]:
        """The counter ``seq``."""
        return self._card.frame(seq)


class Media:
    """The loop."""

    def __init__(self, room: Room, ring: Ring, wake: int, *, patient: bool) -> None:
        """``wake``: eventfd that onair raises for each slot it frees.

        ``patient``: wait for speech in place of showing an idle host (rendering to a file).
        Raises ConfigError for what the room names, OSError when no supervisor is there.
        """
        self._ring, self._wake = ring, wake
        self._patient = patient
        self._format = room.format
        self._test_card = room.settings.test_card
        self._picture: Picture
        if self._test_card:
            self._picture = Card(self._format)
            permit: Permit = lambda planned, index: None  # noqa: E731 (nothing is said)
        else:
            lineup = load_lineup(room.lineup, tz=room.timezone)
            gate = Gate(lineup)
            products = {product.sku: product for product in lineup.products}
            self._picture = Stage(room, gate, products, self._tell)
            permit = partial(_permit, gate, room.timezone)
        self._playout = Playout(self._format, permit, self._tell)
        self._selector = DefaultSelector()
        self._supervisor = sockets.connect(room.sockets, "supervisor")
        self._selector.register(self._supervisor, EVENT_READ, self._from_supervisor)
        self._selector.register(wake, EVENT_READ, lambda: os.eventfd_read(wake))
        self._hub = Hub(room.sockets, "media", self._selector, limit=LIMIT, said=self._from_studio)
        self._epoch = 0
        self._quiet = BREATH
        self.stopping = False
        self._supervisor.send(Hello("media", os.getpid()))

    def run(self) -> None:
        """Until stopped, replaced by another epoch, or left by the supervisor."""
        seq = 0
        while not (self.stopping or self._supervisor.closed):
            if self._supervisor.queued:
                self._supervisor.flush()
            if not self._epoch:
                serve_io(self._selector, 0.5)
                seq = self._ring.next_seq
                continue
            if not self._ring.writable(seq):
                serve_io(self._selector, 0.1)
                continue
            serve_io(self._selector, 0)
            tick = self._render(seq)
            if tick is None:
                serve_io(self._selector, 0.02)
                continue
            try:
                self._ring.write(tick)
            except RingError:
                return  # another media holds the ring
            seq += 1

    def _render(self, seq: int) -> Tick | None:
        if self._test_card:
            frame = self._picture.draw(seq, None)
            return Tick(self._epoch, seq, frame, tone(seq, self._format), duck=1.0)
        step = self._playout.next()
        if step is None and self._patient and self._playout.starved:
            return None
        frame = self._picture.draw(seq, step)
        if step is None:
            self._quiet += 1
            silence = np.zeros((self._format.samples, 2), np.float32)
            return Tick(self._epoch, seq, frame, silence, duck=float(self._quiet < BREATH))
        self._quiet = 0
        return Tick(
            epoch=self._epoch,
            seq=seq,
            i420=frame,
            pcm=np.repeat(step.pcm[:, None], 2, axis=1),
            line=step.line.id,
            clause=step.clause.index,
            offset=step.offset,
            duck=1.0,
            ends_clause=step.ends_clause,
            ends_line=step.ends_line,
        )

    def _tell(self, what: Ended | Decision | Incident) -> None:
        self._supervisor.send(what)

    def _from_supervisor(self) -> None:
        for message in self._supervisor.receive():
            if isinstance(message, Grant):
                self._epoch = message.epoch

    def _from_studio(self, peer: sockets.Peer, message: Any) -> None:
        if isinstance(message, Enqueue):
            self._playout.enqueue(message.planned, message.start_clause)
        elif isinstance(message, Voiced):
            self._playout.voiced(message.line, message.clause, message.sound)
        elif isinstance(message, Withdraw):
            self._playout.withdraw(message.line, message.why)


def _permit(gate: Gate, zone: tzinfo, planned: Planned, index: int) -> str | None:
    """The gate, as playout takes a clause: why it must not be said; None: it may."""
    verdict = gate.check_clause(planned.line, planned.clauses, index, datetime.now(zone))
    return None if verdict.passed else f"refused at playout: {verdict}"


def main() -> int:
    """Exit code 0 after a clean end, 2 when it cannot begin."""
    parser = argparse.ArgumentParser(prog="host.media", description=__doc__)
    parser.add_argument("--ring", type=int, required=True, help="descriptor of the ring")
    parser.add_argument("--wake", type=int, required=True, help="eventfd that onair raises")
    parser.add_argument("--patient", action="store_true", help="wait for speech, never idle")
    add_room_arguments(parser)
    args = parser.parse_args()
    try:
        room = room_of(args)
        media = Media(room, Ring(args.ring), args.wake, patient=args.patient)
    except (LivehostError, OSError) as error:
        sys.stderr.write(f"media: {error}\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: setattr(media, "stopping", True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor ends the room
    try:
        media.run()
    except StageError as error:
        sys.stderr.write(f"media: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
