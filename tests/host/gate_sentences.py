"""Sentences about every fact of a lineup, true and false, in many phrasings and notations.

What is true is worked out here from the product's cells, apart from host/facts.py and the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import cn2an

from host.model import Product
from host.quantities.words import words

Form = Callable[[Decimal], str | None]


@dataclass(frozen=True)
class Sentence:
    """A text about a product, and whether it is true of it."""

    sku: str
    text: str
    true: bool
    why: str


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _styled(digits: str) -> Form:
    table = dict(zip("0123456789", digits, strict=True))
    return lambda value: "".join(table.get(char, char) for char in plain(value))


def low(value: Decimal) -> str:
    return str(cn2an.an2cn(plain(value), "low"))


def _kuai(value: Decimal) -> str | None:
    """五十九块九."""
    whole, tenths = divmod(value * 10, 10)
    if tenths != int(tenths):
        return None
    head = low(whole)
    return f"{head}块{'' if not tenths else low(tenths)}"


def _digit_kuai(value: Decimal) -> str | None:
    whole, tenths = divmod(value * 10, 10)
    return None if tenths != int(tenths) else f"{whole}块{int(tenths) or ''}"


ZH_NUMBERS: tuple[Form, ...] = (
    plain,
    low,
    _styled("０１２３４５６７８９"),
    lambda value: str(cn2an.an2cn(plain(value), "up")) if value == int(value) else None,
    lambda value: low(value).replace("二百", "两百").replace("二千", "两千"),
    _styled("⓪①②③④⑤⑥⑦⑧⑨"),
    lambda value: "".join(f"{c}\ufe0f\u20e3" if c.isdigit() else c for c in plain(value)),
    lambda value: "\u200b".join(plain(value)),
    lambda value: " ".join(low(value)),
)
ZH_MONEY: tuple[Form, ...] = (
    *(lambda value, form=form: f"{form(value)}元" if form(value) else None for form in ZH_NUMBERS),
    _kuai,
    _digit_kuai,
    lambda value: f"¥{value:.2f}",
    lambda value: f"￥{plain(value)}",
    lambda value: f"{plain(value)}块钱",
)


def spelt(value: int) -> str:
    ones = words(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen"
    )
    tens = words("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
    if value < 20:
        return ones[value]
    if value < 100:
        return tens[value // 10] + (f"-{ones[value % 10]}" if value % 10 else "")
    if value < 1000:
        rest = f" and {spelt(value % 100)}" if value % 100 else ""
        return f"{ones[value // 100]} hundred{rest}"
    rest = f" {spelt(value % 1000)}" if value % 1000 else ""
    return f"{spelt(value // 1000)} thousand{rest}"


def _cents(value: Decimal) -> str:
    whole, part = divmod(int(value * 100), 100)
    return f"{spelt(whole)} dollars" + (f" and {spelt(part)} cents" if part else "")


EN_NUMBERS: tuple[Form, ...] = (
    plain,
    lambda value: spelt(int(value)) if value == int(value) else None,
    lambda value: f"{int(value):,}" if value == int(value) else None,
)
EN_MONEY: tuple[Form, ...] = (
    lambda value: f"${value:.2f}",
    lambda value: f"${plain(value)}",
    lambda value: f"{plain(value)} dollars",
    lambda value: f"USD {value:.2f}",
    _cents,
)

ZH = {
    "price": ("到手价{}", "现在{}", "今天只要{}", "{}就能带走", "直播间价格{}", "才{}，喜欢的拍",
              "一{unit}{}", "{}一{unit}", "{link}号链接，{}", "这款{short}，{}给到大家"),
    "list": ("原价{}", "市场价{}", "吊牌价{}", "划线价是{}", "原价呢，{}"),
    "saving": ("省{}", "比原价便宜{}", "立省{}", "少花{}", "直降{}"),
    "stock": ("还剩{}{unit}", "库存{}{unit}", "现货还有{}{unit}", "只剩{}{unit}了"),
    "limit": ("每人限购{}{unit}", "限购{}{unit}", "一个人最多拍{}{unit}"),
    "two": ("两{unit}{}", "{}两{unit}", "拍两{unit}一共{}", "两{unit}才{}"),
}  # fmt: skip
EN = {
    "price": ("It's {} today", "Now only {}", "The price is {}", "You pay {}", "Yours for {}",
              "{} a {unit}", "One {unit} is {}", "Link {link}, {}", "{} for this {short}"),
    "list": ("It was {}", "The list price is {}", "Usually {}", "Down from {}"),
    "saving": ("You save {}", "That's {} off", "{} off the list price", "A saving of {}"),
    "stock": ("{} {unit}s left", "There are {} {unit}s in stock", "Only {} {unit}s remaining"),
    "limit": ("Limit {} per customer", "The limit is {} per person", "{} {unit}s per customer"),
    "two": ("Two {unit}s for {}", "{} for two {unit}s", "Two {unit}s cost {}"),
}  # fmt: skip


def truths(product: Product) -> dict[str, set[Decimal]]:
    """What may be said under each heading, from the cells alone. The first is the heading's own."""
    promoted = {each.price for each in product.promotions if each.price is not None}
    prices = {product.price} | promoted
    prices |= {each.price for each in product.variants if each.price is not None}
    coupon = product.coupon
    net = {price - coupon.amount for price in prices if coupon and coupon.threshold <= price}
    found = {"price": prices, "two": {2 * price for price in prices}}
    if coupon:
        found["two"] |= {each - coupon.amount for each in found["two"] if each >= coupon.threshold}
    found["net"] = net
    if product.list_price is not None:
        found["list"] = {product.list_price}
        found["saving"] = {product.list_price - price for price in prices | net}
        found["saving"] |= {product.price - price for price in prices | net}
        found["saving"] |= {coupon.amount} if coupon else set()
        found["saving"] |= {high - low_ for high in prices for low_ in prices}
    stocks = {each.stock for each in product.variants if each.stock is not None}
    total = product.stock if product.stock is not None else sum(stocks)
    if total:
        counts = [each.stock or 0 for each in product.variants]
        sums = {
            sum(count for bit, count in enumerate(counts) if mask >> bit & 1)
            for mask in range(1, 1 << len(counts))
        }
        found["stock"] = {Decimal(each) for each in {total, *stocks, *sums}}
    if product.purchase_limit:
        found["limit"] = {Decimal(product.purchase_limit)}
    return found


