"""What of a page a host may not say is not taken from it: claims without evidence, banned words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from host.gate import Gate
from host.lineup.importing.found import Found, Harvest, Left
from host.model import Lang, Lineup, PlatformProfile, Product

_READ_OUT = frozenset(
    {"short_name", "shipping", "warranty", "returns", "selling_points", "faq", "promotions"}
)
_PROOF = frozenset({"unproven", "absolute-word", "banned-word", "platform", "urgency"})
"""Kinds of violation that more of the lineup's figures would not mend."""


def take_out(
    harvest: Harvest, product: Product, platforms: Sequence[PlatformProfile], lang: Lang,
    now: datetime,
) -> bool:  # fmt: skip
    """Take out of the one draft what the gate refuses in it; whether there was any.

    ``product``: what the draft comes to; ``now``: with time zone.
    """
    gate = Gate(Lineup((product,), ""), platforms)
    draft = harvest.drafts[0]
    taken = False
    for found in list(draft.found):
        if found.field not in _READ_OUT:
            continue
        for text in _texts(found):
            verdict = gate.check(text, product.sku, lang, now)
            bad = next((each for each in verdict.violations if each.kind in _PROOF), None)
            if bad is not None:
                draft.found.remove(found)
                harvest.left.append(Left("unsayable", (bad.why,), None, found.field, text))
                taken = True
                break
    return taken


def _texts(found: Found) -> Iterator[str]:
    if isinstance(found.value, str):
        yield found.value
    elif found.field == "faq":
        yield found.value["answer"]
    elif found.field == "promotions":
        yield found.value["text"]
