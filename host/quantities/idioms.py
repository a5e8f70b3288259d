"""Words with a number's character in them that assert no quantity.

Each entry is a regular expression over normalised text, without spaces. An entry that also begins
 a real quantity (十分 and 十分钟) says what may not follow. What ``scan`` knows for an article
(一个, 一款) needs no entry. The tables are kept by reason.
"""

from __future__ import annotations

import re

from host.quantities import life
from host.quantities.words import words

_NUMBER = "零〇一二两三四五六七八九十百千万亿半点"

_FUNCTION_WORDS = words(
    r"""
    一下 一起 一样 一般 一些 一直 一定 一切 一边 一旦 一向 一致 一律 一生 一心 一路 一头 一同
    一共 一再 一来 一会儿? 一番 一度(?!电) 一流 一身 一手 一时 一面 一并 一概 一口气 一家人 一阵
    一溜 一不(?=小心|留神|注意) 一旁 一侧 一半(?=的时候|了) 一等 一味 一连 一晃 一股脑
    一把(?=抓|塞|抱|拿|坚果) 一个劲 一码归一码 一来二去 一五一十 一对比 一分析
    一分(?=享|类|开|辨|成) 一比(?!一) 一看 一摸 一闻 一尝 一问 一点点 一点儿?(?![钟半]) 一一
    有一说一 独一份 一线 一丝 一折(?=叠) 统一 唯一 之一 专一 单一 一体 一次性
    这一[天周年次块点边头] 那一[天块点边头] 每一[天周年次个口件滴颗杯位] 有一天 新的一天 哪一天
    头一[回次遭口] 一块儿 一块(?=吃|用|看|聊|走|来|去|洗|放|分享) 再三 两者 二维码 二话不说 二手
    二氧化 不二 三氧化 千万(?=别|不|记得|要|注意|小心|留意|当心|莫|看|先|放|收|把|提前) 万一
    万万(?=没想到|不可|不能) 亿万 千万[，,]?(?=别) 百搭 百变 百货 百姓 百科 万物 万里 万能 万事
    万分 万向 十分(?!钟|之) 十足 十字 初一 半天(?=没|不|才|都|了|还|，|。|！|的时候|也) 说了?半天
    看了?半天 想了?半天 讲了?半天 等了?半天 大半天 前半天 后半天
    (?P<verb>[\u4e00-\u9fff])一(?P=verb) [看说讲走做写听用洗聊吃喝聊放]到?了?一半
    (?<![降减打砍跌])到一半(?![价折]) 多等[一两三]+天 [两三]{2}[圈勺滴](?![钱块元]) 大半[程路天]
    半程 话说一半 一半(?=是|当|放|留|给|榨|煮|切|吃|分) 另一半 切一半 切成?两半 对半 掰成?两半
    一大半(?!价) (?<!不)多半(?![年个天斤小月价折瓶罐箱支])
    半路 半点(?!钟) 半夜 大半夜 半截 半熟 半干 半身 半袖 半透明 半糖 半包围
    半自动 半成品 半挂 半干半湿 (?:吃了?|剩下?|喝了?|用了?|切开?|留)半[个颗杯只罐箱瓶支包盒]
    半[罐杯箱瓶](?=没了|下肚|就) 前半段 后半段 半年(?=前|没见) 零食 零钱 零散 零碎 零嘴 零距离
    归零 飘零 零售 零下 零零散散 零星 零件 零用 点零食 (?<!签)收十(?![\d件个罐箱只支台瓶元块天])
    十掇 十起来
    """
)
"""Adverbs, pronouns, halves of a whole that is at hand, and what only looks like a number."""

