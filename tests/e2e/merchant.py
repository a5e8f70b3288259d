"""A merchant with a file and a system that pushes, and when each price was which."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.e2e.room import Room

TOKEN = "a token of the test's own"  # noqa: S105 (it opens nothing)
HEAD = "sku,link,name,short_name,category,price,stock,selling_points\n"
ROWS = (
    ("A1", 1, "细泡洁面乳", "洁面乳", "美妆", "泡沫很细；洗完不紧绷"),
    ("B2", 2, "双层玻璃杯", "玻璃杯", "家居", "倒了热水不烫手；看得见茶色"),
)
SCRIPT = """
## 开场
- 欢迎来到直播间，今天慢慢看。
- 大家好，坐下来看看。

## 痛点
- 先说{short_name}，现在{price}，好多朋友在问。
- 说到{short_name}，价格是{price}，先记一下。

## 卖点
- {selling_point}，这款现在{price}，喜欢可以看看。
- {selling_point}，到手价{price}，慢慢挑。

## 证明
- 详情页写得清楚，价格{price}，对着看就行。
- 可以点开看看，写的也是{price}，都一样。

## 价格
- {short_name}今天{price}，就是{price}，没有别的。
- 再报一次价格，{price}，{short_name}就这个价。

## 行动
- 喜欢就去看看，{price}带走，慢慢来。
- 想要的朋友，{price}，点进去看。

## 互动
- 你们觉得{price}怎么样，打在公屏上。
- {price}这个价，想要的说一声。
"""


@dataclass(frozen=True)
class Change:
    """One price from its moment on."""

    sku: str
    price: int
    at: float
    """When the file stood or the push was answered, Unix seconds; the same clock as the ledger's.
    """


class Desk:
    """The merchant's side: the file, and the system that pushes."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "lineup.csv"
        self.script = folder / "talk.md"
        self.script.write_text(SCRIPT, encoding="utf-8")
        self.prices = {row[0]: 0 for row in ROWS}
        self.listed = {row[0]: 100 + 100 * at for at, row in enumerate(ROWS)}
        self.changes: list[Change] = []
        for sku, price in self.listed.items():
            self._note(sku, price)
        self.write()

    def _note(self, sku: str, price: int) -> None:
        self.prices[sku] = price
        self.changes.append(Change(sku, price, time.time()))

    def text(self, **wrong: str) -> str:
        rows = [
            f"{sku},{link},{name},{short},{kind},{wrong.get(sku, self.listed[sku])},50,{points}\n"
            for sku, link, name, short, kind, points in ROWS
        ]
        return HEAD + "".join(rows)

    def write(self, **wrong: str) -> None:
        draft = self.file.with_suffix(".draft")
        draft.write_text(self.text(**wrong), encoding="utf-8")
        draft.replace(self.file)

    def edit(self, sku: str, price: int) -> None:
        self.listed[sku] = price
        self.write()
        self._note(sku, price)

    def edit_in_place(self, sku: str, price: int) -> None:
        """As a program that empties the file first and writes it in two goes."""
        self.listed[sku] = price
        text = self.text()
        with self.file.open("w", encoding="utf-8") as out:
            out.write(text[:120])
            out.flush()
            time.sleep(0.02)
            out.write(text[120:])
        self._note(sku, price)

    def push(self, room: Room, sku: str, price: int, shown: str = TOKEN) -> httpx.Response:
        answer = httpx.post(
            f"{room.console_url}/api/lineup",
            headers={"authorization": f"Bearer {shown}"},
            json={"products": [{"sku": sku, "price": price}]},
            trust_env=False,
        )
        if answer.status_code == 200:
            self._note(sku, price)
        return answer

    def at(self, sku: str, moment: float) -> set[int]:
        """The prices of a product that may be told at ``moment``."""
        own = [one for one in self.changes if one.sku == sku]
        last = max((one for one in own if one.at <= moment), key=lambda one: one.at, default=own[0])
        return {last.price}

    def until(self, sku: str, price: int) -> float:
        """When that price was another."""
        own = [one for one in self.changes if one.sku == sku]
        last = max(at for at, one in enumerate(own) if one.price == price)
        return own[last + 1].at
