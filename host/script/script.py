"""Talk scripts: what operators wrote, as templates of beats and entries of banks.

``host/script/reading.py`` reads the Markdown, ``host/script/checks.py`` says what is wrong in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from host.errors import ConfigError, Finding
from host.model import Lang, Mood

BEATS: dict[str, tuple[str, ...]] = {
    "opening": ("开场", "opening"),
    "pain": ("痛点", "pain"),
    "selling": ("卖点", "selling points", "selling"),
    "proof": ("证明", "proof"),
    "price": ("价格", "price"),
    "action": ("行动", "action"),
    "interaction": ("互动", "interaction"),
}
"""Beats that every script must have → headings that mean them."""

MORE_BEATS: dict[str, tuple[str, ...]] = {
    "hook": ("钩子", "hook"),
    "use": ("用法", "use"),
    "care": ("提醒", "care"),
    "rehook": ("新人", "rehook", "re-hook"),
    "countdown": ("倒计时", "countdown"),
    "soldout": ("售罄", "soldout", "sold out"),
    "arrival": ("上新", "arrival"),
    "next": ("过渡", "next"),
    "correction": ("更正", "correction"),
    "closing": ("收场", "closing"),
}
"""Beats that are passed over where a script has none → headings that mean them."""

GESTURES = ("none", "nod", "point", "wave", "open", "tilt")
"""Named gestures that a variant may ask of the host."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say a beat, or an entry of a bank."""

    beat: str
    """Empty: an entry of a bank."""
    text: str
    """With ``{fields}`` and ``{banks}``."""
    fields: tuple[str, ...]
    """The product's fields in ``text``, in order."""
    category: str = ""
    """Only for products whose category holds this; empty: for all."""
    mood: Mood | None = None
    """None: the beat's own."""
    gesture: str | None = None
    """None: the beat's own; "none": no gesture."""
    source: str = ""
    """Where it stands: "base.md:12"."""
    trade: str = ""
    """Only for products of this trade; empty: for all."""
    daypart: str = ""
    """Only in this part of the day; empty: at any time."""
    banks: tuple[str, ...] = ()
    """The banks in ``text``, in order."""


def _no_banks() -> Mapping[str, tuple[Variant, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Scripts:
    """Every template of every beat of one language, and the banks they are made of."""

    lang: Lang
    variants: tuple[Variant, ...]
    banks: Mapping[str, tuple[Variant, ...]] = field(default_factory=_no_banks)
    """Name → its entries."""
    warnings: tuple[Finding, ...] = ()
    """What is odd, but leaves nothing unsaid."""

    def of(self, beat: str) -> tuple[Variant, ...]:
        """The templates of a beat, in the order they were written."""
        return tuple(variant for variant in self.variants if variant.beat == beat)


def load_scripts(paths: Iterable[Path], lang: Lang) -> Scripts:
    """Read scripts of one language; beats and banks may be spread over files.

    Raises ConfigError with every unknown heading, field, bank, mood, gesture, trade and daypart,
    each with its line; for every beat that must be there and has no template; for banks without
    an entry and banks that hold themselves.
    """
    # Both of them build on the types above.
    from host.script.checks import check
    from host.script.reading import read

    findings: list[Finding] = []
    variants: list[Variant] = []
    banks: dict[str, list[Variant]] = {}
    files = list(paths)
    for file in files:
        read(file, lang, variants, banks, findings)
    scripts = Scripts(
        lang, tuple(variants), MappingProxyType({name: tuple(own) for name, own in banks.items()})
    )
    warnings = check(scripts, files, findings)
    if findings:
        raise ConfigError(*findings)
    return Scripts(lang, scripts.variants, scripts.banks, tuple(warnings))
