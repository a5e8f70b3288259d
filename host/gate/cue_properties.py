"""The cues of what a product is: 容量, 保质期, capacity, weighs; one table."""

from __future__ import annotations

from host.gate.cue import Cue
from host.gate.cue_table import NUMBER as _N
from host.gate.cue_table import cues

PROPERTIES: list[tuple[str, Cue]] = [
    # Properties: a fact of another property with the same number is still untrue.
    *cues("容量 装得下 capacity holds", "capacity", domain="measure"),
    *cues(
        "续航 待机 battery_life runtime on_a_charge on_one_charge per_charge",
        "endurance",
        domain="measure",
    ),
    *cues("毛重 gross_weight", "gross-weight", domain="measure"),
    *cues("重量 自重 weighs weight", "weight", domain="measure"),
    *cues(
        "款式 选项 选择 options styles choices versions", "options", domain="count", side="after"
    ),
    *cues("款", "options", domain="count", side="after", lead=r"[\d一二两三四五六七八九十]个"),
    *cues("上限 封顶", "limit", domain="count"),
    *cues("领券 用券", "net", "coupon", domain="money", side="before", follow=_N),
    *cues("颜色 色 colors colours", "colors", domain="count", side="after"),
    *cues("尺码 码数 码 sizes", "sizes", domain="count", side="after"),
    *cues("重", "weight", domain="measure", side="before", follow=_N),
    *cues("净含量 净重 net_weight", "net-weight", domain="measure"),
    *cues("保质期 shelf_life best_before", "shelf-life", domain="measure"),
    *cues("直径 口径 diameter", "diameter", domain="measure"),
    *cues("高度 身高 height", "height", domain="measure"),
    *cues("宽度 width", "width", domain="measure"),
    *cues("长度 length", "length", domain="measure"),
    *cues("厚度 thickness", "thickness", domain="measure"),
    *cues("高 tall high", "height", side="after", domain="measure"),
    *cues("宽 wide", "width", side="after", domain="measure"),
    *cues("wide", "opening", side="after", domain="measure", lead=r"\bopens\b[^,.;]*"),
    *cues("opens opening", "opening", domain="measure"),
    *cues("长 long", "length", side="after", domain="measure"),
    *cues("厚 thick", "thickness", side="after", domain="measure"),
    *cues("体重", "body-weight", domain="measure"),
    *cues("果径", "fruit-size", "diameter", domain="measure"),
    *cues("海拔 高海拔 altitude", "altitude", domain="measure"),
    *cues("功率 power", "power", domain="measure"),
    *cues("电压 voltage", "voltage", domain="measure"),
    *cues(
        "充满 充电时间 charging_time charges charge to_charge recharge",
        "charging",
        domain="measure",
    ),
    *cues("水温 洗涤 wash_temperature", "wash", domain="measure"),
    *cues("耐温 耐热 heat_resistance", "heat", domain="measure"),
    *cues("保温 heat_retention stays_hot", "heat-retention", domain="measure"),
    *cues("蛋白质 protein", "protein", domain="measure"),
    *cues("糖分 含糖 sugar", "sugar", domain="measure"),
    *cues("脂肪 fat", "fat", domain="measure"),
    *cues("热量 calories", "energy", domain="measure"),
    *cues("接口 ports", "ports", domain="measure"),
    *cues("亮度 brightness", "brightness", domain="measure"),
    *cues("好评 好评率 复购 复购率 回购率 rated rating reviews", "reviews"),
    *cues("销量 已售 卖了 卖出 sold", "sales"),
]
