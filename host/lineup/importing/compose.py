"""Drafts made rows of a lineup that hold: what the lineup's own reader refuses is left out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from host.errors import ConfigError, Finding
from host.lineup.columns import PRODUCT
from host.lineup.importing import forms
from host.lineup.importing.found import LISTS, Draft, Found, Harvest, Left
from host.lineup.load import load_lineup
from host.lineup.row import CHINA, ProductRow, context
from host.model import Lineup

_NEEDED = frozenset({"sku", "name", "price"})
_ROUNDS = 12
"""Of leaving out what is refused: each leaves out something of every product at fault."""

Entry = dict[str, Any]
"""A product by its fields: texts, dicts of texts, lists of either, as a .toml lineup has them."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What a file comes to."""

    entries: tuple[Entry, ...]
    drafts: tuple[Draft, ...]
    """Of each entry, with the places of its values."""
    lineup: Lineup
    """As it will be read; its pictures' paths are those of a draft folder."""


def compose(
    harvest: Harvest, folder: Path, *, currency: str = "", tz: tzinfo = CHINA
) -> Composed:  # fmt: skip
    """The products that hold. What is left out is told in ``harvest.left``.

    ``folder``: that pictures' paths are relative to; ``currency``: where none is told.
    Raises ConfigError when no product is left.
    """
    made: list[tuple[Entry, Draft]] = []
    for number, draft in enumerate(harvest.drafts, 1):
        entry = _entry(draft, number, folder, currency, tz, harvest.left)
        if entry is not None:
            made.append((entry, draft))
    made = _each_once(made, harvest.left)
    lineup = _held(made, harvest.left, tz)
    return Composed(tuple(e for e, _ in made), tuple(d for _, d in made), lineup)


def _entry(
    draft: Draft, number: int, folder: Path, currency: str, tz: tzinfo, left: list[Left]
) -> Entry | None:
    name = draft.text("name")
    if not name:
        left.append(Left("no-name", (), draft.row, product=True))
        return None
    if not draft.first("price"):
        if not any(each.code in ("many-prices", "no-price") for each in left):
            left.append(Left("no-price", (), draft.row, value=name, product=True))
        return None
    entry: Entry = {}
    for field in PRODUCT:
        values = draft.all(field)
        if field == "images":
            entry[field] = [str((folder / str(each.value)).resolve()) for each in values]
        elif field in LISTS:
            entry[field] = [_clean(each) for each in values]
        elif values:
            entry[field] = _clean(values[0])
    entry = {field: value for field, value in entry.items() if value not in ("", [], None)}
    entry.setdefault("sku", f"P{number}")
    if "currency" not in entry:
        if not currency:
            left.append(Left("no-currency", (), draft.row, value=name, product=True))
            return None
        entry["currency"] = currency
    return _valid(entry, draft, tz, left)


def kept(entry: Entry, found: Found) -> bool:
    """Whether a value is still in the product."""
    value = entry.get(found.field)
    if isinstance(value, list) and found.field != "images":
        return _clean(found) in value
    return value is not None


def _clean(found: Found) -> Any:
    if isinstance(found.value, str):
        return _line(found.value)
    return {key: _line(value) for key, value in found.value.items()}


def _line(text: str) -> str:
    """In one line, without what cannot be written or seen."""
    kept = "".join(char for char in text if char.isprintable() or char.isspace())
    return re.sub(r"\s+", " ", kept).strip()


def _valid(entry: Entry, draft: Draft, tz: tzinfo, left: list[Left]) -> Entry | None:
    """``entry`` without what the lineup's reader refuses; None: without that it is no product."""
    for _ in range(_ROUNDS):
        try:
            ProductRow.model_validate(entry, context=context(tz))
        except ValidationError as error:
            # From the last item to the first, so that positions hold.
            for detail in reversed(error.errors()):
                field, *inner = detail["loc"]
                ctx = detail.get("ctx", {})
                what, fix = str(ctx.get("what", detail["msg"])), str(ctx.get("fix", ""))
                if not _leave(entry, draft, str(field), inner, (what, fix), left):
                    return None
            continue
        return entry
    return None


def _leave(
    entry: Entry, draft: Draft, field: str, inner: Sequence[object], why: tuple[str, str],
    left: list[Left],
) -> bool:  # fmt: skip
    """Leave a value out; whether it is a product without it."""
    value = entry.get(field)
    needed = field in _NEEDED
    at = inner[0] if inner and isinstance(inner[0], int) else None
    if isinstance(value, list) and at is not None:
        if at < len(value):
            left.append(Left("refused", why, draft.row, field, _shown(value.pop(at))))
        if not value:
            del entry[field]
        return True
    if value is not None or needed:
        name = "" if value is None else _shown(value)
        left.append(Left("refused", why, draft.row, field, name, product=needed))
    entry.pop(field, None)
    return not needed


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return " · ".join(str(part) for part in value.values())
    return str(value)


def _each_once(made: list[tuple[Entry, Draft]], left: list[Left]) -> list[tuple[Entry, Draft]]:
    """Without the products whose SKU or link another has already."""
    seen: dict[tuple[str, str], int | None] = {}
    once = []
    for entry, draft in made:
        key = ("sku", str(entry["sku"]))
        if key in seen:
            row = str(seen[key] or "")
            left.append(Left("sku-twice", (row,), draft.row, "sku", key[1], product=True))
            continue
        seen[key] = draft.row
        link = ("link", str(entry.get("link", "")))
        if link[1] and link in seen:
            why = (f"link {link[1]!r} is also that of row {seen[link]}", "give each its own")
            left.append(Left("refused", why, draft.row, "link", link[1]))
            del entry["link"]
        seen[link] = draft.row
        once.append((entry, draft))
    return once


def _held(made: list[tuple[Entry, Draft]], left: list[Left], tz: tzinfo) -> Lineup:
    """The lineup as its own reader takes it, after what contradicts the rest is left out."""
    with tempfile.TemporaryDirectory(prefix="livehost-import-") as folder:
        file = Path(folder) / "lineup.toml"
        for _ in range(_ROUNDS):
            if not made:
                break
            texts = [forms.toml([entry]) for entry, _ in made]
            file.write_text("".join(texts), encoding="utf-8")
            try:
                return load_lineup(file, tz=tz)
            except ConfigError as error:
                _mend(made, texts, error.findings, left)
    raise ConfigError(Finding("no product could be read", "see what was left out, and why"))


def _mend(
    made: list[tuple[Entry, Draft]], texts: Sequence[str], findings: Sequence[Finding],
    left: list[Left],
) -> None:  # fmt: skip
    ends: list[int] = []
    for text in texts:
        ends.append((ends[-1] if ends else 0) + text.count("\n"))
    lost: set[int] = set()
    for finding in findings:
        at = next((i for i, end in enumerate(ends) if (finding.line or 1) <= end), 0)
        entry, draft = made[at]
        field = (finding.column or "name").split(".")[0]
        why = finding.what, finding.fix
        if field not in PRODUCT or (
            field in entry and not _leave(entry, draft, field, (), why, left)
        ):
            lost.add(at)
    made[:] = [each for index, each in enumerate(made) if index not in lost]