def own(product: Product) -> dict[str, Decimal]:
    """The one value that is said under each heading."""
    found = {"price": product.price, "two": 2 * product.price}
    if product.list_price is not None:
        found["list"] = product.list_price
        found["saving"] = product.list_price - product.price
    stocks = [each.stock for each in product.variants if each.stock is not None]
    if product.stock or stocks:
        found["stock"] = Decimal(product.stock or sum(stocks))
    if product.purchase_limit:
        found["limit"] = Decimal(product.purchase_limit)
    if product.purchase_limit == 1:
        del found["two"]
    return found


def others(value: Decimal) -> Iterator[Decimal]:
    """Values that a slip or a lie would put in place of ``value``."""
    yield from (value + 1, value - 1, value * 2, value * 10, value / 2, value + 10, value - 10)
    digits = plain(value)
    if len(digits.replace(".", "")) > 1:
        yield Decimal(digits[1] + digits[0] + digits[2:] if digits[1] != "." else digits[2:])
    yield value + Decimal("0.5")


def money_sentences(product: Product, lang: str) -> Iterator[Sentence]:
    """Prices, savings, stock and limits of ``product``, each true once and false often."""
    table, money, counts = (
        (ZH, ZH_MONEY, ZH_NUMBERS) if lang == "zh" else (EN, EN_MONEY, EN_NUMBERS)
    )
    values, right = own(product), truths(product)
    wrong = {
        name: {
            each for each in others(value) if each > 1 and each == each.quantize(Decimal("0.01"))
        }
        | set(values.values())
        for name, value in values.items()
    }
    for name, value in values.items():
        forms = counts if name in ("stock", "limit") else money
        for at, template in enumerate(table[name]):
            fill = template.replace("{unit}", product.unit or "件")
            fill = fill.replace("{link}", str(product.link)).replace("{short}", product.called)
            for turn, form in enumerate(forms):
                if said := form(value):
                    yield Sentence(product.sku, fill.replace("{}", said), True, name)
                untrue = sorted(wrong[name] - right[name] - right["net"])
                if name in ("stock", "limit"):
                    untrue = [each for each in untrue if each == int(each)]
                false = untrue[(at * len(forms) + turn) % len(untrue)]
                if said := form(false):
                    yield Sentence(product.sku, fill.replace("{}", said), False, name)


SWAPPED = {
    **{"克": "公斤", "毫升": "升", "厘米": "毫米", "个月": "年", "瓦": "千瓦", "小时": "分钟"},
    **{"g": "kg", "oz": "g", "cm": "inches", "hours": "minutes", "months": "years"},
}
"""Unit → one that makes the same number false."""


def spec_sentences(product: Product, lang: str) -> Iterator[Sentence]:
    """Every spec with a number: true, another value, another spec's value, another unit."""
    zh = lang == "zh"
    numeric = [(each, Decimal(each.value)) for each in product.specs if _number(each.value)]
    for spec, value in numeric:
        glue = "" if zh else " "
        templates = ("{name}{v}", "{name}是{v}", "它的{name}有{v}") if zh else (
            "The {name} is {v}", "{v} of {name}", "It has a {name} of {v}")  # fmt: skip
        for at, template in enumerate(templates):
            for form in ZH_NUMBERS[:5] if zh else EN_NUMBERS[:2]:
                shown = form(value)
                if shown is None:
                    continue
                text = template.replace("{name}", spec.attribute)
                true = text.replace("{v}", f"{shown}{glue}{spec.unit}")
                yield Sentence(product.sku, true, True, f"spec:{spec.attribute}")
                same = {v for s, v in numeric if s.attribute == spec.attribute}
                near = [v for s, v in numeric if s.unit == spec.unit and v not in same]
                false = [*near, *(v for v in others(value) if v > 0)][at :: len(templates)]
                for other in false:
                    if other in same or (said := form(other)) is None:
                        continue
                    untrue = text.replace("{v}", f"{said}{glue}{spec.unit}")
                    yield Sentence(product.sku, untrue, False, f"spec:{spec.attribute}")
                if spec.unit in SWAPPED:
                    unit = text.replace("{v}", f"{shown}{glue}{SWAPPED[spec.unit]}")
                    yield Sentence(product.sku, unit, False, f"unit:{spec.attribute}")


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
