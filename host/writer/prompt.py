"""What the model is asked. Facts are data in JSON; nothing that viewers wrote comes near it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from host.clauses import LONGEST
from host.model import Lang, Product
from host.trades import Trade
from host.writer.chat import Message
from host.writer.shelf import Key
from host.writer.templates import LENGTH
from host.writer.words import BEATS, FIELDS, REWRITE, RULES

TOKENS_EACH = 130
"""Of an answer, for each variant: 80 Hanzi or 56 words with fields and quotes."""
TOKENS_MORE = 200
"""For what stands around them."""
_CLIPPED = 300
"""Characters of a merchant's text that are shown."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for templates."""

    key: Key
    count: int
    lang: Lang
    product: Product | None
    trade: Trade
    offer: tuple[str, ...]
    """Fields that may be used."""
    needs: tuple[str, ...]
    """Fields that have to be."""
    examples: dict[str, str] = field(default_factory=dict)
    """Field → what it shows now."""
    known: tuple[str, ...] = ()
    """Templates that are there already."""
    style: str = ""

    @property
    def longest(self) -> int:
        """Tokens of an answer."""
        return self.count * TOKENS_EACH + TOKENS_MORE


def messages(ask: Ask) -> list[Message]:
    """The request, as turns of a chat."""
    return [
        {"role": "system", "content": _rules(ask)},
        {"role": "user", "content": json.dumps(_data(ask), ensure_ascii=False, indent=1)},
    ]


def rewriting(ask: Ask, refused: Sequence[tuple[str, str]]) -> list[Message]:
    """The request to mend what was refused. ``refused``: (text, why)."""
    data = _data(ask) | {"refused": [{"text": text, "why": why} for text, why in refused]}
    return [
        {"role": "system", "content": _rules(ask) + "\n" + REWRITE[ask.lang]},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False, indent=1)},
    ]


def _rules(ask: Ask) -> str:
    least, most = LENGTH[ask.lang]
    return RULES[ask.lang].format(
        count=ask.count, least=least, most=most, clause=LONGEST[ask.lang], purpose=_purpose(ask)
    )


def _purpose(ask: Ask) -> str:
    return BEATS[ask.lang][ask.key.beat]


def _data(ask: Ask) -> dict[str, Any]:
    trade, lang = ask.trade, ask.lang
    data: dict[str, Any] = {
        "trade": trade.title.zh if lang == "zh" else trade.title.en,
        "cautions": list(trade.cautions.of(lang)) if trade.cautions else [],
        "style": ask.style,
        "fields": {
            "{" + name + "}": {
                "means": FIELDS[lang][name],
                "shows_now": ask.examples.get(name, "")[:_CLIPPED],
                "required": name in ask.needs,
            }
            for name in ask.offer
        },
        "do_not_resemble": list(ask.known),
    }
    if ask.product is not None:
        product = ask.product
        data["product"] = {
            "name": product.name[:_CLIPPED],
            "category": product.category[:_CLIPPED],
            "selling_points": [text[:_CLIPPED] for text in product.selling_points[:12]],
            "specs": [
                f"{one.attribute}: {one.value}{one.unit}"[:_CLIPPED] for one in product.specs[:20]
            ],
        }
    return data
