"""What the gate says of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "unknown-sku",
    "no-product",
    "unknown-number",
    "wrong-attribute",
    "wrong-unit",
    "not-now",
    "absolute-word",
    "banned-word",
    "unproven",
    "urgency",
    "platform",
]
"""Why a span is refused:

unknown-sku: the lineup has no such product; no-product: a number, but the text is of no product;
unknown-number: no fact has that value; wrong-attribute: a fact has, but of something else;
wrong-unit: the fact's unit is another; not-now: the fact does not hold at that time;
absolute-word: advertising law refuses the superlative whatever the facts; banned-word: another
word that it refuses; unproven: a claim of effect, ranking, health, money or origin without evidence
in the lineup; urgency: haste or scarcity that the lineup does not bear out; platform: a rule of one
of the room's platforms.
"""


@dataclass(frozen=True, slots=True)
class Violation:
    """One span that may not be said or shown."""

    kind: Kind
    start: int
    """Position in the text as written, inclusive."""
    end: int
    """Exclusive."""
    text: str
    """The span as written."""
    why: str
    """One sentence for a person, in the text's language."""
    suggestion: str = ""
    """What would be true instead; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text may be said or shown."""

    violations: tuple[Violation, ...] = ()

    @property
    def passed(self) -> bool:
        """Nothing in it is refused."""
        return not self.violations

    def __str__(self) -> str:
        return "; ".join(violation.why for violation in self.violations) or "passed"
