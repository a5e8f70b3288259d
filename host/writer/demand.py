"""What the talk will ask for: the planner played ahead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio

from host.model import Line
from host.pacing import seconds
from host.planner import Planner, PlannerState
from host.writer.shelf import Key
from host.writer.templates import kinds_of

AHEAD = 3600.0
"""Seconds of talk that are looked ahead: three laps, so that every product comes."""
_SLICE = 5
"""Lines that are planned at once: 3 ms."""
_BETWEEN = 0.02
BEATS = frozenset(
    {
        "opening", "hook", "pain", "selling", "proof", "use", "care", "price", "action",
        "interaction", "rehook",
    }
)  # fmt: skip
"""Beats that are written for. The others tell of what has just happened, in words of their own."""
_DISCLOSED = ("数字人", "虚拟", "人工智能", "digital", "virtual", "AI ")
"""A line that says who speaks stays as it is: it is said because platforms ask for it."""


def key_of(line: Line) -> Key | None:
    """What a planned line can be replaced by; None: it stays."""
    kinds = kinds_of(line)
    if line.beat not in BEATS or line.priority or len(kinds) > 1:
        return None
    if any(word in line.text for word in _DISCLOSED):
        return None
    return Key(line.beat, line.sku or "", next(iter(kinds), ""))


async def demand(
    planner: Planner,
    now: datetime,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> Counter[Key]:
    """How many lines of which key come in the next ``AHEAD`` seconds of talk.

    From a show's beginning: which product's turn it is changes nothing over an hour. In slices, on
    the loop that the planner is used on: its tables are no matter for two threads.
    """
    wanted: Counter[Key] = Counter()
    state, spent, number = PlannerState(), 0.0, 0
    while spent < AHEAD:
        number += 1
        if number % _SLICE == 0:
            await sleep(_BETWEEN)
        step = planner.next(state, number, now + timedelta(seconds=spent))
        state = step.state
        spent += seconds(step.line.text, step.line.lang)
        key = key_of(step.line)
        if key is not None:
            wanted[key] += 1
    return wanted
