"""The show without air: the room's planner, gate, inbox, answerer and playout on simulated time.

The parts are those of the air, joined as ``host.studio`` joins them; only clock and voice are not
there. What it says is a pure function of room, seed, start, comments and changes.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from host.answerer import Answerer
from host.clauses import split
from host.config import Room
from host.errors import StageError
from host.lineup import load_lineup
from host.model import Clause, Ended, Line, Planned
from host.pacing import seconds
from host.planner import Planner, PlannerState
from host.platforms import profiles_of
from host.rehearsal.air import Air, Begun
from host.rehearsal.changes import Changes
from host.rehearsal.clock import Clock
from host.rehearsal.desk import Desk, Parcel
from host.rehearsal.given import Edit, Remark
from host.rehearsal.record import Changed, Record, Refused, told
from host.rehearsal.replies import ENDED, Replies
from host.rehearsal.revision import Makers, Revision
from host.schedule import Schedule
from host.script import load_scripts
from host.studio.parting import Parting
from host.studio.rests import known
from host.studio.talk import AHEAD, REFUSALS, WORDINGS

_CLOSED_LOOK = 60.0
"""Seconds between looks at the schedule while it has the room off air: its times are minutes."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """A clause that begins, for whoever follows a rehearsal."""

    at: datetime
    seconds: float
    """From the start of the rehearsal."""
    line: Line
    clause: Clause


class Rehearsal:
    """Plays a room's show once."""

    def __init__(
        self,
        room: Room,
        start: datetime,
        hours: float,
        *,
        remarks: Sequence[Remark] = (),
        edits: Sequence[Edit] = (),
        follow: Callable[[Sounding], None] = lambda sounding: None,
    ) -> None:
        """``start``: with the room's time zone. ``remarks`` and ``edits``: in order of time.
        ``follow`` is told of each clause as it begins.

        Raises ConfigError for what the room names.
        """
        settings = room.settings
        lineup = load_lineup(room.lineup, tz=room.timezone)
        scripts = load_scripts(room.scripts, settings.lang)
        makers = Makers(
            planner=Planner(lineup, scripts, settings.seed, settings.lang, settings.talk),
            answerer=lambda facts: Answerer(facts, settings.lang, settings.seed),
            platforms=profiles_of(room, settings.lang),
        )
        fps = room.format.video.fps
        self._schedule = Schedule(settings.schedule, room.timezone)
        self._parting = Parting(self._schedule.closes, lambda: self._clock.now)
        self._follow = follow
        self._fps = fps
        self._clock = Clock(start, fps)
        self._end = self._clock.tick_at(hours * 3600)
        self._record = Record(
            room=room.name,
            lang=settings.lang,
            start=start,
            seconds=hours * 3600,
            seed=settings.seed,
            names={product.sku: product.called for product in lineup.products},
            rehook_seconds=settings.talk.rehook_seconds,
            lap_minutes=settings.talk.lap_minutes,
        )
        self._revision = Revision(lineup, makers)
        self._numbers = itertools.count(1)
        self._state = PlannerState()
        self._passed: dict[int, object] = {}  # line → when the gate passed it
        self._closed = False
        self._sounding = 0  # line of the clause on air; 0: none
        self._air = Air(fps, self._permit, self._dropped)
        self._desk = Desk(self._record, self._clock, fps)
        self._replies = Replies(
            self._record,
            self._clock,
            self._desk,
            revision=lambda: self._revision,
            number=self._numbers.__next__,
            send=self._send,
            withdraw=self._air.withdraw,
        )
        self._changes = Changes(
            self._desk,
            withdraw=self._air.withdraw,
            send=self._send,
            back_to=self._back_to,
            number=self._numbers.__next__,
        )
        # In order of time; of the same moment, changes first.
        given: tuple[Remark | Edit, ...] = (*edits, *remarks)
        timed = ((self._clock.tick_at(each.t), each) for each in given)
        self._given = sorted(timed, key=itemgetter(0))
        self._taken = 0

    def run(self, progress: Callable[[float], None] = lambda done: None) -> Record:
        """From the start to the end. ``progress`` is told how much is done, 0…1.

        Raises StageError when no line passes the gate.
        """
        told = 0
        while self._clock.tick < self._end:
            self._turn()
            if self._clock.tick - told >= self._end // 200:
                told = self._clock.tick
                progress(told / self._end)
        for parcel in self._desk:
            if parcel.begun is not None:
                self._replies.ended(parcel, ENDED)
                self._desk.end(parcel.line.id, ENDED)
        self._replies.close()
        self._record.lines.sort(key=lambda spoken: spoken.t)
        self._record.unheard = len(self._given) - self._taken
        return self._record

    def _turn(self) -> None:
        """One clause, or one tick of silence."""
        if not self._schedule.on(self._clock.now):
            if not self._closed:
                self._close()
            self._rest()
            return
        self._closed = False
        self._plan()
        begun = self._air.next()
        if begun is None:
            self._pass(1)
            return
        self._begin(begun)

    def _begin(self, begun: Begun) -> None:
        clock = self._clock
        self._changes.heard(begun, self._desk.begin(begun), clock.seconds)
        self._follow(Sounding(clock.now, clock.seconds, begun.line, begun.clause))
        self._sounding = begun.line.id
        self._pass(begun.ticks)
        self._sounding = 0
        if begun.ends_line:
            self._finish(begun.line.id)
        self._replies.look()

    def _pass(self, ticks: int) -> None:
        """Let time go by, and take what comes meanwhile."""
        until = self._clock.tick + ticks
        while self._taken < len(self._given) and self._given[self._taken][0] <= until:
            at, given = self._given[self._taken]
            if at >= self._end:
                break
            self._taken += 1
            self._clock.tick = max(at, self._clock.tick)
            if isinstance(given, Remark):
                self._replies.take(given, off_air=self._closed)
            else:
                self._change(given)
        self._clock.tick = until

    # The talk.

    def _plan(self) -> None:
        if self._parting.moved() and (line := self._parting.take_back()):
            self._air.withdraw(line, "the room goes off air later")
        while self._desk.talk <= AHEAD and not self._parting.pending:
            before = self._state
            closing = self._closing()
            if closing is not None:
                self._parting.plan(closing.line.id)
            self._send(closing or self._next(), before)

    def _closing(self) -> Planned | None:
        """The good-bye, when there is no time for another line before it."""
        planner, now = self._revision.planner, self._clock.now
        ahead = [parcel.line for parcel in self._desk] + [planner.closing(0, now)]
        if not self._parting.due(sum(seconds(line.text, line.lang) for line in ahead)):
            return None
        for _ in range(WORDINGS):
            line = planner.closing(next(self._numbers), now)
            if self._passes(line):
                return Planned(line, split(line))
        return None

    def _next(self) -> Planned:
        """The next line that may be said, as ``host.studio.talk`` finds it."""
        for _ in range(REFUSALS):
            step = self._revision.planner.next(self._state, next(self._numbers), self._clock.now)
            self._state, line = step.state, step.line
            if self._passes(line):
                return Planned(line, split(line))
        raise StageError("talk", f"the gate refused {REFUSALS} lines in a row", retryable=False)

    def _passes(self, line: Line) -> bool:
        clock = self._clock
        verdict = self._revision.gate.check_line(line, clock.now)
        if verdict.passed:
            self._passed[line.id] = self._stretch()
        else:
            self._record.refused.append(
                Refused(clock.seconds, line.sku, line.beat, line.text, str(verdict))
            )
        return verdict.passed

    def _send(self, planned: Planned, before: PlannerState | None = None) -> None:
        rests = known(planned, self._revision.rests)
        lap = self._state.lap if before is not None else self._desk.lap
        self._desk.accept(Parcel(planned, lap, rests, before))
        self._air.take(planned)

    def _permit(self, planned: Planned, index: int) -> str | None:
        """The gate as playout takes a clause; a line that passed whole is read again only when the
        facts, or the minute, are others.
        """
        line, stretch = planned.line, self._stretch()
        if self._passed.get(line.id) == stretch:
            return None
        now = self._clock.now
        if self._revision.gate.check_line(line, now).passed:
            self._passed[line.id] = stretch
            return None
        verdict = self._revision.gate.check_clause(line, planned.clauses, index, now)
        return None if verdict.passed else f"refused at playout: {verdict}"

    def _stretch(self) -> object:
        """A stretch of time in which the gate's verdict of a text is one."""
        now = self._clock.now
        minute = now.replace(second=0, microsecond=0)
        return self._revision.lineup.revision, bisect_right(self._revision.moments, now), minute

    def _dropped(self, ended: Ended) -> None:
        self._finish(ended.line, ended.reason)

    def _finish(self, line: int, why: str = "") -> None:
        self._passed.pop(line, None)
        if self._parting.ended(line, whole=not why):
            self._state = self._state.reopened()
        parcel = self._desk.end(line, why)
        if parcel is None:
            return
        self._replies.ended(parcel, why)
        if self._changes.ended(line, whole=not why):
            self._changes.correct(self._revision, self._clock.seconds, self._clock.now)

    # The schedule.

    def _close(self) -> None:
        """The room's hours are over: the clause on air was the last."""
        self._closed = True
        for parcel in self._desk:
            self._air.withdraw(parcel.line.id, "the room's hours are over")

    def _rest(self) -> None:
        before = self._clock.tick
        minute = self._clock.tick_at(_CLOSED_LOOK)
        self._pass(min(minute - before % minute, self._end - before))
        self._replies.look()
        self._record.hours_off += (self._clock.tick - before) / self._fps / 3600

    def _change(self, edit: Edit) -> None:
        old = self._revision.lineup.get(edit.sku)
        self._revision = self._revision.after(edit, len(self._record.changes) + 1)
        new = self._revision.lineup.get(edit.sku)
        assert old is not None  # ``read_edits`` has looked
        assert new is not None
        self._record.changes.append(Changed(self._clock.seconds, edit.sku, told(old, new)))
        clock = self._clock
        self._changes.revised(edit.sku, self._revision, clock.seconds, clock.now, self._sounding)
        self._replies.revised(self._sounding)

    def _back_to(self, state: PlannerState) -> None:
        self._state = state
