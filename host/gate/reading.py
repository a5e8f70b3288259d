"""What every check of the gate is given, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from host.gate.index import Index
from host.gate.messages import Messages
from host.gate.verdict import Kind, Violation
from host.model import Lang, Product
from host.quantities.normal import Normal


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is judged."""

    text: str
    """As written."""
    normal: Normal
    """In one spelling."""
    product: Product | None
    """The product it speaks of; None: of none."""
    index: Index | None
    """That product's facts; None with ``product``."""
    lang: Lang
    """Of the text and of the findings."""
    at: datetime
    """When it will be said, with time zone."""

    @property
    def messages(self) -> Messages:
        """Findings in its language."""
        return Messages(self.lang)


Check = Callable[[Reading], Iterable[Violation]]
"""One reason to refuse a text: it gives what it found, in any order."""


def violation(
    reading: Reading, kind: Kind, start: int, end: int, suggestion: str = "", why: str = ""
) -> Violation:
    """A finding on a span of ``reading.normal.text``. ``why``: other than the kind's own words."""
    first, last = reading.normal.written(start, end)
    span = reading.text[first:last]
    why = why or reading.messages.why(kind, span)
    return Violation(kind, first, last, span, why, suggestion)
