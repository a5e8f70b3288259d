"""What stands together in scripts: templates of a beat, or entries of a bank, that fit together."""

from __future__ import annotations

import string
from dataclasses import dataclass

from host.model import Product
from host.planner.walks import Walk
from host.script import Variant

Part = tuple[str, str]
"""Text as it stands, and the field or bank behind it ("": none)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a section must fit."""

    product: Product | None
    trade: str
    daypart: str
    available: frozenset[str]
    """Fields that can be filled."""

    @property
    def key(self) -> tuple[str, str, str, frozenset[str]]:
        return (self.kind, self.trade, self.daypart, self.available)

    @property
    def kind(self) -> str:
        """What a product says of its kind: its category and its names, by lines."""
        one = self.product
        return "\n".join((one.category, one.name, one.called)) if one else ""


@dataclass(frozen=True, slots=True)
class Section:
    """What fits together: templates of a beat, or entries of a bank."""

    at: int
    """Position of its counter."""
    category: str
    trade: str
    daypart: str
    fields: frozenset[str]
    variants: tuple[Variant, ...]
    parts: tuple[tuple[Part, ...], ...]
    """Of each variant."""
    walk: Walk
    queues: frozenset[str]
    """The kinds of facts that its own fields show."""
    reach: frozenset[str]
    """The fields that may show in it, its banks' too."""

    def fits(self, context: Context) -> bool:
        return (
            self.fields <= context.available
            and self.daypart in ("", context.daypart)
            and self.trade in ("", context.trade)
            and self.category in context.kind
        )


def parts_of(text: str) -> tuple[Part, ...]:
    """Text and the names in braces, alternating."""
    return tuple((literal, name or "") for literal, name, _, _ in string.Formatter().parse(text))
