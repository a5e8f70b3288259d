"""The ``{fields}`` of talk scripts: what each shows of a product, and the facts it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from host.model import Fact, Lang, Product, Promotion
from host.script.moments import spoken
from host.script.queues import texts_of

_FULL_STOP = re.compile(r"\.\s+([A-Z])")
_MARKS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A field filled for one product."""

    text: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a field is filled from."""

    product: Product
    facts: tuple[Fact, ...]
    """The product's facts that hold at ``now``."""
    turn: int
    """Counts up each time the product is spoken of; picks among points, specs, questions."""
    now: datetime
    """With time zone."""
    lang: Lang
    turns: Mapping[str, int] = field(default_factory=dict)
    """``QUEUES``' names → the turn of that kind of fact, where it is not ``turn``."""
    next_name: str = ""
    """What the product that comes next is called; empty: not known."""

    def turn_of(self, queue: str) -> int:
        """Which of several facts of a kind has its turn."""
        return self.turns.get(queue, self.turn)

    def fact(self, attribute: str) -> Fact | None:
        """The first fact of that attribute that holds."""
        return next((fact for fact in self.facts if fact.attribute == attribute), None)


def money(amount: Decimal, currency: str, lang: Lang) -> str:
    """How an amount is written in a talk track: "59.9元", "$59.90", "59 CHF"."""
    whole = amount == int(amount)
    if lang == "zh" and currency == "CNY":
        return f"{int(amount)}元" if whole else f"{amount.normalize():f}元"
    digits = f"{int(amount)}" if whole else f"{amount:.2f}"
    mark = _MARKS.get(currency)
    return f"{mark}{digits}" if mark else f"{digits} {currency}"


def _money(attribute: str) -> Callable[[Scope], Filled | None]:
    def fill(scope: Scope) -> Filled | None:
        fact = scope.fact(attribute)
        if fact is None or not isinstance(fact.value, Decimal):
            return None
        return Filled(money(fact.value, scope.product.currency, scope.lang), (fact,))

    return fill


def _plain(attribute: str) -> Callable[[Scope], Filled | None]:
    """A text, or a number in digits without its unit."""

    def fill(scope: Scope) -> Filled | None:
        fact = scope.fact(attribute)
        if fact is None:
            return None
        text = fact.value if isinstance(fact.value, str) else f"{fact.value.normalize():f}"
        return Filled(_inside(text), (fact,))

    return fill


def _turning(attribute: str) -> Callable[[Scope], Filled | None]:
    """One of several texts of an attribute, the next one each turn."""

    def fill(scope: Scope) -> Filled | None:
        texts = texts_of(scope.facts, attribute)
        if not texts:
            return None
        fact = texts[scope.turn_of(attribute) % len(texts)]
        return Filled(_inside(str(fact.value)), (fact, *_numbers(scope, fact)))

    return fill


def _numbers(scope: Scope, text: Fact) -> tuple[Fact, ...]:
    """The facts of the numbers that stand in a text."""
    return tuple(
        fact
        for fact in scope.facts
        if fact.attribute == text.attribute
        and fact is not text
        and isinstance(fact.value, Decimal)
        and f"{fact.value:f}" in str(text.value)
    )


def _inside(text: str) -> str:
    """A merchant's text inside a sentence: no full stop at its end, and lighter marks for those in
    it."""
    inner = text.strip().rstrip("。.！!；;，,").replace("。", "，")
    return _FULL_STOP.sub(lambda match: f"; {match[1].lower()}", inner)


def _name(scope: Scope) -> Filled | None:
    fact = scope.fact("name")
    return Filled(scope.product.name, (fact,) if fact else ())


def _short_name(scope: Scope) -> Filled | None:
    fact = scope.fact("short_name") or scope.fact("name")
    return Filled(scope.product.called, (fact,) if fact else ())


def _prices(scope: Scope) -> list[Fact]:
    """What the options cost, the cheapest first."""
    own = [
        fact
        for fact in scope.facts
        if fact.attribute.startswith("variant:") and fact.attribute.endswith(":price")
    ]
    return sorted(own, key=lambda fact: Decimal(fact.value))


def _one_price(scope: Scope) -> bool:
    return len({fact.value for fact in _prices(scope)}) < 2


def _price(scope: Scope) -> Filled | None:
    """The price now: the running promotion's, where one has its own; the least of the options'."""
    promoted = _money("promotion_price")(scope)
    if promoted is not None or _one_price(scope):
        return promoted or _money("price")(scope)
    least = _prices(scope)[0]
    amount = money(Decimal(least.value), scope.product.currency, scope.lang)
    return Filled(f"{amount}起" if scope.lang == "zh" else f"from {amount}", (least,))


def _saving(scope: Scope) -> Filled | None:
    if not _one_price(scope):
        return None  # it would be true of some options only
    if scope.fact("promotion_price"):
        return _money("promotion_saving")(scope)
    return _money("saving")(scope)


