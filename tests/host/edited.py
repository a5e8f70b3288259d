"""A small room whose files a test may edit."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.room_file import write_room

ROOT = Path(__file__).parents[2]
HEAD = "sku,link,name,short_name,price,list_price,stock,selling_points\n"
SCRIPT = """
## 开场
- 欢迎来到直播间，慢慢看。
- 大家好，坐下来看看。

## 痛点
- 先说{short_name}，好多朋友在问。

## 卖点
- {selling_point}，这款现在{price}。
- {selling_point}，慢慢挑。

## 证明
- 详情页写得清楚，对着看就行。

## 价格
- {short_name}今天{price}，没有别的。
- 再报一次价格，{price}。

## 行动
- 还有{stock}件，喜欢就去看看。

## 互动
- 你们觉得怎么样，打在公屏上。
"""


def lineup_text(
    A1: object = 100,  # noqa: N803 (SKUs)
    B2: object = 200,  # noqa: N803
    *,
    stock: object = 50,
    list_price: object = "",
    point: str = "泡沫很细",
) -> str:
    """Two products; the values of the first."""
    return (
        f"{HEAD}A1,1,细泡洁面乳,洁面乳,{A1},{list_price},{stock},{point}\n"
        f"B2,2,双层玻璃杯,玻璃杯,{B2},,50,倒了热水不烫手\n"
    )


def write_small_room(folder: Path) -> Path:
    """Lineup, script and room file in ``folder``; the room's file."""
    (folder / "lineup.csv").write_text(lineup_text(), encoding="utf-8")
    (folder / "talk.md").write_text(SCRIPT, encoding="utf-8")
    changes = {
        "lineup": str(folder / "lineup.csv"),
        "scripts": [str(folder / "talk.md")],
        "voice": {"chain": ["espeak"]},
    }
    write_room(ROOT / "configs/demo.toml", folder / "room.toml", changes)
    return folder / "room.toml"
