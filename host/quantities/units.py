"""Units, their names in Chinese and English, and what makes two of them the same."""

from __future__ import annotations

from decimal import Decimal

from host.quantities.words import words

_MEASURES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "volume": (
        ("1", ("ml", "毫升", "milliliter", "milliliters", "millilitre", "millilitres", "cc")),
        ("1000", ("l", "升", "公升", "liter", "liters", "litre", "litres")),
        ("29.5735", ("fl oz", "fluid ounce", "fluid ounces")),
        ("473.176", ("pint", "pints")),
        ("946.353", ("quart", "quarts")),
        ("3785.41", ("gallon", "gallons")),
    ),
    "weight": (
        ("0.001", ("mg", "毫克", "milligram", "milligrams")),
        ("1", ("g", "克", "gram", "grams", "gramme", "grammes")),
        ("1000", ("kg", "千克", "公斤", "kilo", "kilos", "kilogram", "kilograms")),
        ("500", ("斤",)),
        ("50", ("两",)),
        ("1000000", ("吨", "ton", "tons", "tonne", "tonnes")),
        ("28.3495", ("oz", "ounce", "ounces", "盎司")),
        ("453.592", ("lb", "lbs", "pound", "pounds", "磅")),
    ),
    "length": (
        ("0.001", ("um", "μm", "微米")),
        ("1", ("mm", "毫米", "millimeter", "millimeters", "millimetre", "millimetres")),
        (
            "10",
            ("cm", "厘米", "公分", "centimeter", "centimeters", "centimetre", "centimetres"),
        ),
        ("1000", ("m", "米", "公尺", "meter", "meters", "metre", "metres")),
        ("1000000", ("km", "公里", "千米", "kilometer", "kilometers", "kilometre", "kilometres")),
        ("25.4", ("inch", "inches", "英寸", "寸", "吋", '"')),
        ("304.8", ("ft", "foot", "feet", "英尺")),
        ("914.4", ("yard", "yards", "yd")),
    ),
    "area": (
        ("1", ("平方米", "平米", "m2", "square meters", "square metres")),
        ("666.67", ("亩",)),
    ),
    "charge": (("1", ("mah", "毫安时", "毫安")), ("1000", ("ah", "安时"))),
    "energy": (
        ("1", ("wh", "瓦时")),
        ("1000", ("kwh", "度电", "千瓦时")),
    ),
    "heat": (("1", ("kj", "千焦")), ("4.184", ("kcal", "大卡", "千卡", "卡路里", "calories"))),
    "power": (("1", ("w", "瓦", "瓦特", "watt", "watts")), ("1000", ("kw", "千瓦"))),
    "voltage": (("1", ("v", "伏", "伏特", "volt", "volts")),),
    "current": (("1", ("安", "安培", "amp", "amps")),),
    "frequency": (("1", ("hz", "赫兹")), ("1000", ("khz",)), ("1000000", ("mhz", "兆赫"))),
    "loudness": (("1", ("db", "分贝", "decibel", "decibels")),),
    "light": (("1", ("lm", "流明", "lumen", "lumens")),),
    "storage": (("1", ("mb",)), ("1024", ("gb", "g内存")), ("1048576", ("tb",))),
    "pressure": (("1", ("pa", "帕")), ("1000", ("kpa", "千帕")), ("100000", ("bar",))),
    "temperature": (("1", ("℃", "°c", "摄氏度", "度", "degrees", "degree", "celsius")),),
    "fahrenheit": (("1", ("℉", "°f", "华氏度", "fahrenheit")),),
    "seconds": (
        ("1", ("秒", "秒钟", "s", "sec", "secs", "second", "seconds")),
        ("60", ("分钟", "min", "mins", "minute", "minutes")),
        ("3600", ("小时", "钟头", "h", "hr", "hrs", "hour", "hours")),
        ("86400", ("天", "日", "day", "days")),
        ("604800", ("周", "星期", "礼拜", "week", "weeks")),
    ),
    "workdays": (("1", ("business day", "business days", "working days", "工作日")),),
    "months": (
        ("1", ("个月", "月", "month", "months", "mo")),
        ("12", ("年", "周年", "year", "years", "yr", "yrs")),
    ),
    "ratio": (("0.01", ("%", "percent", "per cent", "个百分点")), ("0.1", ("成",))),
    "times": (("1", ("倍", "times", "x", "fold")),),
    "currency:yuan": (
        ("1", ("元", "块", "块钱", "圆", "元钱", "rmb", "cny", "yuan", "人民币")),
        ("0.1", ("毛", "角", "毛钱", "角钱")),
    ),
    "currency:dollar": (
        ("1", ("dollar", "dollars", "buck", "bucks", "usd", "美元", "美金", "刀")),
        ("0.01", ("cent", "cents")),
    ),
    "currency:hkd": (("1", ("港币", "港元", "港纸", "hkd")),),
    "currency:twd": (("1", ("台币", "新台币", "twd")),),
    "currency:yen": (("1", ("日元", "日币", "yen", "jpy")),),
    "currency:other": (("1", ("韩元", "澳元", "加元", "泰铢", "卢布", "rupees", "pesos")),),
    "points": (("1", ("分", "points", "stars")),),
    "currency:euro": (("1", ("euro", "euros", "eur", "欧元")),),
    "currency:pound": (("1", ("quid", "gbp", "英镑", "pounds sterling")),),
}
"""Dimension → (factor to its base unit, names)."""

