"""What the operator's page shows, folded out of the ledger's rows and onair's state."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from host.console.show import CommentLine, DeskView, DestinationLine, Event, Light, Open
from host.console.speaking import Speaking
from host.errors import WireError
from host.model import Aired, Answer, Comment, Decision, Ended, Incident, Planned, wire
from host.model.messages import Row
from host.model.state import OnAirState, PushState

_log = logging.getLogger(__name__)

COMMENTS = 60
"""Comments kept: more than an operator scrolls back through."""
EVENTS = 40
OPEN_QUESTIONS = 40

RESTARTING = 8.0
"""Seconds a restarted process counts as away, unless it shows before that it works: by then the
room speaks again (measured end to end by tests/e2e)."""

_NO_GAP = frozenset({"which", "no-link", "complaint"})
"""Topics that no line of the lineup would settle: the host asks back, or passes it on."""
_CALM = frozenset({"programme", "hold", "release", "connected", "rotated", "renewed"})
"""Incidents that are no trouble."""
_PROCESSES = ("media", "studio", "voice")
"""Known only by what the supervisor says of them; the others have connections."""


class Desk:
    """Takes what comes from the room, in any order and more than once; gives a ``DeskView``."""

    def __init__(
        self, *, clock: Callable[[], float], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """``clock``: monotonic seconds. ``now``: the moment, with time zone, to age old rows."""
        self._clock = clock
        self._now = now
        self._speaking = Speaking()
        self._comments: OrderedDict[str, CommentLine] = OrderedDict()
        self._open: deque[Open] = deque(maxlen=OPEN_QUESTIONS)
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._names: dict[str, str] = {}
        self._away: dict[str, float] = {}  # process → until when it counts as away
        self._seq = 0
        self._state: OnAirState | None = None
        self._began: float | None = None
        self._sessions: dict[str, float] = {}  # destination → when its connection began
        self._links: dict[str, bool] = {}
        self.fps = 25
        """Ticks a second; the tap's header says."""
        self._revision, self._revised = "", ""
        self.ending: Literal["", "asked", "failed"] = ""

    def link(self, name: str, up: bool) -> None:
        """The connection to process ``name`` is up, or down."""
        self._links[name] = up
        if name == "onair" and not up:
            self._state = self._began = None
            self._sessions = {}

    def on_air(self, state: OnAirState) -> None:
        """Onair's state, as it comes once a second."""
        self._state = state
        began = self._clock() - state.tick / self.fps
        self._began = _kept(self._began, began)
        self._sessions = {
            push.name: _kept(self._sessions.get(push.name), self._clock() - push.session_seconds)
            for push in state.destinations
            if push.connected
        }
        if state.showing == "programme":
            self._away.pop("media", None)

    def revision(self, revision: str, since: str) -> None:
        """Which revision is on air. ``since``: ISO 8601, UTC."""
        if since >= self._revised:
            self._revision, self._revised = revision, since

    def row(self, row: Row) -> None:
        """A row of the ledger; one that came before is passed over."""
        if row.seq <= self._seq:
            return
        self._seq = row.seq
        try:
            body = wire.from_json(row.body)
        except WireError as error:
            _log.warning("row %d of the ledger (%s) is unreadable: %s", row.seq, row.kind, error)
            return
        self._fold(body, row)

    def _fold(self, body: Any, row: Row) -> None:
        match body:
            case Planned():
                self._speaking.planned(body)
                self._away.pop("studio", None)
                self._learn_names(body)
            case Aired():
                self._speaking.aired(body)
                self._away.pop("voice", None)
            case Ended():
                self._speaking.ended(body)
                self._answer_ended(body)
            case Comment():
                self._keep(CommentLine(body.id, body.user, body.text, body.ts_ms))
            case Answer():
                self._answer(body, row)
            case Decision():
                self._decided(body, row)
            case Incident():
                self._happened(body, row)

    def _keep(self, comment: CommentLine) -> None:
        self._comments[comment.id] = comment
        self._comments.move_to_end(comment.id)
        while len(self._comments) > COMMENTS:
            self._comments.popitem(last=False)

    def _answer(self, answer: Answer, row: Row) -> None:
        told = answer.comment
        known = self._comments.get(told.id) or CommentLine(
            told.id, told.user, told.text, told.ts_ms
        )
        if told.id not in self._comments:
            self._keep(known)
        self._comments[told.id] = replace(
            known,
            status="answering",
            reply=answer.line.text,
            line=answer.line.id,
            known=answer.known or answer.topic in _NO_GAP,
        )
        if not self._comments[told.id].known:
            self._open.append(Open(row.seq, row.ts_utc, told.user, told.text))

    def _answer_ended(self, ended: Ended) -> None:
        done = ended.outcome == "finished"
        status: Literal["answered", "dropped"] = "answered" if done else "dropped"
        # One line may answer several who asked the same.
        for comment in tuple(self._comments.values()):
            if comment.line == ended.line:
                self._comments[comment.id] = replace(comment, status=status, why=ended.reason)

    def _decided(self, decision: Decision, row: Row) -> None:
        if decision.what == "revised":
            self.revision(str(decision.about.get("revision", "")), row.ts_utc)
        comment = self._comments.get(str(decision.about.get("comment")))
        if comment is None:
            self._events.append(
                Event(row.seq, row.ts_utc, "", decision.what, decision.why, alarm=False)
            )
        elif decision.what == "comment-dropped":
            self._comments[comment.id] = replace(comment, status="dropped", why=decision.why)
        elif decision.what != "question-kept":  # that one stands among the open questions
            self._comments[comment.id] = replace(comment, why=decision.why)

    def _happened(self, incident: Incident, row: Row) -> None:
        if incident.stage in _PROCESSES and incident.what == "restarted":
            age = (self._now() - datetime.fromisoformat(row.ts_utc)).total_seconds()
            self._away[incident.stage] = self._clock() + RESTARTING - age
        alarm = incident.what not in _CALM
        self._events.append(
            Event(row.seq, row.ts_utc, incident.stage, incident.what, incident.why, alarm=alarm)
        )

    def _learn_names(self, planned: Planned) -> None:
        """Names out of the facts that lines rest on; a short one over a long one."""
        for fact in planned.line.facts:
            if fact.attribute == "short_name":
                self._names[fact.sku] = str(fact.value)
            elif fact.attribute == "name":
                self._names.setdefault(fact.sku, str(fact.value))

    def view(self) -> DeskView:
        """All of it as it stands now."""
        state = self._state
        light = self._light()
        speaking = light in ("onair", "starting")
        return DeskView(
            light=light,
            hold=state is not None and state.hold,
            began=self._began,
            gone=self._missing(light),
            now=self._speaking.now(self._names) if speaking else None,
            following=self._speaking.following(self._names),
            comments=tuple(reversed(self._comments.values())),
            questions=tuple(reversed(self._open)),
            destinations=tuple(
                self._destination(push) for push in (state.destinations if state else ())
            ),
            late_ticks=state.late_ticks if state else 0,
            encoder_ms=round(state.encoder_ms) if state else 0,
            events=tuple(reversed(self._events)),
            revision=self._revision,
            revised=self._revised,
            ending=self.ending,
        )

    def _destination(self, push: PushState) -> DestinationLine:
        name = public_name(push.name)
        refused: Literal["refused", "waiting"] = "refused" if push.rejected else "waiting"
        return DestinationLine(
            name,
            "connected" if push.connected else refused,
            push.restarts,
            push.dropped_video,
            self._sessions.get(push.name),
            push.name if push.name == name else "",
        )

    def _light(self) -> Light:
        if self._state is None:
            return "off" if self._links.get("onair") is False else "starting"
        if self._state.hold:
            return "hold"
        return "standby" if self._state.showing == "stand-by" else "onair"

    def _missing(self, light: Light) -> tuple[str, ...]:
        """Processes that are away, those the operator must know of first."""
        missing = {name for name, up in self._links.items() if not up}
        missing |= {name for name, until in self._away.items() if until > self._clock()}
        if light == "off":
            missing.add("onair")
        elif light == "standby" and not missing & {"media", "studio", "supervisor"}:
            missing.add("programme")
        order = ("onair", "supervisor", "media", "studio", "voice", "programme")
        return tuple(name for name in order if name in missing)


def _kept(before: float | None, now: float) -> float:
    """The earlier of two measures while they agree, so that the page is not told each second."""
    return now if before is None or abs(now - before) > 1.5 else before


def public_name(name: str) -> str:
    """A destination's name without what could be a key: of an address, the server alone."""
    if "://" not in name:
        return name
    server = name.split("://", 1)[1].split("/", 1)[0]
    return server.rpartition("@")[2] or "?"
