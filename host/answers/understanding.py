"""From a comment's text to what it asks: product, topics, options."""

from __future__ import annotations

import re
from collections.abc import Iterator

from host.answers import concepts, topics
from host.answers.asked import Asked, Kind
from host.answers.options import options_named, unlisted_option
from host.answers.retrieval import FAQ_SURE, FLOOR, Passage, Passages
from host.answers.which import Names
from host.model import Lineup, Product
from host.plain import plain

_PARTS = re.compile(r"[,，。.!！?？;；、~\n]+(?!\d)|\band\b|然后|还有就是|另外|顺便")
_SPACED = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff](?: |$))")
"""A space before a single character: "多 少 钱"."""
_VAGUE = frozenset({"overview", "claims"})
"""Topics so wide that anything the merchant wrote on the matter is the better answer."""
_ABOUT_OPTIONS = frozenset({"stock", "options"})
LONGEST = 300
"""Characters of a comment that are read."""


class Understanding:
    """Reads comments against one lineup."""

    def __init__(self, lineup: Lineup) -> None:
        self._lineup = lineup
        self._names = Names(lineup)
        self._passages = Passages(lineup)

    def read(self, text: str, on_air: str | None) -> Asked:
        """What ``text`` (as the viewer wrote it) asks, while ``on_air`` is being sold."""
        told = _SPACED.sub("", plain(text[:LONGEST])).strip(" .,!~。，！、…")
        meant = self._names.meant(told, on_air)
        rest = meant.rest
        named = meant.sku is not None
        sku = meant.sku or on_air
        fixed = topics.topics_in(rest)
        if fixed[:1] in (("complaint",), ("host",)):
            return Asked(topics.TOPICS[fixed[0]].kind, fixed[:1], sku, named)
        if meant.no_such_link:
            return Asked("unknown", ("no-link",), None)
        product = self._lineup.get(sku) if sku else None
        if product is None:
            return self._of_no_product(told, fixed)
        if fixed == ("greeting",):
            return Asked("greeting", fixed, None)
        options = options_named(told, product)
        found = self._readings(rest, product, bool(options), fixed)
        if not found and named and not topics.is_question(told):
            found = ("overview",)  # a name alone: show it to me
        if not found:
            return self._nothing(told, sku, named)
        return Asked(
            kind=_kind(found[0]),
            topics=found,
            sku=sku,
            named=named,
            options=tuple(variant.option for variant in options),
        )

    def _readings(
        self, told: str, product: Product, options: bool, fixed: tuple[str, ...]
    ) -> tuple[str, ...]:
        """At most two topics: of the whole text, or of its first two parts that ask."""
        whole = self._sure(told, product, fixed)
        if whole is not None:
            return (whole,)
        parts = [part for part in _PARTS.split(told) if part.strip()]
        read: dict[str, None] = {}
        if len(parts) > 1:
            for part in parts:
                part_fixed = topics.topics_in(part)
                read.update(dict.fromkeys(self._reading(part, product, options, part_fixed)))
            read.pop("greeting", None)
        if not read:
            read.update(dict.fromkeys(self._reading(told, product, options, fixed)))
        if len(read) > 1:
            read.pop("overview", None)
        return tuple(read)[:2]

    def _reading(
        self, told: str, product: Product, options: bool, fixed: tuple[str, ...]
    ) -> tuple[str, ...]:
        sure = self._sure(told, product, fixed)
        if sure is not None:
            return (sure,)
        firm = tuple(topic for topic in fixed if topic not in _VAGUE)
        asks_option = options or (bool(product.variants) and unlisted_option(told))
        if asks_option and set(firm) <= _ABOUT_OPTIONS:
            return ("stock",) if options and firm == ("stock",) else ("options",)
        if firm and firm != ("options",):
            return firm
        if firm and product.variants:
            return firm
        spec = concepts.spec_asked(told, product)
        if spec is not None:
            return (f"spec:{spec.attribute}",)
        found = self._passages.search(product.sku, told)
        needed = FLOOR if topics.is_question(told) else FAQ_SURE
        if found is not None and found.likeness >= needed:
            return (_topic(found.passage, product),)
        if concepts.asks_property(told):
            return ()
        return fixed if "claims" not in fixed or product.claims else ()

    def _sure(self, told: str, product: Product, fixed: tuple[str, ...]) -> str | None:
        """An FAQ that asks just this; where a fixed topic is asked, one that asks it as well."""
        found = self._passages.same_question(product.sku, told)
        if found is None or found.likeness < FAQ_SURE:
            return None
        firm = set(fixed) - _VAGUE
        question = plain(product.faq[found.passage.index].question)
        if firm and firm.isdisjoint(topics.topics_in(question)):
            return None
        return _topic(found.passage, product)

    def _of_no_product(self, told: str, fixed: tuple[str, ...]) -> Asked:
        if "greeting" in fixed:
            return Asked("greeting", ("greeting",), None)
        if fixed or concepts.asks_property(told):
            return Asked("unknown", ("which",), None)
        return self._nothing(told, None, named=False)

    def _nothing(self, told: str, sku: str | None, named: bool) -> Asked:
        if topics.is_question(told):
            return Asked("unknown", ("unknown",), sku, named)
        return Asked("chatter", ("chatter",), sku, named)


def faq_index(topic: str) -> int | None:
    """Position of the FAQ that "faq:3" names, or None."""
    return int(topic[4:]) if topic.startswith("faq:") else None


def point_index(topic: str) -> int | None:
    """Position of the selling point that "point:1" names, or None."""
    return int(topic[6:]) if topic.startswith("point:") else None


def spec_index(topic: str, product: Product) -> int | None:
    """Position of the spec that "spec:容量" names, or None."""
    return next(_spec_positions(topic, product), None)


def _spec_positions(topic: str, product: Product) -> Iterator[int]:
    for index, spec in enumerate(product.specs):
        if topic == f"spec:{spec.attribute}":
            yield index


def _topic(passage: Passage, product: Product) -> str:
    if passage.source == "spec":
        return f"spec:{product.specs[passage.index].attribute}"
    return f"{passage.source}:{passage.index}"


def _kind(topic: str) -> Kind:
    fixed = topics.TOPICS.get(topic)
    return fixed.kind if fixed is not None else "product"
