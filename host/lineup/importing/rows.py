"""A table's rows made products: rows of one product joined, their options told apart."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from host.lineup import cells
from host.lineup.columns import PRODUCT
from host.lineup.importing import headers
from host.lineup.importing.found import LISTS, Draft, Found, Harvest, Left, Place
from host.lineup.importing.guessing import MONEY, Column
from host.lineup.importing.lines import Line, groups, line_of, on_sale, option_of
from host.lineup.importing.money import amount, written
from host.lineup.importing.pages import stripped
from host.lineup.importing.patterns import extract
from host.lineup.importing.source import Row

_TEXTS = ("selling_points", "specs", "faq", "shipping", "warranty", "returns")
"""What is taken from a description."""


def harvest(
    rows: Sequence[Row], columns: Sequence[Column], folder: Path, currency: str = ""
) -> Harvest:
    """The products of ``rows``. ``columns``: those to be taken; ``folder``: where the pictures are
    looked for; ``currency``: of prices that bear none.
    """
    made = Harvest()
    lines = [line_of(row, columns) for row in rows]
    kept = [line for line in lines if on_sale(line, made)]
    sold = {line.row for line in kept}
    gone = {line.text(headers.GROUP) for line in lines if line.row not in sold} - {""}
    for group in groups([line for line in kept if line.text(headers.GROUP) not in gone]):
        _product(group, folder, currency, made)
    return made


def _product(lines: list[Line], folder: Path, currency: str, made: Harvest) -> None:
    head = lines[0]
    draft = Draft(head.row)
    _code(lines, draft)
    for line in lines:
        for column, text in line.cells:
            if column.target in MONEY or column.target in ("stock", "sku"):
                continue
            if column.target == "images":
                _pictures(draft, line, column, text, folder, made)
            elif column.target == "promotions":
                for part in cells.paragraphs(text):
                    draft.add(
                        Found("promotions", cells.promotion(part), _place(line, column, part))
                    )
            elif column.target == "variants":
                for part in cells.items(text):
                    draft.add(Found("variants", cells.variant(part), _place(line, column, part)))
            elif column.target in LISTS:
                _list(draft, line, column, text, made)
            elif column.target in PRODUCT:
                draft.add(Found(column.target, text, _place(line, column, text)))
    optioned = [line for line in lines if option_of(line)]
    if len(optioned) < len(lines) and len(lines) > 1:
        extra = [line for line in lines[1:] if not option_of(line) and line.text("price")]
        for line in extra:
            made.left.append(Left("twice", (str(head.row),), line.row, product=True))
    priced = _variants(optioned, draft, currency, made) if optioned else _single(
        head, draft, currency, made
    )  # fmt: skip
    if priced:
        _describe(lines, draft)
        made.drafts.append(draft)


def _code(lines: Sequence[Line], draft: Draft) -> None:
    """The merchant's key: the product's own code, else the id that its rows share."""
    codes = dict.fromkeys(text for line in lines for _, text in line.all("sku"))
    for target in ("sku", headers.GROUP, headers.VARIANT_SKU):
        for line in lines:
            for column, text in line.all(target):
                if target != "sku" or len(codes) == 1:
                    draft.add(Found("sku", text, _place(line, column, text)))
                    return


def _variants(lines: Sequence[Line], draft: Draft, currency: str, made: Harvest) -> bool:
    """Take the options; whether the product has a price."""
    priced: list[tuple[Decimal, Line, Found]] = []
    for line in lines:
        price = _money(line, "price", currency, draft, made)
        if price is None:
            continue
        stock = _stock(line, made)
        if stock is False:
            continue
        option = option_of(line)
        parts = {"option": option, "price": str(price.value)}
        if isinstance(stock, Found):
            parts["stock"] = str(stock.value)
        quote = " · ".join(text for column, text in line.cells if column.target in _OF_OPTION)
        if any(_part(each, "option") == option for each in draft.all("variants")):
            made.left.append(Left("option-twice", (option,), line.row, product=True))
            continue
        draft.add(Found("variants", parts, Place(quote, row=line.row)))
        priced.append((Decimal(str(price.value)), line, price))
    if not priced:
        return False
    _, line, price = min(priced, key=lambda each: each[0])
    draft.add(price)
    if len({each[0] for each in priced}) > 1:
        made.left.append(Left("lowest", (str(price.value),), line.row))
    before = _money(line, "list_price", currency, draft, made)
    if before is not None:
        draft.add(before)
    if all(_part(each, "stock") == "0" for each in draft.all("variants")):
        draft.add(Found("stock", "0", Place("0", row=line.row)))
    return True


def _part(found: Found, name: str) -> str:
    return "" if isinstance(found.value, str) else found.value.get(name, "")


_OF_OPTION = frozenset({headers.OPTION, "price", "stock"})


def _single(line: Line, draft: Draft, currency: str, made: Harvest) -> bool:
    price = _money(line, "price", currency, draft, made)
    if price is None:
        return False
    stock = _stock(line, made)
    if stock is False:
        return False
    for found in (price, stock, _money(line, "list_price", currency, draft, made)):
        if isinstance(found, Found):
            draft.add(found)
    return True


def _money(
    line: Line, target: str, currency: str, draft: Draft, made: Harvest
) -> Found | None:  # fmt: skip
    """An amount; None: there is none, which is told where one is needed."""
    found = line.all(target)
    if not found:
        if target == "price":
            name = line.text("name") or line.text(headers.OPTION) or line.text("sku")
            made.left.append(Left("no-price", (), line.row, value=name, product=True))
        return None
    column, text = found[0]
    money = amount(text)
    needed = target == "price"
    if money is None or money.value <= 0:
        if needed or not (money is not None and money.value == 0):
            code = "no-amount"
            made.left.append(Left(code, (text,), line.row, column.name, text, product=needed))
        return None
    value = money.value
    if (
        column.unit == "fen"
        and not (money.marked and "." in text)
        and not text.endswith(("元", "分"))
    ):
        value = value / 100
    of = line.text("currency") or money.currency or column.currency or currency
    held = draft.text("currency")
    if held and money.currency and held != money.currency and not line.text("currency"):
        made.left.append(
            Left("currencies", (held, money.currency), line.row, column.name, text, product=needed)
        )
        return None
    if of:
        draft.add(Found("currency", of, _place(line, column, text)))
    return Found(target, written(value), _place(line, column, text))


def _stock(line: Line, made: Harvest) -> Found | bool | None:
    """The pieces left; None: not counted; False: what is written is no count, which is told."""
    for column, text in line.all("stock"):
        plain = text.removesuffix("件").strip().replace(",", "")
        if re.fullmatch(r"\d{1,12}(?:\.0+)?", plain):
            return Found("stock", str(int(Decimal(plain))), _place(line, column, text))
        made.left.append(Left("no-count", (text,), line.row, column.name, text, product=True))
        return False
    return None


def _pictures(
    draft: Draft, line: Line, column: Column, text: str, folder: Path, made: Harvest
) -> None:
    for part in cells.items(text):
        if re.match(r"(?:https?:)?//", part):
            code = "picture-address"
        elif not (folder / part).is_file():
            code = "no-picture"
        else:
            draft.add(Found("images", part, _place(line, column, part)))
            continue
        made.left.append(Left(code, (), line.row, column.name, part))


def _list(draft: Draft, line: Line, column: Column, text: str, made: Harvest) -> None:
    if column.target == "selling_points":
        for part in cells.items(stripped(text).text if "<" in text else text):
            draft.add(Found("selling_points", part, _place(line, column, part)))
        return
    split, parse, needed = {
        "specs": (cells.items, cells.spec, ("attribute", "value")),
        "faq": (cells.paragraphs, cells.faq, ("question", "answer")),
        "claims": (cells.paragraphs, cells.claim, ("text", "evidence")),
    }[column.target]
    for part in split(text):
        parsed = parse(part)
        if all(parsed.get(key) for key in needed):
            draft.add(Found(column.target, parsed, _place(line, column, part)))
        else:
            code = "unproved" if column.target == "claims" else "no-parts"
            made.left.append(Left(code, (needed[-1],), line.row, column.name, part))


def _describe(lines: Sequence[Line], draft: Draft) -> None:
    """Take what a description tells besides the columns."""
    for line in lines:
        for column, text in line.all(headers.DESCRIPTION):
            page = stripped(html.unescape(text) if "&lt;" in text else text)
            for found in extract(page.text, titled=False).drafts[0].found:
                if found.field in _TEXTS:
                    place = Place(found.place.quote, row=line.row, column=column.name)
                    draft.add(Found(found.field, found.value, place))


def _place(line: Line, column: Column, text: str) -> Place:
    return Place(text, row=line.row, column=column.name)
