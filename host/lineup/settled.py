"""Which pushes still stand over the lineup's file: newer words of the file end older pushes.

A push that contradicts the file it meets is never taken. So where the two contradict each other the
file was edited since, and the push is the older word of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from host.lineup.overlay import Entry, Overlay, contradictions, laid_over, listed_value
from host.model import Lineup, Product


@dataclass(frozen=True, slots=True)
class Dropped:
    """A pushed value that counts no longer."""

    sku: str
    key: str
    entry: Entry
    why: str = ""
    """Empty: the file has a newer value for it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What of an overlay stands over one lineup."""

    overlay: Overlay
    dropped: tuple[Dropped, ...] = ()

    def but(self, dropped: tuple[Dropped, ...]) -> Settled:
        """Those are dropped too."""
        return _but(self.overlay, (*self.dropped, *dropped))


def settled(listed: Lineup, overlay: Overlay) -> Settled:
    """``listed``: as its file says. ``overlaid`` finds no contradiction in what is left.

    Pushes of products that are not in the lineup stay: the product may come back.
    """
    dropped: list[Dropped] = []
    for product in listed.products:
        if product.sku in overlay.products:
            dropped += _ended(product, dict(overlay.products[product.sku]))
    return _but(overlay, tuple(dropped))


def _but(overlay: Overlay, dropped: tuple[Dropped, ...]) -> Settled:
    gone = ((each.sku, each.key, each.entry) for each in dropped)
    return Settled(overlay.without(gone), dropped)


def _ended(product: Product, entries: dict[str, Entry]) -> Iterator[Dropped]:
    for key, entry in tuple(entries.items()):
        if _readable(product, key, entry) and entry.over == listed_value(product, key):
            continue
        yield Dropped(product.sku, key, entries.pop(key))
    while entries and (wrong := contradictions(product, entries)):
        oldest = sorted(entries, key=lambda key: (entries[key].at, key))
        # Rather the one that is at fault than its neighbours.
        fault = next((key for key in oldest if _agree_without(product, entries, key)), oldest[0])
        why = f"the file was edited since, and with the {fault} that was pushed {wrong[0].what}"
        yield Dropped(product.sku, fault, entries.pop(fault), why)


def _agree_without(product: Product, entries: dict[str, Entry], key: str) -> bool:
    rest = {each: entry for each, entry in entries.items() if each != key}
    return not contradictions(product, rest)


def _readable(product: Product, key: str, entry: Entry) -> bool:
    """Whether it is a value of this version."""
    try:
        listed_value(product, key)
        laid_over(product, {key: entry}, timedelta())
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        return False
    return True
