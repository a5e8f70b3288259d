"""Whether what a merchant wrote in a lineup may be said at all, before it is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from host.errors import ConfigError, Finding
from host.gate import Gate
from host.model import Lang, Lineup, PlatformProfile, Product


def sound_lineup(
    lineup: Lineup, former: Lineup, platforms: Sequence[PlatformProfile], lang: Lang,
    file: Path | None, now: datetime,
) -> None:  # fmt: skip
    """Raises ConfigError for each text that is new in ``lineup`` and may not be said.

    ``file``: the lineup's, for the findings; ``now``: with time zone.
    """
    changed = [product for product in lineup.products if product != former.get(product.sku)]
    if not changed:
        return
    gate = Gate(Lineup(tuple(changed), lineup.revision), platforms)
    findings: list[Finding] = []
    for product in changed:
        before = former.get(product.sku)
        known = set(_texts(before)) if before is not None else set()
        for column, text in _texts(product):
            if (column, text) in known:
                continue
            for violation in gate.check(text, product.sku, lang, now).violations:
                if violation.kind == "not-now":
                    continue  # an offer that is still to come
                what = f"{violation.text!r} would not be said: {violation.why}"
                fix = violation.suggestion or "write it otherwise, or leave it out"
                findings.append(Finding(what, fix, file, row_of(product), column))
    if findings:
        raise ConfigError(*findings)


def _texts(product: Product) -> Iterator[tuple[str, str]]:
    """(column, text) of all that a host may read out."""
    for column in ("name", "short_name", "shipping", "warranty", "returns"):
        if text := getattr(product, column):
            yield column, text
    yield from (("selling_points", text) for text in product.selling_points)
    yield from (("promotions", promotion.text) for promotion in product.promotions)
    yield from (("faq", pair.answer) for pair in product.faq)


def row_of(product: Product | None) -> int | None:
    """Where a product stands in its file; None: that is not known."""
    row = product.source.rpartition(":")[2] if product is not None else ""
    return int(row) if row.isdigit() else None
