"""The general cues: 原价, 还剩, 限购, was, left, off…; one table, by what they speak of."""

from __future__ import annotations

from host.gate.cue import Cue
from host.gate.cue_properties import PROPERTIES
from host.gate.cue_table import NUMBER as _N
from host.gate.cue_table import cues
from host.quantities.english import ONES, TENS

_POSTED = rf"(?:了|下)?{_N}[^，。！？；]{{0,6}}(?:运费|邮费|快递费)"
"""An amount of postage follows."""
_NOT_OFF = r"^(?:(?!\boff\b|\bsav).)*"
_FREE = "(?:包邮|免运费|免邮)"
_OVER = ("over:coupon", "over:shipping", "over:gift")
_AMOUNT = (
    rf"\s+(?:about\s+|nearly\s+)?(?:[$€£¥\d]|usd|(?:{'|'.join((*ONES, *TENS, 'a hundred'))})\b)"
)
"""An amount in English follows."""
GENERAL: list[tuple[str, Cue]] = [
    # Money.
    *cues(
        "原价 吊牌 吊牌价 划线价 市场价 专柜价 标价 门店价 挂牌价 正价 官方价 "
        "本来 本来卖 以前卖 之前卖 原来卖 原来要 原来 以前 从前卖",
        "list",
        domain="money",
    ),
    *cues("平时 平常 平时卖 平时要 日常价 平日", "list", "usual", domain="money"),
    *cues(
        "list_price original_price regular_price full_price retail retails_for used_to_be msrp rrp",
        "list",
        domain="money",
    ),
    *cues("originally", "list", domain="money"),
    *cues("regularly usually normally", "list", "usual", domain="money"),
    *cues("down_from instead_of", "list", domain="money", side="before"),
    *cues("was", "list", domain="money", side="before", follow=_AMOUNT),
    *cues("到手价 到手 拿下 带走", "price", "net", domain="money"),
    *cues("现价 售价 直播价 一口价 定价 价格 价钱 单价 直播间价 卖价", "price", domain="money"),
    *cues("卖", "price", domain="money", side="before", follow=r"(?:你|给|到|价)?" + _N),
    *cues("price costs cost pay sells_for yours_for priced_at", "price", domain="money"),
    *cues(
        "券后 券后价 领券后 用券后 领完券 领完 领了券 "
        "after_coupon after_the_coupon with_the_coupon",
        "net",
        domain="money",
    ),
    *cues(
        "comes_to brings_it_to takes_it_to makes_it drops_to down_to",
        "price",
        "net",
        domain="money",
    ),
    *cues(
        "变 变成 降到 降至 减到 砍到 打到 直降到", "list", domain="money", side="after", follow=_N
    ),
    *cues(
        "变 变成 降到 降至 减到 砍到 打到 直降到 折后 折后价 优惠价",
        "price",
        domain="money",
        side="before",
        follow=_N,
    ),
    *cues("一共 总共 合计 总计 in_total altogether", "total", domain="money"),
    *cues("活动价 特价 促销价 会员价 秒杀价 sale_price offer_price", "promo", domain="money"),
    *cues("今天 今日 现在 只要 仅需 只需 只卖 才 就 直播间", "price", strong=False, domain="money"),
    *cues("today now only just for at", "price", strong=False, domain="money"),
    *cues(
        "直减 立降 减掉 减了 砍掉 砍了 让利 少付 省出 "
        "省 省下 省了 节省 少了 便宜了 立省 直降 便宜 优惠了 少花 差价 降了 降价",
        "saving",
        domain="money",
        follow=f"(?!{_POSTED})",
    ),
    *cues("省 省下 省了 节省 少付 少花 免 免了 免去", "ship", domain="money", follow=_POSTED),
    *cues("少", "saving", domain="money", side="before", follow=_N, lead="比[^，。！？；]{1,8}"),
    *cues(
        "立减 减免",
        "saving",
        "coupon",
        domain="money",
        lead=r"^(?:(?!满[^，。！？；]{1,10}$).)*",
    ),
    *cues("立减 减免", "coupon", domain="money", lead="满[^，。！？；]{1,10}"),
    *cues(
        "减",
        "saving",
        "coupon",
        domain="money",
        side="before",
        follow=_N,
        lead=r"^(?:(?!满[^，。！？；]{1,10}$).)*",
    ),
    *cues("减", "coupon", side="before", follow=_N, lead="满[^，。！？；]{1,10}"),
    *cues("差 差的", "saving", domain="money", side="before", follow=r"了?" + _N),
    *cues("贵 多付 加价 贵了 贵出", "dearer", domain="money"),
    *cues("more", "dearer", domain="money", side="after", lead=_NOT_OFF + r"(?:\d|[a-z])\s"),
    *cues("more", "dearer", domain="money", side="before", follow=r"\s+(?:by|at)"),
    *cues(
        "below_the_list_price below_list under_the_list_price under_list "
        "below_its_list_price under_its_list_price "
        "less_than_the_list_price cheaper",
        "saving",
        domain="money",
        side="after",
    ),
    *cues("in_your_pocket back_in_your", "saving", strong=False, domain="money"),
    *cues(
        "keep knocked_off knocks_off cut lower save saves saving savings discount reduction",
        "saving",
        domain="money",
    ),
    *cues("less", "saving", domain="money", side="after", lead=r"(?:\d|dollars|bucks)\s"),
    *cues("minus", "coupon", "saving", domain="money", side="before"),
    *cues("less", "saving", domain="money", follow=rf"(?!\s+than{_AMOUNT})"),
    *cues("off", "saving", "coupon", domain="money", side="after"),
    *cues("below_its_list_price under_its_list_price", "list", domain="money", side="before"),
    *cues("comes_off come_off", "saving", "coupon", domain="money", side="after"),
    *cues("优惠券 消费券 抵用券 券 红包 coupon voucher", "coupon", domain="money"),
    *cues(
        "不用券 不领券 没用券 没领券 没有用券 没有券 不需要券 不要券 无需用券 无需领券 不用领券 "
        "不用优惠券 没有领券 without_the_coupon without_a_coupon without_coupon no_coupon",
        "full",
        strong=False,
    ),
    # What an order must reach: for the coupon, for free shipping, for a gift.
    *cues("满 凑满 凑够", "over:coupon", side="before", follow=_N + r"[^，。！？；]{0,8}减"),
    *cues(
        "超过 过 过了 够 不够 没到 达到 凑到 够到",
        "over:coupon",
        side="before",
        follow=_N + r"[^，。！？；]{0,8}(?:用券|用那张券|能减|可以减|减)",
    ),
    *cues("过了 够了 不够 没到 差一点到 凑到 够", "over:coupon", strong=False, follow=_N),
    *cues(
        "拍 买 下单",
        "over:shipping",
        "one",
        side="before",
        follow=r"[一1]\w(?:就|也|都|即)[^，。！？；]{0,2}" + _FREE,
    ),
    *cues(
        "包邮 免运费 免邮",
        "over:shipping",
        "one",
        side="after",
        follow="(?!要|得|需|不|的话|就要)",
        lead=r"[一1]\w(?:就|也|都|即)?",
    ),
    *cues(
        "超过 过 够 达到 凑到",
        "over:shipping",
        side="before",
        follow=_N + r"[^，。！？；减]{0,8}(?:包邮|免运费|免邮)",
    ),
    *cues(
        "满",
        "over:shipping",
        side="before",
        follow=_N + r"[^，。！？；减]{0,8}(?:包邮|免运费|免邮)",
    ),
    *cues("满 凑满 凑够", "over:gift", side="before", follow=_N + r"[^，。！？；减]{0,8}[送赠]"),
    *cues(
        "满 凑满 凑够",
        *_OVER,
        side="before",
        follow=_N + r"(?![^，。！？；]{0,8}(?:减|包邮|免|送|赠))",
    ),
    *cues("starts_at from at", "over:shipping", side="before", lead=r"\bfree\s+shipping\s+"),
    *cues("over", "over:coupon", side="before", lead=r"\boff\s+(?:\w+\s+){0,2}"),
    *cues("over", "over:shipping", side="before", lead=r"\bfree\s+(?:\w+\s+){0,3}"),
    *cues("over", *_OVER, side="before", lead=r"^(?:(?!\boff\b|\bfree\b).)*"),
    *cues("pass passes reach reaches hit", *_OVER, side="before", follow=_AMOUNT),
    *cues("spend orders_of", *_OVER, side="before"),
    *cues("运费 邮费 postage flat_rate shipping_fee", "ship"),
    *cues("flat", "ship", side="after", domain="money"),
    *cues(
        "含运费 加上运费 加运费 连运费 算上运费 带运费 含邮费 连邮费 加邮费 连邮 "
        "with_shipping including_shipping shipping_included with_postage",
        "with-ship",
    ),
    *cues("加运费 加上运费 加邮费", "ship", follow=_N),
    *cues("makes adds_up_to", "total", domain="money", side="before"),
    # Pieces.
    *cues(
        "库存 库里 仓库 仓里 存货 还剩 只剩 仅剩 剩余 剩下 剩 余量 备货 备了",
        "stock",
        domain="count",
    ),
    *cues(
        "left remaining in_stock available on_hand ready_to_ship ready_to_go",
        "stock",
        domain="count",
        side="after",
    ),
    *cues("stock", "stock", domain="count"),
    *cues("还有 只有 现货 have got ready", "stock", strong=False, domain="count"),
    *cues("限购 限拍 限量 每人 每位 每个账号 每单 人手 一人", "limit", domain="count"),
    *cues("限", "limit", domain="count", side="before", follow=_N),
    *cues("最多", "limit", domain="count", side="before", follow=r"(?:能|可以|只能)?[拍买]?" + _N),
    *cues("limit limited_to most_you_can maximum_of at_most maximum", "limit", domain="count"),
    *cues(
        "per_customer per_person each_customer per_order per_account a_person",
        "limit",
        domain="count",
        side="after",
    ),
    *cues("买 拍", "buy", side="before", follow=r"[^，。！？；]{0,8}[送赠得]"),
    *cues("送 赠 加赠 再得", "give", side="before", follow=r"(?:你|您)?" + _N),
    *cues("buy", "buy", side="before"),
    *cues("get", "give", side="before", domain="count"),
    *cues("带 附 含 配 附带 附赠", "give", strong=False, side="before", follow=_N),
    *cues("free", "give", strong=False),
    *cues("is_free are_free", "buy", strong=False),
    *cues("with", "buy", side="before", lead=r"\bfree\s+(?:\w+\s+){1,3}"),
    # Services.
    *cues("物流 快递 包邮 shipping delivery", "ship"),
    *cues(
        "发货 发出 寄出 出库 ships ship shipped dispatch dispatched sent_out same_day", "dispatch"
    ),
    *cues("送达 送到 到货 次日 次日达 配送 签收到 delivered arrives arrive", "deliver"),
    *cues("发", "ship", "dispatch", strong=False),
    *cues("leaves", "ship", "dispatch", strong=False),
    *cues("送货 到家 收到货", "ship", "deliver", strong=False),
    *cues("路上 收到 拿到 能到 就到 久到 签收", "deliver", strong=False),
    *cues("运费险", "returns", "ship", strong=False),
    *cues("运费 邮费", "total", strong=False, side="after"),
    *cues("下单 拍下 order", "order", strong=False),
    *cues("质保 保修 保固 三包 保障", "warranty", domain="measure"),
    *cues("保", "warranty", domain="measure", side="before", follow=_N),
    *cues("包换 换新", "exchange", domain="measure"),
    *cues("维修 换", "exchange", "warranty", strong=False, domain="measure"),
    *cues("warranty guarantee covered cover", "warranty", domain="measure"),
    *cues("退货 退换 退换货 无理由 包退 退款 可退", "returns", domain="measure"),
    *cues("退 可以退 能退", "returns", strong=False, domain="measure"),
    *cues(
        "return returns returned refund go_back goes_back send_it_back sent_back "
        "change_your_mind changed_your_mind changes_your_mind",
        "returns",
        domain="measure",
    ),
    *cues("客服 破损 漏液 补发 拍照 签收 坏果 质量问题", "after", strong=False),
    *PROPERTIES,
]
