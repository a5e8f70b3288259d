"""Word lists: ``configs/rules/*.toml``, read and compiled to one automaton a script.

A file holds ``[[group]]`` tables, each a handful of words with one category, tier and suggestion::

    category = "superlative"    names the kind of the finding, see ``KINDS``
    tier = "block"              block: never said; evidence: said when ``proof`` bears it out;
                                allow: looks like a listed word and is none
    proof = "claim"             of tier evidence, see ``Proof``
    law = "广告法 9(3)"          the rule that it follows from (docs/compliance.md)
    instead = "…"               what may be said in its place
    words = ["最佳", "…"]
    except = ["最近"]           what holds such a word and means something else
    disclaimed = false          "不能治病" is refused as well
    alike = true                the words say one thing: evidence of one is evidence of all
    trades = ["beauty"]         only for products of these trades

Words are literal but for ``{n}`` (a number), ``…`` (up to four characters of the same clause; in
English up to three words) and ``(a|b|)`` (one of them, or none).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from host.errors import ConfigError, Finding
from host.findings import finding
from host.gate.verdict import Kind
from host.section import Section

FOLDER = Path(__file__).parents[2] / "configs" / "rules"
"""The lists that come with livehost: data of the checkout that it runs from."""

Tier = Literal["block", "evidence", "allow"]
Proof = Literal["claim", "report", "text", "gift", "low-stock", "limit", "deadline", "soon"]
"""What lets a word of tier evidence pass:

claim: a claim of the product, with its evidence, says it; report: the product has a claim with
evidence; text: any text of the product says it; gift: so does one, and names what is given;
low-stock: few are left; limit: the product has a purchase limit; deadline: a promotion with an end
is running; soon: it ends within a day.
"""

KINDS: dict[str, Kind] = {
    "superlative": "absolute-word",
    "national": "absolute-word",
    "ranking": "absolute-word",
    "absolute-promise": "absolute-word",
    "authority": "banned-word",
    "medical": "banned-word",
    "efficacy": "banned-word",
    "cosmetics": "banned-word",
    "health-food": "banned-word",
    "infant": "banned-word",
    "financial": "banned-word",
    "superstition": "banned-word",
    "vulgar": "banned-word",
    "disparagement": "banned-word",
    "minors": "banned-word",
    "price": "banned-word",
    "origin": "banned-word",
    "property": "banned-word",
    "statistics": "banned-word",
    "urgency": "urgency",
    "contact": "platform",
    "inducement": "platform",
    "rival": "platform",
}
"""The kind of a finding for a blocked word of each category."""

_Text = Annotated[str, Field(min_length=1)]


class Group(Section):
    """Words of one kind, as the file has them."""

    category: _Text
    tier: Tier = "block"
    proof: Proof | None = None
    law: str = ""
    instead: str = ""
    words: Annotated[tuple[_Text, ...], Field(min_length=1)]
    exceptions: tuple[_Text, ...] = Field(default=(), alias="except")
    disclaimed: bool = True
    alike: bool = False
    trades: tuple[_Text, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Group:
        if self.category not in KINDS:
            raise ValueError(f"category: one of {', '.join(KINDS)}")
        if (self.tier == "evidence") != (self.proof is not None):
            raise ValueError("proof: goes with tier evidence, and only with it")
        return self

    @property
    def kind(self) -> Kind:
        """What a finding is called."""
        if self.tier == "evidence":
            return "urgency" if self.category == "urgency" else "unproven"
        return KINDS[self.category]


class File(Section):
    """A list's file."""

    group: tuple[Group, ...] = ()
    places: tuple[_Text, ...] = ()
    """Names of places that goods come from."""
    abroad: tuple[_Text, ...] = ()
    """Countries: named in a line on goods, they are taken for where these come from."""


@dataclass(frozen=True, slots=True)
class Match:
    """A listed word where it stands in a folded text."""

    start: int
    end: int
    word: str
    """As the list has it."""
    group: int
    """Position of its group in ``Wordlist.groups``."""


class Wordlist:
    """Finds the words of many groups at once."""

    def __init__(self, groups: tuple[Group, ...], *, spaced: bool = False) -> None:
        """``spaced``: over the form ``folding.spaced``, else ``folding.tight``."""
        self.groups = groups
        pick = [
            (word, at)
            for at, group in enumerate(groups)
            if group.tier != "allow"
            for word in group.words
        ]
        self._words = _Automaton(pick, spaced=spaced)
        innocent = [
            (word, at)
            for at, group in enumerate(groups)
            for word in (group.words if group.tier == "allow" else group.exceptions)
        ]
        self._innocent = _Automaton(innocent, spaced=spaced)

    def find(self, text: str, *, inner: bool = False) -> list[Match]:
        """The listed words in a folded text, without those inside an innocent one.

        ``inner``: those inside a longer listed word too.
        """
        found = list(self._words.find(text))
        if not found:
            return found
        innocent = [(one.start, one.end) for one in self._innocent.find(text)]
        kept: list[Match] = []
        for one in sorted(found, key=lambda match: (match.start - match.end, match.start)):
            longer = [] if inner else [(other.start, other.end) for other in kept]
            inside = [*innocent, *longer]
            crossed = not inner and any(
                other.group == one.group and one.start < other.end and other.start < one.end
                for other in kept
            )
            if not crossed and not any(s <= one.start and one.end <= e for s, e in inside):
                kept.append(one)
        return kept


