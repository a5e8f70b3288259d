"""How much a column's values look like those of a field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from host.lineup import cells
from host.lineup.importing.headers import GROUP, OPTION, STATUS, VARIANT_SKU
from host.lineup.importing.money import amount, digits

_CODE = re.compile(r"[\w\-./+#]{1,64}")
_PICTURE = re.compile(
    r"(?:https?:)?//\S+|[^\s;；|]+\.(?:jpe?g|png|webp|gif|bmp)(?:\?\S*)?", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W\d_]")
_STATUS = re.compile(
    r"active|draft|archived|inactive|true|false|yes|no|[01]|在售|上架|下架|已上架|已下架|仓库中?|"
    r"销售中|出售中|审核.*|售罄|草稿|封禁|删除|是|否",
    re.IGNORECASE,
)
SAMPLE = 200
"""Values of a column that are looked at."""


def _share(text: str) -> bool:
    found = cells.number(text.rstrip("%％"))
    return found is not None and 0 <= found <= (100 if text[-1:] in "%％" else 1)


def _name(text: str) -> bool:
    return bool(_LETTERS.search(text)) and not _PICTURE.fullmatch(text)


_FITS: dict[str, Callable[[str], bool]] = {
    "sku": lambda text: bool(_CODE.fullmatch(text)),
    GROUP: lambda text: bool(_CODE.fullmatch(text)),
    VARIANT_SKU: lambda text: bool(_CODE.fullmatch(text)),
    "link": lambda text: text.isdecimal() and 0 < int(text) <= 999,
    "name": _name,
    "price": lambda text: amount(text) is not None,
    "list_price": lambda text: amount(text) is not None,
    "currency": lambda text: len(text) <= 4,
    "stock": lambda text: _whole(text),
    "purchase_limit": lambda text: _whole(text),
    "priority": lambda text: text in {"1", "2", "3", "4", "5"},
    "margin": _share,
    "images": lambda text: all(_PICTURE.fullmatch(part) for part in cells.items(text)),
    STATUS: lambda text: bool(_STATUS.fullmatch(text)),
    OPTION: lambda text: len(text) <= 60,
    "unit": lambda text: len(text) <= 8 and bool(_LETTERS.search(text)),
    "specs": lambda text: bool(re.search(r"[=＝：:]", text)),
    "faq": lambda text: bool(re.search(r"[?？]", text)),
    "claims": lambda text: bool(re.search(r"[@＠]", text)),
}


def _whole(text: str) -> bool:
    value = digits(text.removesuffix("件").strip().lstrip("-"))
    return value is not None and value == value.to_integral_value()


def fit(target: str, values: Sequence[str]) -> float:
    """Share of ``values`` (none empty) that can be a ``target``, 0 to 1; 1 where any text can.

    A key that comes back in a column that should hold each once counts half.
    """
    check = _FITS.get(target)
    if check is None or not values:
        return 1.0
    sample = values[:SAMPLE]
    share = sum(check(value) for value in sample) / len(sample)
    return share


def money_like(values: Sequence[str]) -> bool:
    """Whether the values tell by themselves that they are prices: a mark, or cents."""
    sample = [amount(value) for value in values[:SAMPLE]]
    found = [each for each in sample if each is not None]
    return len(found) >= 0.9 * len(sample) > 0 and sum(each.marked for each in found) > 0


def picture_like(values: Sequence[str]) -> bool:
    """Whether the values tell by themselves that they are pictures."""
    return bool(values) and fit("images", values) > 0.9
