"""Comments to answers, by the rules of the air (``host.studio.replies``), on passed-in time."""

from __future__ import annotations

from collections.abc import Callable

from host.answers.asked import Asked
from host.clauses import split
from host.inbox import Ask, Inbox
from host.model import Comment, Planned
from host.rehearsal.clock import Clock
from host.rehearsal.desk import Desk, Parcel
from host.rehearsal.given import Remark
from host.rehearsal.record import Heard, Record, Refused
from host.rehearsal.revision import Revision
from host.studio.replies import AT_ONCE, STALE, TRIES
from host.studio.stale import untrue
from host.viewers import mask

OFF_AIR = "the room is off air"
ENDED = "the rehearsal ended"


class Replies:
    """Every comment ends in one word back, and the record says which."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        desk: Desk,
        *,
        revision: Callable[[], Revision],
        number: Callable[[], int],
        send: Callable[[Planned], None],
        withdraw: Callable[[int, str], None],
    ) -> None:
        """``number`` gives the next free line id; ``send`` a line to the air."""
        self._record = record
        self._clock = clock
        self._desk = desk
        self._revision = revision
        self._number = number
        self._send = send
        self._withdraw = withdraw
        self._inbox = Inbox(self._understand)
        self._heard: dict[str, Heard] = {}  # comments that have not ended, by id
        self._asks: dict[int, tuple[Ask, int]] = {}  # answer's line → what it answers, which try
        self._again: list[tuple[Ask, int]] = []  # to be answered anew

    def _understand(self, comment: Comment, on_air: str | None) -> Asked:
        asked = self._revision().answerer.understand(comment, on_air)
        heard = self._heard[comment.id]
        heard.kind, heard.topic, heard.sku = asked.kind, asked.topic, asked.sku
        return asked

    def take(self, remark: Remark, *, off_air: bool) -> None:
        """A comment comes."""
        now = self._clock.now
        comment = Comment(
            remark.id, remark.user, remark.text, int(now.timestamp() * 1000), "rehearsal"
        )
        heard = Heard(self._clock.seconds, remark.id, mask(remark.user), remark.text)
        self._record.comments.append(heard)
        if off_air:
            heard.status, heard.why = "dropped", OFF_AIR
            return
        self._heard[remark.id] = heard
        taken = self._inbox.take(comment, self._clock.seconds, self._desk.on_air)
        if taken.status == "dropped":
            heard.status, heard.why = "dropped", taken.why
            del self._heard[remark.id]
        self.look()

    def look(self) -> None:
        """Answer what the inbox chooses, and give up what comes too late."""
        while self._again:
            self._answer(*self._again.pop(0))
        while self._desk.answers < AT_ONCE:
            ask = self._inbox.next(self._clock.seconds)
            if ask is None:
                break
            self._answer(ask, 1)
        for line, (ask, _) in tuple(self._asks.items()):
            parcel = self._desk.get(line)
            late = self._clock.seconds - ask.arrived >= STALE
            if late and parcel is not None and parcel.begun is None:
                self._withdraw(line, f"asked more than {STALE:g} s ago")
        self._settle()

    def revised(self, sounding: int) -> None:
        """The facts are others: answers that are true no longer are dropped, and made anew."""
        for line, (ask, tries) in tuple(self._asks.items()):
            parcel = self._desk.get(line)
            assert parcel is not None
            why = untrue(
                parcel.planned,
                parcel.start(sounding),
                parcel.known,
                self._revision(),
                self._clock.now,
            )
            if why and parcel.begun is None and tries < TRIES:
                del self._asks[line]
                self._again.append((ask, tries + 1))
            if why:
                self._withdraw(line, why)
        self.look()

    def _answer(self, ask: Ask, tries: int) -> None:
        now, on_air, revision = self._clock.now, self._desk.on_air, self._revision()
        answer = revision.answerer.answer(ask.comment, on_air, self._number(), now, ask.asked)
        line = answer.line
        verdict = revision.gate.check_line(line, now)
        if not verdict.passed:
            at = self._clock.seconds
            self._record.refused.append(Refused(at, line.sku, line.beat, line.text, str(verdict)))
            why = "its answer did not pass the gate"
            self._inbox.ended(ask.comment.id, at, answered=False, why=why)
            return
        self._asks[line.id] = ask, tries
        self._send(Planned(line, split(line)))

    def ended(self, parcel: Parcel, why: str = "") -> None:
        """An answer has ended; ``why`` it was cut or dropped, empty: it was said."""
        ask, _ = self._asks.pop(parcel.line.id, (None, 0))
        if ask is None:
            return
        if parcel.begun is not None:
            for comment in (ask.comment, *ask.also):
                heard = self._heard[comment.id]
                heard.answer = parcel.line.text
                heard.wait = max(0.0, round(parcel.begun - heard.t, 3))
        self._inbox.ended(ask.comment.id, self._clock.seconds, answered=not why, why=why)
        self._settle()

    def close(self) -> None:
        """The rehearsal is over."""
        self._inbox.close(ENDED)
        self._settle()

    def _settle(self) -> None:
        for settled in self._inbox.settled():
            heard = self._heard.pop(settled.comment.id)
            heard.status, heard.why = settled.status, settled.why
