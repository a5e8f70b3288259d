"""Templates that a language model wrote and that passed the gate, until they were said enough.

In ``var/ROOM/writer/variants.jsonl``, one a line, so that a restart loses none. They hold fields in
place of facts; what else they say was written for the product as it is described, so another
description takes them off the shelf. They are judged again, filled, before they are said.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from host.lineup.store import replace_file
from host.model import Lang, Lineup, Product
from host.variety import runs
from host.writer.templates import bare

USES = 3
"""Times that a template is said."""
REST = 3 * 3600.0
"""Seconds between two of them: ten laps of 18 minutes."""
AGE = 7 * 86_400.0
"""Seconds after which it is dropped, said or not."""
MOST = 3000
"""Templates that are kept: some nine hours of talk. Beyond, the most used goes first."""
REMEMBERED = 6000
"""Templates whose words are known, dropped ones too, so that none is written twice."""
LIKE = 0.3
"""Share of a text's runs of eight characters (words) that others may hold before it is too like
them: a common turn of phrase, not a sentence."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """What a template can stand for."""

    beat: str
    sku: str
    """Empty: it speaks of no product."""
    kind: str
    """The kind of fact that it shows (``queues.QUEUES``); empty: none that takes turns."""


class Kept(BaseModel):
    """A template on the shelf."""

    model_config = ConfigDict(extra="forbid")

    beat: str
    sku: str
    kind: str
    lang: Lang
    text: Annotated[str, Field(min_length=1, max_length=400)]
    description: str
    """``described`` of its product when it was written."""
    revision: str
    """Of the facts that the gate judged it by."""
    model: str
    """Who wrote it."""
    written: float
    """Unix seconds."""
    uses: Annotated[int, Field(ge=0)] = 0
    last: float = 0.0
    """When it was said, Unix seconds; 0: never."""

    @property
    def key(self) -> Key:
        return Key(self.beat, self.sku, self.kind)

    @property
    def source(self) -> str:
        """Where a line of it comes from, for the ledger."""
        return f"writer:{self.model}"


def described(product: Product | None) -> str:
    """Changes when what a product is does; not with its price, its stock or an offer."""
    if product is None:
        return ""
    parts = (
        product.name, product.short_name, product.category, product.selling_points,
        [(one.attribute, one.value, one.unit) for one in product.specs],
        [(one.question, one.answer) for one in product.faq],
        [one.text for one in product.claims],
        product.shipping, product.warranty, product.returns,
    )  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


class Shelf:
    """The room's templates."""

    def __init__(self, file: Path, lang: Lang, now: Callable[[], float] = time.time) -> None:
        """``now``: Unix seconds. What cannot be read of ``file`` is left out."""
        self._file, self._lang, self._now = file, lang, now
        self._kept: dict[Key, list[Kept]] = {}
        self._runs: dict[str, frozenset[str]] = {}
        self._held: Counter[str] = Counter()
        self.changed = False
        """It holds what its file does not."""
        for one in self._read():
            self._put(one)

    def __len__(self) -> int:
        return sum(map(len, self._kept.values()))

    def ready(self, key: Key) -> int:
        """How many could be said now."""
        return sum(self._rested(one) for one in self._kept.get(key, ()))

    def like(self, text: str) -> float:
        """Share of a template's words, in runs of eight, that stand in others, 0 to 1."""
        own = runs(bare(text, ""), self._lang)
        return sum(self._held[run] > 0 for run in own) / max(len(own), 1)

    def texts(self, key: Key, count: int) -> tuple[str, ...]:
        """The newest of its templates, the newest last."""
        return tuple(one.text for one in self._kept.get(key, ())[-count:])

    def add(self, one: Kept) -> None:
        """Put a template on the shelf; where it is full, the one said most gives way."""
        self._put(one)
        self.changed = True
        if len(self) > MOST:
            self.drop(max(self, key=lambda each: (each.uses, -each.written)))

    def take(self, key: Key) -> Iterator[Kept]:
        """Those that could be said now, the one said least, then the oldest, first."""
        rested = [one for one in self._kept.get(key, ()) if self._rested(one)]
        yield from sorted(rested, key=lambda one: (one.uses, one.written))

    def use(self, one: Kept) -> None:
        """It is said."""
        one.uses, one.last = one.uses + 1, self._now()
        self.changed = True
        if one.uses >= USES:
            self.drop(one)

    def drop(self, one: Kept) -> None:
        """Take it off the shelf."""
        own = self._kept.get(one.key, [])
        if one in own:
            own.remove(one)
            self.changed = True

    def tidy(self, lineup: Lineup) -> None:
        """Drop what is old, and what was written for another description."""
        now, fits = self._now(), {"": ""}
        fits |= {product.sku: described(product) for product in lineup.products}
        for one in list(self):
            if now - one.written > AGE or fits.get(one.sku) != one.description:
                self.drop(one)

    def keep(self) -> None:
        """Write it down. A full disk costs what a restart would have kept."""
        self.changed = False
        try:
            replace_file(self._file, "".join(one.model_dump_json() + "\n" for one in list(self)))
        except OSError as error:
            self.changed = True
            _log.warning("the written variants are not kept: %s", error)

    def __iter__(self) -> Iterator[Kept]:
        for own in list(self._kept.values()):
            yield from own

    def _rested(self, one: Kept) -> bool:
        now = self._now()
        if one.last > now:
            one.last = now  # the clock was put back
        return one.uses < USES and (not one.last or now - one.last >= REST)

    def _put(self, one: Kept) -> None:
        self._kept.setdefault(one.key, []).append(one)
        if one.text in self._runs:
            return
        own = frozenset(runs(bare(one.text, ""), self._lang))
        self._runs[one.text] = own
        self._held.update(own)
        if len(self._runs) > REMEMBERED:
            oldest = next(iter(self._runs))
            self._held.subtract(self._runs.pop(oldest))

    def _read(self) -> Iterable[Kept]:
        try:
            rows = self._file.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return
        for row in rows[-MOST:]:
            try:
                kept = Kept.model_validate_json(row)
            except ValidationError:
                continue  # cut off, or of another version
            if kept.lang == self._lang:
                yield kept
