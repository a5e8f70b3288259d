"""Which options of a product ("红色 L", "500 ml") a comment names."""

from __future__ import annotations

import re

from host.model import Product, Variant
from host.plain import plain

_PART = re.compile(r"[a-z]+|\d+(?:\.\d+)?[a-z%]*|[\u3400-\u9fff]+")
_COLOURS = "红橙黄绿青蓝紫粉黑白灰棕银金米咖"
_UNLISTED = re.compile(
    rf"[{_COLOURS}][色的]|(?<![a-z])(?:x{{0,3}}[sl]|\dxl|m)\s*(?:码|号|size)|(?<![a-z])(?:x{{0,3}}[sl]|\dxl|m)(?=有|还|能|吗|$)|\d{{2}}\s*码|[大中小加]{{1,2}}[号码]|"
    r"\b(?:red|blue|green|black|white|yellow|pink|purple|grey|gray|brown|orange)\b|"
    r"\b(?:x{0,3}[sl]|\dxl|size (?:s|m|l|\d+))\b|\b(?:small|medium|large)\b"
)
_HAN_UNIT = re.compile(r"(?:色|码|号|款|味|装|型)$")


def options_named(text: str, product: Product) -> tuple[Variant, ...]:
    """The options of ``product`` that ``text`` (plain) names best; empty: none."""
    best = 0
    found: list[Variant] = []
    for variant in product.variants:
        score = _score(plain(variant.option), text)
        if score > best:
            best, found = score, [variant]
        elif score == best > 0:
            found.append(variant)
    return tuple(found)


def unlisted_option(text: str) -> bool:
    """Whether ``text`` (plain) asks for a colour or size at all."""
    return _UNLISTED.search(text) is not None


def _score(option: str, text: str) -> int:
    """How many parts of ``option`` are in ``text``; the whole of it counts one more."""
    squashed = text.replace(" ", "")
    parts = _PART.findall(option)
    score = sum(_holds(text, squashed, part) for part in parts)
    return score + (1 if len(option) > 1 and option.replace(" ", "") in squashed else 0)


def _holds(text: str, squashed: str, part: str) -> bool:
    if part[0].isdigit():
        return re.search(rf"(?<![\d.]){re.escape(part)}(?![\d.])", squashed) is not None
    if part.isascii():
        if len(part) <= 3:  # a size: L is not in "only"
            pattern = rf"(?<![a-z]){part}(?=码|号|的|有|还|多|吗|\s|$|\?|,|size)"
            return re.search(pattern, text) is not None
        return re.search(rf"\b{part}s?\b", text) is not None
    stem = _HAN_UNIT.sub("", part) or part
    if part in squashed:
        return True
    if len(stem) >= 2:
        return stem in squashed
    # One character alone ("红") needs its unit or its place.
    return re.search(rf"{stem}(?:色|的|款|码|号)", squashed) is not None
