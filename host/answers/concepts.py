"""Properties that specs state under many names and viewers ask for under many more.

The words are in ``concepts.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from host.model import Product, Spec
from host.plain import plain


@dataclass(frozen=True, slots=True)
class Concept:
    """One property."""

    asks: re.Pattern[str]
    """How viewers ask for it; over plain text."""
    states: re.Pattern[str]
    """What merchants call it in a spec; over the plain attribute."""


def _load() -> tuple[Concept, ...]:
    text = (files("host.answers") / "concepts.toml").read_text("utf-8")
    return tuple(
        Concept(re.compile("|".join(table["asks"])), re.compile("|".join(table["states"])))
        for table in tomllib.loads(text)["concept"]
    )


_CONCEPTS = _load()


def spec_asked(text: str, product: Product) -> Spec | None:
    """The spec of ``product`` that ``text`` (plain) asks for, or None.

    First a spec whose very name is in the text (the longest), then one of a concept asked for.
    """
    squashed = text.replace(" ", "")
    named = [
        spec
        for spec in product.specs
        if (attribute := plain(spec.attribute).replace(" ", "")) and attribute in squashed
    ]
    if named:
        return max(named, key=lambda spec: len(spec.attribute))
    for concept in _CONCEPTS:
        if concept.asks.search(text):
            stated = [
                spec for spec in product.specs if concept.states.search(plain(spec.attribute))
            ]
            if stated:
                # "一包多重" means 每包重量, not 净重: the name that shares most with the question.
                return max(stated, key=lambda spec: len(set(plain(spec.attribute)) & set(text)))
    return None


def asks_property(text: str) -> bool:
    """Whether ``text`` (plain) asks for a property at all, whether or not a spec states it."""
    return any(concept.asks.search(text) for concept in _CONCEPTS)
