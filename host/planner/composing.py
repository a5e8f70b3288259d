"""A line put together: a template of a beat, its banks' entries, the product's fields.

Templates and entries stand in sections: those under one condition that show the same fields fit a
product together or not at all. Each section is walked (walks.py) with a counter of its own in
the planner's state, so what it holds comes back as late as it can. Argued in
docs/adr/0020-run-of-show.md.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from host.model import Fact
from host.planner.sections import Context, Part, Section, parts_of
from host.planner.walks import Walk
from host.planner.wording import again, clause, polish
from host.script import Scripts, Variant
from host.script.checks import speaks_of_nothing, usable
from host.script.fields import FIELDS, Filled, Scope
from host.script.queues import QUEUES

_NAMES = frozenset({"name", "short_name"})


@dataclass(slots=True)
class _Saying:
    """A line while it is put together."""

    context: Context
    scope: Scope | None
    counts: list[int]
    dice: Random
    facts: dict[Fact, None] = field(default_factory=dict)
    filled: dict[str, Filled] = field(default_factory=dict)
    named: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A line's text, and what it was made of."""

    text: str
    variant: Variant
    facts: tuple[Fact, ...]
    queues: frozenset[str]
    """The kinds of facts whose turn it was."""
    of_product: bool
    """It speaks of the product of its scope."""
    counts: tuple[int, ...]
    """The sections' counters after it."""