def _stock(scope: Scope) -> Filled | None:
    fact = scope.fact("stock")
    if fact is None or not isinstance(fact.value, Decimal) or fact.value < 2:
        return None  # "1 left" needs its own grammar in English, and 0 is not on air
    return Filled(f"{int(fact.value)}", (fact,))


def _discount(scope: Scope) -> Filled | None:
    if not _one_price(scope):
        return None
    stem = "promotion_discount" if scope.fact("promotion_price") else "discount"
    fact = scope.fact(stem if scope.lang == "zh" else f"{stem}_percent")
    if fact is None or not isinstance(fact.value, Decimal):
        return None
    digits = f"{fact.value.normalize():f}"
    return Filled(f"{digits}折" if scope.lang == "zh" else f"{digits}% off", (fact,))


def _coupon(scope: Scope) -> Filled | None:
    coupon = scope.product.coupon
    fact, least = scope.fact("coupon"), scope.fact("coupon_threshold")
    if coupon is None or fact is None:
        return None
    amount = money(coupon.amount, scope.product.currency, scope.lang)
    facts = (fact, least) if least else (fact,)
    threshold = money(coupon.threshold, scope.product.currency, scope.lang)
    if scope.lang == "zh":
        text = f"满{threshold}减{amount}" if least else f"立减{amount}"
    else:
        text = f"{amount} off orders over {threshold}" if least else f"{amount} off"
    return Filled(text, facts)


def _limit(scope: Scope) -> Filled | None:
    return _plain("purchase_limit")(scope)


def _spec_fact(scope: Scope) -> tuple[str, Fact] | None:
    specs = scope.product.specs
    if not specs:
        return None
    spec = specs[scope.turn_of("spec") % len(specs)]
    fact = scope.fact(f"spec:{spec.attribute}")
    return (spec.attribute, fact) if fact else None


def _spec_name(scope: Scope) -> Filled | None:
    found = _spec_fact(scope)
    return Filled(found[0], (found[1],)) if found else None


def _spec_value(scope: Scope) -> Filled | None:
    found = _spec_fact(scope)
    if found is None:
        return None
    spec = next(spec for spec in scope.product.specs if spec.attribute == found[0])
    space = " " if scope.lang == "en" and spec.unit not in ("", "%") else ""
    return Filled(f"{spec.value}{space}{spec.unit}", (found[1],))


def _spec(scope: Scope) -> Filled | None:
    name, value = _spec_name(scope), _spec_value(scope)
    if name is None or value is None:
        return None
    joint = "是" if scope.lang == "zh" else " is "
    return Filled(f"{name.text}{joint}{value.text}", value.facts)


def _faq(part: str) -> Callable[[Scope], Filled | None]:
    def fill(scope: Scope) -> Filled | None:
        pairs = scope.product.faq
        if not pairs:
            return None
        pair = pairs[scope.turn_of("faq") % len(pairs)]
        fact = scope.fact(f"faq:{pair.question}")
        if fact is None:
            return None
        text = pair.question.rstrip("?？ ") if part == "question" else _inside(pair.answer)
        return Filled(text, (fact, *_numbers(scope, fact)))

    return fill


def running(product: Product, now: datetime) -> Promotion | None:
    """The first promotion that holds at ``now``."""
    for promotion in product.promotions:
        begun = promotion.valid_from is None or promotion.valid_from <= now
        if begun and (promotion.valid_to is None or now < promotion.valid_to):
            return promotion
    return None


def _until(scope: Scope) -> Filled | None:
    promotion = running(scope.product, scope.now)
    fact = scope.fact("promotion_until")  # none where what was told of it is too old
    if promotion is None or promotion.valid_to is None or fact is None:
        return None
    return Filled(spoken(promotion.valid_to, scope.now, scope.lang), (fact,))


def _next_name(scope: Scope) -> Filled | None:
    return Filled(scope.next_name) if scope.next_name else None


FIELDS: dict[str, Callable[[Scope], Filled | None]] = {
    "name": _name,
    "short_name": _short_name,
    "category": _plain("category"),
    "price": _price,
    "list_price": _money("list_price"),
    "saving": _saving,
    "discount": _discount,
    "stock": _stock,
    "unit": _plain("unit"),
    "link": _plain("link"),
    "limit": _limit,
    "coupon": _coupon,
    "coupon_price": _money("coupon_price"),
    "promotion": _turning("promotion"),
    "promotion_price": _money("promotion_price"),
    "selling_point": _turning("selling_point"),
    "spec": _spec,
    "spec_name": _spec_name,
    "spec_value": _spec_value,
    "shipping": _turning("shipping"),
    "warranty": _turning("warranty"),
    "returns": _turning("returns"),
    "claim": _turning("claim"),
    "question": _faq("question"),
    "answer": _faq("answer"),
    "until": _until,
    "next_name": _next_name,
}
"""Field → how it is filled; None where the product has no such fact, and the variant is skipped."""

UNIVERSAL = frozenset({"name", "short_name", "price"})
"""Fields that every product has."""
