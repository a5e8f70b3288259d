"""Words that say what the number beside them is of: 原价, 还剩, 限购, was, left, off…"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from host.quantities.words import words

Side = Literal["before", "after", "either"]
Domain = Literal["money", "count", "measure", "any"]

_N = r"\s*(?:约|达|近)?\s*[¥$€£\d零一二两三四五六七八九十百千万半]"
"""A number follows."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What a word says of a number beside it."""

    labels: frozenset[str]
    """A fact agrees when it bears one of them."""
    strong: bool = True
    """False: it can stand for a cue that a fact asks for, but it contradicts nothing."""
    side: Side = "either"
    """Where it stands, seen from the number."""
    domain: Domain = "any"
    """Which numbers it may speak of; a number without a unit may be of any."""
    follow: re.Pattern[str] | None = None
    """What must come right after the word."""
    lead: re.Pattern[str] | None = None
    """What must stand right before it."""

    @property
    def options(self) -> frozenset[str]:
        """The variants that it names: they narrow what other cues ask."""
        return frozenset(label for label in self.labels if label.startswith("variant:"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue where it stands in a normalised text."""

    start: int
    end: int
    cue: Cue


def _cues(
    table: str,
    *labels: str,
    strong: bool = True,
    side: Side = "either",
    domain: Domain = "any",
    follow: str = "",
    lead: str = "",
) -> Iterable[tuple[str, Cue]]:
    after = re.compile(follow) if follow else None
    before = re.compile(f"(?:{lead})$") if lead else None
    cue = Cue(frozenset(labels), strong, side, domain, after, before)
    return [(word.replace("_", " "), cue) for word in words(table)]


_OVER = ("over:coupon", "over:shipping", "over:gift")
_GENERAL: list[tuple[str, Cue]] = [
    # Money.
    *_cues(
        "原价 吊牌 吊牌价 划线价 市场价 专柜价 日常价 标价 门店价 "
        "平时 平常 平时卖 平时要 之前卖 原来卖 原来要",
        "list",
        domain="money",
    ),
    *_cues("list_price original_price regular_price retail msrp rrp", "list", domain="money"),
    *_cues("originally regularly usually normally", "list", domain="money"),
    *_cues("down_from instead_of", "list", domain="money", side="before"),
    *_cues("was", "list", domain="money", side="before", follow=r"\s*[$€£¥\d]"),
    *_cues("到手价 到手 拿下 带走", "price", "net", domain="money"),
    *_cues("现价 售价 直播价 一口价 定价 价格 价钱 单价 直播间价 卖价", "price", domain="money"),
    *_cues("卖", "price", domain="money", side="before", follow=r"(?:你|给|到|价)?" + _N),
    *_cues("price costs cost pay sells_for yours_for priced_at", "price", domain="money"),
    *_cues(
        "券后 券后价 领券后 用券后 领完券 领了券 after_coupon with_the_coupon",
        "net",
        domain="money",
    ),
    *_cues("comes_to", "price", "net", domain="money"),
    *_cues("活动价 特价 促销价 会员价 秒杀价 sale_price offer_price", "promo", domain="money"),
    *_cues(
        "今天 今日 现在 只要 仅需 只需 只卖 才 就 直播间", "price", strong=False, domain="money"
    ),
    *_cues("today now only just for at", "price", strong=False, domain="money"),
    *_cues(
        "省 省下 省了 节省 少了 便宜了 立省 直降 便宜 优惠了 少花 差价 降了 降价",
        "saving",
        domain="money",
    ),
    *_cues("立减 减免", "saving", "coupon", domain="money"),
    *_cues("减", "saving", "coupon", domain="money", side="before", follow=_N),
    *_cues("差 差的", "saving", domain="money", side="before", follow=r"了?" + _N),
    *_cues("save saves saving savings discount less reduction", "saving", domain="money"),
    *_cues("off", "saving", "coupon", domain="money", side="after"),
    *_cues("优惠券 消费券 抵用券 券 红包 coupon voucher", "coupon", domain="money"),
    # What an order must reach: for the coupon, for free shipping, for a gift.
    *_cues("满 凑满 凑够", "over:coupon", side="before", follow=_N + r"[^，。！？；]{0,8}减"),
    *_cues(
        "满",
        "over:shipping",
        side="before",
        follow=_N + r"[^，。！？；减]{0,8}(?:包邮|免运费|免邮)",
    ),
    *_cues("满 凑满 凑够", "over:gift", side="before", follow=_N + r"[^，。！？；减]{0,8}[送赠]"),
    *_cues(
        "满 凑满 凑够",
        *_OVER,
        side="before",
        follow=_N + r"(?![^，。！？；]{0,8}(?:减|包邮|免|送|赠))",
    ),
    *_cues("over", "over:coupon", side="before", lead=r"\boff\s+(?:\w+\s+){0,2}"),
    *_cues("over", "over:shipping", side="before", lead=r"\bfree\s+(?:\w+\s+){0,3}"),
    *_cues("over", *_OVER, side="before", lead=r"^(?:(?!\boff\b|\bfree\b).)*"),
    *_cues("spend orders_of", *_OVER, side="before"),
    *_cues("运费 邮费 postage flat_rate shipping_fee", "ship"),
    # Pieces.
    *_cues("库存 还剩 只剩 仅剩 剩余 剩下 剩 余量 备货", "stock", domain="count"),
    *_cues("left remaining in_stock available", "stock", domain="count", side="after"),
    *_cues("stock", "stock", domain="count"),
    *_cues("还有 只有 现货 have", "stock", strong=False, domain="count"),
    *_cues("限购 限拍 限量 每人 每位 每个账号 每单 人手 一人", "limit", domain="count"),
    *_cues("最多", "limit", domain="count", side="before", follow=r"(?:能|可以|只能)?[拍买]?" + _N),
    *_cues(
        "limit limited_to per_customer per_person each_customer per_order", "limit", domain="count"
    ),
    *_cues("买 拍", "buy", side="before", follow=r"[^，。！？；]{0,8}[送赠得]"),
    *_cues("送 赠 加赠 再得", "give", side="before", follow=r"(?:你|您)?" + _N),
    *_cues("buy", "buy", side="before"),
    *_cues("get", "give", side="before"),
    *_cues("带 附 含 配 附带 附赠", "give", strong=False, side="before", follow=_N),
    *_cues("free", "give", strong=False),
    # Services.
    *_cues("发货 发出 送达 送到 到货 物流 快递 包邮 次日 配送 寄出", "ship"),
    *_cues("ships ship shipped shipping delivery delivered arrives dispatch", "ship"),
    *_cues("发 送货 到家 收到货", "ship", strong=False),
    *_cues("下单 拍下 order", "order", strong=False),
    *_cues("质保 保修 保固 三包 保障", "warranty", domain="measure"),
    *_cues("包换 换新 维修", "exchange", strong=False, domain="measure"),
    *_cues("warranty guarantee covered", "warranty", domain="measure"),
    *_cues("退货 退换 退换货 无理由 包退 退款 可退", "returns", domain="measure"),
    *_cues("退 可以退 能退", "returns", strong=False, domain="measure"),
    *_cues("return returns returned refund", "returns", domain="measure"),
    *_cues("客服 破损 漏液 补发 拍照 签收 坏果 质量问题", "after", strong=False),
    # Properties: a fact of another property with the same number is still untrue.
    *_cues("容量 装得下 capacity holds", "capacity", domain="measure"),
    *_cues("续航 待机 battery_life runtime", "endurance", domain="measure"),
    *_cues("重量 毛重 自重 weighs weight", "weight", domain="measure"),
    *_cues("重", "weight", domain="measure", side="before", follow=_N),
    *_cues("净含量 净重 net_weight", "net-weight", domain="measure"),
    *_cues("保质期 shelf_life best_before", "shelf-life", domain="measure"),
    *_cues("直径 口径 diameter", "diameter", domain="measure"),
    *_cues("高度 身高 height", "height", domain="measure"),
    *_cues("宽度 width", "width", domain="measure"),
    *_cues("长度 length", "length", domain="measure"),
    *_cues("厚度 thickness", "thickness", domain="measure"),
    *_cues("高 tall high", "height", side="after", domain="measure"),
    *_cues("宽 wide", "width", side="after", domain="measure"),
    *_cues("长 long", "length", side="after", domain="measure"),
    *_cues("厚 thick", "thickness", side="after", domain="measure"),
    *_cues("体重", "body-weight", domain="measure"),
    *_cues("果径", "fruit-size", "diameter", domain="measure"),
    *_cues("海拔 altitude", "altitude", domain="measure"),
    *_cues("功率 power", "power", domain="measure"),
    *_cues("电压 voltage", "voltage", domain="measure"),
    *_cues("充满 充电时间 charging_time", "charging", domain="measure"),
    *_cues("水温 洗涤 wash_temperature", "wash", domain="measure"),
    *_cues("耐温 耐热 heat_resistance", "heat", domain="measure"),
    *_cues("保温 heat_retention stays_hot", "heat-retention", domain="measure"),
    *_cues("蛋白质 protein", "protein", domain="measure"),
    *_cues("糖分 含糖 sugar", "sugar", domain="measure"),
    *_cues("脂肪 fat", "fat", domain="measure"),
    *_cues("热量 calories", "energy", domain="measure"),
    *_cues("接口 ports", "ports", domain="measure"),
    *_cues("亮度 brightness", "brightness", domain="measure"),
    *_cues("好评 好评率 复购 复购率 回购率 rated rating reviews", "reviews"),
    *_cues("销量 已售 卖了 卖出 sold", "sales"),
]

GENERIC_PROPERTIES = frozenset(
    words(
        """
        容量 重量 数量 直径 高度 宽度 长度 厚度 时间 用时 温度 功率 个数 大小 尺寸 含量
        life time weight size content temperature retention opening length width height count modes
        """
    )
)
"""Words that many specs end with; what stands before them tells one spec from another."""


class Lexicon:
    """Finds cues: the general ones and those of one product."""

    def __init__(self, own: Iterable[tuple[str, Cue]] = ()) -> None:
        table: dict[str, dict[str, list[Cue]]] = defaultdict(lambda: defaultdict(list))
        for word, cue in (*_GENERAL, *own):
            if word:
                table[word[0]][word].append(cue)
        self._table = {
            first: sorted(known.items(), key=lambda item: -len(item[0]))
            for first, known in table.items()
        }

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every cue in a normalised text; of those that overlap, the longest."""
        hits: list[Hit] = []
        at, length = 0, len(text)
        while at < length:
            known = self._table.get(text[at])
            step = 1
            if known is not None:
                for word, cues in known:
                    end = at + len(word)
                    if not text.startswith(word, at) or not _bounded(text, at, end, word):
                        continue
                    found = [cue for cue in cues if _stands(cue, text, at, end)]
                    if found:
                        hits += [Hit(at, end, cue) for cue in found]
                        step = len(word)
                        break
            at += step
        return tuple(hits)


_LEAD = 24
"""Characters before a word that its ``lead`` may look at."""


def _stands(cue: Cue, text: str, start: int, end: int) -> bool:
    """Whether what is around a word is what its cue asks for."""
    if cue.follow is not None and not cue.follow.match(text, end):
        return False
    return cue.lead is None or cue.lead.search(text[max(0, start - _LEAD) : start]) is not None


def _bounded(text: str, start: int, end: int, word: str) -> bool:
    """An English word is a whole one."""
    first, last = word[0], word[-1]
    if first.isascii() and first.isalnum() and start and _latin(text[start - 1]):
        return False
    return not (last.isascii() and last.isalnum() and end < len(text) and _latin(text[end]))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
