"""Clauses put together into sentences: marks, capitals and spaces as they should stand."""

from __future__ import annotations

import re

from host.model import Lang

NAME = "\ue000"
"""Stands before a product's name that was said in the same line already (a private character)."""

_MARKS_ZH = "，、：；。！？…"
_STRENGTH = {mark: at for at, mark in enumerate("、，：；。！？")}
_UNIT_ZH = re.compile(r"(?<=\d)\s+(?=[\u4e00-\u9fff])")
"""The space before a unit, as a spec may have it."""
_RUN_ZH = re.compile(r"[，、：；。！？](?:\s*[，、：；。！？])+")
_RUN_EN = re.compile(r"([,;:.!?])(?:\s*[,;:.!?])+(?!\d)")
_STRENGTH_EN = {mark: at for at, mark in enumerate(",:;.!?")}
_AGAIN_ZH = re.compile(
    rf"(^|[{_MARKS_ZH}])(?:咱们|咱|我们)?(?:这个|这款|这件|那个|那款)?{NAME}[^{NAME}]*{NAME}(?![{_MARKS_ZH}]|$)"
)
_AGAIN_EN = re.compile(
    rf"((?:^|[,;:.!?])\s*(?:(?:and|but|so|because)\s)?)(?:the|this|our)\s{NAME}[^{NAME}]*{NAME}"
    r"(?=\s(?:is|has|comes|was)\b)",
    re.I,
)
_STOPS = "。！？!?.…"
_SMALL = re.compile(
    r"(?:the|an?|its?|is|this|that|these|those|yes|no|you|your|we|our|there|if|with|by|about|and"
    r"|but|so|please|close|only|after|before|when|in|on|at|for|from|of|to|each|every|all|one|as"
    r"|do|does|did|how|can|could|what|which|where|why|who|will|would|are|has|have|should)",
    re.I,
)
"""Words that no name is, at the head of a merchant's sentence."""


def again(name: str) -> str:
    """A product's name, marked as said before in the line: ``polish`` may put a pronoun for it."""
    return f"{NAME}{name}{NAME}"


def clause(text: str) -> str:
    """An entry of a bank as it stands inside a sentence: the sentence's own marks follow."""
    return text.strip().rstrip("，,。.、；;：: ")


def polish(text: str, lang: Lang) -> str:
    """A sentence or several: no two marks in a row, a mark at the end; in English a capital at the
    beginning of each and one space between words."""
    text = _pronouns(text, lang)
    text = _chinese(text) if lang == "zh" else _english(text)
    return text


def _pronouns(text: str, lang: Lang) -> str:
    if NAME not in text:
        return text
    text = _AGAIN_ZH.sub(r"\1它", text) if lang == "zh" else _AGAIN_EN.sub(r"\1it", text)
    return text.replace(NAME, "")


def _chinese(text: str) -> str:
    text = re.sub(r"\s*([，、：；。！？])\s*", r"\1", text.strip())
    text = _UNIT_ZH.sub("", text)
    text = _RUN_ZH.sub(lambda run: max(run[0], key=lambda mark: _STRENGTH.get(mark, -1)), text)
    text = text.lstrip(_MARKS_ZH)
    if text and text[-1] not in _STOPS + "”’）":
        text = text.rstrip("，、：；") + "。"
    return text


def _english(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"\s+([,;:.!?])(?!\d)", r"\1", text)
    text = _RUN_EN.sub(lambda run: max(run[0], key=lambda mark: _STRENGTH_EN.get(mark, -1)), text)
    text = text.lstrip(",;:.!? ")
    if text and text[-1] not in _STOPS + "”’)\"'":
        text = text.rstrip(",;:") + "."
    text = re.sub(r"([,;:]\s)([A-Z][a-z]*)\b", _lowered, text)
    return re.sub(r"(^|[.!?]\s+)([a-z])", lambda match: match[1] + match[2].upper(), text)


def _lowered(match: re.Match[str]) -> str:
    """A merchant's sentence behind a comma begins small, but for what may be a name."""
    word = match[2]
    return match[1] + (word.lower() if _SMALL.fullmatch(word) else word)
