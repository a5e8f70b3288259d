"""How long a text takes to say, before anyone has said it."""

from __future__ import annotations

import re

from host.clauses import size
from host.model import Lang

RATE: dict[Lang, float] = {"zh": 4.5, "en": 3.6}
"""Hanzi (``host.clauses.size``) or words a second, of the built-in voices."""
_LIGHT = re.compile(r"[，、,：:；;]")
_STRONG = re.compile(r"[。！？!?]|\.(?!\d)")
_PAUSES = (0.12, 0.3)
"""Seconds after a light and a strong mark (host/voice/shaping.py)."""


def seconds(text: str, lang: Lang) -> float:
    """Estimated seconds of speech, with the pauses after its clauses."""
    light, strong = len(_LIGHT.findall(text)), len(_STRONG.findall(text))
    return size(text, lang) / RATE[lang] + light * _PAUSES[0] + strong * _PAUSES[1]
