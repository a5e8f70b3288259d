"""The words of the report, in both languages."""

from __future__ import annotations

from host.model import Lang

BEATS: dict[str, tuple[str, str]] = {
    "opening": ("开场", "opening"),
    "hook": ("钩子", "hook"),
    "pain": ("痛点", "pain point"),
    "selling": ("卖点", "selling point"),
    "proof": ("证明", "proof"),
    "use": ("用法", "use"),
    "care": ("提醒", "care"),
    "price": ("价格", "price"),
    "action": ("行动", "call to action"),
    "interaction": ("互动", "interaction"),
    "rehook": ("新人", "re-hook"),
    "countdown": ("倒计时", "countdown"),
    "soldout": ("售罄", "sold out"),
    "arrival": ("上新", "arrival"),
    "next": ("过渡", "next"),
    "correction": ("更正", "correction"),
    "closing": ("收场", "closing"),
    "answer": ("回答观众", "answer"),
}
"""Beat → its name in zh and en."""

BARS: dict[str, tuple[str, str]] = {
    "returned": ("句子 45 分钟内重复", "Sentences back within 45 min"),
    "previous": ("和上一轮相同的 8 字串", "8-word runs of the lap before"),
    "recent": ("近十轮里有过的 8 字串", "8-word runs of the last ten laps"),
    "known": ("第二天起已有录音的分句", "Clauses of day 2 that day 1 had"),
    "rehook": ("招呼新人的间隔（中位数）", "Re-hooks apart (median)"),
    "lap": ("一轮的长度（平均）", "Length of a lap (mean)"),
}

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("{0} 的预演", "Rehearsal of {0}"),
    "from": ("{0} 开始，{1:g} 小时，种子 {2}", "from {0}, {1:g} h, seed {2}"),
    "clock": ("时间是估算的：真实语速会略有出入。", "Times are estimates of speech."),
    "lines": ("说了几句", "Lines spoken"),
    "answers": ("回答", "Answers"),
    "comments": ("评论", "Comments"),
    "laps": ("轮数", "Laps"),
    "refusals": ("被拦下", "Refused"),
    "silent": ("停顿", "Pauses"),
    "off": ("不在播", "Off air"),
    "wait": ("回答等待（中位数 / 最长）", "Wait for an answer (median / longest)"),
    "bars": ("指标", "Bars"),
    "figure": ("指标", "Figure"),
    "value": ("结果", "Result"),
    "wanted": ("要求", "Bar"),
    "met": ("达到", "ok"),
    "missed": ("没达到", "missed"),
    "short": ("太短，测不出", "too short to tell"),
    "between": ("{0} 到 {1}", "{0} to {1}"),
    "most": ("不超过 {0}", "at most {0}"),
    "least": ("不低于 {0}", "at least {0}"),
    "by_product": ("每个商品讲了几分钟", "Minutes per product"),
    "by_beat": ("每个环节讲了几分钟", "Minutes per beat"),
    "none": ("不讲商品", "no product"),
    "timeline": ("时间线", "Timeline"),
    "timeline_note": (
        "一行一小时；一块一个商品，竖线是新的一轮。",
        "An hour a row; a block a product, a mark a new lap.",
    ),
    "hour": ("第 {0} 小时", "Hour {0}"),
    "rehooks": ("招呼新人的间隔", "Re-hooks apart"),
    "rehooks_note": ("横轴：秒；浅色：要求的范围。", "Seconds; shaded: what the room asks for."),
    "lap_lengths": ("每一轮的长度", "Length of each lap"),
    "lap_note": ("横轴：轮；纵轴：分钟。", "A bar a lap, in minutes."),
    "reuse": ("每小时里已有录音的分句", "Clauses said before, by hour"),
    "reuse_note": (
        "分句会重复，声音就不用重新合成；句子不重复。",
        "Clauses come back, so that their sound is there; sentences do not.",
    ),
    "worst": ("回来得太快的句子", "Sentences that came back soonest"),
    "frequent": ("出现在最多轮里的字串", "Runs that the most laps hold"),
    "times": ("次数", "Times"),
    "in_laps": ("轮", "Laps"),
    "refused": ("被拦下和没说出口的话", "Lines that were refused or not said"),
    "refused_none": ("没有。", "None."),
    "why": ("原因", "Why"),
    "when": ("时间", "Time"),
    "text": ("内容", "Text"),
    "beat": ("环节", "Beat"),
    "product": ("商品", "Product"),
    "changes": ("改价和库存", "Changes of price and stock"),
    "what": ("改了什么", "What"),
    "asked": ("评论和回答", "Comments and answers"),
    "comment": ("评论", "Comment"),
    "viewer": ("观众", "Viewer"),
    "class": ("类别", "Class"),
    "answer": ("回答，或为什么没回答", "Answer, or why none"),
    "waited": ("等了", "Waited"),
    "dropped": ("没回答的评论，按原因", "Comments not answered, by reason"),
    "transcript": ("全文", "Everything that was said"),
    "filter": ("搜索文字", "search"),
    "all": ("全部", "all"),
    "shown": ("显示 {0} 句", "{0} lines"),
    "clipped": (
        "这里只有前 {0} 条，全部在 lines.jsonl。",
        "The first {0} are here; all are in lines.jsonl.",
    ),
    "clipped_few": ("这里只有前 {0} 条。", "The first {0} are here."),
    "cut": ("没说完：{0}", "cut: {0}"),
    "lap": ("第 {0} 轮", "lap {0}"),
    "minutes": ("{0:.0f} 分钟", "{0:.0f} min"),
    "seconds": ("{0:.1f} 秒", "{0:.1f} s"),
    "unheard": (
        "预演结束之后的评论和改动没有用上：{0} 条。",
        "Comments and changes after its end, not used: {0}.",
    ),
}

