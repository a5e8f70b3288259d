"""What is sold, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Value = Decimal | str
"""A fact's value: a number, or a text where the fact is no number."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One option of a product that can be bought."""

    option: str
    """What the buyer picks: "红色 L", "500 ml"."""
    price: Decimal | None = None
    """Own price in the product's currency; None: the product's price."""
    stock: int | None = None
    """Pieces left of this option; None: not counted."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One measured property."""

    attribute: str
    """"容量", "battery"."""
    value: str
    """The value as the merchant wrote it, without its unit."""
    unit: str = ""
    """"mAh", "ml", "年"; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Faq:
    """A question viewers ask and the merchant's own answer to it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that needs evidence before it may be said."""

    text: str
    """The statement, word for word."""
    evidence: str
    """What proves it: a report's number, a certificate."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A reduction that the buyer collects."""

    amount: Decimal
    """What it takes off, in the product's currency."""
    threshold: Decimal = Decimal(0)
    """Least order value, in the product's currency; 0: none."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """An offer with a beginning and an end."""

    text: str
    """"买二送一", as the merchant wrote it."""
    price: Decimal | None = None
    """Price while it runs, in the product's currency; None: the price stays."""
    valid_from: datetime | None = None
    """First moment it holds, with time zone; None: already."""
    valid_to: datetime | None = None
    """First moment it holds no more, with time zone; None: until withdrawn."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the lineup (a SKU)."""

    sku: str
    """The merchant's own key; unique in the lineup."""
    name: str
    """Full name, as on the product page."""
    price: Decimal
    """Selling price in ``currency``, > 0."""
    link: int | None = None
    """Number of the link in the room's basket ("3号链接"), from 1."""
    short_name: str = ""
    """What a host calls it in passing; empty: ``name``."""
    category: str = ""
    list_price: Decimal | None = None
    """Price before reduction in ``currency``, >= ``price``."""
    currency: str = "CNY"
    """ISO 4217."""
    stock: int | None = None
    """Pieces left; None: not counted. 0 is sold out."""
    unit: str = ""
    """What one piece is called: "瓶", "盒", "pack"."""
    variants: tuple[Variant, ...] = ()
    selling_points: tuple[str, ...] = ()
    specs: tuple[Spec, ...] = ()
    shipping: str = ""
    """Where from, how fast, what it costs, in the merchant's words."""
    warranty: str = ""
    returns: str = ""
    coupon: Coupon | None = None
    purchase_limit: int | None = None
    """Most pieces one buyer may order, from 1; None: no limit."""
    faq: tuple[Faq, ...] = ()
    images: tuple[str, ...] = ()
    """Absolute paths of picture files; the first is shown on the card."""
    claims: tuple[Claim, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    valid_from: datetime | None = None
    """First moment the product may be sold, with time zone; None: already."""
    valid_to: datetime | None = None
    """First moment it may be sold no more, with time zone; None: open."""
    priced_until: datetime | None = None
    """First moment its prices and offers may be told no more, because they were pushed too long
    ago, with time zone; None: open."""
    priority: int = 1
    """How often it comes on beside the others, 1 to 5: 2 is twice as often as 1."""
    margin: Decimal | None = None
    """What the merchant keeps of the price, 0 to 1; None: not told. Never said: it is no fact."""
    source: str = ""
    """Where the row came from: "lineup.csv:7"."""

    @property
    def called(self) -> str:
        """What the host calls it in passing."""
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class Lineup:
    """Everything on sale in a room, in the merchant's order."""

    products: tuple[Product, ...]
    revision: str
    """Hash of what was read; card and voice must name the same one."""

    def get(self, sku: str) -> Product | None:
        """The product of that SKU, or None."""
        return next((product for product in self.products if product.sku == sku), None)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that may be said of one product."""

    sku: str
    attribute: str
    """"price", "list_price", "stock", "spec:容量", "variant:红色 L:price", "selling_point" …"""
    value: Value
    unit: str = ""
    """"CNY", "件", "mAh"; empty where there is none."""
    source: str = ""
    """Where it stands: "lineup.csv:7 [price]"."""
    valid_from: datetime | None = None
    """First moment it holds, with time zone; None: already."""
    valid_to: datetime | None = None
    """First moment it holds no more, with time zone; None: open."""

    def holds_at(self, moment: datetime) -> bool:
        """Whether the fact is true at ``moment`` (with time zone)."""
        started = self.valid_from is None or self.valid_from <= moment
        return started and (self.valid_to is None or moment < self.valid_to)
