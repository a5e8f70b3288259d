"""What of a product's own words the gate reads: its spec names, options and contents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from host.gate.binding import Binder, piece_in
from host.gate.cue import Cue, Hit
from host.model import Product
from host.quantities.model import Quantity
from host.quantities.normal import normalise
from host.quantities.scan import scan
from host.quantities.units import GENERIC_COUNTERS, counter_of
from host.quantities.words import words

_A_PIECE = re.compile("小?[包瓶盒袋罐支片颗粒]")
_SERVICE_WORD = re.compile(r"[a-z]{3,}")
_COMMON = frozenset(
    words(
        """
        the and with for within against once can not days day year month months years hours you
        send another that this its are was free long only half back
        """
    )
)
_GENERIC = frozenset(
    words(
        """
        容量 重量 数量 直径 高度 宽度 长度 厚度 时间 用时 温度 功率 个数 大小 尺寸 含量
        life time weight size content temperature retention opening length width height count modes
        """
    )
)
"""Words that many specs end with; what stands before them tells one spec from another."""
_PRICED = frozenset({"price", "list", "net", "promo", "saving", "dearer", "coupon", "total"})
_POSTED = frozenset({"ship", "over:shipping", "over:gift", "give"})
_PLAIN = re.compile(
    r"其[他它余]|别的|剩下|款式?|颜色|尺码|的|是|要|都|才|就|只|每|一|这|那|个|件|只|罐|支|箱|台|瓶|盒|套|现在|今天|直播间?|商品|我们|咱们|卖|码|元|大概|大约|左右|差不多|需要|也|不"
    r"|\b(?:the|it|is|its|for|at|a|an|now|only|just|each|one|and|are|others?|all|today|costs?|sells|this|you|pay)\b"
)
"""Words that name nothing an amount could be the price of."""
_ELSE = re.compile(r"[\u3400-\u9fff]{2}|[a-z]{3}")
_CONTENT = re.compile(
    r"净|容量|含量|数量|[个片支件包张粒抽卷]数|net|capacity|content|count|servings"
)
"""Spec names that say how much one piece holds."""


def own_words(plain: str, quantities: tuple[Quantity, ...], stem: str) -> Iterator[str]:
    """The forms of a text that are so much its own that the numbers in it may stand."""
    if stem == "variant":
        if re.search(r"[^\W\d]", plain):
            yield plain
        else:  # an option that is a bare number is a size
            yield from (f"{plain}码", f"{plain}号", f"size {plain}")
        return
    rest = plain
    for quantity in reversed(quantities):
        rest = rest[: quantity.start] + rest[quantity.end :]
    if len(re.sub(r"\W", "", rest)) >= 2:
        yield plain


def prices_in(
    plain: str, quantities: Sequence[Quantity], hits: Sequence[Hit], binder: Binder
) -> Iterator[int]:
    """Where the amounts of a text begin that are prices of the product: a word for a price stands
    beside them, or an option, or nothing. "刻字加10元" and a deposit are of something else."""
    begin = 0
    for position, quantity in enumerate(quantities):
        bare = any(reading.dimension == "bare" for reading in quantity.readings)
        bound = binder.bound(position)
        begin = max(plain.rfind(mark, begin, quantity.start) + 1 for mark in "，。！？；")
        begin = max(begin, quantities[position - 1].end if position else 0)
        if bare and bound.near & _PRICED:
            yield quantity.start
        elif quantity.money and not bound.asked & _POSTED:
            rest = plain[begin : quantity.start]
            for hit in reversed(hits):
                if begin <= hit.start and hit.end <= quantity.start:
                    rest = rest[: hit.start - begin] + rest[hit.end - begin :]
            if bound.asked & _PRICED or not _ELSE.search(_PLAIN.sub("", rest)):
                yield quantity.start


def all_labels(hits: Iterable[Hit]) -> set[str]:
    return {label for hit in hits for label in hit.cue.labels}


def own_cues(product: Product) -> Iterator[tuple[str, Cue]]:
    """A product's spec names and options are cues too."""
    for spec in product.specs:
        name = normalise(spec.attribute).text
        written = normalise(spec.value).text
        cue = Cue(frozenset({f"spec:{spec.attribute}"}), domain="measure")
        yield name, cue
        if mark := re.match(r"[a-z]{2,}(?=\s*\d)", written):
            yield mark[0], cue  # "pH 5.5" may be called so
        for part in _telling(name):
            # "三十克的小包": what a piece is called speaks of each of its figures.
            yield part, replace(cue, strong=not _A_PIECE.fullmatch(part))
    yield from _service_words(product)
    options: dict[str, set[str]] = defaultdict(set)
    for variant in product.variants:
        name = normalise(variant.option).text
        bare = re.sub(r"[,，/]", "", name)
        for part in (name, bare, bare.replace(" ", ""), *re.split(r"[\s,，/]+", name)):
            options[part].add(f"variant:{variant.option}")
    for part, labels in options.items():
        yield part, Cue(frozenset(labels), strong=False)


def _service_words(product: Product) -> Iterator[tuple[str, Cue]]:
    """What the texts on warranty and returns speak of, which may stand for the service: "unopened
    bags within 14 days"."""
    common = {
        *normalise(product.name).text.split(),
        product.unit.lower(),
        f"{product.unit.lower()}s",
    }
    for text in (product.warranty, product.returns):
        for word in _SERVICE_WORD.findall(normalise(text).text):
            if word not in common and word not in _COMMON:
                yield word, Cue(frozenset({f"said:{word}"}), strong=False, domain="measure")


def _telling(name: str) -> Iterator[str]:
    """What of a spec's name tells it from others: 杯口 of 杯口直径, charging of "charging time"."""
    for generic in _GENERIC:
        rest = name.removesuffix(generic).strip()
        if rest != name and len(rest) >= 2:
            yield from rest.split()


def ranges_of(product: Product) -> dict[str, tuple[Decimal, Decimal]]:
    """Dimension → the least and the most of it that one piece may hold, where a range is told."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for spec in product.specs:
        if not _CONTENT.search(normalise(spec.attribute).text):
            continue
        for quantity in scan(f"{spec.value} {spec.unit}"):
            for reading in quantity.readings:
                dimension = reading.dimension.removeprefix("range:")
                if dimension.startswith("count") and len(reading.values) == 2:
                    found[dimension] = (reading.values[0], reading.values[1])
    return found


def contents_of(product: Product, pieces: str) -> dict[str, Decimal]:
    """Dimension → how much of it one piece of ``product`` holds, in base units.

    ``pieces``: the dimension in which pieces of it are counted; a piece is one of them.
    """
    found = {f"count:{counter}": Decimal(1) for counter in GENERIC_COUNTERS} | {pieces: Decimal(1)}
    for spec in product.specs:
        name = normalise(spec.attribute).text
        if spec.unit in GENERIC_COUNTERS and re.search("箱|盒|袋|包|罐", name):
            found.pop(f"count:{spec.unit}", None)  # 每箱个数: 一个 is then no box
        if not _CONTENT.search(name) or piece_in(name) not in ("", f"piece:{product.unit}"):
            continue
        unit = spec.unit or counter_of(name) or ""
        for quantity in scan(f"{spec.value} {unit}"):
            for reading in quantity.readings:
                kind = reading.dimension.partition(":")[0]
                if kind in ("weight", "volume", "count") and len(reading.values) == 1:
                    found.setdefault(reading.dimension, reading.values[0])
    return found
