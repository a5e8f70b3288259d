"""Words with a number's character in them that assert no quantity.

Each entry is a regular expression over normalised text, without spaces. An entry that also begins
 a real quantity (十分 and 十分钟) says what may not follow. What ``scan`` knows for an article
(一个, 一款) needs no entry.
"""

from __future__ import annotations

import re

from host.quantities.words import words

_NUMBER = "零〇一二两三四五六七八九十百千万亿半点"

_CHINESE = words(
    """
    一下 一起 一样 一般 一些 一直 一定 一切 一边 一旦 一向 一致 一律 一生 一心 一路 一头 一同 一共
    一再 一来 一会儿? 一番 一度(?!电) 一流 一身 一手 一时 一面 一并 一概 一口气 一家人 一如既往
    一应俱全 一目了然 一举两得 一模一样 一来二去 一言为定 一分钱一分货 一辈子 一年四季 一年到头
    一天到晚 一整天 一日三餐 忙了?完?一天 累了?一天 每一[天周年次个口件滴颗杯位] 这一[天周年次]
    有一天 新的一天 一大早 一大半(?!价) 一块儿 一块(?=吃|用|看|聊) 一言一语 一问一答 一条龙 一站式
    一体 一次性 一步到位 一步一步 一个个 一颗颗 一件件 一口一口 一层层 一包包 一瓶瓶 一杯杯 一点点
    一点儿?(?![钟半]) 一一 有一说一 独一份 一线 一丝 一折(?=叠) 统一 唯一 之一 专一 单一
    第一(?:次|步|时间|眼|口|件事|点|遍|批|下|印象|杯|个(?:原因|好处|问题|理由|特点))
    第[二三四五](?:步|点|次|遍|个(?:原因|好处|问题|理由|特点))
    二维码 二话不说 二手 二氧化 不二 数一数二 丢三落四 接二连三
    两口子 两用 两侧 两边 两头 两手 两面 两全其美 两者 两栖
    三餐 三明治 三角(?!钱) 三文鱼 三七分 三番五次 再三 三五好友 三三两两 三思 三脚架 三伏 三氧化
    三亚 朝三暮四 四季 四周 四面 四肢 四处 四川 四通八达 四舍五入 五颜六色 五谷(?:杂粮)? 五花肉
    五香 五官 五湖四海 六神 六安 七上八下 七嘴八舌 七彩 乱七八糟 八宝(?=粥|饭) 腊八 九牛一毛 九宫格
    九江 十分(?!钟|之) 十足 十字 十全十美 初一 双一流
    星期[一二三四五六日天] 礼拜[一二三四五六日天] 周[一二三四五六日末](?!年)
    百搭 百变 百货 百姓 老百姓 百看不厌 百吃不腻 百忙 百科 百年好合 百色
    千万(?=别|不要|记得|要|注意) 千家万户 千变万化 千篇一律 千里迢迢 千金 千层 千岛湖
    万一 万万没想到 万物 万里 万能 万事 万分 万向 亿万
    半天(?=没|不|才|都) 半夜 半路 半信半疑 半点(?!钟) 大半夜 半熟 半干 半身 半袖 半截 半透明 半糖
    半包围 半自动 半成品 零食 零钱 零散 零碎 零嘴 零距离 归零 飘零 零售 零下
    """
)

_ENGLISH = words(
    r"""
    (?:this|that|which|the|no|any|every|each|some|another)\s+one(?!\s+(?:hundred|thousand))
    one\s+(?:of|more\s+thing|by\s+one|another|way|day|thing|last\s+thing|moment|at\s+a\s+time)\b
    (?:just\s+)?(?:one|a)\s+second\b second\s+(?:thought|look) (?:number|no\.?)\s+one
    one-stop one-handed one-piece one-size half-(?:hearted|baked) (?:two|three)-tone zero\s+waste
    usb-?[a-c]?\s?[23]?\.?[0-2]?(?![\d.]) 24/7
    """
)

IDIOMS = re.compile(
    rf"(?<![{_NUMBER}\d])(?:{'|'.join(sorted(_CHINESE, key=len, reverse=True))})"
    rf"|(?<![a-z\d])(?:{'|'.join(_ENGLISH)})"
)
"""Any idiom, longest first; an idiom does not begin inside a number (五万一 is no 万一)."""
