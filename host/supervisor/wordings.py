"""Every alert in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from host.model import Lang
from host.supervisor.alarms import Alert

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # kind: (zh, en)
    "stand-by": (
        "观众正在看备播画面：节目没有画面可播",
        "viewers see the stand-by clip: the programme has nothing to show",
    ),
    "frozen": ("画面不动了", "the picture has stopped moving"),
    "black": ("画面是黑的", "the picture is black"),
    "silent": ("直播没有声音", "there is no sound"),
    "clipped": ("声音过大，已经失真", "the sound is too loud and distorted"),
    "av-offset": ("声音和画面对不上", "sound and picture are apart"),
    "slow": (
        "直播跟不上时间：机器太忙",
        "the broadcast does not keep time: the machine is too busy",
    ),
    "encoder": (
        "编码跟不上，已用最省的设置：请关掉机器上别的程序，或降低分辨率",
        "encoding does not keep up at the cheapest setting: end other programs on this machine, "
        "or lower the resolution",
    ),
    "rejected": (
        "平台拒绝推流：请检查推流码是否过期",
        "the platform refuses the stream: see whether the stream key has expired",
    ),
    "disconnected": (
        "推流断开，正在不断重连",
        "the connection is lost; it is tried again and again",
    ),
    "ledger": (
        "账本写不进磁盘（直播继续）：请检查磁盘空间",
        "the ledger cannot be written (the show goes on): see whether the disk is full",
    ),
    "recording": ("录像已停（直播继续）", "the recording has stopped (the show goes on)"),
    "onair-restarted": (
        "播出进程重启过，观众看到了短暂中断",
        "the on-air process was started again: viewers saw a short gap",
    ),
    "hung": ("进程卡住，已强制重启", "the process hung and was started again"),
    "restarting": ("进程反复重启", "the process is started again and again"),
    "reported": ("报告了问题", "reports trouble"),
}
_OVER: Final = ("已恢复", "over")


def wording(alert: Alert, lang: Lang) -> str:
    """One line for a person: what, of which, since when or how much."""
    place = 0 if lang == "zh" else 1
    text = _TEXTS[alert.kind][place]
    about = f"{alert.about}: " if alert.about else ""
    if alert.over:
        return f"{about}{_OVER[place]} — {text}"
    detail = f" ({alert.detail})" if alert.detail else ""
    return f"{about}{text}{detail}"
