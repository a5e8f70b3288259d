"""What a merchant is told of an import, in both languages."""

from __future__ import annotations

from host.lineup.importing.found import Left
from host.model import Lang

_WHY: dict[str, tuple[str, str]] = {
    "total": ("合计行，不是商品", "a row of totals"),
    "off-sale": ("状态是“{0}”，不在售", "its status is {0!r}: it is not on sale"),
    "no-price": ("没有价格", "no price"),
    "no-amount": ("“{0}”不是一个明确的金额", "{0!r} is no one amount"),
    "currencies": (
        "同一个商品有两种币种：{0} 和 {1}",
        "two currencies in one product: {0} and {1}",
    ),
    "no-currency": (
        "看不出是什么币种，请写 --currency CNY（或 USD……）",
        "nothing tells the currency: give --currency USD (or another)",
    ),
    "no-count": ("库存“{0}”不是数量", "the stock {0!r} is no count"),
    "twice": ("和第 {0} 行是同一个商品", "the product of row {0} again"),
    "option-twice": ("规格“{0}”出现了两次", "the option {0!r} comes twice"),
    "lowest": (
        "各规格价格不同，商品价格取其中最低的 {0}",
        "its options cost differently: the product's price is the lowest, {0}",
    ),
    "picture-address": (
        "网络图片没有下载：请存到商品表旁边，再写文件名",
        "a picture on the web is not fetched: save it beside the lineup and name the file",
    ),
    "no-picture": ("没有这个图片文件", "there is no such picture"),
    "no-parts": ("缺少 {0}", "it has no {0}"),
    "unproved": (
        "声明没有依据：写成“声明@依据”",
        "a claim without evidence: write it as STATEMENT@EVIDENCE",
    ),
    "long": ("超过 {0} 个字，不好念", "longer than {0} characters: nobody says that in a breath"),
    "many-prices": (
        "页面上有几个不同的金额，分不清哪个是 {0}：{1}",
        "the page names several amounts that could be {0}: {1}",
    ),
    "after-coupon": (
        "只找到券后价，请核对：不领券也是这个价吗？",
        "the only price found is after a coupon: check that it holds without one",
    ),
    "refused": ("{0}——{1}", "{0} — {1}"),
    "sku-twice": ("货号和第 {0} 行的相同", "its sku is also that of row {0}"),
    "formula": ("以“=”一类的符号开头，电子表格会当公式执行", "a spreadsheet program would run it"),
    "no-cell": (
        "里面有分隔符号，.csv 和 .xlsx 的单元格写不下，请用 -o lineup.toml",
        "it holds marks that part items in a cell: use -o lineup.toml",
    ),
    "unsayable": ("主播不会说：{0}", "would not be said: {0}"),
    "no-quote": ("页面里没有它引用的原文", "its quote does not stand in the page"),
    "not-quoted": ("引用的原文里没有“{0}”", "its quote does not say {0!r}"),
    "not-whole": ("只截了半句话", "it is a part of a sentence only"),
    "otherwise": ("页面上的是“{0}”", "the page says {0!r}"),
    "other-kind": ("引用的原文说的不是 {0}", "its quote does not speak of {0}"),
    "unknown-field": ("没有 {0} 这个字段", "there is no field {0!r}"),
    "cut": ("只给语言模型看了前 {0} 个字", "the model was shown the first {0} characters only"),
    "no-answer": ("语言模型没有可用的回答：{0}", "no answer of the model that can be used: {0}"),
    "no-name": ("没有找到商品名称", "no name of the product was found"),
    "name": (
        "拿不准是什么，没有导入：--map \"{0}=字段\"",
        'not sure what it means, left out: --map "{0}=FIELD"',
    ),
    "rival": (
        "另一列也是 {1}，没有导入：--map \"{0}={1}\"",
        'another column is {1} too, left out: --map "{0}={1}"',
    ),
    "left-out": ("你选择了不导入", "you left it out"),
    "unit": (
        "看不出单位是元还是分，没有导入：--map \"{0}={1}:yuan\" 或 \"{0}={1}:fen\"",
        'nothing tells dollars from cents: --map "{0}={1}:yuan" or "{0}={1}:fen"',
    ),
    "values": (
        "名字像 {1}，内容不像，没有导入：--map \"{0}={1}\"",
        'its name is that of {1}, its values are not: --map "{0}={1}"',
    ),
}  # fmt: skip


NOTES = frozenset({"lowest", "after-coupon", "total", "off-sale"})
"""Nothing is lost that the file sells: what is to be looked at."""


def why(left: Left, lang: Lang) -> str:
    """Why it was not taken, in one sentence."""
    return _WHY[left.code][0 if lang == "zh" else 1].format(*left.args)


def told(left: Left, lang: Lang) -> str:
    """Where, what and why, in one line."""
    zh = lang == "zh"
    place = "" if left.row is None else f"第 {left.row} 行" if zh else f"row {left.row}"
    parts = [place, f"[{left.column}]" if left.column else "", _short(left.value)]
    head = " ".join(part for part in parts if part)
    mark = "：" if zh else ": "
    return f"{head}{mark if head else ''}{why(left, lang)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
