"""Read a lineup and refuse it with every finding, or give it whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from host.errors import ConfigError, Finding
from host.lineup.checks import product_findings, twice
from host.lineup.document import read_toml
from host.lineup.records import Record, Sheet
from host.lineup.row import CHINA, FORMS, ProductRow, context
from host.lineup.tables import read_csv, read_xlsx
from host.model import Claim, Coupon, Faq, Lineup, Product, Promotion, Spec, Variant

_READERS: dict[str, Callable[[Path], Sheet]] = {
    ".csv": read_csv,
    ".xlsx": read_xlsx,
    ".toml": read_toml,
}

PRODUCTS = 500
"""Products of a room: an edit is taken by rebuilding from all of them while on air."""


def load_lineup(path: Path, *, tz: tzinfo = CHINA) -> Lineup:
    """Read ``path`` (.csv in UTF-8 or GBK, .xlsx, .toml).

    ``tz``: the zone of dates written without one. Pictures are looked for beside the file.

    Raises ConfigError with every finding of the file, each with its row and column.
    """
    try:
        return _loaded(path, tz)
    except ConfigError:
        raise
    except Exception as error:
        # Whatever a merchant's file makes a library raise: the show must not end for it. A file,
        # or a picture, may also go away while it is read.
        raise ConfigError(
            Finding(f"cannot be read ({type(error).__name__}: {error})", "write it again", path)
        ) from error


def _loaded(path: Path, tz: tzinfo) -> Lineup:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ConfigError(
            Finding(
                f"a lineup cannot be a {path.suffix or 'file without an ending'}",
                "give a .csv, .xlsx or .toml file",
                path,
            )
        )
    if not path.is_file():
        raise ConfigError(Finding("there is no such lineup", "mend the path", path))
    sheet = reader(path)
    findings = list(sheet.findings)
    if not sheet.records and not findings:
        findings.append(Finding("the lineup holds no product", "write at least one product", path))
    if len(sheet.records) > PRODUCTS:
        what = f"{len(sheet.records)} products: a room takes {PRODUCTS}"
        at = sheet.records[PRODUCTS].line
        raise ConfigError(Finding(what, "split them up between rooms", path, at))
    rows: list[tuple[Record, Product]] = []
    for record in sheet.records:
        product = _product(sheet.file, record, tz, findings)
        if product is not None:
            rows.append((record, product))
            findings += product_findings(sheet.file, record, product)
    findings += twice(sheet.file, sheet.records)
    if findings:
        raise ConfigError(*sorted(findings, key=lambda finding: finding.line or 0))
    products = tuple(product for _, product in rows)
    return Lineup(products, _revision(path, products))


def _revision(path: Path, products: tuple[Product, ...]) -> str:
    """Hash of the file and of every picture it names, so that a new picture is a new revision."""
    digest = hashlib.sha256(path.read_bytes())
    for product in products:
        for image in product.images:
            digest.update(Path(image).read_bytes())
    return digest.hexdigest()[:16]


def _product(file: Path, record: Record, tz: tzinfo, findings: list[Finding]) -> Product | None:
    values = {field: cell.value for field, cell in record.cells.items()}
    try:
        row = ProductRow.model_validate(values, context=context(tz))
    except ValidationError as error:
        findings += [_finding(file, record, detail) for detail in error.errors()]
        return None
    return Product(
        **{
            field: getattr(row, field)
            for field in (
                *("sku", "name", "price", "link", "short_name", "category", "list_price"),
                *("currency", "stock", "unit", "shipping", "warranty", "returns"),
                *("purchase_limit", "valid_from", "valid_to", "priority", "margin"),
            )
        },
        variants=tuple(Variant(**part.model_dump()) for part in row.variants),
        selling_points=tuple(row.selling_points),
        specs=tuple(Spec(**part.model_dump()) for part in row.specs),
        coupon=Coupon(**row.coupon.model_dump()) if row.coupon else None,
        faq=tuple(Faq(**part.model_dump()) for part in row.faq),
        images=tuple(str((file.parent / image).resolve()) for image in row.images),
        claims=tuple(Claim(**part.model_dump()) for part in row.claims),
        promotions=tuple(Promotion(**part.model_dump()) for part in row.promotions),
        source=f"{file.name}:{record.line}",
    )


def _finding(file: Path, record: Record, detail: ErrorDetails) -> Finding:
    """A validation error in the merchant's words."""
    field = str(detail["loc"][0])
    cell = record.cells.get(field)
    line = cell.line if cell else record.line
    column = cell.name if cell else field
    inner = [str(part) for part in detail["loc"][1:] if isinstance(part, str)]
    if inner and inner[0].islower() and cell:
        column = f"{column}.{inner[-1]}"
    if detail["type"] == "lineup":
        ctx = detail.get("ctx", {})
        return Finding(str(ctx["what"]), str(ctx["fix"]), file, line, column)
    if detail["type"] == "missing" and len(detail["loc"]) == 1:
        return Finding(f"no {field}", f"every product needs a {field}", file, line, column)
    what = f"no {inner[-1]}" if detail["type"] == "missing" and inner else detail["msg"]
    shown = str(cell.value) if cell else ""
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    return Finding(f"{what} in {shown!r}", FORMS.get(field, "mend the value"), file, line, column)
