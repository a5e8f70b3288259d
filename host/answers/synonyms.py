"""The words of ``synonyms.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def synonyms() -> dict[str, tuple[str, ...]]:
    """What a thing is called → what else it is called."""
    same: dict[str, tuple[str, ...]] = {}
    for group in _table()["groups"]:
        for word in group:
            same[word] = (*same.get(word, ()), *(other for other in group if other != word))
    return same


def not_before() -> dict[str, tuple[str, ...]]:
    """A word → what follows it where it names something else."""
    return {word: tuple(others) for word, others in _table()["not_before"].items()}


def same_words() -> dict[str, str]:
    """A word → the one of its group that stands for all of them when texts are compared."""
    return {word: group[0] for group in _table()["same"] for word in group[1:]}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("host.answers") / "synonyms.toml").read_text("utf-8"))
