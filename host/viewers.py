"""What of a viewer may be shown: a masked name and a cleaned, clipped text.

Nothing of a viewer is ever voiced. What is drawn must not carry links or contacts, must not be
able to upset the layout, and must not look like a claim of the merchant.
"""

from __future__ import annotations

import re
import unicodedata

from host.model import Comment, Question

TEXT_WIDTH = 48
"""Widest text, in half-width columns: 24 Hanzi or 48 Latin letters."""
NAME_WIDTH = 12
"""Widest masked name, in half-width columns."""
NAME_READ = 64
"""Characters of a name that are looked at."""
TEXT_READ = 2048
"""Characters of a text that are looked at."""

STAR = "*"
ELLIPSIS = "…"

_LINK = re.compile(
    r"(?:https?|ftp|wss?)\s*[:：]\s*/*\s*\S*"
    r"|www\s*\.\s*\S+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\s?[.。]\s?)+"
    r"(?:com|cn|net|org|io|me|cc|top|xyz|vip|shop|site|online|club|link|live|tv|co|app|info|ru)"
    r"(?![a-z])(?:/\S*)?",
    re.IGNORECASE | re.ASCII,
)
_HANDLE = re.compile(r"@\s?[^\s@,，。.!！?？:：、]*")
_TAG = re.compile(r"<[^<>]{0,200}>")
_CONTACT = re.compile(
    r"(?:微\s*信|薇\s*信|威\s*信|v\s*信|wei\s*xin|wechat|(?<![a-z])(?:vx|wx|qq|tg))"
    r"\s*号?\s*(?:码|群)?\s*[:：是]?\s*[a-z0-9_][a-z0-9_-]{4,}",
    re.IGNORECASE | re.ASCII,
)
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s\-_.·()（）]{0,2}\d){4,}")
_OFFER = re.compile(  # a price, a discount or a percentage out of a viewer's mouth
    r"[$¥€£]\s*\d[\d.,]*|\d[\d.,]*\s*(?=(?:元|块|毛|折|%|％|percent|dollars?|bucks?|rmb|yuan|usd|cny|"
    r"[$¥€£]))",
    re.IGNORECASE,
)
_KEPT_SYMBOLS = frozenset("+=<>~$¥€£°×÷|^`")
_VARIATION = frozenset(map(chr, range(0xFE00, 0xFE10)))  # emoji style; marks by category
_MARKS_IN_A_ROW = 2


def mask(name: str) -> str:
    """``name`` so that its owner knows it and nobody else does; never the whole name.

    "买家甲" → "买*甲", "王五" → "王*", "Viewer" → "Vi***r". At most NAME_WIDTH columns wide.
    """
    cleaned = "".join(_drawable(name[:NAME_READ]).split()).replace(STAR, "")
    if len(cleaned) < 2:
        return STAR * 3
    if len(cleaned) == 2:
        return cleaned[0] + STAR
    if len(cleaned) >= 5 and cleaned.isascii():
        return f"{cleaned[:2]}{STAR * 3}{cleaned[-1]}"
    return f"{cleaned[0]}{STAR}{cleaned[-1]}"


def show(comment: Comment) -> Question:
    """``comment`` as it may be drawn. The text is empty when nothing of it may be."""
    return Question(name=mask(comment.user), text=clip(clean(comment.text), TEXT_WIDTH))


def clean(text: str) -> str:
    """``text`` in NFKC without links, contacts, markup, emoji, control and direction characters.

    Prices and percentages lose their digits ("只要*元"): drawn beside the card they would read
    as the merchant's.
    """
    cleaned = _drawable(text[:TEXT_READ])
    for pattern in (_LINK, _TAG, _CONTACT, _HANDLE, _LONG_NUMBER):
        cleaned = pattern.sub(" ", cleaned)
    cleaned = _OFFER.sub(STAR, cleaned)
    return " ".join(cleaned.split())


def clip(text: str, width: int) -> str:
    """The beginning of ``text``, at most ``width`` half-width columns, "…" where it is cut."""
    if columns(text) <= width:
        return text
    kept, used = [], columns(ELLIPSIS)
    for char in text:
        used += columns(char)
        if used > width:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS


def columns(text: str) -> int:
    """Width of ``text`` in half-width columns (Unicode TR 11: wide and full-width count 2)."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if char == ELLIPSIS:
        return 2  # ambiguous in TR 11; Chinese fonts draw it full-width
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _drawable(text: str) -> str:
    """NFKC; letters, digits, punctuation and a few symbols; white space becomes spaces."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if char in _VARIATION:
            continue
        marks = marks + 1 if category in ("Mn", "Mc") else 0
        if char.isspace():
            kept.append(" ")
        elif (
            category[0] in "LNP" or char in _KEPT_SYMBOLS or (0 < marks <= _MARKS_IN_A_ROW and kept)
        ):
            kept.append(char)
    return "".join(kept)
