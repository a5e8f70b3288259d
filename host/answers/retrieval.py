"""Finds what the merchant wrote that fits a question: FAQ, specs, selling points.

Each text is a bag of words and of Chinese characters and pairs, weighted by how rare each is in
the lineup (IDF, Robertson and Spärck Jones). A word that the lineup does not know weighs most,
so a question about something else scores low: that is the floor under every answer. BM25 ranks
well but its scores know no floor; docs/adr/0007 has what was measured.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from host.answers.synonyms import same_words
from host.model import Lineup, Product
from host.plain import plain

FAQ_SURE = 0.62
"""Likeness from which an FAQ goes before a spec and before wide topics."""
FLOOR = 0.45
"""Likeness below which nothing is an answer."""

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"\d+\.\d+|[a-z\d]+")
_EMPTY_ZH = re.compile(
    r"请问|主播|你们|我们|咱们|家人们|这个|那个|这款|那款|这种|它们|能不能|可不可以|可以|是不是|有没有|会不会|要不要|"
    r"行不行|里面|哪个|哪种|哪些|哪|怎么样|怎么|什么|多少|为什么|一下|问下|想问|如果|的话|就是|还是|是否|能否|不能|支持|需要|"
    r"[的了吗呢吧啊呀嘛哦么我你他她它能会有是在和与也都就还要想买用给对不这那个款]"
)
_EMPTY_EN_TEXT = """
a an the is are am be was were do does did can could will would should i you we they it its this
that these those of to for in on at with and or my your me one ones please hi hello hey there
have has had what which how if so any from about s t d m re ve ll get got use used using just
also im not dont doesnt cant
"""
_EMPTY_EN = frozenset(_EMPTY_EN_TEXT.split())
_SAME = same_words()
_SAME_WORDS = re.compile("|".join(sorted(_SAME, key=len, reverse=True)))
ANSWER_WEIGHT = 0.9
"""How much the coverage by an FAQ's answer counts beside the likeness to its question."""
_PAIR_WEIGHT = 1.0
_SINGLE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing the merchant wrote."""

    sku: str
    source: Literal["faq", "spec", "point"]
    index: int
    """Position among the product's own of that source."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, and how like the question it is."""

    passage: Passage
    likeness: float
    """0 to 1: the weighted Dice of two questions for an FAQ, else how much of the
    question the passage covers."""


@dataclass(frozen=True, slots=True)
class _Bag:
    """A passage's terms."""

    passage: Passage
    asked: frozenset[str]
    """Of the FAQ's question, the spec's name."""
    whole: frozenset[str]
    """Of everything in it."""


class Passages:
    """Everything written about every product of a lineup."""

    def __init__(self, lineup: Lineup) -> None:
        texts = [pair for product in lineup.products for pair in _texts(product)]
        bags = [
            (passage, _terms(asked), _terms(f"{asked} {said}")) for passage, asked, said in texts
        ]
        seen = Counter(term for *_, bag in bags for term in bag)
        self._count = max(1, len(bags))
        self._idf = {term: self._weight(times) for term, times in seen.items()}
        self._of: dict[str, list[_Bag]] = {}
        for passage, asked, bag in bags:
            self._of.setdefault(passage.sku, []).append(_Bag(passage, asked, bag))

    def same_question(self, sku: str, text: str) -> Found | None:
        """The FAQ of ``sku`` whose question is most like ``text`` (plain), by weighted Dice."""
        asked = _terms(text)
        found = [
            Found(bag.passage, self._dice(asked, bag.asked))
            for bag in self._of.get(sku, ())
            if bag.passage.source == "faq"
        ]
        return _best(found)

    def search(self, sku: str, text: str) -> Found | None:
        """The passage of ``sku`` that covers most of ``text`` (plain)."""
        asked = _terms(text)
        whole = self._mass(asked)
        if whole == 0:
            return None
        found = []
        for bag in self._of.get(sku, ()):
            likeness = self._mass(asked & bag.whole) / whole
            if bag.passage.source == "faq":
                likeness = max(self._dice(asked, bag.asked), ANSWER_WEIGHT * likeness)
            found.append(Found(bag.passage, likeness))
        return _best(found)

    def _dice(self, one: frozenset[str], other: frozenset[str]) -> float:
        both = self._mass(one) + self._mass(other)
        return 2 * self._mass(one & other) / both if both else 0.0

    def _weight(self, times: int) -> float:
        return math.log(1 + (self._count - times + 0.5) / (times + 0.5))

    def _mass(self, bag: Iterable[str]) -> float:
        unknown = self._weight(0)
        return sum(self._idf.get(term, unknown) * _length_weight(term) for term in bag)


def _best(found: list[Found]) -> Found | None:
    best = max(found, key=lambda one: one.likeness, default=None)
    return best if best is not None and best.likeness > 0 else None


def _texts(product: Product) -> Iterable[tuple[Passage, str, str]]:
    sku = product.sku
    for index, faq in enumerate(product.faq):
        yield Passage(sku, "faq", index), faq.question, faq.answer
    for index, spec in enumerate(product.specs):
        yield Passage(sku, "spec", index), spec.attribute, f"{spec.value} {spec.unit}"
    for index, point in enumerate(product.selling_points):
        yield Passage(sku, "point", index), "", point


def _terms(text: str) -> frozenset[str]:
    """Chinese characters and pairs, Latin words without endings, numbers; no empty words."""
    told = _SAME_WORDS.sub(lambda found: _SAME[found.group()], plain(text))
    terms: set[str] = set()
    for run in _HAN.findall(_EMPTY_ZH.sub(" ", told)):
        terms.update(run)
        terms.update(run[at : at + 2] for at in range(len(run) - 1))
    for word in _LATIN.findall(told.replace("'", "")):
        if word not in _EMPTY_EN:
            terms.add(_stem(word))
    return frozenset(terms)


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.rstrip("e") or word


def _length_weight(term: str) -> float:
    if len(term) == 1 and not term.isascii():
        return _SINGLE_WEIGHT
    return _PAIR_WEIGHT
