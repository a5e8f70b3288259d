"""Where a show stands, small enough to be kept with every line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from host.errors import StageError

BLOCK = ("pain", "selling", "selling", "proof", "price", "action", "interaction")
"""The beats of one product's block, in order."""
OPENING = -1
"""Step of a lap's opening, before its first block."""


def _no_visits() -> Mapping[str, int]:
    return MappingProxyType({})


def _no_picks() -> Mapping[str, tuple[int, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlannerState:
    """Where the show stands. Hand it back to go on; ``dump`` it to go on after a restart."""

    lap: int = 0
    """Laps begun."""
    size: int = 0
    """Products in this lap; 0: none has begun."""
    done: int = 0
    """Products of this lap whose block is over."""
    step: int = 0
    """Next position in ``BLOCK``; -1: the lap's opening."""
    sku: str = ""
    """The product on air; empty: the next one is to be chosen."""
    last: str = ""
    """The product of the last block: the next one is looked for behind it."""
    visits: Mapping[str, int] = field(default_factory=_no_visits)
    """SKU → blocks begun."""
    picks: Mapping[str, tuple[int, ...]] = field(default_factory=_no_picks)
    """"SKU/beat" → the variants said last, latest first: this block's and the one before's; "/beat"
    → the one said last of any product."""

    def dump(self) -> str:
        """As one short line of text: about 30 characters a product."""
        skus = dict.fromkeys(("", *self.visits))
        beats = ("opening", *dict.fromkeys(BLOCK))
        said = {
            sku: [
                self.visits.get(sku, 0),
                *(".".join(map(str, self.picks.get(f"{sku}/{beat}", ()))) for beat in beats),
            ]
            for sku in skus
        }
        plain = [self.lap, self.size, self.done, self.step, self.sku, self.last]
        products = {sku: "/".join(map(str, parts)) for sku, parts in said.items()}
        return json.dumps([*plain, products], ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def load(text: str) -> PlannerState:
        """What ``dump`` wrote; "" is the beginning. Raises StageError on anything else."""
        if not text:
            return PlannerState()
        visits: dict[str, int] = {}
        picks: dict[str, tuple[int, ...]] = {}
        try:
            lap, size, done, step, on_air, last, products = json.loads(text)
            for sku, parts in products.items():
                count, *said = parts.split("/")
                if sku:
                    visits[sku] = int(count)
                for beat, chosen in zip(("opening", *dict.fromkeys(BLOCK)), said, strict=True):
                    if chosen:
                        picks[f"{sku}/{beat}"] = tuple(map(int, chosen.split(".")))
            numbers = (int(lap), int(size), int(done), int(step))
        except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise StageError(
                "planner", f"not a planner state: {text[:40]!r}", retryable=False
            ) from error
        if not OPENING <= numbers[3] < len(BLOCK):
            raise StageError("planner", f"no step {numbers[3]} in a block", retryable=False)
        if min(*numbers[:3], *visits.values()) < 0:
            raise StageError("planner", "a planner state counts below 0", retryable=False)
        return PlannerState(
            *numbers, str(on_air), str(last), MappingProxyType(visits), MappingProxyType(picks)
        )
