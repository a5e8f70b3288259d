"""Words for moments that scripts need not foresee: a correction, a sell-out, the end."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from host.model import Lang
from host.script import Scripts, Variant
from host.script.checks import reach, usable
from host.script.reading import fields_of

_WORDS: dict[Lang, dict[str, tuple[str, ...]]] = {
    "zh": {
        "soldout": (
            "跟大家说一声，{short_name}已经售罄了，咱们看下一个。",
            "{short_name}刚刚卖完了，想要的朋友可以先收藏商品页面。",
        ),
        "correction": (
            "更正一下，{short_name}现在是{price}，以这个为准。",
            "更正一下，{short_name}的库存现在是{stock}，以这个为准。",
            "更正一下，{short_name}的信息刚刚更新了，请以商品页面为准。",
        ),
        "closing": (
            "今天的直播就到这里，谢谢大家的陪伴，咱们下次再见。",
            "时间差不多了，谢谢每一位来看的朋友，下次开播再聊。",
        ),
    },
    "en": {
        "soldout": (
            "A quick note, the {short_name} has just sold out, so we will move on.",
            "The {short_name} is sold out now, and you can save the page for later.",
        ),
        "correction": (
            "A correction, the {short_name} is {price} now, and that is the price that counts.",
            "A correction, we have {stock} of the {short_name} in stock now.",
            "A correction, the details of the {short_name} have just changed, and the product page"
            " has them.",
        ),
        "closing": (
            "That is all for now, thank you for watching, and see you next time.",
            "We are at the end of the show, thank you all for being here, and take care.",
        ),
    },
}

_PRICES = ("price", "promotion_price", "coupon", "coupon_price")
_PRICED = frozenset({"price", "promotion_price", "coupon_price"})
_COUNTED = frozenset({"stock"})


def completed(scripts: Scripts) -> Scripts:
    """The scripts, with plain words of our own for such moments where they have none."""
    banks = scripts.banks
    more: list[Variant] = []
    for beat, texts in _WORDS[scripts.lang].items():
        there = {
            _kind(beat, reach(one, banks)) for one in scripts.of(beat) if not _narrow(one, scripts)
        }
        own = (Variant(beat, text, fields_of(text)) for text in texts)
        more += [one for one in own if _kind(beat, frozenset(one.fields)) not in there]
    return replace(scripts, variants=(*scripts.variants, *more))


def correcting(attributes: Collection[str]) -> Callable[[frozenset[str]], bool]:
    """Which templates, by their fields, correct a change of those facts."""
    if any(name in _PRICES or name.endswith(":price") for name in attributes):
        kind = "price"
    elif any(name == "stock" or name.endswith(":stock") for name in attributes):
        kind = "stock"
    else:
        kind = "page"
    return lambda fields: _kind("correction", fields) == kind


def _kind(beat: str, fields: frozenset[str]) -> str:
    """What a template tells; of other beats than the correction all tell the same."""
    if beat != "correction":
        return beat
    return "price" if fields & _PRICED else "stock" if fields & _COUNTED else "page"


def _narrow(variant: Variant, scripts: Scripts) -> bool:
    """Whether some products or hours have no words in it."""
    counted = replace(variant, fields=tuple(set(variant.fields) - _COUNTED))
    return not usable(counted, scripts.banks)
