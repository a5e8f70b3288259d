"""What is drawn: the host in its scene, or the test card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from avatars import open_avatar, visemes
from avatars.colour import bgr_to_i420
from avatars.motion import Motion
from avatars.scene import Scene, drawn_texts
from avatars.testcard import TestCard
from host.config import Room
from host.facts import as_of, holds_until
from host.media.facts import Facts
from host.model import (
    Decision,
    Format,
    Patch,
    Planned,
    Pose,
    Product,
    Scenery,
    VisemeTrack,
)
from stream.playout import Step


class Picture(Protocol):
    """Draws the frame of a programme tick."""

    def draw(self, seq: int, step: Step | None, cost: int = 0) -> NDArray[np.uint8]:
        """I420 of shape (height * 3 / 2, width), good until the next call.

        ``cost``: as ``Avatar.frame`` takes it. After a call that raised, the next one is whole.
        """
        ...

    def revised(self) -> None:
        """The facts by which it draws have changed."""
        ...


class Stage:
    """The host in its scene."""

    def __init__(
        self,
        room: Room,
        facts: Facts,
        tell: Callable[[Decision], None],
    ) -> None:
        """``tell`` is given the reason for a card that is not shown."""
        fmt, settings = room.format, room.settings
        self._fps, self._samples = fmt.video.fps, fmt.samples
        self._room, self._facts, self._tell = room, facts, tell
        self._scene = Scene(fmt, settings.lang)
        self._avatar = open_avatar(room.pack, self._scene.background)
        self._motion = Motion(settings.seed, fmt.video.fps)
        self._track: VisemeTrack | None = None
        self._clause: tuple[int, int] | None = None  # whose track that is
        self._card: Product | None = None
        self._sku: str | None = None  # whose card that is, shown or not
        self._until: datetime | None = None  # when what it shows holds no more; None: open
        self._looked = 0  # seq at which that was looked at
        self._checked: dict[Product, bool] = {}
        self._torn = False  # a draw was left in its middle

    def draw(self, seq: int, step: Step | None, cost: int = 0) -> NDArray[np.uint8]:
        """The host as it speaks ``step`` (None: idle), with card, caption and question."""
        torn, self._torn = self._torn, True
        pose, scenery = self._idle(seq) if step is None else self._spoken(seq, step)
        patches = self._avatar.frame(pose, cost)
        if torn:
            # Nothing of the picture that failed stays: everything is taken off and drawn anew.
            whole = Patch(0, 0, bgr_to_i420(self._scene.background))
            self._scene.frame([whole, *patches], Scenery())
        frame = self._scene.frame(patches, scenery)
        self._torn = False
        return frame

    def _idle(self, seq: int) -> tuple[Pose, Scenery]:
        self._renew(seq)
        return self._motion.pose(seq), Scenery(product=self._card)

    def _spoken(self, seq: int, step: Step) -> tuple[Pose, Scenery]:
        clause = (step.line.id, step.clause.index)
        if step.frame == 0 or clause != self._clause:
            frames = -(-len(step.sound.pcm) // self._samples)
            self._track = visemes.track(step.sound, self._fps, frames)
            self._show(step.line.sku)
            self._clause, self._looked = clause, seq
        else:
            self._renew(seq)
        # A line's gesture comes with its first clause.
        gesture = step.line.gesture if step.clause.index == 0 else ""
        pose = self._motion.pose(seq, self._track, step.frame, step.clause.mood, gesture)
        return pose, Scenery(
            product=self._card,
            caption=step.clause.text,
            progress=min(1.0, step.offset / max(1, len(step.sound.pcm))),
            question=step.line.question,
        )

    def revised(self) -> None:
        """The facts are others: the next frame's card is of these."""
        self._checked.clear()
        self._scene.forget()
        self._show(self._sku)

    def _renew(self, seq: int) -> None:
        """A promotion may have begun or ended, a pushed price grown too old; once a second for a
        wall clock that was set.
        """
        over = self._until is not None and datetime.now(self._room.timezone) >= self._until
        if over or seq - self._looked >= self._fps:
            self._looked = seq
            self._show(self._sku)

    def _show(self, sku: str | None) -> None:
        """The card of the product as it is now, if every text of it passes the gate now."""
        self._sku = sku
        listed = self._facts.get(sku)
        at = datetime.now(self._room.timezone)
        self._until = None if listed is None else holds_until(listed, at)
        self._card = None if listed is None else self._sound(as_of(listed, at), at)

    def _sound(self, product: Product, at: datetime) -> Product | None:
        if product not in self._checked:
            lang = self._room.settings.lang
            texts = drawn_texts(Scenery(product=product), lang)
            verdicts = [self._facts.check(text, product.sku, lang, at) for text in texts]
            refused = [str(verdict) for verdict in verdicts if not verdict.passed]
            self._checked[product] = not refused
            if refused:
                self._tell(Decision("card-refused", "; ".join(refused), {"sku": product.sku}))
        return product if self._checked[product] else None


class Card:
    """The test card: a coded counter, whatever the facts."""

    def __init__(self, fmt: Format) -> None:
        self._card = TestCard(fmt)

    def draw(self, seq: int, step: Step | None, cost: int = 0) -> NDArray[np.uint8]:
        """The counter ``seq``, whatever is said."""
        return self._card.frame(seq)

    def revised(self) -> None:
        """It shows none of them."""


def permit(facts: Facts, zone: tzinfo, planned: Planned, index: int) -> str | None:
    """The gate, as playout takes a clause: why it must not be said; None: it may."""
    verdict = facts.check_clause(planned, index, datetime.now(zone))
    return None if verdict.passed else f"refused at playout: {verdict}"
