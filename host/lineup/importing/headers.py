"""What names of columns mean: those of a lineup, and those of shops' own exports."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from host.lineup.columns import PRODUCT
from host.lineup.importing.found import LISTS

GROUP = "group"
OPTION = "option"
OPTION_NAME = "option_name"
VARIANT_SKU = "variant_sku"
DESCRIPTION = "description"
STATUS = "status"
IGNORED = "ignored"

_FILE = Path(__file__).with_name("columns.toml")
EXPORTS: dict[str, list[str]] = tomllib.loads(_FILE.read_text("utf-8"))
"""What a column means → the names seen; the file says what those mean that are no field."""

MANY = LISTS | {OPTION, OPTION_NAME, DESCRIPTION, STATUS, IGNORED}
"""What several columns may mean together."""
TARGETS = tuple(dict.fromkeys((*PRODUCT, *EXPORTS)))
"""All that a column may be mapped to."""

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]|【[^】]*】")
_MARKS = re.compile(r"[\s_\-*#.:/%]")


def folded(name: str) -> str:
    """A column's name without case, spaces, marks and what stands in brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    bare = _MARKS.sub("", _BRACKETS.sub("", plain))
    return bare or _MARKS.sub("", plain)


@cache
def known() -> dict[str, str]:
    """Folded name → what it means; a lineup's own names come first."""
    names: dict[str, str] = {}
    for table in (PRODUCT, EXPORTS):
        for target, aliases in table.items():
            for alias in aliases:
                names.setdefault(folded(alias), target)
    names.setdefault(folded("body html"), DESCRIPTION)
    return names


@cache
def spelt() -> dict[str, str]:
    """The Chinese names in pinyin, whole and by initials where those are three or more."""
    from pypinyin import lazy_pinyin  # 55 MB, which no other command need hold

    made: dict[str, str] = {}
    for name, target in known().items():
        if re.fullmatch(r"[一-鿿]{2,}", name):
            syllables = lazy_pinyin(name)
            made.setdefault("".join(syllables), target)
    return made


def bracketed(name: str) -> str:
    """What stands in a name's brackets: "价格（元）" → "元"."""
    plain = unicodedata.normalize("NFKC", name)
    return " ".join(part[1:-1].strip() for part in _BRACKETS.findall(plain))
