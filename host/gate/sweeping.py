"""What is said of all of it: no threshold, everywhere, every option: true without exception."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from host.gate.reading import Reading, violation
from host.gate.verdict import Violation
from host.model import Product
from host.quantities.scan import scan

_NO_LEAST = re.compile(
    r"(?:无|没有?|零|0)门槛|不设?限?门槛|不限金额|不用凑单?|不需要?凑单|无需凑单|任意金额|(?:不管|无论)?(?:拍|买)?多少钱?都(?:能|可以)?减"
    r"|随便(?:拍|买)多少都(?:能|可以)?减|\bno\s+minimum|\bany\s+order|\bwithout\s+a\s+minimum|\bno\s+threshold|\bany\s+amount"
)
_ONE_REACHES = re.compile(
    r"(?:一|单|1)[罐只台箱支件瓶盒袋包个](?:也|就|都|即)(?:能|可以|可)?(?:减|用券|用得上券|立减|领券)"
    r"|\b(?:one|a\s+single)\s+\w+\s+(?:already\s+)?(?:gets|qualifies|is\s+enough)"
)
_REDUCED = re.compile(r"减|券|优惠|\$?\d+\s*(?:off|dollars)|\boff\b|coupon")
_SHIPPED = re.compile(r"包邮|免邮|免运费|邮费|运费|给[您你]包|也包|\bship|\bdeliver")
_EVERYWHERE = re.compile(
    r"(?:全国(?:各地|都|统统|一律|范围内?|上下)?|全场|一律|全部|统统|通通|各地|任何地[方区]|不管(?:你|您|大家)?(?:在|人在)?(?:哪儿?里?|什么地方|多远)|(?:哪儿?里?|哪个地方|多远)都?"
    r"|偏远地?区?也?都?|(?:新疆|西藏|内蒙古?|青海|甘肃|宁夏|海南|港澳台)(?:、?(?:新疆|西藏|内蒙古?|青海|宁夏|海南))*(?:的?朋友)?(?:也|都)?)[^，。！？；不没除别]{0,4}?(?:给您?)?(?:包邮|免邮|免运费|不收运费|不要运费|包)"
    r"|包邮(?:到|至)?(?:全国|新疆|西藏|偏远)"
)
_NO_POSTAGE = re.compile(
    r"(?:不要|不收|不用(?:付|出|花)?|没有?|零|0|一分钱?)(?:你|您|大家|任何)?(?:的)?(?:运费|邮费)(?!险)|(?:运费|邮费)(?:全免|一分不收|不用(?:您|你)?(?:出|付)|我们(?:来)?(?:出|包|承担))|(?<!\d)包邮到家"
)
_EXCEPT = re.compile(
    r"除外|不包|不含|大部分|多数|部分|另算|补(?:差|邮|运)|except|exclud|most\b|contiguous"
)
_LEAST = re.compile(
    r"满|\bover\b|\babove\b|\borders?\s+of\b|[\d两二三四五六七八九十]+(?:只|件|罐|箱|支|台|瓶|盒|套|双|本)|\d+(?:元|块)(?:以上|起|就|才)"
)
_EVERY = re.compile(
    r"全码|全色|全款|全系|全部款|所有的?(?:码|颜色|款|尺码|选项)|每个?(?:码|颜色|款|尺码)|各个?(?:码|色|颜色)|任何(?:码|颜色|款)"
    r"|(?:不管|无论|不论)(?:什么|哪个|哪种|选什么|选哪个)(?:码|颜色|款|尺码)|(?:什么|哪个|哪种)(?:码|颜色|款|尺码)(?:子)?都|大码小码|同价|一个价|一样的?价|统一"
    r"|\b(?:all|every|each|any)\s+(?:the\s+)?(?:styles?|colou?rs?|options?|sizes?|versions?|one)\b|\bacross\s+the\s+board\b|\bsame\s+price\b|\ball\s+of\s+them\b"
)
_ALL_OF = re.compile(r"都(?:是|卖|只要|要|只卖)?\s*¥?$|\ball\s+(?:are\s+|cost\s+|at\s+)?[$]?$")
_ALL = re.compile(r"都|\ball\b")
_OTHERS = re.compile(r"别的|其他|其它|其余|剩下|另外|除了|\bothers?\b|\brest\b|\bexcept|\bbut\b")


_USED = re.compile(
    r"(?:拆封|拆了|拆开|开封|打开|用过|用了|洗过|洗了|穿过|吃过|剪了?吊牌|吊牌剪)(?!之?前)(?:[^。！？；不别没]{0,8}?)(?:也|都|还|照样|一样|照|给)(?:能|可以|可|给|支持)*(?:您|你)?退(?!.{0,3}[吗么？?])"
    r"|\b(?:even\s+)?after\s+(?:washing|opening|using|you.ve\s+(?:washed|opened|used))\b"
    r"|(?<!un)\b(?:opened|washed|used|worn)\b(?!.*\b(?:can.?t|cannot|not|no|never|once)\b)|\bwithout\s+(?:the|its)\s+(?:original\s+)?box\b"
)
"""Goods that are no longer as they came."""
_RETURNED = re.compile(r"退|\breturn|\bgo\s+back|\bsen[dt]\s+(?:it\s+)?back|\bsend\s+back")
_DENIED = re.compile(r"(?:不|别|没|\bnot|n.t|\bno)[^，。！？；,.!?]{0,40}$")
_UNUSED = re.compile(
    r"没拆|未拆|拆封|吊牌|不影响再次销售|不支持|unwashed|unopened|once\s+opened|original\s+box|unused"
)
"""What the terms of a return ask of them."""


def sweeping(reading: Reading) -> Iterator[Violation]:
    """Each term that is said of all, where the lineup knows an exception."""
    product, text = reading.product, reading.normal.text
    if product is None:
        return
    for match in _open_coupon(text, product):
        yield violation(reading, "unproven", *match.span(), _coupon(product))
    for match in _open_shipping(text, product):
        yield violation(reading, "unproven", *match.span(), product.shipping)
    if _RETURNED.search(text) and _UNUSED.search(product.returns.lower()):
        for match in _USED.finditer(text):
            if not _DENIED.search(text, 0, match.start()):
                yield violation(reading, "unproven", *match.span(), product.returns)
    for start, end in _one_price(text, product):
        prices = "; ".join(
            f"{each.option} {_price(product, each.price):f}" for each in product.variants
        )
        yield violation(reading, "unproven", start, end, prices)


def _open_coupon(text: str, product: Product) -> Iterator[re.Match[str]]:
    coupon = product.coupon
    least = None if coupon is None else coupon.threshold
    if not _REDUCED.search(text):
        return
    if least is None or least > 0:
        yield from _NO_LEAST.finditer(text)
    if least is None or least > product.price:
        yield from _ONE_REACHES.finditer(text)


def _coupon(product: Product) -> str:
    coupon = product.coupon
    return "" if coupon is None else f"coupon {coupon.amount:f}, from {coupon.threshold:f}"


def _open_shipping(text: str, product: Product) -> Iterator[re.Match[str]]:
    own = product.shipping.lower()
    if not own or not _SHIPPED.search(text):
        return
    limited, least = _EXCEPT.search(own), _LEAST.search(own)
    if (limited and not _EXCEPT.search(text)) or (least and not _LEAST.search(text)):
        yield from _EVERYWHERE.finditer(text)
    if (least and not _LEAST.search(text)) or not re.search("包邮|免邮|免运费|free", own):
        yield from _NO_POSTAGE.finditer(text)


def _one_price(text: str, product: Product) -> Iterator[tuple[int, int]]:
    """Amounts that are said of every option, or of all that are named, and are not."""
    prices = {each.option.lower(): _price(product, each.price) for each in product.variants}
    if len(set(prices.values())) < 2:
        return
    every = _EVERY.search(text)
    if not (every or _ALL.search(text)):
        return
    quantities = scan(text)
    if set(prices.values()) <= {v for q in quantities for r in q.readings for v in r.values}:
        return  # each price is told
    for quantity in quantities:
        amounts = {
            value
            for reading in quantity.readings
            if reading.dimension == "bare" or reading.dimension.startswith("currency")
            for value in reading.values
        }
        if not amounts & set(prices.values()):
            continue
        begin = max(text.rfind(mark, 0, quantity.start) for mark in "，。！？；;") + 1
        clause = text[begin : quantity.start]
        all_of = _ALL_OF.search(clause)
        if _OTHERS.search(text[max(0, begin - 12) : quantity.end + 16]) or not (every or all_of):
            continue
        named = {
            option: price
            for option, price in prices.items()
            if any(
                part in text[max(0, begin - 8) : quantity.end]
                for part in re.split(r"[\s,，/]+", option)
            )
        }
        full = {
            option: price
            for option, price in named.items()
            if all(part in clause for part in re.split(r"[\s,，/]+", option) if part)
        }
        meant = prices if every and not named else full or named or prices
        if set(meant.values()) - amounts:
            yield quantity.start, quantity.end


def _price(product: Product, own: Decimal | None) -> Decimal:
    return product.price if own is None else own
