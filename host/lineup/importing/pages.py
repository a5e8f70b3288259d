"""A product page as plain text: what a browser would show, none of its machinery."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from html.parser import HTMLParser


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object"})
_BLOCKS = _names(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead title tr "
    "ul option"
)
_VOID = _names("area base br col embed hr img input link meta source track wbr")
_TAG = re.compile(r"</?(?:[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """Text that a person would see."""

    text: str
    """Spans of facts are positions in it."""
    was_html: bool


class _Shown(HTMLParser):
    """Collects what is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[tuple[str, bool]] = []
        """Elements that are open, and whether each hides what is in it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "dd"):
            self.out.append("\t" if tag == "td" else "：")
        elif tag == "li":
            self.out.append("\n· ")
        elif tag in _BLOCKS:
            self.out.append("\n")
        if tag not in _VOID:
            given = dict(attrs)
            hides = (
                tag in _HIDDEN
                or "hidden" in given
                or given.get("aria-hidden") == "true"
                or bool(_HIDING.search(given.get("style") or ""))
            )
            self._open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                break
        if tag in _BLOCKS - {"td", "th", "dd", "dt", "li"}:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not any(hides for _, hides in self._open):
            self.out.append(re.sub(r"\s+", " ", data))


def stripped(text: str) -> Page:
    """``text`` without tags, scripts and what is hidden, where it is HTML; else as it is."""
    if len(_TAG.findall(text)) < 2:
        return Page(_seen(text), was_html=False)
    parser = _Shown()
    parser.feed(text)
    parser.close()
    lines = (line.strip() for line in _seen("".join(parser.out)).split("\n"))
    return Page("\n".join(line for line in lines if line and line != "·"), was_html=True)


def _seen(text: str) -> str:
    """Without characters that cannot be seen: they hide words from a reader, not from a model."""
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cf", "Cc")
    )


@dataclass(frozen=True, slots=True)
class Folding:
    """A text in NFKC, lower case, runs of white space made one space."""

    text: str
    origin: tuple[int, ...]
    """Position as written of each character, and the length as written at the end."""

    def find(self, quote: str) -> tuple[int, int] | None:
        """Where ``quote`` stands, in positions as written; None: it does not stand there."""
        wanted = fold(quote).text.strip()
        at = self.text.find(wanted) if wanted else -1
        if at < 0:
            return None
        return self.origin[at], self.origin[at + len(wanted) - 1] + 1

    def within(self, start: int, end: int) -> str:
        """What of the folded text stands between two positions as written."""
        return self.text[bisect_left(self.origin, start) : bisect_left(self.origin, end)]


def fold(text: str) -> Folding:
    """How texts are compared: what differs in width, case or spacing alone is the same."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for made in unicodedata.normalize("NFKC", char).lower():
            if made.isspace():
                if out and out[-1] == " ":
                    continue
                made = " "
            out.append(made)
            origin.append(at)
    return Folding("".join(out), (*origin, len(text)))
