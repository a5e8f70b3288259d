"""What the facts say to every fixed topic, and to a spec."""

from __future__ import annotations

import re
from collections.abc import Callable

from host.answers.money_said import coupon, discount, limit, link, price, promotion
from host.answers.numerals import measured
from host.answers.options_said import MOST_FIGURES, option_stocks, options
from host.answers.saying import UNKNOWN, Asking, Clause, Saying, join, order, quote

_REPORT_NUMBER = re.compile(r"\S*\d\S*")
"""A report's number is no fact of the product: it is not read out."""


def stock(asking: Asking) -> Saying:
    """How many are left."""
    evidence = asking.evidence
    if asking.options:
        return join(option_stocks(asking, asking.options[:MOST_FIGURES]), order(asking))
    left = evidence.one("stock")
    if left is None:
        return Saying((Clause("stock-uncounted"), Clause("stock-page")), evidence.all("name"))
    if left.value == 0:
        return Saying((Clause("stock-none"),), (left,))
    return join(Saying((Clause("stock", {"stock": asking.pieces(left)}),), (left,)), order(asking))


def shipping(asking: Asking) -> Saying:
    """Where from, how fast, what it costs."""
    return quote(asking, asking.evidence.product.shipping, "shipping")


def warranty(asking: Asking) -> Saying:
    """The warranty in the merchant's words."""
    return quote(asking, asking.evidence.product.warranty, "warranty")


def returns(asking: Asking) -> Saying:
    """The returns in the merchant's words."""
    return quote(asking, asking.evidence.product.returns, "returns")


def claims(asking: Asking) -> Saying:
    """What is proved: that there is a report, and the first claim, word for word."""
    proved = asking.evidence.product.claims
    if not proved:
        return UNKNOWN
    said = quote(asking, proved[0].text, "claim")
    kind = _REPORT_NUMBER.sub("", proved[0].evidence).strip(" ：:,，")
    return join(Saying((Clause("proved", {"kind": kind}),)), said) if kind else said


def overview(asking: Asking) -> Saying:
    """Two selling points."""
    points = asking.evidence.product.selling_points[:2]
    return join(*(quote(asking, point, "selling_point") for point in points)) if points else UNKNOWN


def spec(asking: Asking, index: int) -> Saying:
    """One measured property."""
    found = asking.evidence.product.specs[index]
    facts = asking.evidence.all(f"spec:{found.attribute}")
    fact = next(iter(facts), None)
    if fact is None:
        return UNKNOWN
    figures = measured(found.value, found.unit, asking.lang)
    said = {
        "attribute": found.attribute,
        "are": "are" if found.attribute.endswith("s") else "is",
        # A text is said as the fact has it, for the gate knows it word for word.
        "value": fact.value if isinstance(fact.value, str) else figures,
    }
    return Saying((Clause("spec", said),), facts)


FIXED: dict[str, Callable[[Asking], Saying]] = {
    "price": price,
    "discount": discount,
    "coupon": coupon,
    "promotion": promotion,
    "stock": stock,
    "options": options,
    "limit": limit,
    "link": link,
    "shipping": shipping,
    "warranty": warranty,
    "returns": returns,
    "claims": claims,
    "overview": overview,
}
"""Topic → what answers it."""
