"""What a product must be made of: each field's type, range, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError

from host.lineup import cells
from host.quantities.hanzi import hanzi_value

CHINA = timezone(timedelta(hours=8), "UTC+8")
"""China has one time and no summer time, so no time-zone database is needed."""


DIGITS, PLACES = 12, 20
"""Before the point, and behind it: more is no price or count, and costs minutes to reckon with."""
HEAVIEST = 5
"""Highest priority of a product."""


def wrong(what: str, fix: str) -> PydanticCustomError:
    """The error that ``load`` turns into a Finding of the same words."""
    return PydanticCustomError("lineup", "{what}", {"what": what, "fix": fix})


def _text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise wrong(f"{_shown(value)} is no text", 'write a text, in .toml inside "…"')
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    if "\0" in text:
        raise wrong(f"{_shown(text)} holds a NUL character", "write the text again")
    return text


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _digits(value: str) -> str:
    """What to write instead of a number in Hanzi: "五十九元" → " (59)"."""
    found = hanzi_value(value.strip().removesuffix("元").removesuffix("块"))
    return f" ({found})" if found is not None else ""


def _decimal(value: object, parse: Callable[[str], Decimal | None], example: str) -> Decimal:
    plain = value if isinstance(value, str) else str(value)
    found = None if isinstance(value, bool) else parse(plain)
    if found is None:
        raise wrong(f"{_shown(value)} is no number", f"write digits{_digits(plain)}, {example}")
    if found.adjusted() >= DIGITS or int(found.as_tuple().exponent) < -PLACES:
        raise wrong(f"{_shown(value)} has too many digits", f"write fewer, {example}")
    return found


def _money(value: object) -> Decimal:
    found = _decimal(value, cells.money, "such as 59 or 59.90")
    if found <= 0:
        raise wrong(f"{_shown(value)} is not above 0", "write the amount, such as 59 or 59.90")
    if found != round(found, 2):
        raise wrong(f"{_shown(value)} has more than two decimals", "round it to cents")
    return found


def _threshold(value: object) -> Decimal:
    return Decimal(0) if str(value).strip() in {"0", "0.0", "无"} else _money(value)


def _whole(least: int) -> Callable[[object], int]:
    def whole(value: object) -> int:
        found = _decimal(value, cells.number, "a whole number such as 120")
        if found != int(found) or found < least:
            raise wrong(
                f"{_shown(value)} is no whole number of at least {least}",
                f"write a whole number, {least} or more",
            )
        return int(found)

    return whole


def _weight(value: object) -> int:
    found = _whole(1)(value)
    if found > HEAVIEST:
        raise wrong(f"{_shown(value)} is above {HEAVIEST}", f"write 1 to {HEAVIEST}")
    return found


def _share(value: object) -> Decimal:
    """A share as 0.35 or 35%."""
    plain = str(value).strip()
    percent = plain.endswith(("%", "％"))
    found = _decimal(plain.rstrip("%％"), cells.number, "such as 35% or 0.35")
    found = found / 100 if percent else found
    if not 0 <= found <= 1:
        raise wrong(f"{_shown(value)} is no share", "write it as 35% or 0.35")
    return found


def _moment(end: bool) -> Callable[[object, ValidationInfo], datetime]:
    def moment(value: object, info: ValidationInfo) -> datetime:
        zone: tzinfo = (info.context or {}).get("tz", CHINA)
        found = cells.moment(value, zone, end=end) if isinstance(value, (str, date)) else None
        if found is None:
            form = "write it as 2026-11-11 or 2026-11-11 20:00, or leave it empty for none"
            raise wrong(f"{_shown(value)} is no date that can be reckoned with", form)
        return found

    return moment


def _listed(
    split: Callable[[str], list[str]], parse: Callable[[str], object]
) -> Callable[[object], object]:
    """A cell's text split and parsed; a .toml list as it is, its texts parsed."""

    def listed(value: object) -> object:
        if isinstance(value, str):
            value = split(value)
        if isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            raise wrong(f"{_shown(value)} is no list", "write a list, in .toml inside […]")
        return [parse(item) if isinstance(item, str) else item for item in value]

    return listed