_KINDS: dict[str, tuple[str, str]] = {
    "complaint": ("投诉", "complaint"),
    "purchase": ("购买", "purchase"),
    "product": ("商品", "product"),
    "host": ("主播", "host"),
    "unknown": ("资料里没有", "not in the lineup"),
    "greeting": ("问候", "greeting"),
    "chatter": ("闲聊", "chatter"),
}

_REASONS: dict[str, str] = {
    "answered moments ago": "刚刚回答过",
    "nothing to answer in it": "没有要回答的",
    "nothing readable in it": "没有能读的字",
    "one question at a time from a viewer": "同一位观众一次一个问题",
    "too many questions wait": "排队的问题太多",
    "more urgent questions came": "有更急的问题",
    "very many ask the same": "问同一件事的太多",
    "its turn did not come in time": "没轮到就过时了",
    "its answer did not pass the gate": "回答没有通过审核",
    "kept for the shop's staff: the facts don't say": "资料里没有，留给店里同事",
    "holds contact details or asks for them": "有联系方式，或在要联系方式",
    "reads as an instruction to the machine": "像是给机器的指令",
    "abusive": "辱骂",
    "the room is off air": "不在播",
    "the rehearsal ended": "预演结束",
    "the lineup has changed": "商品信息改了",
    "the room's hours are over": "播出时段结束",
}
"""Why a comment or a line was dropped, in zh; what is not here is shown as the ledger has it."""


class Words:
    """The report's words in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._at = 0 if lang == "zh" else 1

    def __call__(self, key: str, *values: object) -> str:
        """The text ``key``, with its values in it."""
        return TEXTS[key][self._at].format(*values)

    def beat(self, name: str) -> str:
        """A beat's name; one that is not known is its own."""
        return BEATS[name][self._at] if name in BEATS else name

    def bar(self, name: str) -> str:
        """A bar's name."""
        return BARS[name][self._at]

    def reason(self, why: str) -> str:
        """Why something was dropped."""
        return _REASONS.get(why, why) if self.lang == "zh" else why

    def kind(self, name: str) -> str:
        """What the inbox calls a class of comments."""
        return _KINDS[name][self._at] if name in _KINDS else name
