"""A room with a writer, its show, and a model that answers as it is told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from host.config import Room, load_room
from host.gate import Gate
from host.lineup import load_lineup
from host.model import Lineup
from host.planner import Planner
from host.script import load_scripts
from host.writer.budget import Usage
from host.writer.chat import Message, Reply
from tests.e2e.room_file import write_room

CONFIGS = Path(__file__).parents[3] / "configs"
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


@dataclass
class Show:
    lineup: Lineup
    gate: Gate
    planner: Planner


def a_room(folder: Path, lang: str = "zh", **writer: Any) -> Room:
    """The demo room with [writer] on."""
    table = {"on": True, "model": "m", "base_url": "http://127.0.0.1:9/v1", **writer}
    demo = "demo.toml" if lang == "zh" else "demo-en.toml"
    write_room(CONFIGS / demo, folder / "room.toml", {"writer": table})
    return load_room(folder / "room.toml")


def show_of(room: Room, lineup: Lineup | None = None) -> Show:
    lineup = lineup or load_lineup(room.lineup, tz=room.timezone)
    settings = room.settings
    scripts = load_scripts(room.scripts, settings.lang)
    planner = Planner(lineup, scripts, settings.seed, settings.lang, settings.talk)
    return Show(lineup, Gate(lineup), planner)


@dataclass
class Model:
    """Answers by what it is asked; keeps the questions."""

    answer: Callable[[list[Message]], str]
    asked: list[list[Message]] = field(default_factory=list)

    def most(self, messages: Sequence[Message], longest: int) -> Usage:
        return Usage(100, longest)

    async def ask(self, messages: Sequence[Message], longest: int) -> Reply:
        self.asked.append(list(messages))
        return Reply(self.answer(list(messages)), Usage(100, 50))


def data_of(messages: Sequence[Message]) -> dict[str, Any]:
    """The JSON of a request."""
    found: dict[str, Any] = json.loads(messages[-1]["content"])
    return found


def _listed(text: str) -> list[str]:
    return text.split()


TIMES = _listed("早上 中午 下午 晚上 夜里 周末 雨天 冬天 夏天 假期 饭后 睡前 上班 下班 出差 平时")
WHO = _listed("爸妈 同事 朋友 孩子 邻居 室友 自己 闺蜜 老人 姐妹 兄弟 一家人 两口子 同学 客人 亲戚")
DOES = _listed(
    "打扫屋子 坐着聊天 翻看手机 赶着出门 整理柜子 靠着休息 准备晚饭 散步回来 写完作业 打开电脑"
    " 晾好衣服 泡着热茶 听着音乐 等着开会 搬着箱子 看着窗外 逗着小猫 擦着桌子 叠着被子 想着心事"
)
FEELS = _listed(
    "心里踏实 有点发愁 慢慢放松 拿不准主意 觉得省心 不知道怎么挑 总想看一看 愿意多听听 忍不住好奇"
    " 懒得来回比 挺在意细节 喜欢简单点 爱问清楚 怕买了闲置 图个方便 只想用得顺手 要个明白"
    " 不爱凑热闹"
)


class Fluent:
    """A model that writes sound templates, hardly ever the same."""

    def __init__(self, seed: int = 1) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secret

    def __call__(self, messages: list[Message]) -> str:
        data = data_of(messages)
        count = len(data["refused"]) if "refused" in data else 6
        needs = [name for name, one in data["fields"].items() if one["required"]]
        return json.dumps({"variants": [self._one(needs) for _ in range(count)]})

    def _one(self, needs: Sequence[str]) -> str:
        first, second, third = (self._clause() for _ in range(3))
        shown = {
            "{question}": "{question}？想着这件事，{answer}，",
            "{answer}": "",
            "{spec_name}": "{spec_name}是{spec_value}，",
            "{spec_value}": "",
            "{price}": "现在是{price}，",
        }
        facts = "".join(shown.get(need, need + "，") for need in needs)
        return f"{first}。{second}，{facts}{third}。"

    def _clause(self) -> str:
        pick = self._dice.choice
        return f"{pick(TIMES)}{pick(WHO)}{pick(DOES)}，{pick(WHO)}{pick(FEELS)}"