def _same(text: str) -> str:
    return text


def _coupon(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return cells.coupon(value) if isinstance(value, str) else value


def _currency(value: object) -> str:
    plain = {"元": "CNY", "人民币": "CNY", "RMB": "CNY", "美元": "USD"}.get(
        str(value).strip().upper(), str(value).strip().upper()
    )
    if len(plain) != 3 or not (plain.isascii() and plain.isalpha()):
        raise wrong(f"{_shown(value)} is no currency", "write its ISO code: CNY, USD, EUR…")
    return plain


Text = Annotated[str, BeforeValidator(_text)]
Money = Annotated[Decimal, BeforeValidator(_money)]
Threshold = Annotated[Decimal, BeforeValidator(_threshold)]
Count = Annotated[int, BeforeValidator(_whole(0))]
Ordinal = Annotated[int, BeforeValidator(_whole(1))]
Weight = Annotated[int, BeforeValidator(_weight)]
Share = Annotated[Decimal, BeforeValidator(_share)]
From = Annotated[datetime, BeforeValidator(_moment(end=False))]
To = Annotated[datetime, BeforeValidator(_moment(end=True))]
Currency = Annotated[str, BeforeValidator(_currency)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VariantRow(_Part):
    option: Text
    price: Money | None = None
    stock: Count | None = None


class SpecRow(_Part):
    attribute: Text
    value: Text
    unit: Text = ""


class FaqRow(_Part):
    question: Text
    answer: Text


class ClaimRow(_Part):
    text: Text
    evidence: Text


class CouponRow(_Part):
    amount: Money
    threshold: Threshold = Decimal(0)


class PromotionRow(_Part):
    text: Text
    price: Money | None = None
    valid_from: From | None = None
    valid_to: To | None = None


class ProductRow(_Part):
    """One product as a merchant gives it; fields as in ``host.model.Product``."""

    sku: Text
    name: Text
    price: Money
    link: Ordinal | None = None
    short_name: Text = ""
    category: Text = ""
    list_price: Money | None = None
    currency: Currency = "CNY"
    stock: Count | None = None
    unit: Text = ""
    variants: Annotated[list[VariantRow], BeforeValidator(_listed(cells.items, cells.variant))] = []
    selling_points: Annotated[list[Text], BeforeValidator(_listed(cells.items, _same))] = []
    specs: Annotated[list[SpecRow], BeforeValidator(_listed(cells.items, cells.spec))] = []
    shipping: Text = ""
    warranty: Text = ""
    returns: Text = ""
    coupon: Annotated[CouponRow, BeforeValidator(_coupon)] | None = None
    purchase_limit: Ordinal | None = None
    faq: Annotated[list[FaqRow], BeforeValidator(_listed(cells.paragraphs, cells.faq))] = []
    images: Annotated[list[Text], BeforeValidator(_listed(cells.items, _same))] = []
    claims: Annotated[list[ClaimRow], BeforeValidator(_listed(cells.paragraphs, cells.claim))] = []
    promotions: Annotated[
        list[PromotionRow], BeforeValidator(_listed(cells.paragraphs, cells.promotion))
    ] = []
    priority: Weight = 1
    margin: Share | None = None
    valid_from: From | None = None
    valid_to: To | None = None


def context(tz: tzinfo) -> dict[str, Any]:
    """What the validators need to know: the zone of dates written without one."""
    return {"tz": tz}


FORMS: dict[str, str] = {
    "variants": "write 红色 L@59#120 (option, @own price, #own stock), split by ；",
    "specs": "write 容量=500 ml, split by ；",
    "faq": "write 问题?答案, split by |",
    "claims": "write the statement@its evidence, split by |; a claim without evidence is not said",
    "coupon": "write 满99减10, 10 off 50, or the amount alone",
    "promotions": "write 特价@49[2026-11-01~2026-11-12], split by |",
}
"""How a field with parts is written."""
