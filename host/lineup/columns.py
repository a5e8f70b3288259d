"""The names a column may bear, Chinese and English, and the nearest one to a misspelt name."""

from __future__ import annotations

import difflib
import re
import unicodedata

PRODUCT: dict[str, tuple[str, ...]] = {
    "sku": ("sku", "货号", "商品编码", "商品编号", "编码", "编号", "item no", "product id"),
    "link": ("link", "链接", "链接号", "链接编号", "几号链接", "link no", "link number"),
    "name": ("name", "名称", "商品名称", "商品名", "品名", "标题", "title", "product name"),
    "short_name": ("short name", "简称", "短名", "口播名", "nickname"),
    "category": ("category", "类目", "分类", "品类", "类别"),
    "price": ("price", "价格", "售价", "现价", "直播价", "到手价", "selling price"),
    "list_price": ("list price", "原价", "划线价", "吊牌价", "市场价", "msrp", "rrp", "was"),
    "currency": ("currency", "币种", "货币"),
    "stock": ("stock", "库存", "库存数量", "余量", "inventory", "quantity"),
    "unit": ("unit", "单位", "计量单位", "销售单位"),
    "variants": ("variants", "规格选项", "款式", "款式选项", "颜色尺码", "options"),
    "selling_points": ("selling points", "卖点", "产品卖点", "商品卖点", "highlights", "features"),
    "specs": ("specs", "参数", "规格", "规格参数", "产品参数", "商品参数", "specifications"),
    "shipping": ("shipping", "发货", "物流", "配送", "运费", "快递", "delivery"),
    "warranty": ("warranty", "质保", "保修", "售后", "guarantee"),
    "returns": ("returns", "退换", "退换货", "退货", "退货政策", "return policy"),
    "coupon": ("coupon", "优惠券", "券", "voucher"),
    "purchase_limit": ("purchase limit", "限购", "每人限购", "限购数量", "limit"),
    "faq": ("faq", "常见问题", "问答", "问与答", "q&a"),
    "images": ("images", "图片", "主图", "商品图", "商品图片", "image", "pictures", "picture"),
    "claims": ("claims", "声明", "功效声明", "宣称", "claim"),
    "promotions": ("promotions", "活动", "促销", "优惠活动", "promotion"),
    "priority": ("priority", "优先级", "权重", "weight"),
    "margin": ("margin", "毛利", "毛利率", "利润率"),
    "valid_from": ("valid from", "开售时间", "上架时间", "生效时间", "开始时间", "on sale from"),
    "valid_to": ("valid to", "停售时间", "下架时间", "失效时间", "结束时间", "on sale to"),
}
"""Fields of ``host.model.Product`` and the column names that mean them."""

NESTED: dict[str, dict[str, tuple[str, ...]]] = {
    "variants": {
        "option": ("option", "选项", "款式", "name", "名称"),
        "price": ("price", "价格"),
        "stock": ("stock", "库存"),
    },
    "specs": {
        "attribute": ("attribute", "属性", "参数", "name", "名称"),
        "value": ("value", "值", "数值"),
        "unit": ("unit", "单位"),
    },
    "faq": {"question": ("question", "问", "问题", "q"), "answer": ("answer", "答", "回答", "a")},
    "coupon": {
        "amount": ("amount", "面额", "减", "立减"),
        "threshold": ("threshold", "门槛", "满"),
    },
    "claims": {"text": ("text", "声明", "内容"), "evidence": ("evidence", "依据", "证据")},
    "promotions": {
        "text": ("text", "活动", "内容"),
        "price": ("price", "价格", "活动价"),
        "valid_from": ("valid from", "from", "开始", "开始时间"),
        "valid_to": ("valid to", "to", "结束", "结束时间"),
    },
}
"""Keys of the tables inside a product of a .toml lineup."""


def _plain(name: str) -> str:
    """A name without case, spaces, marks and what stands in brackets: "价格（元）" is "价格"."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\([^)]*\)|\[[^]]*\]|[\s_\-*#.:]", "", folded)


def _index(names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_plain(alias): field for field, aliases in names.items() for alias in aliases}


_PRODUCT = _index(PRODUCT)
_NESTED = {table: _index(names) for table, names in NESTED.items()}


def field_of(name: str, table: str | None = None) -> str | None:
    """The field that a column or key means; None when it means none.

    ``table``: the field of the product whose keys are asked for; None: the product's own.
    """
    return (_PRODUCT if table is None else _NESTED[table]).get(_plain(name))


def suggestion(name: str, table: str | None = None) -> str:
    """How to mend an unknown name: the nearest known one, or what there is."""
    names = PRODUCT if table is None else NESTED[table]
    known = [alias for aliases in names.values() for alias in aliases]
    near = difflib.get_close_matches(name.strip().casefold(), known, n=1, cutoff=0.5)
    if near:
        return f"did you mean {near[0]!r}? Rename it or remove it"
    return "remove it, or use one of: " + ", ".join(alias[0] for alias in names.values())
