"""The gate's findings in the language of the text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from host.model import Fact, Lang

_WHY: dict[Lang, dict[str, str]] = {
    "zh": {
        "unknown-sku": "商品表里没有“{}”这个商品",
        "no-product": "“{}”：这句话不属于任何商品，不能带数字",
        "unknown-number": "“{}”不是这个商品的任何一条信息",
        "wrong-attribute": "“{}”这个数有，但说的不是这一项",
        "wrong-unit": "“{}”的单位和商品信息不一致",
        "not-now": "“{}”这条信息在播出的时候不在有效期内",
        "absolute-word": "“{}”是广告法不允许的绝对化用语",
        "banned-word": "“{}”是广告法不允许的用语",
        "unproven": "“{}”要有依据才能说，商品表里没有",
        "urgency": "“{}”说得急，但商品表里的库存或活动不支持",
        "platform": "“{}”是推流平台不允许的说法",
    },
    "en": {
        "unknown-sku": "the lineup has no product {!r}",
        "no-product": "{!r}: a text that is of no product may hold no number",
        "unknown-number": "{!r} is no fact of this product",
        "wrong-attribute": "{!r} is a fact of this product, but of another attribute",
        "wrong-unit": "{!r} has another unit than the product's fact",
        "not-now": "{!r} does not hold at the time it would air",
        "absolute-word": "{!r} is an absolute claim that advertising law refuses",
        "banned-word": "advertising law refuses {!r}",
        "unproven": "{!r} needs evidence, and the lineup has none",
        "urgency": "{!r} presses, but neither stock nor promotion in the lineup bears it out",
        "platform": "a platform of this room refuses {!r}",
    },
}
_SHOWN = 3
"""Facts that a suggestion names at most."""


class Messages:
    """Findings in one language."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def why(self, kind: str, span: str) -> str:
        """One sentence on ``span``."""
        return _WHY[self._lang][kind].format(span)

    def origin(self) -> str:
        """What to do about a place that the lineup does not name."""
        zh = "把产地、发货地写进商品表，或不提地名"
        return zh if self._lang == "zh" else "put the origin into the lineup, or name no place"

    def stay(self) -> str:
        """What to do about luring viewers away."""
        if self._lang == "zh":
            return "请观众在直播间里下单、找平台上的店铺客服"
        return "ask viewers to order and to write to customer service here"

    def rival(self) -> str:
        """What to do about another platform's name."""
        return "不提别的平台" if self._lang == "zh" else "name no other platform"

    def refused_by(self, platform: str, span: str, checked: str) -> str:
        """One sentence on what one platform refuses."""
        if self._lang == "zh":
            return f"“{span}”是{platform}不允许的说法（{checked} 查证）"
        return f"{platform} refuses {span!r} (as checked on {checked})"

    def suggestion(self, facts: Sequence[Fact]) -> str:
        """The facts that would be true instead, as "list_price 89 CNY"."""
        shown = []
        for fact in facts[:_SHOWN]:
            value = f"{fact.value:f}" if isinstance(fact.value, Decimal) else fact.value
            shown.append(f"{fact.attribute} {value} {fact.unit}".strip())
        return "; ".join(shown)