_CHENGYU = words(
    r"""
    星期[一二三四五六日天] 礼拜[一二三四五六日天] 周[一二三四五六日末](?!年) 三餐 数一数二
    一应俱全 一目了然 一举两得 一模一样 一言为定 一分钱一分货 一分价钱一分货 一辈子 一年四季
    一年到头 一天到晚 一日之计 一如既往 一言一语 一言难尽 一问一答 一条龙 一站式 一步到位
    一步一步 一个(?:接|跟|挨)着?一个 一个一个 一样一样 一件一件 一个个 一颗颗 一件件 一口一口
    一层层 一包包 一瓶瓶 一杯杯 一箱箱 一家家 一遍遍 一天天 一点一滴 一点一点 一针一线 一丝不苟
    一丝一毫 一清二楚 一干二净 一心一意 一心二用 一举一动 一手(?:一|拿|端|扶) 一老一小 一大一小
    一大早 一整天 一见钟情 一口咬 一成不变 一览无余 一尘不染 一望无际 一劳 一炮而红 一唱一和
    一来一回 一进一出 一高一低 一冷一热 一深一浅 一黑一白 一唠 一句话 一番话 一席话 一家老小
    一大家子 一日三餐 三餐四季 两餐之间 一箭双雕 一石二鸟 一回生二回熟 百闻不如一见 二八月
    独一无二 略知一二 说一不二 接二连三 丢三落四 颠三倒四 朝三暮四 不三不四 低三下四 推三阻四
    隔三差五 隔三岔五 三天两头 三番五次 三番两次 三言两语 三两句话? 三下五除二 三心二意
    三步并作?[两二]步 三五成群 三五好友 三五个?(?:好友|朋友|闺蜜|知己) 三三两两 三思 三更半夜
    三更 三头六臂 三顾 三令五申 三生 三长两短 三点一线 三姑六婆 三教九流 三六九等 三个女人一台戏
    举一反三 约法三章 事不过三 三明治 三角(?!钱) 三文鱼 三七分 三脚架 三伏天? 三九天 三八节 三亚
    三两只 三两[个口下件天] 三两步 三五[个只件口遍下回次天](?=朋友|好友|人|再|后|就|也|泡|，|。)
    四季 四周(?!年) 四面八方 四面 四肢 四处 四川 四通八达 四舍五入 四平八稳 四海 四邻 四季度
    四方形? 五颜六色 五谷(?:杂粮)? 五花肉 五花八门 五香 五官 五湖四海 五味 五脏 五彩 五光十色
    五大三粗 过五关斩六将 五金 六神 六安 七上八下 七嘴八舌 七手八脚 七零八落 七拼八凑 七七八八
    七大姑八大姨 七扭八歪 横七竖八 杂七杂八 乱七八糟 七彩 七夕 八宝(?=粥|饭) 八角 腊八 八卦 八仙
    八方 八成(?=是|会|要|也|就|没) 八九不离十 八竿子 胡说八道 九牛一毛 九宫格 九九归一 九江 九霄
    十有八九 十之八九 十拿九稳 十全十美 十指 十万火急 十万八千里 双一流 五十步笑百步 半斤八两
    半信半疑 半推半就 事半功倍 一知半解 半夜三更 百看不厌 百吃不腻 百穿不厌 百忙 百年好合 百色
    百花 百感 百分(?!之|百|\\d) 老百姓 千家万户 千变万化 千篇一律 千里迢迢 千里 千金 千层 千岛湖
    千丝万缕 千挑万选 千辛万苦 千言万语 千头万绪 各有千秋 成千上万的?(?=灯|话) 说一千道一万
    千叮万嘱 万事俱备 万水千山 万家灯火 万紫千红 包罗万象 瞬息万变 变化万千 以防万一 挂一漏万
    二十四节气 二十四孝 十二生肖 十二星座 十二月令 九十九步 新老三样 老三样 老几样 三好 三围 三观
    两口子 老两口 小两口 两用 两侧 两边 两头 两手 两面 两全其美 两栖 两难 两不误 两不耽误 两码事
    两回事 两样 两下子 两清 三下两下 两耳 两眼 两三[口下句步](?!价) 十天半个?月(?=也|都|的|就|没)
    十天半拉月 过不了[两几]天 没几天 两三[天](?=的?(?:短途|出差|旅行|行程))
    (?:出差|旅行|短途|露营)[两三]*两三天 双十一刚过 双十二刚过 过完双十[一二]
    双十[一二]过(?:去|完)了
    """
)
"""Set phrases: what they say is no number."""

