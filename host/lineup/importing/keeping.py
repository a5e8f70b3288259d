"""A lineup's file kept: read back first, whole or not at all, and never over another."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from host.errors import ConfigError, Finding
from host.lineup.importing import forms
from host.lineup.importing.compose import Composed, Entry, kept
from host.lineup.importing.found import Found, Left
from host.lineup.importing.messages import why
from host.lineup.load import load_lineup
from host.lineup.row import CHINA
from host.lineup.store import replace_file
from host.model import Lang, Lineup, Product

FORMATS = (".csv", ".xlsx", ".toml")
_NEEDED = ("sku", "name", "price")


def fit_cells(composed: Composed, left: list[Left]) -> Composed:
    """``composed`` without what no cell of a table can hold, which is told in ``left``.

    Raises ConfigError when that is a product's name or key.
    """
    for entry, draft in zip(composed.entries, composed.drafts, strict=True):
        for field, at, code in reversed(list(forms.unwritable(entry))):
            value = entry[field] if at is None else entry[field][at]
            if field in _NEEDED:
                what = f"{field} {value!r} would be run by a spreadsheet program"
                raise ConfigError(Finding(what, "write a .toml lineup: -o lineup.toml"))
            left.append(Left(code, (), draft.row, field, _shown(value)))
            if at is None:
                del entry[field]
            else:
                del entry[field][at]
                if not entry[field]:
                    del entry[field]
    return composed


def keep(
    composed: Composed, path: Path, lang: Lang, *, force: bool = False, tz: tzinfo = CHINA
) -> Lineup:
    """Write the lineup and read it back; it stands at ``path`` only if it says the same.

    ``lang``: of the columns' names. Raises ConfigError when ``path`` is there and ``force`` is not
    given, or it cannot be written.
    """
    fitting(path, force=force)
    entries = [_moved(entry, path.parent) for entry in composed.entries]
    draft = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        draft.write_bytes(_bytes(entries, path.suffix.lower(), lang))
        read = load_lineup(draft, tz=tz)
        _same(composed.entries, read, path, tz)
        if force:
            draft.replace(path)
        else:
            os.link(draft, path)  # unlike a rename, fails where there is one
        return load_lineup(path, tz=tz)
    except FileExistsError as error:
        raise _there(path) from error
    except OSError as error:
        what = f"cannot be written: {error.strerror or type(error).__name__}"
        raise ConfigError(Finding(what, "name another place: -o FILE", path)) from error
    finally:
        draft.unlink(missing_ok=True)


def fitting(path: Path, *, force: bool) -> None:
    """Raises ConfigError when a lineup cannot be written to ``path``."""
    if path.suffix.lower() not in FORMATS:
        what = f"-o: a lineup cannot be a {path.suffix or 'file without an ending'}"
        raise ConfigError(Finding(what, "name a .csv, .xlsx or .toml file", path))
    if path.exists() and not force:
        raise _there(path)
    if not path.parent.is_dir():
        raise ConfigError(Finding("-o: there is no such folder", "make it first", path.parent))


def _there(path: Path) -> ConfigError:
    return ConfigError(
        Finding("there is such a file already", "name another, or add --force", path)
    )


def _moved(entry: Entry, folder: Path) -> Entry:
    """With its pictures' paths as seen from the lineup's folder."""
    if "images" not in entry:
        return entry
    images = [os.path.relpath(image, folder.resolve()) for image in entry["images"]]
    return {**entry, "images": images}


def _bytes(entries: Sequence[Entry], suffix: str, lang: Lang) -> bytes:
    if suffix == ".toml":
        return forms.toml(entries).encode()
    rows = forms.table(entries, lang)
    return forms.csv_bytes(rows) if suffix == ".csv" else forms.xlsx_bytes(rows)


def _same(entries: Sequence[Mapping[str, Any]], read: Lineup, path: Path, tz: tzinfo) -> None:
    """Raises ConfigError when the file would say anything else than what was found."""
    with_toml = path.with_name(f".{path.stem}.{os.getpid()}.same.toml")
    try:
        with_toml.write_text(forms.toml(entries), encoding="utf-8")
        wanted = load_lineup(with_toml, tz=tz)
    finally:
        with_toml.unlink(missing_ok=True)
    for one, other in zip(wanted.products, read.products, strict=True):
        if _facts(one) != _facts(other):
            what = f"{one.sku} cannot be held by a {path.suffix}"
            raise ConfigError(Finding(what, "write a .toml lineup: -o lineup.toml", path))


def _facts(product: Product) -> dict[str, object]:
    facts = {name: getattr(product, name) for name in Product.__slots__ if name != "source"}
    facts["faq"] = tuple((faq.question.rstrip("?？"), faq.answer) for faq in product.faq)
    return facts


def report(
    path: Path, source: str, composed: Composed, left: Sequence[Left], lang: Lang, text: str = ""
) -> Path:
    """Write beside the lineup where each of its values came from; the file's path.

    ``text``: of a page; spans are positions in it. Raises OSError.
    """
    file = path.with_name(f"{path.stem}.import.json")
    products = [
        {
            "sku": entry["sku"],
            "facts": [_fact(found) for found in draft.found if kept(entry, found)],
        }
        for entry, draft in zip(composed.entries, composed.drafts, strict=True)
    ]
    made = {
        "source": source,
        "lineup": path.name,
        "products": products,
        "left_out": [_told(each, lang) for each in left],
        **({"text": text} if text else {}),
    }
    replace_file(file, json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    return file


def _fact(found: Found) -> dict[str, object]:
    place = found.place
    where: dict[str, object] = {"quote": place.quote}
    if place.start is not None:
        where["span"] = [place.start, place.end]
    if place.row is not None:
        where["row"] = place.row
    if place.column:
        where["column"] = place.column
    value = found.value if isinstance(found.value, str) else dict(found.value)
    return {"field": found.field, "value": value, **where}


def _told(left: Left, lang: Lang) -> dict[str, object]:
    parts = {"row": left.row, "column": left.column, "value": left.value}
    return {**{k: v for k, v in parts.items() if v not in (None, "")}, "why": why(left, lang)}


def _shown(value: object) -> str:
    return " · ".join(map(str, value.values())) if isinstance(value, dict) else str(value)
