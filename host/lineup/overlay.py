"""Prices, stock and promotions that were pushed, laid over the lineup's file.

A pushed value stands over what the file said at that time: once the file says something else for
it, the file's newer word counts. Prices that were pushed too long ago are told no more
(``Product.priced_until``).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from host.errors import ConfigError, Finding
from host.lineup.checks import product_findings
from host.lineup.records import Record
from host.lineup.row import Count, From, Money, Text, To
from host.model import Lineup, Product, Promotion, Variant

PRODUCTS = 200
"""Products that one push may name."""
PARTS = 20
"""Promotions, and options, of one product in a push."""
LONGEST = 500
"""Characters of a text."""
_PRICES = ("price", "list_price", "promotions")
"""Fields whose age counts, beside the options' prices."""


_Short = Annotated[Text, Field(max_length=LONGEST)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _iso(value: object) -> object:
    """A moment with its zone, as programs write it; every other form is the lineup's own."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            found = datetime.fromisoformat(value)
            return value if found.tzinfo is None else found
    return value


class PushedPromotion(_Part):
    """An offer, as in the lineup."""

    text: _Short
    price: Money | None = None
    valid_from: Annotated[From, BeforeValidator(_iso)] | None = None
    valid_to: Annotated[To, BeforeValidator(_iso)] | None = None


class PushedVariant(_Part):
    """What a push says of one option."""

    option: _Short
    price: Money | None = None
    stock: Count | None = None


class PushedProduct(_Part):
    """What a push says of one product; a field that is left out stays as it is."""

    sku: _Short
    price: Money | None = None
    list_price: Money | None = None
    stock: Count | None = None
    promotions: Annotated[list[PushedPromotion], Field(max_length=PARTS)] | None = None
    variants: Annotated[list[PushedVariant], Field(max_length=PARTS)] = []

    @model_validator(mode="after")
    def _says_something(self) -> PushedProduct:
        if not self.values:
            raise ValueError(f"nothing is said of {self.sku!r}")
        return self

    @property
    def values(self) -> dict[str, Any]:
        """Key → value, as JSON: "price", "stock", "variant:红色 L:price" …"""
        plain = self.model_dump(mode="json", exclude_none=True, exclude={"sku", "variants"})
        for variant in self.variants:
            own = variant.model_dump(mode="json", exclude_none=True, exclude={"option"})
            plain |= {f"variant:{variant.option}:{name}": value for name, value in own.items()}
        return plain


class Push(_Part):
    """The body of a push."""

    as_of: AwareDatetime | None = None
    """When this was true in the merchant's own system; None: as it arrives."""
    products: Annotated[list[PushedProduct], Field(min_length=1, max_length=PRODUCTS)]


class Entry(_Part):
    """One value that was pushed."""

    value: Any
    over: Any
    """What the file said then, as JSON."""
    at: AwareDatetime
    """When it was true."""


class Overlay(_Part):
    """All that was pushed: SKU → key → entry."""

    products: Mapping[str, Mapping[str, Entry]] = Field(default_factory=dict)

    def age(self, sku: str) -> datetime | None:
        """When the last push of that product was true; None: there was none."""
        return max((entry.at for entry in self.products.get(sku, {}).values()), default=None)

    def without(self, dropped: Iterable[tuple[str, str, Entry]]) -> Overlay:
        """This but for those: SKU, key and the very entry; a newer one stays."""
        products = {sku: dict(entries) for sku, entries in self.products.items()}
        for sku, key, entry in dropped:
            if products.get(sku, {}).get(key) == entry:
                del products[sku][key]
        return Overlay(products={sku: own for sku, own in products.items() if own})

    def with_push(self, push: Push, listed: Lineup, at: datetime) -> Overlay:
        """This and ``push``. ``listed``: as the file says; ``at``: when the push was true.

        Raises ConfigError for SKUs and options that the lineup has not.
        """
        products = {sku: dict(entries) for sku, entries in self.products.items()}
        findings: list[Finding] = []
        for pushed in push.products:
            product = listed.get(pushed.sku)
            if product is None:
                what = f"the lineup has no product {pushed.sku!r}"
                findings.append(Finding(what, "push the SKUs of the lineup only", column="sku"))
                continue
            options = {variant.option for variant in product.variants}
            for variant in pushed.variants:
                if variant.option not in options:
                    what = f"{pushed.sku} has no option {variant.option!r}"
                    fix = f"name one of: {', '.join(sorted(options)) or 'it has none'}"
                    findings.append(Finding(what, fix, column="variants"))
            entries = products.setdefault(pushed.sku, {})
            for key, value in pushed.values.items():
                entries[key] = Entry(value=value, over=listed_value(product, key), at=at)
        if findings:
            raise ConfigError(*findings)
        # What has left the lineup is forgotten, so that the file does not grow for ever.
        known = {product.sku for product in listed.products}
        return Overlay(products={sku: own for sku, own in products.items() if sku in known})


NOTHING = Overlay()


def read(file: Path) -> Overlay:
    """What was pushed; nothing where there is no file or an unreadable one of another version."""
    try:
        return Overlay.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return NOTHING


def overlaid(listed: Lineup, overlay: Overlay, longest: timedelta) -> Lineup:
    """The lineup as it is with what was pushed. ``longest``: for how long a pushed price counts.

    Raises ConfigError where the two contradict each other: a price above the list price.
    """
    findings: list[Finding] = []
    digest = hashlib.sha256(listed.revision.encode())
    products = []
    for product in listed.products:
        entries = {
            key: entry
            for key, entry in overlay.products.get(product.sku, {}).items()
            if entry.over == listed_value(product, key)
        }
        if entries:
            findings += contradictions(product, entries)
            product = laid_over(product, entries, longest)
            values = {key: entry.value for key, entry in sorted(entries.items())}
            digest.update(repr((product.sku, values)).encode())
        products.append(product)
    if findings:
        raise ConfigError(*findings)
    if tuple(products) == listed.products:
        return listed
    return Lineup(tuple(products), digest.hexdigest()[:16])


def contradictions(product: Product, entries: Mapping[str, Entry]) -> list[Finding]:
    """What is wrong with ``product``, as its file says it, only with ``entries`` laid over it."""
    known = {each.what for each in _findings(product)}
    return [
        replace(each, what=f"{product.sku}: {each.what}", file=None, line=None)
        for each in _findings(laid_over(product, entries, timedelta()))
        if each.what not in known
    ]


def _findings(product: Product) -> list[Finding]:
    return product_findings(Path("pushed"), Record(0, {}), product)


def laid_over(product: Product, entries: Mapping[str, Entry], longest: timedelta) -> Product:
    """The product as it is with ``entries``; ``longest``: for how long a pushed price counts."""
    changes: dict[str, Any] = {}
    for key in ("price", "list_price"):
        if key in entries:
            changes[key] = Decimal(entries[key].value)
    if "stock" in entries:
        changes["stock"] = int(entries["stock"].value)
    if "promotions" in entries:
        rows = [PushedPromotion.model_validate(one) for one in entries["promotions"].value]
        changes["promotions"] = tuple(Promotion(**row.model_dump()) for row in rows)
    changes["variants"] = tuple(_option(variant, entries) for variant in product.variants)
    counts = [variant.stock for variant in changes["variants"] if variant.stock is not None]
    counted = any(key.startswith("variant:") and key.endswith(":stock") for key in entries)
    if counted and "stock" not in entries and len(counts) == len(product.variants):
        changes["stock"] = sum(counts)  # the file's total is of the former options' stock
    priced = [entry.at for key, entry in entries.items() if is_price(key)]
    if priced:
        # Of one product all prices are told or none: the oldest of them counts.
        changes["priced_until"] = min(priced) + longest
    return replace(product, **changes)


def is_price(key: str) -> bool:
    """Whether a pushed value is money, whose age counts."""
    return key in _PRICES or (key.startswith("variant:") and key.endswith(":price"))


def _option(variant: Variant, entries: Mapping[str, Entry]) -> Variant:
    price = entries.get(f"variant:{variant.option}:price")
    stock = entries.get(f"variant:{variant.option}:stock")
    return Variant(
        variant.option,
        variant.price if price is None else Decimal(price.value),
        variant.stock if stock is None else int(stock.value),
    )


def listed_value(product: Product, key: str) -> Any:
    """What the file says, as JSON."""
    if key.startswith("variant:"):
        option, _, name = key.removeprefix("variant:").rpartition(":")
        for variant in product.variants:
            if variant.option == option:
                return _plain(getattr(variant, name))
        return "no such option"
    return _plain(getattr(product, key))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [
            {
                "text": one.text,
                "price": _plain(one.price),
                "from": one.valid_from and one.valid_from.isoformat(),
                "to": one.valid_to and one.valid_to.isoformat(),
            }
            for one in value
        ]
    return value
