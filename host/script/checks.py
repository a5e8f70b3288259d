"""What is wrong in scripts as a whole: names of banks, empty ones, circles, beats without words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from host.errors import Finding
from host.script.fields import FIELDS, UNIVERSAL
from host.script.reading import nearest
from host.script.script import BEATS, MORE_BEATS, Scripts, Variant


def check(scripts: Scripts, files: Sequence[Path], findings: list[Finding]) -> list[Finding]:
    """Add what must be mended to ``findings``; returns what is only odd."""
    complete = not findings  # else a name or beat may be missing only as its heading was refused
    places = {file.name: file for file in files}
    for variant in (*scripts.variants, *(one for own in scripts.banks.values() for one in own)):
        findings += _unknown_banks(variant, scripts, places, complete)
    if findings:
        return []
    findings += _missing_beats(scripts, files)
    for name, entries in scripts.banks.items():
        if not entries:
            heading = f"## {'词库：' if scripts.lang == 'zh' else 'bank: '}{name}"
            findings.append(
                Finding(f"the bank {name!r} has no entry", f"write some under {heading}")
            )
    findings += _circles(scripts.banks, places)
    return [] if findings else [*_unused(scripts), *_narrow(scripts)]


def _unknown_banks(
    variant: Variant, scripts: Scripts, places: Mapping[str, Path], complete: bool
) -> Iterator[Finding]:
    file, _, row = variant.source.rpartition(":")
    for name in variant.banks:
        if name not in scripts.banks and (complete or name.isascii()):
            fix = nearest(name, [*scripts.banks, *FIELDS], list(FIELDS))
            what = f"unknown field {name!r}" + (" (and no such bank)" if scripts.banks else "")
            yield Finding(what, fix, places.get(file), int(row))


def _missing_beats(scripts: Scripts, files: Sequence[Path]) -> Iterator[Finding]:
    for beat, names in BEATS.items():
        if not scripts.of(beat):
            name = names[0] if scripts.lang == "zh" else names[1].capitalize()
            fix = f"write some under a line ## {name}"
            yield Finding(f"no variant of {name!r}", fix, files[0] if files else None)


def _circles(
    banks: Mapping[str, tuple[Variant, ...]], places: Mapping[str, Path]
) -> Iterator[Finding]:
    """Each bank that comes back to itself by what its entries hold, once a circle."""
    told: set[str] = set()
    for start in banks:
        path = _way_back(start, banks)
        if path and not told & set(path):
            told.update(path)
            entry = next(one for one in banks[start] if path[1] in one.banks)
            file, _, row = entry.source.rpartition(":")
            what = "banks that hold themselves: " + " → ".join(path)
            yield Finding(what, "write the clause out", places.get(file), int(row))


def _way_back(start: str, banks: Mapping[str, tuple[Variant, ...]]) -> list[str]:
    """From a bank to itself, both ends named; empty: it never comes back."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop()
        for name in sorted({name for entry in banks.get(way[-1], ()) for name in entry.banks}):
            if name == start:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _unused(scripts: Scripts) -> Iterator[Finding]:
    used = {name for variant in scripts.variants for name in variant.banks}
    used |= {name for own in scripts.banks.values() for one in own for name in one.banks}
    for name in scripts.banks:
        if name not in used:
            yield Finding(
                f"no variant uses the bank {name!r}", f"write {{{name}}} in one, or drop it"
            )


def _narrow(scripts: Scripts) -> Iterator[Finding]:
    """Beats that some products or hours have no words for: they are passed over there."""
    for beat, names in {**BEATS, **MORE_BEATS}.items():
        variants = scripts.of(beat)
        if (
            variants
            and beat not in _OWN_FIELDS
            and not any(usable(variant, scripts.banks) for variant in variants)
        ):
            name = names[0] if scripts.lang == "zh" else names[1]
            what = f"every variant of {name!r} needs something that a product may lack"
            yield Finding(what, "write one with {short_name} and {price} alone, or with no field")


_OWN_FIELDS = frozenset({"countdown", "correction", "next"})
"""Beats that are only said while a fact holds that their fields show."""


def usable(
    variant: Variant,
    banks: Mapping[str, tuple[Variant, ...]],
    always: frozenset[str] = UNIVERSAL,
) -> bool:
    """Whether a variant can be said of every product at any time. ``always``: fields that can."""
    if variant.category or variant.trade or variant.daypart:
        return False
    return set(variant.fields) <= always and all(
        any(usable(entry, banks, always) for entry in banks[name]) for name in variant.banks
    )


def speaks_of_nothing(variant: Variant, banks: Mapping[str, tuple[Variant, ...]]) -> bool:
    """Whether it can be said with no product on air."""
    if variant.category or variant.trade or variant.daypart or variant.fields:
        return False
    return all(
        any(speaks_of_nothing(entry, banks) for entry in banks[name]) for name in variant.banks
    )


def reach(variant: Variant, banks: Mapping[str, tuple[Variant, ...]]) -> frozenset[str]:
    """The fields that may show in it, its banks' too."""
    inner = (reach(entry, banks) for name in variant.banks for entry in banks.get(name, ()))
    return frozenset(variant.fields).union(*inner)
