"""Trades: ``configs/trades/NAME.toml``, what a product's trade means for its talk.

::

    categories.zh = ["食品", …]     words of a product's category that mean it
    open   = ["hook", "pain"]       how a block begins
    rounds = [["selling", "use"], …]  then these, over and over, until its time is up
    cautions.zh = ["…"]             what a host does not say of such goods, for people to read
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from host.errors import ConfigError, Finding
from host.findings import finding
from host.model import Lang, Product
from host.section import Section

FOLDER = Path(__file__).parents[1] / "configs" / "trades"
"""The trades that come with livehost: data of the checkout that it runs from."""
GENERIC = ""
"""Name of the trade of what belongs to none."""

Opening = Literal["hook", "pain"]
Round = Literal["selling", "proof", "use", "care", "interaction", "pain"]


class Words(Section):
    """Texts in both languages."""

    zh: Annotated[tuple[str, ...], Field(min_length=1)]
    en: Annotated[tuple[str, ...], Field(min_length=1)]

    def of(self, lang: Lang) -> tuple[str, ...]:
        return self.zh if lang == "zh" else self.en


class Title(Section):
    """A name in both languages."""

    zh: str
    en: str


class Trade(Section):
    """How goods of one trade are sold."""

    title: Title = Title(zh="通用", en="General")
    categories: Words | None = None
    open: Annotated[tuple[Opening, ...], Field(min_length=1)] = ("hook", "pain")
    rounds: Annotated[
        tuple[Annotated[tuple[Round, ...], Field(min_length=1)], ...], Field(min_length=1)
    ] = (
        ("selling", "use", "selling", "interaction"),
        ("selling", "proof", "selling", "care"),
        ("selling", "pain", "use", "interaction"),
    )
    cautions: Words | None = None


class Trades:
    """The trades that are known, and which one a product is of."""

    def __init__(self, known: Mapping[str, Trade]) -> None:
        self.known = dict(known)
        self._generic = Trade()

    def get(self, name: str) -> Trade:
        """The trade of that name; the generic one for any other."""
        return self.known.get(name, self._generic)

    def of(self, product: Product) -> str:
        """The name of a product's trade, by the longest word of its category that means one."""
        category = product.category.casefold()
        found = [
            (len(word), name)
            for name, trade in self.known.items()
            if trade.categories is not None
            for word in (*trade.categories.zh, *trade.categories.en)
            if re.search(rf"(?<![a-z]){re.escape(word.casefold())}", category)
        ]
        return max(found, default=(0, GENERIC))[1]

    def named(self, word: str) -> str | None:
        """The trade that a heading means: by name, or by a title."""
        low = word.casefold()
        for name, trade in self.known.items():
            if low in (name, trade.title.zh, trade.title.en.casefold()):
                return name
        return None


@functools.cache
def load_trades(folder: Path = FOLDER) -> Trades:
    """Every trade in ``folder``. Raises ConfigError."""
    found: list[Finding] = []
    known: dict[str, Trade] = {}
    for file in sorted(folder.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        try:
            known[file.stem] = Trade(**tomllib.loads(text))
        except ValidationError as error:
            found += [finding(file, text, dict(one)) for one in error.errors()]
        except tomllib.TOMLDecodeError as error:
            found.append(Finding(f"is not TOML: {error}", "mend that line", file))
    if found:
        raise ConfigError(*found)
    return Trades(known)
