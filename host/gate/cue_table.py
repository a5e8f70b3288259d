"""How a table of cues is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from host.gate.cue import Cue, Domain, Side
from host.quantities.words import words

NUMBER = r"\s*(?:约|达|近)?\s*[¥$€£\d零一二两三四五六七八九十百千万半]"
"""A number follows."""


def cues(
    table: str,
    *labels: str,
    strong: bool = True,
    side: Side = "either",
    domain: Domain = "any",
    follow: str = "",
    lead: str = "",
) -> Iterable[tuple[str, Cue]]:
    """Each word of ``table``, "_" for a space, with the cue that it is; see Cue."""
    after = re.compile(follow) if follow else None
    before = re.compile(f"(?:{lead})$") if lead else None
    cue = Cue(frozenset(labels), strong, side, domain, after, before)
    return [(word.replace("_", " "), cue) for word in words(table)]