CURRENCIES: dict[str, frozenset[str]] = {
    "currency:yuan": frozenset({"CNY", "HKD", "TWD", "MOP", "JPY"}),
    "currency:hkd": frozenset({"HKD"}),
    "currency:twd": frozenset({"TWD"}),
    "currency:yen": frozenset({"JPY"}),
    "currency:dollar": frozenset({"USD", "CAD", "AUD", "SGD", "NZD", "HKD", "TWD"}),
    "currency:euro": frozenset({"EUR"}),
    "currency:pound": frozenset({"GBP"}),
}
"""Which ISO 4217 currencies a money word may stand for."""

SYMBOLS: dict[str, str] = {
    "¥": "currency:yuan",
    "$": "currency:dollar",
    "€": "currency:euro",
    "£": "currency:pound",
    "rmb": "currency:yuan",
    "cny": "currency:yuan",
    "usd": "currency:dollar",
    "us$": "currency:dollar",
}
"""Money marks that stand before the number."""

COUNTERS: frozenset[str] = frozenset(
    words(
        """
        个 件 瓶 盒 袋 包 箱 罐 桶 支 枚 颗 粒 片 块 条 根 张 双 对 套 副 只 台
        部 把 本 册 卷 份 单 杯 碗 盘 盏 口 人 位 名 款 种 样 色 档 层 格 步 次
        回 遍 道 面 股 针 头 朵 棵 株 串 扎 提 板 排 节 圈 段 挡 键 孔 芯 轴 代
        期 批 家 户 组 顿 餐 勺 滴 件套 个装 瓶装 支装 片装 袋装 包装 枚装 颗装 只装
        粒装 卷装 抽 场 句 遭 头装 罐装 盒装 条装 门 岁 寸屏 核 星 项 环 重 方 站 笔
        首 人份 人座
        """
    )
)
"""Chinese measure words."""

ENGLISH_COUNTERS: dict[str, str] = {
    plural: single
    for single in words(
        """
        piece item unit pack bottle box bag can jar set pair order customer person people
        slice layer speed mode color colour size cup mug pocket port bulb filter tablet
        capsule bar roll sheet towel candle wick serving scoop tin case tube stick pod level
        setting step reviewer owner viewer order household room shelf drawer hook
        compartment lid card strap section head blade foot-pad wheel
        """
    )
    for plural in (single, single + "s", single + "es")
}
"""English count nouns, singular or plural → singular."""

GENERIC_COUNTERS: frozenset[str] = frozenset(words("个 件 份 单 piece item unit order"))
"""Words that may count any product, whatever one piece is called."""

UNITS: dict[str, tuple[str, Decimal]] = {
    name: (dimension, Decimal(factor))
    for dimension, units in _MEASURES.items()
    for factor, names in units
    for name in names
}
"""Name in lower case → (dimension, factor to its base unit)."""


def counter_of(name: str) -> str | None:
    """The one form of a measure word, or None: "bottles" is "bottle", "瓶" is "瓶"."""
    if name in COUNTERS:
        return name
    return ENGLISH_COUNTERS.get(name)


def is_unit(name: str) -> bool:
    """Whether ``name`` is a known unit or measure word."""
    plain = name.strip().lower()
    return plain in UNITS or counter_of(plain) is not None
