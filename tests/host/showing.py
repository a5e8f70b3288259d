"""What tests of the media process share: the demo's lineup, a clock that is set, and lines."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from host.clauses import split
from host.lineup import load_lineup
from host.model import Line, Lineup, Planned, Product, Sound

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
BEFORE = datetime(2025, 12, 1, 12, tzinfo=ZONE)
"""Before the promotion of the demo's BT02: 45 in place of 49."""


@cache
def demo() -> Lineup:
    return load_lineup(ROOT / "configs/lineups/demo-zh.csv", tz=ZONE)


def product(sku: str) -> Product:
    found = demo().get(sku)
    assert found is not None
    return found


def during() -> datetime:
    """The first moment of that promotion."""
    (promotion,) = product("BT02").promotions
    assert promotion.valid_from is not None
    return promotion.valid_from


class Clock(datetime):
    """A datetime whose now is set."""

    moment = BEFORE

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(cls.moment.timestamp(), tz)


def planned(text: str, sku: str | None = "BT02", line: int = 1) -> Planned:
    one = Line(line, "zh", text, "price", sku=sku)
    return Planned(one, split(one))


def sound(samples: int = 1920) -> Sound:
    return Sound(np.full(samples, 0.25, np.float32), 48_000)