class _Automaton:
    """Many words, each tried only where its first two characters stand; one with a number or a gap
    only in a text that holds the longest piece between them."""

    def __init__(self, words: list[tuple[str, int]], *, spaced: bool) -> None:
        self._spaced = spaced
        self._short: dict[str, tuple[str, int]] = {}
        self._heads: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        self._open: dict[str, dict[str, list[tuple[re.Pattern[str], str, int]]]] = defaultdict(dict)
        """First one or two characters of what must stand there → it → patterns."""
        for word, group in words:
            for form in _forms(_one(word.replace("'", "") if spaced else word), spaced=spaced):
                if _OPEN.search(form):
                    known = max(_OPEN.split(form), key=len).strip()
                    patterns = self._open[known[:2]].setdefault(known, [])
                    patterns.append((_pattern(form, spaced=spaced), word, group))
                elif len(form) == 1:
                    self._short[form] = (word, group)
                else:
                    self._heads[form[:2]].append((form, word, group))
        for forms in self._heads.values():
            forms.sort(key=lambda known: -len(known[0]))

    def find(self, text: str) -> Iterator[Match]:
        """Every match, in no order."""
        text = _one(text)
        for form, (word, group) in self._short.items():
            at = text.find(form)
            while at >= 0:
                yield Match(at, at + 1, word, group)
                at = text.find(form, at + 1)
        opened = {text[at : at + 2] for at in range(len(text))} | set(text)
        for head in opened & self._open.keys():
            for known, patterns in self._open[head].items():
                if known in text:
                    for pattern, word, group in patterns:
                        for match in pattern.finditer(text):
                            yield Match(*match.span(), word, group)
        heads = self._heads
        places = (
            map(re.Match.start, _BEGIN.finditer(text)) if self._spaced else range(len(text) - 1)
        )
        for at in places:
            two = text[at : at + 2]
            if two in heads:
                for form, word, group in heads[two]:
                    end = at + len(form)
                    if text.startswith(form, at) and not (
                        self._spaced and text[end : end + 1].isalnum()
                    ):
                        yield Match(at, end, word, group)


_BEGIN = re.compile(r"(?<![a-z0-9一])[a-z0-9一#]")
"""Where an English word begins."""
_OPEN = re.compile(r"\{n\}|…")
_CHOICE = re.compile(r"\(([^()]*)\)")
_NUMBER = "[0-9零一二两三四五六七八九十百千万亿几半]+"


def _one(text: str) -> str:
    """第1 is 第一: both are looked for in one form."""
    return text.replace("1", "一")


def _forms(word: str, *, spaced: bool) -> Iterator[str]:
    """Each form of a word; an English one also with its words joined: letters that were parted
    one by one ("g.e.t r.i.c.h") come together as one word."""
    for form in _alternatives(word):
        yield form
        joined = form.replace(" ", "")
        if spaced and joined != form and not _OPEN.search(form):
            yield joined


def _alternatives(word: str) -> Iterator[str]:
    """Each form of a word with choices."""
    choice = _CHOICE.search(word)
    if choice is None:
        yield word
        return
    for one in choice[1].split("|"):
        yield from _alternatives(word[: choice.start()] + one + word[choice.end() :])


def _pattern(form: str, *, spaced: bool) -> re.Pattern[str]:
    number, gap = (
        (r"[0-9一]+", r"(?: [a-z0-9%]+){0,3} ?") if spaced else (_NUMBER, "[^，不没别勿]{0,4}?")
    )
    body = re.escape(form).replace(r"\{n\}", number).replace("…", gap)
    return re.compile(rf"(?<![a-z0-9一]){body}(?![a-z0-9一])" if spaced else body)


def read(file: Path) -> File:
    """A list's file. Raises ConfigError."""
    try:
        text = file.read_text(encoding="utf-8")
        return File(**tomllib.loads(text))
    except ValidationError as error:
        raise ConfigError(*(finding(file, text, dict(one)) for one in error.errors())) from error
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        fix = "livehost reads it from its checkout: run it from there, installed with -e"
        raise ConfigError(Finding(what, fix, file)) from error
    except ValueError as error:  # what is no UTF-8 or no TOML
        raise ConfigError(Finding(f"is not TOML: {error}", "mend it", file)) from error


@cache
def law(name: str) -> File:
    """The list ``configs/rules/NAME.toml``. Raises ConfigError."""
    return read(FOLDER / f"{name}.toml")
