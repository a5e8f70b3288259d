"""What of a product's own words the gate reads: its spec names, options and contents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from host.gate.binding import piece_in
from host.gate.cue import Cue, Hit
from host.gate.cue_words import GENERIC_PROPERTIES
from host.model import Product
from host.quantities.model import Quantity
from host.quantities.normal import normalise
from host.quantities.scan import scan
from host.quantities.units import GENERIC_COUNTERS, counter_of

_CONTENT = re.compile(
    r"净|容量|含量|数量|[个片支件包张粒抽卷]数|net|capacity|content|count|servings"
)
"""Spec names that say how much one piece holds."""


def own_words(plain: str, quantities: tuple[Quantity, ...], stem: str) -> Iterator[str]:
    """The forms of a text that are so much its own that the numbers in it may stand."""
    if stem == "variant":
        if re.search(r"[^\W\d]", plain):
            yield plain
        else:  # an option that is a bare number is a size
            yield from (f"{plain}码", f"{plain}号", f"size {plain}")
        return
    rest = plain
    for quantity in reversed(quantities):
        rest = rest[: quantity.start] + rest[quantity.end :]
    if len(re.sub(r"\W", "", rest)) >= 2:
        yield plain


def all_labels(hits: Iterable[Hit]) -> set[str]:
    return {label for hit in hits for label in hit.cue.labels}


def own_cues(product: Product) -> Iterator[tuple[str, Cue]]:
    """A product's spec names and options are cues too."""
    for spec in product.specs:
        name = normalise(spec.attribute).text
        written = normalise(spec.value).text
        cue = Cue(frozenset({f"spec:{spec.attribute}"}), domain="measure")
        yield name, cue
        if mark := re.match(r"[a-z]{2,}(?=\s*\d)", written):
            yield mark[0], cue  # "pH 5.5" may be called so
        for part in _telling(name):
            yield part, cue
    options: dict[str, set[str]] = defaultdict(set)
    for variant in product.variants:
        name = normalise(variant.option).text
        bare = re.sub(r"[,，/]", "", name)
        for part in (name, bare, bare.replace(" ", ""), *re.split(r"[\s,，/]+", name)):
            options[part].add(f"variant:{variant.option}")
    for part, labels in options.items():
        yield part, Cue(frozenset(labels), strong=False)


def _telling(name: str) -> Iterator[str]:
    """What of a spec's name tells it from others: 杯口 of 杯口直径, charging of "charging time"."""
    for generic in GENERIC_PROPERTIES:
        rest = name.removesuffix(generic).strip()
        if rest != name and len(rest) >= 2:
            yield from rest.split()


def contents_of(product: Product, pieces: str) -> dict[str, Decimal]:
    """Dimension → how much of it one piece of ``product`` holds, in base units.

    ``pieces``: the dimension in which pieces of it are counted; a piece is one of them.
    """
    found = {f"count:{counter}": Decimal(1) for counter in GENERIC_COUNTERS} | {pieces: Decimal(1)}
    for spec in product.specs:
        name = normalise(spec.attribute).text
        if spec.unit in GENERIC_COUNTERS and re.search("箱|盒|袋|包|罐", name):
            found.pop(f"count:{spec.unit}", None)  # 每箱个数: 一个 is then no box
        if not _CONTENT.search(name) or piece_in(name) not in ("", f"piece:{product.unit}"):
            continue
        unit = spec.unit or counter_of(name) or ""
        for quantity in scan(f"{spec.value} {unit}"):
            for reading in quantity.readings:
                kind = reading.dimension.partition(":")[0]
                if kind in ("weight", "volume", "count") and len(reading.values) == 1:
                    found.setdefault(reading.dimension, reading.values[0])
    return found
