"""Which column means which field, and how sure that is."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from host.lineup.importing import headers
from host.lineup.importing.money import amount
from host.lineup.importing.shapes import fit, money_like, picture_like
from host.lineup.importing.source import Row

SURE = 0.7
"""Confidence from which a column is taken without asking."""
MONEY = frozenset({"price", "list_price"})
_NEAR = 0.82
"""Least likeness of a misspelt name."""
_FEN = re.compile(r"(?:^|[(（\s_:：]|单位[:：]?)(?:分|fen|cents?)(?:$|[)）\s])")
_YUAN = re.compile(r"元|usd|cny|rmb|[$¥￥]")
_LOW = 1000
"""A price column in hundredths holds nothing below: 10.00."""

Doubt = Literal["", "name", "values", "rival", "unit"]
"""Why it is not sure: the name is not known or only like a known one; the values are of another
kind; another column means the same; whether it is of yuan or fen is not told."""
Unit = Literal["", "yuan", "fen"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what it is taken for."""

    index: int
    """From 0."""
    name: str
    target: str
    """Of ``headers.TARGETS``; empty: nothing."""
    confidence: float
    """0 to 1."""
    samples: tuple[str, ...]
    """Up to three values, each once."""
    doubt: Doubt = ""
    unit: Unit = ""
    """Of a price; empty: not told yet."""
    currency: str = ""
    """ISO 4217 as the column's name tells it."""

    @property
    def sure(self) -> bool:
        """Whether it may be taken without asking."""
        return not self.doubt and self.confidence >= SURE


def guess(names: Sequence[str], rows: Sequence[Row]) -> tuple[Column, ...]:
    """What each column means. ``names``: of the header row; ``rows``: those below it."""
    columns = []
    for index, name in enumerate(names):
        values = [row[index] for _, row in rows if index < len(row) and row[index]]
        if name or values:
            columns.append(_column(index, name, values))
    return tuple(_units(_rivals(columns), rows))


def by_name(name: str) -> tuple[str, float]:
    """What a column's name alone means and how sure that is; ("", 0): nothing."""
    plain = headers.folded(name)
    if not plain:
        return "", 0.0
    known, spelt = headers.known(), headers.spelt()
    if plain in known:
        return known[plain], 1.0
    if plain in spelt:
        return spelt[plain], 0.9
    # "商品售价", "直播间价格": what a name ends with is what it is of.
    ends = [alias for alias in known if len(alias) >= 2 and plain.endswith(alias)]
    if ends and not plain.isascii():
        longest = max(ends, key=len)
        if known[longest] != headers.IGNORED or len(longest) > 2:
            return known[longest], 0.6 + 0.2 * len(longest) / len(plain)
    near = difflib.get_close_matches(plain, [*known, *spelt], n=1, cutoff=_NEAR)
    if near and len(plain) >= 4:
        ratio = difflib.SequenceMatcher(None, plain, near[0]).ratio()
        return known.get(near[0]) or spelt[near[0]], 0.8 * ratio
    return "", 0.0


def _column(index: int, name: str, values: Sequence[str]) -> Column:
    samples = tuple(dict.fromkeys(values))[:3]
    target, confidence = by_name(name)
    if target in ("", headers.IGNORED):
        if not target and money_like(values):
            target, confidence = "price", 0.4
        elif not target and picture_like(values):
            target, confidence = "images", 0.5
        doubt: Doubt = "" if target == headers.IGNORED else "name"
        return Column(index, name, target, confidence, samples, doubt)
    share = fit(target, values)
    made = confidence * (0.4 + 0.6 * share)
    doubt = "values" if share < 0.5 else "name" if made < SURE else ""
    inside = name.casefold()
    unit: Unit = ""
    if target in MONEY:
        unit = _told_unit(inside)
    return Column(index, name, target, made, samples, doubt, unit, _currency(inside))


def _told_unit(name: str) -> Unit:
    return "fen" if _FEN.search(name) else "yuan" if _YUAN.search(name) else ""


def _currency(name: str) -> str:
    for mark, code in (
        ("usd", "USD"), ("美元", "USD"), ("eur", "EUR"), ("欧元", "EUR"), ("gbp", "GBP"),
        ("hkd", "HKD"), ("港币", "HKD"), ("cny", "CNY"), ("rmb", "CNY"), ("人民币", "CNY"),
        ("元", "CNY"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"),
    ):  # fmt: skip
        if mark in name:
            return code
    return ""


def _rivals(columns: list[Column]) -> list[Column]:
    """Where two columns mean one field, the surer is it; where both are as sure, neither is."""
    claimed: defaultdict[str, list[Column]] = defaultdict(list)
    for column in columns:
        if column.target and column.target not in headers.MANY:
            claimed[column.target].append(column)
    made = {column.index: column for column in columns}
    for rivals in claimed.values():
        best = max(column.confidence for column in rivals)
        first = [column for column in rivals if column.confidence >= best - 0.05]
        for column in rivals:
            if column not in first or (len(first) > 1 and column.doubt != "values"):
                made[column.index] = replace(column, doubt="rival")
    return list(made.values())


def _units(columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """Columns of prices whose unit neither a name nor a value tells are in doubt."""
    prices = [column for column in columns if column.target in MONEY]
    amounts = {
        column.index: [
            found
            for _, row in rows
            if column.index < len(row) and (found := amount(row[column.index])) is not None
        ]
        for column in prices
    }
    told = any(each.marked for found in amounts.values() for each in found)
    made = {column.index: column for column in columns}
    for column in prices:
        prices_found = amounts[column.index]
        least = min((each.value for each in prices_found), default=Decimal(0))
        if column.unit or not prices_found:
            continue
        if told or least < _LOW:
            made[column.index] = replace(column, unit="yuan")
        elif not column.doubt:
            made[column.index] = replace(column, doubt="unit")
    return list(made.values())
