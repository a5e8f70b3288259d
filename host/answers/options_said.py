"""What the facts say of a product's options: which there are, what each costs, what is left."""

from __future__ import annotations

from host.answers.numerals import listed
from host.answers.saying import UNKNOWN, Asking, Clause, Saying, join
from host.model import Fact, Variant

MOST_OPTIONS = 6
"""Options read out at most; more than that nobody keeps in mind."""
MOST_FIGURES = 3
"""Options whose own figures are read out."""


def options(asking: Asking) -> Saying:
    """Which options there are; for those named, that there are, what they cost, what is left."""
    product = asking.evidence.product
    if not product.variants:
        return UNKNOWN
    if asking.options:
        named = asking.options[:MOST_FIGURES]
        yes = Saying((Clause("yes"),), asking.evidence.all("variant")[:1])
        if all(variant.stock == 0 for variant in asking.options):
            return option_stocks(asking, named)
        stocks = option_stocks(asking, named) if len(named) == 1 else Saying(())
        return join(yes, option_prices(asking, asking.options), stocks)
    names = [_spoken(variant) for variant in product.variants[:MOST_OPTIONS]]
    clauses = [Clause("options", {"options": listed(names, asking.lang)})]
    if len(product.variants) <= MOST_OPTIONS:
        clauses.append(Clause("options-no-other"))
    return Saying(tuple(clauses), asking.evidence.all("variant")[: len(names)])


def option_prices(asking: Asking, variants: tuple[Variant, ...]) -> Saying:
    """Each price once, with the options that cost it."""
    parts = []
    by_price: dict[str, list[tuple[Variant, Fact]]] = {}
    for variant in variants:
        fact = asking.evidence.one(f"variant:{variant.option}:price")
        if fact is not None:
            by_price.setdefault(asking.money(fact), []).append((variant, fact))
    for amount, found in list(by_price.items())[:MOST_FIGURES]:
        facts = tuple(fact for _, fact in found)
        if len(found) == 1:
            said = Clause("option-price", {"option": _spoken(found[0][0]), "price": amount})
        else:
            names = listed([_spoken(v) for v, _ in found[:MOST_OPTIONS]], asking.lang)
            said = Clause("options-price", {"options": names, "price": amount})
        parts.append(Saying((said,), facts))
    return join(*parts)


def option_stocks(asking: Asking, variants: tuple[Variant, ...]) -> Saying:
    """What is left of each option; one that is not counted says nothing."""
    parts = []
    for variant in variants:
        fact = asking.evidence.one(f"variant:{variant.option}:stock")
        if fact is None:
            continue
        name = _spoken(variant)
        if fact.value == 0:
            parts.append(Saying((Clause("option-none", {"option": name}),), (fact,)))
        else:
            said = {"option": name, "stock": asking.pieces(fact)}
            parts.append(Saying((Clause("option-stock", said),), (fact,)))
    if not parts:
        return Saying((Clause("stock-uncounted"), Clause("stock-page")))
    return join(*parts)


def _spoken(variant: Variant) -> str:
    return variant.option.replace(",", "")
