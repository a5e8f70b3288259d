"""What was found in a file, where it stands, and what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Parts = Mapping[str, str]
"""A field with parts, by the names of the lineup's model: {"attribute": "容量", "value": "500"}."""
Value = str | Parts

LISTS = frozenset(
    {"variants", "selling_points", "specs", "faq", "images", "claims", "promotions"}
)  # fmt: skip
"""Fields that hold several values."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands."""

    quote: str
    """The source's own words."""
    start: int | None = None
    """Position in the page's text, inclusive; None: it is of a table."""
    end: int | None = None
    """Exclusive."""
    row: int | None = None
    """Line or spreadsheet row, from 1; None: it is of a page."""
    column: str = ""
    """As the table names it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One value of one field of a product."""

    field: str
    """Of ``host.model.Product``."""
    value: Value
    place: Place


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was not taken."""

    code: str
    """Key of ``messages``."""
    args: tuple[str, ...] = ()
    row: int | None = None
    column: str = ""
    value: str = ""
    """What is lost."""
    product: bool = False
    """A whole product is lost, or a row of one."""


@dataclass(slots=True)
class Draft:
    """A product as far as the file tells."""

    row: int | None
    """Where it begins; None: a page is the product."""
    found: list[Found] = field(default_factory=list)

    def first(self, name: str) -> Found | None:
        """The first value of a field."""
        return next((each for each in self.found if each.field == name), None)

    def text(self, name: str) -> str:
        """The first value of a field that is a text; empty: there is none."""
        first = self.first(name)
        return first.value if first is not None and isinstance(first.value, str) else ""

    def all(self, name: str) -> list[Found]:
        """Every value of a field."""
        return [each for each in self.found if each.field == name]

    def add(self, found: Found) -> bool:
        """Take a value; whether it was taken: a single field is filled once, a list holds each
        value once."""
        if found.field in LISTS:
            if any(each.value == found.value for each in self.all(found.field)):
                return False
        elif self.first(found.field) is not None:
            return False
        self.found.append(found)
        return True


@dataclass(slots=True)
class Harvest:
    """All that a file gave."""

    drafts: list[Draft] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
