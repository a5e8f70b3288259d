"""What the facts say about money and ordering: price, discount, coupon, promotion, limit, link."""

from __future__ import annotations

from host.answers.options_said import MOST_FIGURES, option_prices
from host.answers.saying import UNKNOWN, Asking, Clause, Saying, join, order


def price(asking: Asking) -> Saying:
    """What it costs now; with the options named, or those that cost something else."""
    evidence = asking.evidence
    base = evidence.one("price")
    if base is None:
        return UNKNOWN
    if asking.options:
        return join(option_prices(asking, asking.options), order(asking))
    promotion = evidence.one("promotion_price")
    if promotion is not None:
        head = Saying(
            (
                Clause("promotion-price", {"price": asking.money(promotion)}),
                Clause("own-price", {"price": asking.money(base)}),
            ),
            (promotion, base),
        )
        return join(head, order(asking))
    clauses = [Clause("price", {"price": asking.money(base)})]
    facts = [base]
    listed_price = evidence.one("list_price")
    if listed_price is not None:
        clauses.append(Clause("list", {"list": asking.money(listed_price)}))
        facts.append(listed_price)
    others = tuple(
        variant
        for variant in evidence.product.variants
        if variant.price is not None and variant.price != evidence.product.price
    )
    exceptions = option_prices(asking, others[:MOST_FIGURES]) if others else Saying(())
    return join(Saying(tuple(clauses), tuple(facts)), exceptions, order(asking))


def discount(asking: Asking) -> Saying:
    """What is off: against the list price, by a coupon, by a promotion."""
    evidence = asking.evidence
    base, before = evidence.one("price"), evidence.one("list_price")
    if base is None:
        return UNKNOWN
    parts = []
    promotion = evidence.one("promotion_price")
    current = promotion or base
    saving = evidence.one("promotion_saving" if promotion else "saving")
    if promotion or before:
        name = "promotion-price" if promotion else "price"
        parts.append(Saying((Clause(name, {"price": asking.money(current)}),), (current,)))
    if before is not None:
        parts.append(Saying((Clause("list", {"list": asking.money(before)}),), (before,)))
        if saving is not None:
            parts.append(Saying((Clause("saving", {"saving": asking.money(saving)}),), (saving,)))
    if evidence.one("coupon") is not None:
        parts.append(coupon(asking))
    if not parts:
        return Saying(
            (Clause("discount-none"), Clause("own-price", {"price": asking.money(base)})),
            (base,),
        )
    return join(*parts)


def coupon(asking: Asking) -> Saying:
    """The coupon and when it can be used."""
    evidence = asking.evidence
    amount, threshold = evidence.one("coupon"), evidence.one("coupon_threshold")
    if amount is None:
        base = evidence.one("price")
        if base is None:
            return UNKNOWN
        said = Clause("own-price", {"price": asking.money(base)})
        return Saying((Clause("coupon-none"), said), (base,))
    clauses = [Clause("coupon", {"amount": asking.money(amount)})]
    facts = [amount]
    if threshold is not None:
        clauses.append(Clause("coupon-threshold", {"threshold": asking.money(threshold)}))
        facts.append(threshold)
    else:
        clauses.append(Clause("coupon-free"))
    after = evidence.one("coupon_price")
    if after is not None and evidence.one("promotion_price") is None:
        clauses.append(Clause("coupon-price", {"price": asking.money(after)}))
        facts.append(after)
    return Saying(tuple(clauses), tuple(facts))


def promotion(asking: Asking) -> Saying:
    """The promotions that run now, in the merchant's words; else what is off anyway."""
    evidence = asking.evidence
    running = [
        offer
        for offer in evidence.product.promotions
        if any(fact.value == offer.text for fact in evidence.all("promotion"))
    ]
    if not running:
        if evidence.one("coupon") is not None:
            return coupon(asking)
        return Saying((Clause("promotion-none"),))
    first = running[0]
    said = Clause("quote", {"text": first.text})
    parts = [Saying((said,), evidence.about(first.text, "promotion"))]
    special = evidence.one("promotion_price")
    if special is not None:
        clause = Clause("promotion-price", {"it": "", "price": asking.money(special)})
        parts.append(Saying((clause,), (special,)))
    return join(*parts)


def limit(asking: Asking) -> Saying:
    """Most pieces for one buyer."""
    most = asking.evidence.one("purchase_limit")
    if most is None:
        return Saying((Clause("limit-none"),), asking.evidence.all("name"))
    said = Saying((Clause("limit", {"limit": asking.pieces(most)}),), (most,))
    return join(said, order(asking))


def link(asking: Asking) -> Saying:
    """Where to tap."""
    number = asking.evidence.one("link")
    if number is None:
        return Saying((Clause("link-unlinked"), Clause("link-how")))
    return Saying((Clause("link", {"link": str(number.value)}), Clause("link-how")), (number,))
