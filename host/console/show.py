"""What the page is told: plain values, equal when the page need not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from host.model import Lang

Light = Literal["starting", "off", "onair", "standby", "hold"]
"""Not known yet; onair is away; programme; stand-by clip; the red button is down."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line being said or about to be."""

    id: int
    clauses: tuple[str, ...]
    clause: int
    """Position of the clause being said, from 0; those before it were said."""
    lang: Lang
    beat: str
    product: str
    """Name, or the SKU where the name is not known; empty: of none."""
    question: str = ""
    """What it answers, as shown on air; empty: it is talk."""

    @property
    def text(self) -> str:
        """The whole line."""
        return self.gap.join(self.clauses)

    @property
    def gap(self) -> str:
        """What stands between two clauses."""
        return "" if self.lang == "zh" else " "


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment and what became of it. Every text is a viewer's: show it as text only."""

    id: str
    user: str
    text: str
    ts_ms: int
    """Unix milliseconds."""
    status: Literal["queued", "answering", "answered", "dropped"] = "queued"
    reply: str = ""
    """What the host says to it; empty: nothing yet."""
    why: str = ""
    """Why it was dropped, or what was decided about it."""
    line: int = 0
    """Line of the reply; 0: none."""
    known: bool = True
    """The facts hold the answer."""


@dataclass(frozen=True, slots=True)
class Open:
    """A question that the facts could not answer."""

    seq: int
    """Its answer's row in the ledger."""
    ts_utc: str
    """ISO 8601, UTC."""
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class DestinationLine:
    """Where the stream goes: never an address or a key."""

    name: str
    """As it is shown."""
    state: Literal["connected", "refused", "waiting"]
    """It takes the stream; its ingest refuses it; it is being tried again."""
    restarts: int
    dropped_video: int
    """Pictures left out since its connection began."""
    began: float | None = None
    """When its connection began, by the console's monotonic clock, seconds; None: there is none."""
    key: str = ""
    """Its name in the room, to give it a new key by; empty: it has none to give."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened or was decided."""

    seq: int
    """Its row in the ledger."""
    ts_utc: str
    """ISO 8601, UTC."""
    stage: str
    """Empty: a decision, not an incident."""
    what: str
    why: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything on the page but the picture."""

    light: Light
    hold: bool
    """The red button is down."""
    began: float | None
    """When onair began, by the console's monotonic clock, seconds; None: not known."""
    gone: tuple[str, ...]
    """What is away: processes by name, "programme" when stand-by shows for another reason."""
    now: SpokenLine | None
    following: tuple[SpokenLine, ...]
    comments: tuple[CommentLine, ...]
    """Latest first."""
    questions: tuple[Open, ...]
    """Latest first."""
    destinations: tuple[DestinationLine, ...]
    late_ticks: int
    """Ticks without programme since onair began."""
    encoder_ms: int
    """Milliseconds to encode a tick."""
    events: tuple[Event, ...]
    """Latest first."""
    revision: str
    """Of lineup and pushes, as it is on air; empty: not known."""
    revised: str
    """Since when, ISO 8601, UTC."""
    ending: Literal["", "asked", "failed"]
    """The broadcast was asked to end; or was, and goes on."""
