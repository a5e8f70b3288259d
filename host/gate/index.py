"""A product's facts, arranged so that a number in a text finds those it may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from host.facts import facts_of
from host.gate.binding import Binder, piece_in
from host.gate.cues import GENERIC_PROPERTIES, Cue, Hit, Lexicon
from host.model import Fact, Product
from host.quantities.model import Quantity, Reading
from host.quantities.normal import normalise
from host.quantities.scan import scan
from host.quantities.units import CURRENCIES, GENERIC_COUNTERS, counter_of

Key = tuple[str, tuple[Decimal, ...] | str]

_MONEY: dict[str, tuple[str, ...]] = {
    "price": ("price",),
    "list_price": ("list",),
    "saving": ("saving",),
    "coupon": ("coupon", "saving"),
    "coupon_threshold": ("over:coupon", "coupon"),
    "coupon_price": ("net",),
    "promotion_price": ("price", "promo"),
    "promotion_saving": ("saving", "promo"),
}
"""Money attribute → the labels that a cue may call it by."""

_SELLING = frozenset({"price", "promotion_price"})
_NEEDY = frozenset({"shipping", "warranty", "returns", "promotion"})
_SAYINGS = frozenset({"selling_point", "faq", "claim"})
_NAMES = frozenset({"name", "short_name", "variant"})
_TEXT_LABELS = {
    "shipping": ("ship",),
    "warranty": ("warranty", "after"),
    "returns": ("returns", "after"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as a number may be it."""

    fact: Fact
    labels: frozenset[str]
    """A cue beside the number must bear one of them."""
    needs: bool
    """Without a cue the number is not taken for this fact."""

    @property
    def about(self) -> bool:
        """Whether it tells what the product is, not what it costs or how it is sold."""
        return self.fact.attribute.partition(":")[0] in ("spec", *_SAYINGS)

    @property
    def pieces(self) -> frozenset[str]:
        """The labels of the pieces it is of; empty: of the product as it is sold."""
        return frozenset(label for label in self.labels if label.startswith("piece:"))

    @property
    def by_option(self) -> bool:
        """Whether it differs between variants, so that naming one rules the others out."""
        stem = self.fact.attribute.partition(":")[0]
        return stem in ("price", "stock", "variant")


_GENERAL = Lexicon()
"""Without a product's own words, so that 杯口直径 is also a 直径."""


