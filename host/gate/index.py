"""A product's facts, arranged so that a number in a text finds those it may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from host.derived import derived
from host.facts import facts_of
from host.gate.binding import Binder, piece_in
from host.gate.cues import Lexicon
from host.gate.entry import (
    CHOICE_COUNTERS,
    MONEY,
    NAMED,
    NAMES,
    NEEDY,
    OPTION,
    SAYINGS,
    SELLING,
    SERVICE,
    TEXT_LABELS,
    Entry,
)
from host.gate.own import all_labels, contents_of, own_cues, own_words, prices_in, ranges_of
from host.model import Fact, Product
from host.quantities.model import Interval, Key, Quantity, Reading
from host.quantities.normal import normalise
from host.quantities.scan import scan
from host.quantities.units import CURRENCIES, GENERIC_COUNTERS, counter_of

NONAMES: frozenset[str] = frozenset()
_PER = re.compile(r"\bper\s+([a-z]+)")
NONE: frozenset[int] = frozenset()
_LITTLE = "an?|the|per|each|of|for|in|and|off|or"
_GENERAL = Lexicon()
"""Without a product's own words, so that 杯口直径 is also a 直径."""


class Index:
    """The facts of one product."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.lexicon = Lexicon(own_cues(product))
        self._by_key: dict[Key, list[Entry]] = defaultdict(list)
        self._by_dimension: dict[str, list[tuple[tuple[Decimal, ...], Entry]]] = defaultdict(list)
        self._by_number: dict[Decimal, list[Entry]] = defaultdict(list)
        self._verbatim: list[tuple[str, Fact, frozenset[int]]] = []
        self._told: set[str] = set()
        unit = product.unit.lower()
        self.sold_as = f"piece:{unit}"
        noun = rf"(?:\s+(?!(?:{_LITTLE})\b)[a-z]+){{1,2}}?\s+{re.escape(unit)}(?:e?s)?\b"
        self._noun = re.compile(noun) if unit.isascii() and unit else None
        self._pieces = f"count:{counter_of(unit) or unit}"
        self.pieces = frozenset(
            {unit, *_PER.findall(" ".join(str(s.value) for s in product.specs))}
        )
        """The English names of what its figures are of; empty for another language."""
        if not unit.isascii() or not unit:
            self.pieces = NONAMES
        self.entries: list[Entry] = []
        self.free_from: list[Reading] = []
        """What an order must reach to be shipped free."""
        for fact in (*facts_of(product), *derived(product)):
            self._add(fact)
        self.contents = contents_of(product, self._pieces)
        """Dimension → how much of it one piece holds, in base units."""
        self._wholes()
        self.ranges = ranges_of(product)
        """Dimension → the least and the most that one piece may hold: 12-14 apples."""

    def of(self, reading: Reading) -> list[Entry]:
        """Facts that equal a reading, whenever they hold; a number without a unit may be any."""
        if reading.dimension == "bare" and reading.values:
            return self._by_number.get(reading.values[0], [])
        return self._by_key.get(reading.key, [])

    def inside(self, reading: Reading, within: Interval) -> Iterator[tuple[Decimal, Entry]]:
        """Facts that lie in an approximation, with their value; without a unit they may be any."""
        if reading.dimension == "bare":
            for value, entries in self._by_number.items():
                if within.holds(value):
                    yield from ((value, entry) for entry in entries)
            return
        for values, entry in self._by_dimension.get(reading.dimension, ()):
            if values and within.holds(values[-1]) and values[0] >= within.low:
                yield values[0], entry

    def narrowed(self, quantity: Quantity, text: str) -> Quantity:
        """A number of the product's own pieces is nothing else: "30 throws" is no bare 30."""
        pieces = tuple(
            reading for reading in quantity.readings if reading.dimension == self._pieces
        )
        if not pieces and self._noun and (noun := self._noun.match(text, quantity.end)):
            # "two oat throws": the noun stands behind what it is like.
            pieces = tuple(
                replace(reading, dimension=self._pieces, unit=self.product.unit)
                for reading in quantity.readings
                if reading.dimension == "bare" and reading.values
            )
            quantity = replace(quantity, end=noun.end() if pieces else quantity.end)
        return replace(quantity, readings=pieces) if pieces else quantity

    def same_number(self, reading: Reading) -> list[Entry]:
        """Facts with the number of a reading, whatever their unit."""
        if isinstance(reading.written, Decimal):
            return self._by_number.get(reading.written, [])
        return []

    def verbatim(self, text: str) -> list[tuple[int, int, Fact, frozenset[int]]]:
        """Where the merchant's own texts stand word for word in a normalised text, and where in it
        prices begin: those have columns of their own, that may have changed."""
        found = []
        for own, fact, priced in self._verbatim:
            at = text.find(own)
            while at >= 0:
                found.append((at, at + len(own), fact, frozenset(at + each for each in priced)))
                at = text.find(own, at + len(own))
        return found

    def _add(self, fact: Fact) -> None:
        stem = fact.attribute.partition(":")[0]
        if isinstance(fact.value, Decimal):
            if stem in TEXT_LABELS or stem in SAYINGS or stem == "promotion":
                return  # found in its text, where it has its neighbours
            if stem == "spec" and fact.attribute in self._told:
                return  # 9 of "9 g per serving": likewise
            for reading, entry in self._numeric(fact, stem):
                self._put(reading, entry)
            return
        if fact.unit == "moment":
            return  # host/gate/moments.py
        if stem == "price_range":
            self._price_range(fact, fact.value)
            return
        if fact.unit == "date":
            parts = tuple(Decimal(part) for part in fact.value.split("-"))
            entry = Entry(fact, frozenset({"promo"}), needs=False)
            for values in (parts, parts[1:]):
                self._put(Reading("date", values, "date", fact.value), entry)
            return
        self._told.add(fact.attribute)
        self._text(fact, fact.value, stem)

    def _wholes(self) -> None:
        """What the whole holds of what each of its pieces does: 8 servings of 9 g are 72 g."""
        for (dimension, values), entries in list(self._by_key.items()):
            for entry in entries:
                for piece in entry.pieces - {self.sold_as}:
                    number = self.contents.get(f"count:{piece.removeprefix('piece:')}")
                    if number and isinstance(values, tuple) and len(values) == 1:
                        whole = replace(entry, labels=entry.labels - entry.pieces)
                        self._put(Reading(dimension, (values[0] * number,)), whole)

    def _price_range(self, fact: Fact, value: str) -> None:
        ends = tuple(Decimal(part) for part in value.split("-"))
        for dimension, currencies in CURRENCIES.items():
            if self.product.currency in currencies:
                entry = Entry(fact, frozenset({"price"}), needs=False)
                self._put(Reading(f"range:{dimension}", ends, fact.unit, value), entry)

    def _put(self, reading: Reading, entry: Entry) -> None:
        if "over:shipping" in entry.labels:
            self.free_from.append(reading)
        if not entry.open:
            self._by_key[reading.key].append(entry)
            if reading.within is not None and not reading.within.about:
                # "free over $35" is the threshold itself.
                self._by_key[replace(reading, within=None).key].append(entry)
        self._by_dimension[reading.dimension.removeprefix("range:")].append((reading.values, entry))
        if isinstance(reading.written, Decimal):
            self._by_number[reading.written].append(entry)
        if not entry.open:
            self.entries.append(entry)

    def _numeric(self, fact: Fact, stem: str) -> Iterator[tuple[Reading, Entry]]:
        value = fact.value
        if not isinstance(value, Decimal):
            return
        option = fact.attribute.split(":")[1] if stem == "variant" else ""
        own = fact.attribute.rpartition(":")[2] if stem == "variant" else ""
        if stem in MONEY or own in OPTION:
            labels = MONEY.get(stem) or (OPTION[own], "total", f"variant:{option}")
            if fact.attribute == "price" and any(each.price for each in self.product.promotions):
                labels = (*labels, "usual")  # 平时 of what a promotion has cheaper now
            entry = Entry(fact, frozenset(labels), stem not in SELLING and own != "price")
            for dimension, currencies in CURRENCIES.items():
                if self.product.currency in currencies:
                    yield Reading(dimension, (value,), fact.unit, value), entry
        elif stem in ("stock", "purchase_limit") or fact.attribute.endswith(":stock"):
            label = "limit" if stem == "purchase_limit" else "stock"
            labels = (label, f"variant:{option}") if option else (label,)
            names = fact.attribute.split(":")[1].split("|") if stem == "group" else ()
            group = frozenset(f"variant:{name}" for name in names)
            unit = fact.unit.lower()
            for counter in {counter_of(unit) or unit, *GENERIC_COUNTERS}:
                # "860罐" can be nothing but what is in stock; "860个" can.
                needs = label == "limit" or bool(option) or counter in GENERIC_COUNTERS
                entry = Entry(fact, frozenset(labels) | group, needs, group=group)
                yield Reading(f"count:{counter}", (value,), fact.unit, value), entry
        elif fact.attribute.endswith(":choices"):
            group = frozenset(f"variant:{name}" for name in fact.attribute.split(":")[1].split("|"))
            entry = Entry(fact, group | {"options", "colors", "sizes"}, True, group=group)
            for counter in CHOICE_COUNTERS:
                yield Reading(f"count:{counter}", (value,), fact.unit, value), entry
        elif stem in ("options", "colors", "sizes"):
            for counter, own_name in CHOICE_COUNTERS.items():
                labels = (stem, NAMED) if own_name == stem else (stem,)
                entry = Entry(fact, frozenset(labels), True)
                yield Reading(f"count:{counter}", (value,), fact.unit, value), entry
        elif stem == "link":
            entry = Entry(fact, frozenset({"link", NAMED}), needs=True)
            yield Reading("link", (value,), "号", value), entry
        elif own == "discount" or stem.endswith(("discount", "discount_open")):
            entry = Entry(fact, frozenset({"saving", "promo", f"variant:{option}"}), needs=False)
            yield Reading("discount", (value,), "折", value), entry
        elif own == "discount_percent" or stem.endswith("_percent"):
            entry = Entry(fact, frozenset({"saving", "promo", f"variant:{option}"}), needs=True)
            yield Reading("ratio", (value / 100,), "%", value), entry
        else:
            named = counter_of(normalise(fact.attribute).text.split(" ")[-1])
            if named and not fact.unit:  # "color modes=3"
                entry = Entry(fact, self._labels(fact), needs=False)
                yield Reading(f"count:{named}", (value,), "", value), entry
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
        labels = set(TEXT_LABELS.get(stem, ()))
        if stem == "spec":
            labels |= {fact.attribute, piece_in(rest)} - {""}
            labels |= all_labels(_GENERAL.find(normalise(rest).text))
        elif stem == "faq":
            labels |= all_labels(self.lexicon.find(normalise(rest).text))
        elif stem == "evidence":
            labels.add(NAMED)
        if "net-weight" in labels:
            labels.add("weight")  # a 净重 may be called 重量, but no 重量 a 净重
        return frozenset(labels)

    def _text(self, fact: Fact, text: str, stem: str) -> None:
        """The numbers in a text, each called by the cues of its own clause."""
        plain = normalise(text).text.strip().rstrip("。.！!;；")
        quantities = scan(plain)
        if not quantities:
            return
        hits = self.lexicon.find(plain)
        binder = Binder(plain, quantities, hits, self.pieces)
        priced = frozenset(prices_in(plain, quantities, hits, binder)) if stem in SAYINGS else NONE
        self._verbatim += [(own, fact, priced) for own in own_words(plain, quantities, stem)]
        own = self._labels(fact) | (all_labels(hits) if stem == "warranty" else set())
        for position, quantity in enumerate(quantities):
            bound = binder.bound(position)
            said = {label for label in bound.near if label.startswith("said:")}
            labels = own | said | (bound.asked or bound.near) | ({bound.piece} - {""})
            if stem != "shipping" and "after" in labels:
                labels -= {"deliver"}  # 签收后24小时内拍照 is no time of delivery
            if stem == "returns" and "exchange" in bound.near and "returns" not in bound.near:
                labels -= {"returns"}  # 7天无理由退货，15天内有质量问题换新
            for reading in quantity.readings:
                if stem in NAMES and reading.dimension != "model":
                    continue  # a number of the name is one only inside the name
                if stem in SAYINGS and (quantity.money or quantity.start in priced):
                    continue  # prices stand in their own columns
                needs = stem in NEEDY or quantity.money or quantity.article
                needs = needs or (stem in SAYINGS and bool(labels & SERVICE))
                entry = Entry(
                    fact, frozenset(labels), needs, basis=_basis(plain, quantities, position)
                )
                self._put(reading, entry)
                if reading.dimension == "bare" and "height" in labels:
                    self._put(_in_cm(reading), entry)  # 身高175 is said without its unit


def _basis(plain: str, quantities: tuple[Quantity, ...], position: int) -> Key | None:
    """Of 每100克含蛋白质18克, for the 18: the 100 g."""
    if not position:
        return None
    before = quantities[position - 1]
    share = re.search(r"(?:每|per\s)$", plain[: before.start])
    same = not re.search(r"[，。；！,;]", plain[before.end : quantities[position].start])
    return before.readings[0].key if share and same and not before.article else None


def _in_cm(reading: Reading) -> Reading:
    return Reading("length", (reading.values[0] * 10,), "厘米", reading.written)