class Composer:
    """Puts lines together from one room's scripts."""

    def __init__(self, scripts: Scripts, seed: int) -> None:
        self._lang = scripts.lang
        self._sections: list[Section] = []
        self._beats: dict[str, list[Section]] = {}
        self._banks: dict[str, list[Section]] = {}
        self._scripts = scripts
        self._needed: dict[str, tuple[str, ...]] = {}
        self._reached: dict[str, frozenset[str]] = {}
        names: list[str] = []
        by_beat: dict[str, list[Variant]] = {}
        for variant in scripts.variants:
            by_beat.setdefault(variant.beat, []).append(variant)
        for kind, table, own in (
            ("beat", self._beats, by_beat),
            ("bank", self._banks, scripts.banks),
        ):
            for name, variants in sorted(own.items()):
                table[name] = list(self._sectioned(f"{kind}:{name}", variants, seed, names))
        self.layout = f"{zlib.crc32('|'.join(names).encode()):x}"
        """Changes when sections do: counters of another layout count something else."""
        self.size = len(self._sections)
        """Counters that it needs."""
        self._fitting: dict[tuple[object, ...], tuple[Section, ...]] = {}

    def _sectioned(
        self, name: str, variants: Iterable[Variant], seed: int, names: list[str]
    ) -> Iterator[Section]:
        grouped: dict[tuple[object, ...], list[Variant]] = {}
        for variant in variants:
            shown = {part[1] for part in parts_of(variant.text)} & FIELDS.keys()
            shown = {"short_name" if each in _NAMES else each for each in shown}
            banks = {part[1] for part in parts_of(variant.text) if part[1]} - FIELDS.keys()
            asked = sorted({need for bank in banks for need in self._needs(bank)})
            key: tuple[object, ...] = (
                variant.category,
                variant.trade,
                variant.daypart,
                " ".join(asked),
                *sorted(shown),
            )
            grouped.setdefault(key, []).append(variant)
        for key in sorted(grouped, key=str):
            own = tuple(grouped[key])
            names.append(f"{name}/{key}")
            category, trade, daypart, _, *shown_in_order = map(str, key)
            section = Section(
                len(self._sections),
                category,
                trade,
                daypart,
                frozenset(shown_in_order),
                own,
                tuple(parts_of(variant.text) for variant in own),
                Walk(f"{seed}/{name}/{key}", len(own)),
                frozenset(QUEUES[each] for each in shown_in_order if each in QUEUES),
                self._reach(own),
            )
            self._sections.append(section)
            yield section

    def _needs(self, bank: str) -> tuple[str, ...]:
        """What a bank asks of a product, where it has no entry that can always be said."""
        if bank not in self._needed:
            self._needed[bank] = tuple(self._found_needs(bank))
        return self._needed[bank]

    def _found_needs(self, bank: str) -> Iterator[str]:
        banks = self._scripts.banks
        # Even a price may be missing: of what is sold out, or told too long ago.
        free = [one for one in banks.get(bank, ()) if usable(one, banks, _NAMES)]
        if not free:
            yield bank
        elif not any(speaks_of_nothing(one, banks) for one in free):
            yield "short_name"

    def _reach(self, variants: Iterable[Variant]) -> frozenset[str]:
        found: set[str] = set()
        for _, name in (part for variant in variants for part in parts_of(variant.text)):
            if name in FIELDS:
                found.add(name)
            elif name:
                if name not in self._reached:
                    self._reached[name] = self._reach(self._scripts.banks[name])
                found |= self._reached[name]
        return frozenset(found)

    def compose(
        self,
        beat: str,
        context: Context,
        scope: Scope | None,
        counts: Sequence[int],
        dice: Random,
        due: Mapping[str, float],
        only: Callable[[frozenset[str]], bool] | None = None,
    ) -> Composed | None:
        """A line of ``beat``; None when no template of it fits.

        ``due``: kind of fact → how often each of that kind was said: the least has its turn.
        ``only``: which templates, by the fields that may show in them, while one of them fits.
        """
        fitting = self._fit(self._beats, beat, context)
        if only is not None:
            fitting = [each for each in fitting if only(each.reach)] or list(fitting)
        if not fitting:
            return None
        section = _chosen(fitting, dice, due)
        saying = _Saying(context, scope, list(counts), dice)
        variant, parts = self._taken(section, saying)
        text = polish("".join(self._said(parts, saying)), self._lang)
        return Composed(
            text,
            variant,
            tuple(saying.facts),
            section.queues.union(QUEUES[each] for each in saying.filled if each in QUEUES),
            bool(saying.filled),
            tuple(saying.counts),
        )

    def _said(self, parts: Sequence[Part], saying: _Saying) -> Iterator[str]:
        for literal, name in parts:
            yield literal
            if name in FIELDS:
                yield self._shown(name, saying)
            elif name:
                section = _weighed(self._fit(self._banks, name, saying.context), saying.dice)
                _, inner = self._taken(section, saying)
                yield clause("".join(self._said(inner, saying)))

    def _shown(self, name: str, saying: _Saying) -> str:
        filled = saying.filled.get(name)
        if filled is None:
            assert saying.scope is not None, "a section with fields fits no scope without product"
            filled = FIELDS[name](saying.scope)
            assert filled is not None, f"{name} was available"
            saying.filled[name] = filled
            saying.facts.update(dict.fromkeys(filled.facts))
        if name not in _NAMES:
            return filled.text
        before, saying.named = saying.named, True
        return again(filled.text) if before else filled.text

    def _taken(self, section: Section, saying: _Saying) -> tuple[Variant, tuple[Part, ...]]:
        count = saying.counts[section.at]
        saying.counts[section.at] = (count + 1) % section.walk.period
        place = section.walk.at(count)
        return section.variants[place], section.parts[place]

    def _fit(
        self, table: Mapping[str, list[Section]], name: str, context: Context
    ) -> Sequence[Section]:
        """The sections of a beat or bank that fit, and whose every bank has one that does."""
        key = (table is self._banks, name, *context.key)
        found = self._fitting.get(key)
        if found is None:
            if len(self._fitting) > _CACHED:
                self._fitting.clear()
            found = tuple(
                section
                for section in table.get(name, ())
                if section.fits(context) and self._said_by_banks(section, context)
            )
            self._fitting[key] = found
        return found

    def _said_by_banks(self, section: Section, context: Context) -> bool:
        """Whether its variants' banks have words for the product: all of a section ask the same."""
        return all(
            self._fit(self._banks, name, context)
            for parts in section.parts
            for _, name in parts
            if name and name not in FIELDS
        )


_CACHED = 20_000
"""Fitting sets that are kept; a day of six products makes some thousand."""


def _chosen(fitting: Sequence[Section], dice: Random, due: Mapping[str, float]) -> Section:
    """By size whether a fact is shown; among those that show one, the fact said least often."""
    section = _weighed(fitting, dice)
    if not section.queues:
        return section
    showing = [each for each in fitting if each.queues]
    counts = [max(due.get(queue, 0.0) for queue in each.queues) for each in showing]
    least = min(counts)
    return _weighed(
        [each for each, count in zip(showing, counts, strict=True) if count == least], dice
    )


def _weighed(sections: Sequence[Section], dice: Random) -> Section:
    if len(sections) == 1:
        return sections[0]
    weights = [len(section.variants) for section in sections]
    return dice.choices(sections, weights)[0]
