"""Which of the fixed topics a comment asks for: the patterns of ``topics.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from host.answers.asked import Kind


@dataclass(frozen=True, slots=True)
class Topic:
    """One fixed topic."""

    kind: Kind
    """The kind of comment that asks it."""
    pattern: re.Pattern[str]
    """Over the plain form of a comment."""
    hides: frozenset[str]
    """Topics whose words are only part of this one's question; "*": all others."""


def _load() -> dict[str, Topic]:
    text = (files("host.answers") / "topics.toml").read_text("utf-8")
    return {name: _topic(table) for name, table in tomllib.loads(text).items()}


def _topic(table: dict[str, Any]) -> Topic:
    pattern = "|".join([*table["zh"], *table["en"]])
    if "before" in table:
        before, after = "|".join(table["before"]), "|".join(table["after"])
        pattern = rf"^(?:(?:{before})[ ,，]*)*(?:{pattern})(?:[ ,，]*(?:{after}))*$"
    return Topic(table["kind"], re.compile(pattern), frozenset(table.get("hides", ())))


TOPICS = _load()
"""Every fixed topic by its name."""

_ASKING = re.compile(
    r"[?？]|吗|呢|么|嘛|怎么|咋|什么|啥|多少|多久|多大|多长|多重|多高|几|哪|谁|为什么|能不能|可不可以|会不会|是不是|"
    r"有没有|(.)不\1|行不行|好不好|要不要|用不用|需不需要|可以.{0,8}$|"
    r"\b(?:how|what|when|where|which|who|why|can|could|do|does|did|is|are|will|would|should|has|have|any|am)\b"
)
_DEED = re.compile(r"^(?:求|想知道|想问|请问|问一下|问下|咨询)")


def topics_in(text: str) -> tuple[str, ...]:
    """The fixed topics that ``text`` (plain) asks for, at most two, in the order asked."""
    found: list[tuple[int, str]] = []
    for name, topic in TOPICS.items():
        match = topic.pattern.search(text)
        if match is not None:
            found.append((match.start(), name))
    names = [name for _, name in sorted(found)]
    for name in names:
        if "*" in TOPICS[name].hides:
            return (name,)
    kept = [name for name in names if not any(name in TOPICS[other].hides for other in names)]
    if len(kept) > 1 and "greeting" in kept:
        kept.remove("greeting")
    return tuple(kept[:2])


def is_question(text: str) -> bool:
    """Whether ``text`` (plain) wants an answer at all."""
    return _ASKING.search(text) is not None or _DEED.search(text) is not None
