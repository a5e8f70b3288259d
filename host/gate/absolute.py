"""Words that advertising law refuses whatever the facts.

China: 广告法 Art. 9(3) and the 2023 enforcement guide (absolute words), Art. 17 (medical effects of
what is no medicine). English: the claims that ASA (UK) and FTC (US) ask objective proof of. The
list is not exhaustive, as the law's own is not; nothing here is legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from host.gate.reading import Reading, violation
from host.gate.verdict import Violation

# 最 before anything but these is a superlative of the goods.
_MODEST = "近|后|多|少(?!见)|终|初|怕|爱|烦|关心|在意|喜欢|想|担心|常|起码|不济|头疼|讨厌"

_CHINESE = (
    rf"最(?!{_MODEST})",
    r"第一(?!次|步|时间|眼|口|件事|点|遍|批|下|印象|杯|个(?:原因|好处|问题|理由|特点))",
    r"(?:国家|世界|宇宙|全球|国际|殿堂|大师|史诗|天花板)级",
    r"顶级|极品|极致|顶尖|顶配|至尊|尊享极致|登峰造极|巅峰",
    r"唯一|独一无二|绝无仅有|无与伦比|无可比拟|空前绝后|史无前例|前所未有|万里挑一",
    r"首选|首个|首家|首款|全网首发|全国首",
    r"全网(?:独家|底价|低价|都没有)|史上|历史新?低|底价|击穿价|亏本|赔本|跳楼价",
    r"(?:销量|类目|行业|品类|单品)?(?:冠军|销冠|榜首)|遥遥领先|领导品牌|领军|王牌|之王|王者",
    r"百分之?百|100%\s*(?:有效|正品|安全|纯|天然|好评|满意|见效)",
    r"绝对|永久|永远不|永不|万能|无敌|完美|秒杀一切|彻底(?:解决|告别|去除)",
    r"国家免检|驰名商标|特供|专供|人民大会堂|国宴|领导人|机关推荐|质量免检",
    r"零风险|无风险|无副作用|没有(?:任何)?副作用|稳赚|包过|必买|不买后悔",
    r"根治|治愈|治疗|疗效|药效|包治|药到病除|特效|抗癌|防癌|降血[糖压脂]|消炎|杀菌率",
    r"(?:no|top)\.?\s*1(?!\d)",
)

_ENGLISH = (
    r"(?<!all the )(?<!your )(?<!my )(?<!our )best(?! (?:before|by|with|regards|wishes|of luck|if))"
    r"(?:[\s-]+(?:sell(?:er|ers|ing)|ever))?",
    r"cheapest|lowest[\s-]+prices?|lowest\s+cost",
    r"number[\s-]+one|#\s*1(?!\d)|no\.\s*1(?!\d)|numero uno",
    r"guaranteed|100\s*%\s+(?:effective|safe|natural|pure|satisfaction|guaranteed?)",
    r"greatest|finest|perfect|flawless|ultimate|unbeatable|unrivall?ed|unmatched|unparalleled",
    r"world[\s-]class|world['’]s\s+\w+est|world['’]s\s+first|industry[\s-]leading|leading\s+brand",
    r"top[\s-](?:rated|selling|quality)|record[\s-]breaking|one\s+of\s+a\s+kind",
    r"the\s+only\s+(?:one|brand|product|way)|nothing\s+else\s+compares",
    r"the\s+first\s+(?!time|thing|step|sip|bite|wash|look|question|few|one\b|thing\b)",
    r"the\s+most\s+(?!of\b|people\b|common\b)",
    r"miracle|cures?|heals?|risk[\s-]free|no\s+side\s+effects|fda[\s-]approved|clinically\s+proven",
    r"once\s+in\s+a\s+lifetime|never\s+again|permanent(?:ly)?|forever",
    r"revolutionary|magical?\s+results",
)

_WORDS = re.compile("|".join((*_CHINESE, rf"(?<![a-z])(?:{'|'.join(_ENGLISH)})(?![a-z])")))


def absolute_words(reading: Reading) -> Iterator[Violation]:
    """Each refused word."""
    for match in _WORDS.finditer(reading.normal.text):
        yield violation(reading, "absolute-word", *match.span())
