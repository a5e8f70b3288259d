"""Products written as a lineup's files are: .toml, and the cells of .csv and .xlsx."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from host.lineup import cells
from host.lineup.columns import PRODUCT
from host.model import Lang

_FORMULA = re.compile(r"^[=@\t]|^[+-](?=.*[|!(])")
"""What spreadsheet programs run when a .csv is opened."""


def toml(entries: Sequence[Mapping[str, Any]]) -> str:
    """A ``[[product]]`` table each; every value stands on its key's line."""
    return "".join(_table(entry) for entry in entries)


def _table(entry: Mapping[str, Any]) -> str:
    lines = [f"{field} = {_value(entry[field])}\n" for field in PRODUCT if field in entry]
    return "[[product]]\n" + "".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    # A JSON string is a TOML string, but for DEL.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _spec(parts: Mapping[str, str]) -> str:
    unit = f" {parts['unit']}" if parts.get("unit") else ""
    return f"{parts['attribute']}={parts['value']}{unit}"


def _faq(parts: Mapping[str, str]) -> str:
    mark = "" if parts["question"].endswith(("?", "？")) else "?"
    return f"{parts['question']}{mark}{parts['answer']}"


def _variant(parts: Mapping[str, str]) -> str:
    price = f"@{parts['price']}" if parts.get("price") else ""
    stock = f"#{parts['stock']}" if parts.get("stock") else ""
    return f"{parts['option']}{price}{stock}"


def _claim(parts: Mapping[str, str]) -> str:
    return f"{parts['text']}@{parts['evidence']}"


def _promotion(parts: Mapping[str, str]) -> str:
    price = f"@{parts['price']}" if parts.get("price") else ""
    ends = parts.get("valid_from", ""), parts.get("valid_to", "")
    return f"{parts['text']}{price}" + (f"[{ends[0]}~{ends[1]}]" if any(ends) else "")


def _coupon(parts: Mapping[str, str]) -> str:
    over = parts.get("threshold", "0")
    return f"满{over}减{parts['amount']}" if over != "0" else parts["amount"]


_Item = tuple[
    Callable[[Any], str], Callable[[str], list[str]], Callable[[str], object], str
]  # fmt: skip
_ITEMS: dict[str, _Item] = {
    "variants": (_variant, cells.items, cells.variant, "；"),
    "selling_points": (str, cells.items, str, "；"),
    "specs": (_spec, cells.items, cells.spec, "；"),
    "faq": (_faq, cells.paragraphs, cells.faq, "|"),
    "images": (str, cells.items, str, "；"),
    "claims": (_claim, cells.paragraphs, cells.claim, "|"),
    "promotions": (_promotion, cells.paragraphs, cells.promotion, "|"),
}  # fmt: skip


def unwritable(entry: Mapping[str, Any]) -> Iterator[tuple[str, int | None, str]]:
    """What no cell can hold, for it would be read as something else: (field, position, code)."""
    for field, value in entry.items():
        if field in _ITEMS:
            write, split, read, _ = _ITEMS[field]
            for at, part in enumerate(value):
                cell = write(part)
                if split(cell) != [cell.strip()] or not _same(read(cell), part):
                    yield field, at, "no-cell"
                elif _FORMULA.search(cell):
                    yield field, at, "formula"
        elif isinstance(value, str) and _FORMULA.search(value):
            yield field, None, "formula"


def _same(read: object, part: object) -> bool:
    if isinstance(part, str) or not isinstance(part, Mapping) or not isinstance(read, Mapping):
        return read == part
    # A question gets its mark where it had none.
    return {key: str(value).rstrip("?？") for key, value in read.items() if value} == {
        key: str(value).rstrip("?？") for key, value in part.items() if value
    }


def table(entries: Sequence[Mapping[str, Any]], lang: Lang) -> list[list[str]]:
    """Names of the columns, then a row a product; columns that nobody fills are left out."""
    fields = [field for field in PRODUCT if any(field in entry for entry in entries)]
    names = [PRODUCT[field][1 if lang == "zh" else 0] for field in fields]
    names = ["sku" if name == "sku" else name for name in names]
    return [names, *([_cell(field, entry.get(field)) for field in fields] for entry in entries)]


def _cell(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field in _ITEMS:
        write, _, _, mark = _ITEMS[field]
        return mark.join(write(part) for part in value)
    return _coupon(value) if isinstance(value, dict) else str(value)


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, by which spreadsheet programs know it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet, every cell a text: a spreadsheet program runs and rounds nothing."""
    import openpyxl  # 0.1 s, only where a workbook is written

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(at, column, text or None)
            if text:
                cell.data_type = "s"
                cell.number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