class Index:
    """The facts of one product."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.lexicon = Lexicon(_own_cues(product))
        self._by_key: dict[Key, list[Entry]] = defaultdict(list)
        self._by_number: dict[Decimal, list[Entry]] = defaultdict(list)
        self._verbatim: list[tuple[str, Fact]] = []
        unit = product.unit.lower()
        self.sold_as = f"piece:{unit}"
        self._pieces = f"count:{counter_of(unit) or unit}"
        self.entries: list[Entry] = []
        for fact in facts_of(product):
            self._add(fact)

    def of(self, reading: Reading) -> list[Entry]:
        """Facts that equal a reading, whenever they hold; a number without a unit may be any."""
        if reading.dimension == "bare":
            return self._by_number.get(reading.values[0], [])
        return self._by_key.get(reading.key, [])

    def narrowed(self, quantity: Quantity) -> Quantity:
        """A number of the product's own pieces is nothing else: "30 throws" is no bare 30."""
        pieces = tuple(
            reading for reading in quantity.readings if reading.dimension == self._pieces
        )
        return replace(quantity, readings=pieces) if pieces else quantity

    def same_number(self, reading: Reading) -> list[Entry]:
        """Facts with the number of a reading, whatever their unit."""
        if isinstance(reading.written, Decimal):
            return self._by_number.get(reading.written, [])
        return []

    def verbatim(self, text: str) -> list[tuple[int, int, Fact]]:
        """Where the merchant's own texts stand word for word in a normalised text."""
        found = []
        for own, fact in self._verbatim:
            at = text.find(own)
            while at >= 0:
                found.append((at, at + len(own), fact))
                at = text.find(own, at + len(own))
        return found

    def _add(self, fact: Fact) -> None:
        stem = fact.attribute.partition(":")[0]
        if isinstance(fact.value, Decimal):
            if stem in _TEXT_LABELS or stem in _SAYINGS or stem == "promotion":
                return  # found in its text, where it has its neighbours
            for reading, entry in self._numeric(fact, stem):
                self._put(reading, entry)
            return
        if fact.unit == "date":
            parts = tuple(Decimal(part) for part in fact.value.split("-"))
            entry = Entry(fact, frozenset({"promo"}), needs=False)
            for values in (parts, parts[1:]):
                self._put(Reading("date", values, "date", fact.value), entry)
            return
        self._text(fact, fact.value, stem)

    def _put(self, reading: Reading, entry: Entry) -> None:
        self._by_key[reading.key].append(entry)
        if isinstance(reading.written, Decimal):
            self._by_number[reading.written].append(entry)
        self.entries.append(entry)

    def _numeric(self, fact: Fact, stem: str) -> Iterator[tuple[Reading, Entry]]:
        value = fact.value
        if not isinstance(value, Decimal):
            return
        option = fact.attribute.split(":")[1] if stem == "variant" else ""
        if stem in _MONEY or fact.attribute.endswith(":price"):
            labels = _MONEY.get(stem, ("price", f"variant:{option}"))
            selling = stem in _SELLING or stem == "variant"
            entry = Entry(fact, frozenset(labels), needs=not selling)
            for dimension, currencies in CURRENCIES.items():
                if self.product.currency in currencies:
                    yield Reading(dimension, (value,), fact.unit, value), entry
        elif stem in ("stock", "purchase_limit") or fact.attribute.endswith(":stock"):
            label = "limit" if stem == "purchase_limit" else "stock"
            labels = (label, f"variant:{option}") if option else (label,)
            entry = Entry(fact, frozenset(labels), needs=True)
            unit = fact.unit.lower()
            for counter in {counter_of(unit) or unit, *GENERIC_COUNTERS}:
                yield Reading(f"count:{counter}", (value,), fact.unit, value), entry
        elif stem == "link":
            entry = Entry(fact, frozenset({"link"}), needs=True)
            yield Reading("link", (value,), "号", value), entry
        elif stem.endswith("discount"):
            entry = Entry(fact, frozenset({"saving", "promo"}), needs=False)
            yield Reading("discount", (value,), "折", value), entry
        elif stem.endswith("discount_percent"):
            entry = Entry(fact, frozenset({"saving", "promo"}), needs=True)
            yield Reading("ratio", (value / 100,), "%", value), entry
        else:
            joint = " " if fact.unit[:1].isascii() else ""
            yield from self._read(fact, f"{value:f}{joint}{fact.unit}", self._labels(fact))

    def _read(
        self, fact: Fact, text: str, labels: frozenset[str]
    ) -> Iterator[tuple[Reading, Entry]]:
        entry = Entry(fact, labels, needs=False)
        for quantity in scan(text):
            for reading in quantity.readings:
                yield reading, entry

    def _labels(self, fact: Fact) -> frozenset[str]:
        """What a fact may be called by for its attribute's sake."""
        stem, _, rest = fact.attribute.partition(":")
        labels = set(_TEXT_LABELS.get(stem, ()))
        if stem == "spec":
            labels |= {fact.attribute, piece_in(rest)} - {""}
            labels |= _all_labels(_GENERAL.find(normalise(rest).text))
        elif stem == "faq":
            labels |= _all_labels(self.lexicon.find(normalise(rest).text))
        if "net-weight" in labels:
            labels.add("weight")  # a 净重 may be called 重量, but no 重量 a 净重
        return frozenset(labels)

    def _text(self, fact: Fact, text: str, stem: str) -> None:
        """The numbers in a text, each called by the cues of its own clause."""
        plain = normalise(text).text.strip().rstrip("。.！!;；")
        quantities = scan(plain)
        if not quantities:
            return
        self._verbatim += [(own, fact) for own in _own_words(plain, quantities, stem)]
        hits = self.lexicon.find(plain)
        binder = Binder(plain, quantities, hits)
        own = self._labels(fact) | (_all_labels(hits) if stem == "warranty" else set())
        for position, quantity in enumerate(quantities):
            bound = binder.bound(position)
            labels = own | (bound.asked or bound.near) | ({bound.piece} - {""})
            for reading in quantity.readings:
                if stem in _NAMES and reading.dimension != "model":
                    continue  # a number of the name is one only inside the name
                if stem in _SAYINGS and quantity.money:
                    continue  # prices stand in their own columns; here only word for word
                needs = stem in _NEEDY or quantity.money or quantity.article
                self._put(reading, Entry(fact, labels, needs))


def _own_words(plain: str, quantities: tuple[Quantity, ...], stem: str) -> Iterator[str]:
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


def _all_labels(hits: Iterable[Hit]) -> set[str]:
    return {label for hit in hits for label in hit.cue.labels}


def _own_cues(product: Product) -> Iterator[tuple[str, Cue]]:
    """A product's spec names and options are cues too."""
    for spec in product.specs:
        name = normalise(spec.attribute).text
        cue = Cue(frozenset({f"spec:{spec.attribute}"}), domain="measure")
        yield name, cue
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
