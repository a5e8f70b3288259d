"""What is not let in: abuse, bait for contacts, and instructions to the machine.

Small lists on purpose: generic sensitive-word lists refuse 5–6 % of ordinary product phrases
(docs/comments.md). Comments are data and never reach a prompt, so the last list protects nobody
from a machine; it keeps such texts off the screen.
"""

from __future__ import annotations

import re

from host.plain import plain, squeezed

_ABUSE_ZH = (
    "傻逼", "傻b", "煞笔", "沙比", "傻叉", "操你", "草你妈", "草泥马", "艹你", "日你", "干你娘",
    "你妈死", "尼玛", "他妈的(?!确|生日|礼物|手)", "去死(?!海)", "狗东西", "狗娘养", "王八蛋",
    "贱人", "婊子", "脑残", "弱智", "智障(?!碍)", "滚蛋", "滚出去", "畜生", "人渣", "nmsl", "cnm",
    "约炮", "裸聊", "卖淫", "六合彩", "博彩", "菠菜网", "赌场", "代开发票", "刷单",
)  # fmt: skip
_ABUSE_EN = (
    "fuck", "motherfuck", "shit", "bullshit", "bitch", "asshole", "bastard", "cunt", "dickhead",
    "whore", "slut", "nigger", "faggot", "retard", "porn", "kys",
)  # fmt: skip
_LEET = str.maketrans("013457@$!", "oieastasi")

_BAIT = (
    r"(?:加|➕|\+|私|扫|联系|找|添加|搜)(?:一下)?(?:我|你|个|下)?的?"
    r"(?:微信|薇信|威信|胃信|[微薇威]我|v信|vx|wx|wechat|weixin|q群|qq|扣扣|企鹅号|飞机|电报|"
    r"telegram|whatsapp)",
    r"(?:微信|薇信|威信|v信|vx|wx|weixin|wechat)号?(?:码)?是?[a-z]*\d{3,}",
    r"(?:加|➕|\+)v(?![a-uw-z领字型])",
    r"(?:qq|扣扣)(?:群|号)?\d{5,}",
    r"1[3-9]\d{9}",
    r"(?:whatsapp|telegram|textme|callme)(?:me|at|on)?\+?\d{5,}",
    r"(?:add|contact|dm|message|text)me(?:on|at|via)(?:whatsapp|telegram|line|wechat|instagram|ig)",
)
_INJECTION = (
    r"(?:忽略|无视|忘记|忘掉|不要管|别管|覆盖|跳过)(?:掉|了)?(?:你|我|以上|上面|之前|前面|先前|所有|一切|全部|"
    r"刚才|系统|的)*(?:指令|指示|提示|设定|规则|命令|内容|要求|限制|话|对话)",
    r"忽略以上|忽略上面|忽略之前",
    r"(?:从现在起|从现在开始|现在开始|现在)?你(?:现在)?(?:就)?是(?:一个|一只|一名)?(?:开发者模式|猫娘|不受限制|没有限制|"
    r"程序员|dan|chatgpt|管理员)",
    r"(?:扮演|假装你是|假装成|角色扮演|进入开发者模式|开发者模式|越狱模式)",
    r"(?:系统提示词|系统提示|提示词|系统指令|systemprompt|initialprompt)",
    r"(?:跟我|照我|重复)(?:说(?!话)|念|读|我说的|以下|下面|这句话)|(?:念出|读出|大声说|复述)(?:来|这|以下|下面|:)?",
    r"(?:把|将)(?:价格|售价|单价)(?:改|调|设)(?:成|为|到)",
    r"(?:ignore|disregard|forget|override|bypass)(?:all|any|the|your|my|of|every)*"
    r"(?:previous|prior|above|earlier|preceding|system|safety|instruction|prompt|rule)",
    r"(?:youarenow|(?:^|now|must|please|will)actas(?:a|if|my)|pretendtobe|pretendyou|roleplayas|developermode|jailbreak|"
    r"dananything|doanythingnow)",
    r"(?:repeatafterme|saythefollowing|sayexactly|readthisaloud|readthisoutloud|repeatthewords|"
    r"repeateverything|repeatthis)",
    r"(?:newinstructions|revealyour|printyour|showmeyourprompt|yourinstructions|endofprompt)",
    r"imstart|imend|endoftext|begininstruction",
    r"(?:change|set)theprice(?:to|at)",
)
_MARKUP = re.compile(r"<\|.{0,40}\|>|\[/?inst\]|^\s*(?:system|assistant)\s*:|<\s*script|\{\{|\$\{")

_bait = re.compile("|".join(_BAIT))
_injection = re.compile("|".join(_INJECTION))
_abuse_zh = re.compile("|".join(_ABUSE_ZH))
_abuse_en = re.compile(
    "|".join(rf"\b{word}|\b{gap.join(word)}\b" for word in _ABUSE_EN for gap in (r"[\W_]+",))
)
_stars = re.compile(r"\b(?:f[*_.\-]+c?k|f\*\*\*|s[*_]+t\b|b[*_]+ch|c[*_]+nt\b)")
# Legitimate words that hold a listed one.
_INNOCENT = re.compile(r"shii?take|retardant")


def refusal(text: str) -> str | None:
    """Why ``text`` is not let in, for a person to read; None: it is.

    Matching happens on the plain form and with all separators taken out, so that width, case,
    traditional characters, spaces, emoji and invisible characters between do not hide a word.
    """
    line = _INNOCENT.sub(" ", plain(text))
    tight = squeezed(line)
    latin = line.translate(_LEET)
    if _MARKUP.search(line) or _injection.search(tight):
        return "reads as an instruction to the machine"
    if _bait.search(tight) or _bait.search(line.replace(" ", "")):
        return "holds contact details or asks for them"
    if _abuse_zh.search(tight) or _abuse_en.search(latin) or _stars.search(line):
        return "abusive"
    return None