_TALK = words(
    r"""
    (?:等|给|容)我[一两二三几\\d十半]+个?(?:秒钟?|分钟)(?!后|内|以内|充|发|就)
    (?:稍等|歇|缓|喘)(?:一口气|[一两二三几十\\d]+(?:秒钟?|分钟))
    (?:占|耽误|占用|用)(?:大家|各位|您|你们?)[一两二三几十\\d]+(?:秒钟?|分钟)
    (?:辛苦|忙|累|坐|站|跑|奔波|折腾|忙活|忙碌|上班|逛)了?(?:整整|完|上)?[一半大]*[一半]天
    (?:周末|双休)[一两]天 上了[一两三四五六五七]天(?:班|课|学)
    [一两三四五六五]天(?:的)?(?:工作日|班)(?=上?过?完|过)
    一天(?=下来|的(?:工作|疲|忙|奔|班|课|心情|开始)|到晚|结束|过去)
    (?:早上?|上午|中午|下午|傍晚|晚上|夜里|半夜|凌晨)[一二两三四五六七八九十\\d]+点[钟半多整]?(?=嘴|泡|起|饿|困|犯困|想|来一|喝|吃|洗|睡|还在|加班|下班|的时候|左右?(?:犯|嘴|饿))
    [一二两三四五六七八九十]点钟?以后的(?:航班|车|飞机|高铁) 一家[三四五六]口人? 一家子
    [两三四五六]口之家 [我你咱他]们[俩仨] [我你他]俩 咱俩 夫妻俩 爷俩 娘俩 姐妹俩 兄弟俩 哥俩
    母女俩 父子俩 [两三四五六]个人(?=围|分|一起|坐|喝|聊|住|都|凑)
    [两三四五]个(?:孩子|娃|宝宝|闺蜜|室友|舍友|同事|朋友)(?=分|一起|抢|围|都|凑|家)
    第[一二三四五六七八九十\\d]+(?:次|步|时间|眼|口|件事|点(?!\\d)|遍|下|印象|杯|颗|(?:个|条)(?:原因|好处|问题|理由|特点|细节|关键)|感觉|反应|回)
    第一(?:批|段|样|句|天|周) 第一个?链接(?=先)
    """
)
"""What the host says of the talk itself, of the day, of people, and what comes first and next."""

_ENGLISH = words(
    r"""
    an?\s+(?:word|minute|moment|thing|tip|line|question|sip|bite|second|page|chapter|cup|look)\s+or\s+two\b
    (?:this|that|which|the|no|any|every|each|some|another)\s+one(?!\s+(?:hundred|thousand))
    one\s+day(?=\s+(?:you|i|at))\b
    one\s+(?:of|more\s+thing|by\s+one|another|way|thing|last\s+thing|moment|at\s+a\s+time|question|bite|sip|look|hand|word)\b
    (?:just\s+)?(?:one|a)\s+second\b second\s+(?:thought|look|nature|cup|helping|wash)
    (?:number|no\.?)\s+one(?:\s+question)? one-stop one-handed one-piece one-size
    half-(?:hearted|baked) (?:two|three)-tone
    (?:give\s+(?:me|it)|wait|hold\s+on|take)\s+(?:just\s+)?(?:a|one|two|three|ten|\d+)\s+(?:seconds?|minutes?)\b
    (?:one|two|three|five)\s+(?:seconds?|minutes?)\s+and\s+i.ll
    two\s+(?:pages|chapters|sips|bites|people|friends|cents)\b
    half\s+(?:asleep|awake|full|empty|the\s+time|the\s+fun|the\s+battle|the\s+morning|the\s+day|an\s+eye|past\s+\w+)\b
    one\s+on\s+the\b(?=.{0,30}\bone\s+on\s+the\b) (?<=and\s)one\s+on\s+the zero\s+waste
    one-on-one (?:the\s+two|you\s+two|us\s+two|both)\s+of\s+(?:you|us|them)
    back\s+to\s+square\s+one nine\s+to\s+five seven\s+days\s+a\s+week six\s+of\s+one
    on\s+all\s+fours second\s+to\s+none\s+of ten\s+out\s+of\s+ten\s+for\s+effort
    usb-?[a-c]?\s?[23]?\.?[0-2]?(?![\d.]) 24/7
    """
)

_CHINESE = (*_CHENGYU, *_TALK, *_FUNCTION_WORDS, *life.CHINESE)
IDIOMS = re.compile(
    rf"(?<![{_NUMBER}\d])(?:{'|'.join(sorted(_CHINESE, key=len, reverse=True))})"
    rf"|(?<![a-z\d])(?:{'|'.join((*_ENGLISH, *life.ENGLISH))})"
)
"""Any idiom, longest first; an idiom does not begin inside a number (五万一 is no 万一)."""
