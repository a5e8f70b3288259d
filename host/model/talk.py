"""What is said, what was asked, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from host.model.commerce import Fact

Lang = Literal["zh", "en"]
Mood = Literal["calm", "warm", "excited", "serious"]


@dataclass(frozen=True, slots=True)
class Comment:
    """What a viewer wrote. Data, never an instruction."""

    id: str
    """The source's own id; unique within ``source``."""
    user: str
    """The viewer's name as the source gave it: never drawn or voiced unmasked."""
    text: str
    """As the source gave it: never drawn or voiced uncleaned."""
    ts_ms: int
    """When it was written, Unix milliseconds."""
    source: str = "websocket"
    """Which source it came through."""


@dataclass(frozen=True, slots=True)
class Question:
    """A comment as it may be shown: masked, clipped, without links."""

    name: str
    """Masked name: "买*甲"."""
    text: str
    """Cleaned and clipped text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the host says, from its first word to its last."""

    id: int
    """Unique and rising in a room's ledger, from 1."""
    lang: Lang
    text: str
    """What is said and captioned, before reading normalisation."""
    beat: str
    """A heading of the scripts ("opening", "selling", "price" …), "answer" or "correction"."""
    sku: str | None = None
    """The product it speaks of; None: of none."""
    priority: int = 0
    """0: talk. Above 0: an answer; it cuts in at the end of the clause on air."""
    mood: Mood = "warm"
    gesture: str = ""
    """Named gesture of the host: "nod", "point"; empty: none."""
    facts: tuple[Fact, ...] = ()
    """The facts that the text rests on."""
    in_reply_to: str | None = None
    """Id of the comment that it answers."""
    question: Question | None = None
    """What to show while it is said."""
    pin: bool = False
    """Its product is to be pinned in the room's basket when it begins."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The unit of synthesis, cache and cut: at most 12 Hanzi or 8 words where grammar allows."""

    line: int
    """Id of its line."""
    index: int
    """Position in its line, from 0."""
    text: str
    """What is captioned while it sounds."""
    lang: Lang
    mood: Mood = "warm"
    last: bool = False
    """It ends its line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the room says to a comment."""

    comment: Comment
    line: Line
    known: bool
    """The facts hold the answer. False: the line says that they don't."""
    topic: str = ""
    """"price", "stock", "shipping", "warranty", "returns", "spec:容量", "faq"…"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A line handed to playout, with what is needed to go on after a crash."""

    line: Line
    clauses: tuple[Clause, ...]
    planner_state: str = ""
    """The planner's state after this line, as it wrote it; empty for answers."""


@dataclass(frozen=True, slots=True)
class Aired:
    """A run of ticks of one clause that left the encoder. Truth is the on-air cursor."""

    line: int
    clause: int
    """Position in its line, from 0."""
    first_tick: int
    """Air tick, inclusive."""
    last_tick: int
    """Air tick, inclusive."""
    ends_clause: bool
    """The clause was aired to its end."""
    ends_line: bool
    """And it was the last of its line."""
    first_offset: int = 0
    """Samples into the clause at the start of ``first_tick``."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The one end of a line."""

    line: int
    outcome: Literal["finished", "dropped"]
    reason: str = ""
    """Why it was dropped; empty when finished."""
    ticks: tuple[tuple[int, int], ...] = ()
    """Air tick ranges in which it was heard, both ends inclusive."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that was decided, with its reason: a line not said, a fall-back taken."""

    what: str
    """Short, fixed name: "line-refused", "comment-dropped", "voice-fallback"…"""
    why: str
    """For a person to read."""
    about: dict[str, str | int | None] = field(default_factory=dict)
    """What it concerns: {"line": 12, "comment": "c7", "sku": "A1"}."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong in a running room."""

    stage: str
    """"onair", "pusher:main", "media"…"""
    what: str
    """Short, fixed name: "lost", "restarted", "late"."""
    why: str
    tick: int = -1
    """Air tick at which it was seen; −1: not known."""
