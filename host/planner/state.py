"""Where a show stands, small enough to be kept with every line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from types import MappingProxyType
from typing import Literal, get_args

from host.errors import StageError
from host.planner.walks import WRAP

FORMAT = "talk-2"
"""First item of a dump; another is another format."""
KINDS = ("selling_point", "spec", "faq", "claim", "shipping", "warranty", "returns")
"""Kinds of facts that take turns, as a dump orders them."""
Stage = Literal["opening", "choose", "open", "first", "middle", "second", "end"]
"""Where in a lap: its opening; a product is to be chosen; how its block begins; rounds of beats;
the price; rounds; the price and the way to the next."""
News = Literal["", "gone", "sold-out", "back"]
"""What is to be told of a product: nothing; that it is sold out; nothing, as that was told; that it
is new or back."""

_STAGES: tuple[Stage, ...] = get_args(Stage)
_NEWS: tuple[News, ...] = get_args(News)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the show stands with one product."""

    credit: int = 0
    """What it has saved up towards its turn (host/planner/rotation.py)."""
    visits: int = 0
    """Blocks begun, modulo ``WRAP``."""
    news: News = ""
    said: tuple[int, ...] = (0,) * len(KINDS)
    """How many facts of each of ``KINDS`` were said, modulo ``WRAP``."""


def _none() -> Mapping[str, Standing]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlannerState:
    """Where the show stands. Hand it back to go on; ``dump`` it to go on after a restart."""

    lap: int = 0
    """Laps begun."""
    stage: Stage = "opening"
    step: int = 0
    """Next position in the stage."""
    spent: int = 0
    """Tenths of a second that this lap has talked."""
    block: int = 0
    """Tenths of a second that this block has talked."""
    hooked: int = 0
    """Tenths of a second since the last line for those who just came."""
    blocks: int = 0
    """Blocks begun in this lap."""
    said: int = 0
    """Lines planned."""
    sku: str = ""
    """The product on air; empty: none."""
    last: str = ""
    """The product of the last block."""
    coming: str = ""
    """The product that was named as the next one; empty: none."""
    products: Mapping[str, Standing] = field(default_factory=_none)
    """SKU → where the show stands with it."""
    layout: str = ""
    """The sections that ``counts`` counts (``Composer.layout``)."""
    counts: tuple[int, ...] = ()
    """How often each section of the scripts was used, modulo its walk's period."""

    def reopened(self) -> PlannerState:
        """To go on after a break: the next line opens a lap."""
        return replace(self, stage="opening", step=0, sku="", last=self.sku or self.last, coming="")

    def dump(self) -> str:
        """As one short line of text: two characters a section, about 35 a product."""
        plain = [
            FORMAT, self.lap, _STAGES.index(self.stage), self.step, self.spent, self.block,
            self.hooked, self.blocks, self.said, self.sku, self.last, self.coming, self.layout,
            _packed(self.counts),
        ]  # fmt: skip
        products = {sku: _written(one) for sku, one in self.products.items()}
        return json.dumps([*plain, products], ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def load(text: str) -> PlannerState:
        """What ``dump`` wrote; "" is the beginning. Raises StageError on anything else."""
        if not text:
            return PlannerState()
        try:
            form, lap, stage, *numbers, sku, last, coming, layout, counts, products = json.loads(
                text
            )
            if form != FORMAT:
                raise ValueError(f"of format {form!r}")
            step, spent, block, hooked, blocks, said = map(int, numbers)
            if min(step, spent, block, hooked, blocks, said, int(lap), int(stage)) < 0:
                raise ValueError("counts below 0")
            return PlannerState(
                int(lap), _STAGES[int(stage)], step, spent, block, hooked, blocks, said,
                str(sku), str(last), str(coming),
                MappingProxyType({str(key): _read(one) for key, one in products.items()}),
                str(layout), _unpacked(counts),
            )  # fmt: skip
        except (
            ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError,
        ) as error:  # fmt: skip
            raise StageError(
                "planner", f"not a planner state: {text[:40]!r}", retryable=False
            ) from error


def _written(one: Standing) -> str:
    credit, visits, news, said = astuple(one)
    return f"{credit}/{visits}/{_NEWS.index(news)}/{_packed(said)}"


def _read(text: str) -> Standing:
    credit, visits, news, said = text.split("/")
    counts = _unpacked(said)
    if len(counts) != len(KINDS) or not 0 <= int(visits) < WRAP or int(news) < 0:
        raise ValueError(f"no product's standing: {text[:40]!r}")
    return Standing(int(credit), int(visits), _NEWS[int(news)], counts)


def _packed(counts: Sequence[int]) -> str:
    """Numbers under ``WRAP``, two digits of base 64 each."""
    return "".join(_DIGITS[count // 64] + _DIGITS[count % 64] for count in counts)


def _unpacked(text: str) -> tuple[int, ...]:
    if len(text) % 2:
        raise ValueError("half a count")
    return tuple(
        _DIGITS.index(text[at]) * 64 + _DIGITS.index(text[at + 1]) for at in range(0, len(text), 2)
    )
