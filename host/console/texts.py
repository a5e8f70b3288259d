"""Every word of the page, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from host.model import Lang

LANGUAGES: Final[Mapping[Lang, Literal["zh-CN", "en-US"]]] = {"zh": "zh-CN", "en": "en-US"}
"""NiceGUI's names for them."""

_TABLE: Final[Mapping[str, tuple[str, str]]] = {
    # key: (zh, en)
    "title": ("直播控制台", "Control room"),
    "other-language": ("English", "中文"),
    "light-starting": ("正在连接", "CONNECTING"),
    "light-off": ("未在直播", "OFF AIR"),
    "light-onair": ("直播中", "ON AIR"),
    "light-standby": ("备播画面", "STAND-BY"),
    "light-hold": ("已切备播", "HOLD"),
    "revision": ("商品资料 {0} · {1} 起", "Lineup {0} since {1}"),
    "uptime": ("已播", "On air for"),
    "gone-onair": (
        "播出进程不在：正在重启，平台会自动重连。",
        "The on-air process is away: it is being restarted and reconnects to the platforms.",
    ),
    "gone-supervisor": (
        "总控进程不在：播出备播画面；几秒内不恢复，直播就会有序结束。",
        "The supervisor is away: the stand-by clip is on air, and unless it is back within "
        "seconds the broadcast ends in good order.",
    ),
    "gone-media": (
        "画面进程不在：直播由备播画面继续，正在重启。",
        "The media process is away: the show goes on air from the stand-by clip; restarting.",
    ),
    "gone-studio": (
        "编排进程不在：手头的话讲完后由备播画面继续，正在重启。",
        "The studio process is away: when its lines are said, the stand-by clip goes on air; "
        "restarting.",
    ),
    "gone-voice": (
        "配音进程不在：换用下一个声音，正在重启。",
        "The voice process is away: the next voice takes over; restarting.",
    ),
    "gone-programme": (
        "节目还没有准备好：正在播备播画面。",
        "The programme is not ready: the stand-by clip is on air.",
    ),
    "ending": ("正在结束直播…", "Ending the broadcast…"),
    "ended": ("直播已结束，可以关闭本页。", "The broadcast has ended. You may close this page."),
    "end-failed": (
        "直播没有结束：进程没有响应。请在运行 livehost 的终端按 Ctrl+C。",
        "The broadcast has not ended: no process answered. Press Ctrl+C where livehost runs.",
    ),
    "player-waiting": ("正在等待画面…", "Waiting for the picture…"),
    "player-unsupported": (
        "这个浏览器不能播放预览，请用新版 Chrome、Edge、Firefox 或 Safari。",
        "This browser cannot play the preview: use a current Chrome, Edge, Firefox or Safari.",
    ),
    "player-full": (
        "看预览的页面太多，请关掉几个。",
        "Too many pages show the preview: close some.",
    ),
    "player-sound-on": ("打开声音", "Sound on"),
    "player-sound-off": ("静音", "Mute"),
    "player-delay": ("延迟 {0} 秒", "{0} s behind"),
    "preview": ("直播画面预览", "Preview of the stream"),
    "hold": ("切到备播", "Cut to stand-by"),
    "hold-hint": (
        "一按即切：画面和声音马上换成备播片",
        "Picture and sound go to the stand-by clip at once",
    ),
    "release": ("恢复节目", "Back to the programme"),
    "release-hint": (
        "正在播备播片，再按一次恢复",
        "The stand-by clip is on air; press to come back",
    ),
    "hold-away": (
        "播出进程不在，它一恢复就会执行。",
        "The on-air process is away; it will be told as soon as it is back.",
    ),
    "end": ("结束直播", "End the broadcast"),
    "end-ask": ("要结束直播吗？", "End the broadcast?"),
    "end-explain": (
        "所有推流都会断开，观众会看到直播结束。",
        "All destinations are disconnected; viewers see the show end.",
    ),
    "end-yes": ("结束直播", "End it"),
    "end-no": ("继续直播", "Stay on air"),
    "now": ("正在讲", "Being said"),
    "now-nothing": ("现在没有在讲话", "Nothing is being said"),
    "now-held": ("备播片在播，节目没有播出", "The stand-by clip is on air, the programme is not"),
    "answering": ("回答", "Answering"),
    "next": ("接下来", "Next"),
    "next-nothing": ("暂无", "Nothing yet"),
    "beat-opening": ("开场", "Opening"),
    "beat-pain": ("痛点", "Pain point"),
    "beat-selling": ("卖点", "Selling point"),
    "beat-proof": ("证明", "Proof"),
    "beat-price": ("价格", "Price"),
    "beat-action": ("行动", "Call to action"),
    "beat-interaction": ("互动", "Interaction"),
    "beat-answer": ("回答", "Answer"),
    "beat-hook": ("钩子", "Hook"),
    "beat-use": ("用法", "Use"),
    "beat-care": ("提醒", "Care"),
    "beat-rehook": ("新人", "Newcomers"),
    "beat-countdown": ("倒计时", "Countdown"),
    "beat-soldout": ("售罄", "Sold out"),
    "beat-arrival": ("上新", "New product"),
    "beat-next": ("过渡", "Next up"),
    "beat-correction": ("更正", "Correction"),
    "beat-closing": ("收场", "Closing"),
    "destinations": ("推流", "Destinations"),
    "destinations-none": (
        "没有推流目标：只在本页预览",
        "No destination: the show is previewed here only",
    ),
    "destinations-unknown": (
        "播出进程不在，状态未知",
        "Not known while the on-air process is away",
    ),
    "push-connected": ("已连接", "Connected"),
    "push-refused": ("平台拒绝", "Refused"),
    "push-waiting": ("重连中", "Reconnecting"),
    "key-change": ("换推流码", "New key"),
    "key-title": ("{0}：换推流码", "New key for {0}"),
    "key-explain": (
        "贴上新的推流地址，或只贴推流码（服务器不变）。直播不中断；地址不会被保存或显示。",
        "Paste the new address, or the key alone (the server stays). The show goes on; the "
        "address is neither kept nor shown.",
    ),
    "key-label": ("推流地址或推流码", "Address or stream key"),
    "key-send": ("更换", "Change"),
    "key-close": ("关闭", "Close"),
    "key-asking": ("正在更换…", "Changing…"),
    "key-away": (
        "总控没有回应：没有更换，稍后再试。",
        "The supervisor does not answer: nothing was changed; try again in a moment.",
    ),
    "restarts": ("重连 {0} 次", "reconnects: {0}"),
    "dropped-video": ("丢 {0} 帧", "frames left out: {0}"),
    "encoder": ("编码 {0} 毫秒/帧", "Encoding {0} ms a frame"),
    "late": ("缺节目 {0} 帧", "frames without programme: {0}"),
    "comments": ("评论与回答", "Comments and answers"),
    "comments-none": ("还没有评论", "No comments yet"),
    "status-queued": ("排队", "Queued"),
    "status-answering": ("正在回答", "Answering"),
    "status-answered": ("已回答", "Answered"),
    "status-dropped": ("未答", "Not answered"),
    "unknown": ("资料里没有", "Not in the facts"),
    "questions": ("资料答不了的问题", "Questions the facts do not answer"),
    "questions-hint": (
        "写进商品表的常见问题，下次就能回答。",
        "Write them into the lineup's FAQ, and they are answered next time.",
    ),
    "events": ("记录", "Log"),
    "events-none": ("一切正常", "All is well"),
    "stage-onair": ("播出", "on air"),
    "stage-media": ("画面", "media"),
    "stage-studio": ("编排", "studio"),
    "stage-voice": ("配音", "voice"),
    "stage-console": ("控制台", "console"),
    "stage-supervisor": ("总控", "supervisor"),
    "stage-pusher": ("推流", "destination"),
    "what-lost": ("断开", "lost"),
    "what-connected": ("已连接", "connected"),
    "what-rejected": ("平台拒绝", "refused"),
    "what-rotated": ("按计划重连", "renewed as planned"),
    "what-renewed": ("换了推流地址", "another address"),
    "what-key-wanted": ("需要新推流码", "wants a new key"),
    "what-key-unchanged": ("推流码来源没有换新", "same key given again"),
    "what-key-unavailable": ("拿不到推流码", "no key given"),
    "what-address-given": ("贴了新推流地址", "address given"),
    "what-key-renewed": ("换了推流码", "fresh key"),
    "what-restarted": ("已重启", "restarted"),
    "what-hold": ("按下红色按钮", "red button pressed"),
    "what-release": ("松开红色按钮", "red button released"),
    "what-programme": ("播出节目", "programme on air"),
    "what-held": ("停在末帧", "last picture held"),
    "what-stand-by": ("播出备播画面", "stand-by clip on air"),
    "what-standby-unreadable": ("备播片读不了", "stand-by clip unreadable"),
    "what-late": ("来不及", "late"),
    "what-revised": ("商品资料已更新", "lineup revised"),
    "what-edit-refused": ("改动有误，仍用上一版", "edit refused, the last good one stays"),
    "what-edit-mended": ("改动已修好", "edit mended"),
    "what-talk-refused": ("话术里有不能播的话", "talk that is not said"),
    "what-push-dropped": ("推送的值不再采用", "pushed value dropped"),
    "what-price-aged": ("推送的价格已过期", "pushed price too old"),
    "what-corrected": ("口播更正", "corrected aloud"),
    "what-not-corrected": ("没有口播更正", "not corrected"),
    "what-line-refused": ("这句没有播", "line refused"),
    "what-voice-fallback": ("换了声音", "voice fall-back"),
    "try": ("发一条测试评论，如：多少钱？", "Test comment: How much is it?"),
    "try-send": ("发送", "Send"),
    "try-user": ("测试观众", "Test viewer"),
    "try-queued": ("已收到，正在准备回答", "Received; an answer is being prepared"),
    "try-dropped": ("没有收下：{0}", "Not taken: {0}"),
    "try-away": (
        "评论入口没有响应，稍后再试（{0}）",
        "The comments port does not answer; try again ({0})",
    ),
    "reconnecting": (
        "控制台正在重新连接；直播不受影响。",
        "The console is reconnecting; the broadcast is not affected.",
    ),
}  # fmt: skip


class Words:
    """The page's words in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._column = 0 if lang == "zh" else 1

    def __call__(self, key: str, *values: object) -> str:
        """The text of ``key`` with its ``{0}``… filled in. Raises KeyError for no such text."""
        text = _TABLE[key][self._column]
        return text.format(*values) if values else text

    def of(self, kind: str, name: str) -> str:
        """The text of ``KIND-NAME``, or ``name`` itself where it is new to the page."""
        pair = _TABLE.get(f"{kind}-{name}")
        return pair[self._column] if pair else name


def keys() -> frozenset[str]:
    """Every key, for tests."""
    return frozenset(_TABLE)
