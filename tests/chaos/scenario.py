"""One row of the fault table: what is done, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.case import Case
from tests.chaos.stand import Setup


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault and its bars. Every fault has, beside its own, those of ``verdict.common``."""

    row: str
    """Its number in the table, with a letter where a row has several; a name for others."""
    name: str
    how: str
    """How it is injected, for the report."""
    inject: Callable[[Case], None]
    """Does it, waits until it is over and what it hit is back, and tells the case its figures."""
    target: str = ""
    """The destination whose connection is the fault; empty: none may notice."""
    everywhere: bool = False
    """The fault is every destination's: none is a bystander."""
    second_kind: bool = False
    """Done again with node-media-server as the faulted ingest."""
    offset_ms: float = 40
    """Between counter and tone afterwards."""
    own: Setup | None = None
    """A room of its own, so made; None: the one that faults share."""
    lacking: Callable[[], str] = field(default=lambda: "")
    """Why it cannot be done on this machine; empty: it can."""
    random: bool = True
    """May be among the random ones."""
    quick: bool = False
    """In the subset for CI."""
