"""What a rehearsal leaves: every line, comment and refusal with its time.

Times are seconds from the start of the rehearsal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from host.model import Lang, Product


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of which something was heard."""

    t: float
    """At which its first clause begins."""
    lap: int
    sku: str | None
    beat: str
    kind: Literal["talk", "answer"]
    text: str
    """What was heard of it: all, unless it was ``cut``."""
    seconds: float
    """For which it was heard, without what cut in."""
    comment: str | None = None
    """Id of the comment that it answers."""
    cut: str = ""
    """Why the rest of it was not said; empty: all of it was."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was planned and not begun."""

    t: float
    sku: str | None
    beat: str
    text: str
    why: str


@dataclass(slots=True)
class Heard:
    """A comment, and what became of it."""

    t: float
    id: str
    user: str
    """Masked, as it would be shown."""
    text: str
    """As written: whoever shows it escapes it."""
    kind: str = ""
    """What it asks, as the inbox classes it; empty: it was not let so far."""
    topic: str = ""
    sku: str | None = None
    status: Literal["waiting", "answered", "dropped"] = "waiting"
    why: str = ""
    """Why it was dropped."""
    answer: str = ""
    """What was said to it."""
    wait: float | None = None
    """Seconds until that began; None: it did not."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of the lineup."""

    t: float
    sku: str
    what: str
    """"price 39.9 → 35; stock 12 → 0"."""


def told(old: Product, new: Product) -> str:
    """What has changed, for a person."""
    pairs = (("price", old.price, new.price), ("stock", old.stock, new.stock))
    return "; ".join(
        f"{name} {before} → {after}" for name, before, after in pairs if before != after
    )


@dataclass(slots=True)
class Reuse:
    """Clauses that the voice's cache would hold, an hour of the rehearsal each."""

    clauses: list[int] = field(default_factory=list)
    """Clauses of talk begun in each hour."""
    known: list[int] = field(default_factory=list)
    """Those of them that had been said before."""


@dataclass(slots=True)
class Record:
    """A whole rehearsal."""

    room: str
    lang: Lang
    start: datetime
    """With the room's time zone."""
    seconds: float
    """Its length."""
    seed: int
    names: dict[str, str]
    """SKU → what the host calls the product."""
    rehook_seconds: float
    """What the room asks for, from one line for those who just came to the next."""
    lap_minutes: float
    """What the room asks for, from one opening to the next."""
    lines: list[Spoken] = field(default_factory=list)
    """In the order in which they began."""
    refused: list[Refused] = field(default_factory=list)
    comments: list[Heard] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    reuse: Reuse = field(default_factory=Reuse)
    unheard: int = 0
    """Comments and changes that were given for a time after its end."""
    hours_off: float = 0.0
    """Hours in which the schedule has the room off air."""
