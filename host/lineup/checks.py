"""What must agree within a product and between products."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from host.errors import Finding
from host.lineup.records import Record
from host.model import Product


def product_findings(file: Path, record: Record, product: Product) -> list[Finding]:
    """What of one product contradicts the rest of it, or is not there."""
    findings: list[Finding] = []

    def found(field: str, what: str, fix: str) -> None:
        cell = record.cells.get(field)
        line = cell.line if cell else record.line
        findings.append(Finding(what, fix, file, line, cell.name if cell else field))

    if product.list_price is not None and product.list_price < product.price:
        found(
            "list_price",
            f"the list price {product.list_price} is below the price {product.price}",
            "the list price is the one before the reduction: raise it, or leave it empty",
        )
    for image in product.images:
        if not _is_there(image):
            found(
                "images",
                f"there is no picture {image}",
                "put it there, or mend the path: it is relative to the lineup's folder",
            )
    for option, count in Counter(variant.option for variant in product.variants).items():
        if count > 1:
            found("variants", f"the option {option!r} is given {count} times", "keep one of them")
    counted = [variant.stock for variant in product.variants if variant.stock is not None]
    all_counted = len(counted) == len(product.variants) > 0
    if product.stock is not None and all_counted and sum(counted) != product.stock:
        found(
            "stock",
            f"the stock is {product.stock}, but the options add up to {sum(counted)}",
            "make them agree, or leave the stock empty",
        )
    if product.coupon and product.coupon.amount >= max(product.coupon.threshold, product.price):
        found(
            "coupon",
            f"the coupon takes off {product.coupon.amount}, all of the order or more",
            "lower the amount or raise the threshold",
        )
    for promotion in product.promotions:
        if promotion.price is not None and promotion.price > product.price:
            found(
                "promotions",
                f"the offer's price {promotion.price} is above the price {product.price}",
                "lower it, or leave it out",
            )
        if _backwards(promotion.valid_from, promotion.valid_to):
            found(
                "promotions",
                f"{promotion.text!r} ends before it begins",
                "write the first day, then the last",
            )
    if _backwards(product.valid_from, product.valid_to):
        found(
            "valid_to",
            "the sale ends before it begins",
            "write a later end or an earlier beginning",
        )
    return findings


def _is_there(image: str) -> bool:
    try:
        return Path(image).is_file()
    except (OSError, ValueError):  # no name that a file can have
        return False


def _backwards(begin: object, end: object) -> bool:
    return begin is not None and end is not None and begin >= end  # type: ignore[operator]


def twice(file: Path, records: tuple[Record, ...]) -> list[Finding]:
    """A SKU or link number that two rows share."""
    findings = []
    for field in ("sku", "link"):
        first: dict[str, int] = {}
        for record in records:
            cell = record.cells.get(field)
            if cell is None:
                continue
            key = str(cell.value).strip()
            if key in first:
                findings.append(
                    Finding(
                        f"{field} {key!r} is also that of row {first[key]}",
                        "give every product its own",
                        file,
                        cell.line,
                        cell.name,
                    )
                )
            else:
                first[key] = cell.line
    return findings
