"""Markdown that operators edit, read into templates and entries.

::

    ## 卖点                          a beat: what follows are its templates
    ## 词库：看                      a bank: what follows are its entries (en: ## bank: look)
    ### 类目：食品                    only for products of this category, until the next heading
    ### 行业：food 时段：夜           only for this trade, in this part of the day
    - [excited, nod] {看}，{price}…  a template; mood and gesture are optional
    > a note to other operators       is not said
"""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from host.errors import Finding
from host.model import Lang, Mood
from host.script.fields import FIELDS
from host.script.script import BEATS, GESTURES, MORE_BEATS, Variant
from host.trades import load_trades

DAYPARTS = {
    "早": "morning", "早上": "morning", "早间": "morning", "morning": "morning",
    "午": "lunch", "中午": "lunch", "午间": "lunch", "lunch": "lunch",
    "晚": "evening", "晚上": "evening", "晚间": "evening", "evening": "evening",
    "夜": "night", "夜里": "night", "深夜": "night", "night": "night",
}  # fmt: skip
"""Word of a heading → part of the day."""

_HEADINGS = {name: beat for beat, names in {**BEATS, **MORE_BEATS}.items() for name in names}
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BULLET = re.compile(r"^[-*+]\s+(?:\[([^\]]*)\]\s*)?(.+)$")
_BANK = re.compile(r"^(?:词库|bank)\s*[:：]\s*(.*)$", re.I)
_CONDITION = re.compile(r"(类目|category|行业|trade|时段|daypart)\s*[:：]\s*", re.I)
_KINDS = {"类目": "category", "行业": "trade", "时段": "daypart"}
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class _Under:
    """The headings that a bullet stands under."""

    beat: str = ""
    bank: str = ""
    category: str = ""
    trade: str = ""
    daypart: str = ""
    lost: bool = False
    """A heading was refused: that is said once, not for each bullet."""


def read(
    file: Path,
    lang: Lang,
    variants: list[Variant],
    banks: dict[str, list[Variant]],
    findings: list[Finding],
) -> None:
    """Add what a file holds, and what is wrong in it. Names of banks are not looked up here: they
    may stand in another file."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        findings.append(Finding("there is no such script", "mend the path", file))
        return
    except (UnicodeDecodeError, IsADirectoryError):
        what = "a folder without a script" if file.is_dir() else "not UTF-8 text"
        fix = "put a file NAME.md into it" if file.is_dir() else "save the file in UTF-8 encoding"
        findings.append(Finding(what, fix, file))
        return
    under = _Under()
    for number, line in _logical(text):
        heading = _HEADING.match(line)
        if heading:
            under = _headed(under, len(heading[1]), heading[2], file, number, findings)
            if under.bank and len(heading[1]) == 2:
                banks.setdefault(under.bank, [])
            continue
        if line.startswith(">") or re.fullmatch(r"[-*_]{3,}", line):
            continue
        bullet = _BULLET.match(line)
        if bullet is None:
            what = f"a line that is neither heading nor variant: {line[:30]!r}"
            fix = "begin a variant with '- ', a note with '> '"
            findings.append(Finding(what, fix, file, number))
        elif under.beat or under.bank:
            variant = _variant(under, bullet[1], bullet[2], file, number, findings)
            if variant is not None:
                (banks[under.bank] if under.bank else variants).append(variant)
        elif not under.lost:
            name = "开场" if lang == "zh" else "Opening"
            findings.append(
                Finding(
                    "a variant before the first beat",
                    f"write a line such as ## {name}",
                    file,
                    number,
                )
            )


def _headed(
    under: _Under, depth: int, name: str, file: Path, number: int, findings: list[Finding]
) -> _Under:
    if depth == 1:
        return _Under()
    if depth > 2:
        return _conditioned(under, name, file, number, findings)
    bank = _BANK.match(name)
    if bank is None:
        beat = _HEADINGS.get(name.casefold())
        if beat is not None:
            return _Under(beat=beat)
        findings.append(_unknown("beat", name, list(_HEADINGS), file, number))
        return _Under(lost=True)
    called = bank[1].strip()
    if not _NAME.fullmatch(called):
        fix = "letters without spaces, for instance: ## " + (
            "bank: look" if called else name + "看"
        )
        findings.append(Finding(f"{called!r} is no name of a bank", fix, file, number))
        return _Under(lost=True)
    if called in FIELDS:
        what = f"a bank called {called!r}, as a field of products is"
        findings.append(Finding(what, "call it something else", file, number))
        return _Under(lost=True)
    return _Under(bank=called)


def _conditioned(
    under: _Under, name: str, file: Path, number: int, findings: list[Finding]
) -> _Under:
    """``### 类目：食品 时段：夜``: in place of the conditions before it."""
    plain = replace(under, category="", trade="", daypart="")
    first, *parts = _CONDITION.split(name)
    if first.strip() or not parts:
        return replace(plain, category=name.strip())
    chosen: dict[str, str] = {}
    for kind, value in zip(parts[::2], parts[1::2], strict=True):
        chosen[_KINDS.get(kind, kind.casefold())] = value.strip(" ，,、;；")
    if "trade" in chosen:
        trades = load_trades()
        trade = trades.named(chosen["trade"])
        if trade is None:
            known = list(trades.known)
            findings.append(_unknown("trade", chosen["trade"], known, file, number))
            return replace(plain, beat="", bank="", lost=True)
        chosen["trade"] = trade
    if "daypart" in chosen:
        daypart = DAYPARTS.get(chosen["daypart"].casefold())
        if daypart is None:
            known = [word for word in DAYPARTS if len(word) == 1 or word.isascii()]
            findings.append(_unknown("daypart", chosen["daypart"], known, file, number))
            return replace(plain, beat="", bank="", lost=True)
        chosen["daypart"] = daypart
    return replace(
        plain,
        category=chosen.get("category", ""),
        trade=chosen.get("trade", ""),
        daypart=chosen.get("daypart", ""),
    )


def _logical(text: str) -> Iterable[tuple[int, str]]:
    """Lines with their numbers; a bullet's indented lines are joined to it, comments are gone."""
    text = re.sub(r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), text, flags=re.S)
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if line[0] in " \t" and found and not _BULLET.match(line.strip()):
            begun, before = found[-1]
            found[-1] = (begun, f"{before} {line.strip()}")
        else:
            found.append((number, line.strip()))
    return found


def _variant(
    under: _Under, tags: str | None, text: str, file: Path, number: int, findings: list[Finding]
) -> Variant | None:
    mood: Mood | None = None
    gesture: str | None = None
    sound = True
    for tag in re.split(r"[,，、\s]+", tags or ""):
        if tag in get_args(Mood):
            mood = tag  # type: ignore[assignment]  # narrowed by the table it was found in
        elif tag in GESTURES:
            gesture = tag
        elif tag:
            known = [*get_args(Mood), *GESTURES]
            findings.append(_unknown("mood or gesture", tag, known, file, number))
            sound = False
    names = _names(text, file, number, findings)
    if names is None or not sound:
        return None
    return Variant(
        under.beat,
        text.strip(),
        tuple(name for name in names if name in FIELDS),
        under.category,
        mood,
        gesture,
        f"{file.name}:{number}",
        under.trade,
        under.daypart,
        tuple(name for name in names if name not in FIELDS),
    )


def _names(text: str, file: Path, number: int, findings: list[Finding]) -> list[str] | None:
    """The names in braces; None, with a finding, when a brace stands alone or bears a format."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        what = f"braces that don't match ({error})"
        findings.append(Finding(what, "write a field as {price}", file, number))
        return None
    if any(form or how for _, _, form, how in parts):
        what = "a field with a format"
        findings.append(Finding(what, "write the name alone: {price}", file, number))
        return None
    return [name for _, name, _, _ in parts if name is not None]


def fields_of(text: str) -> tuple[str, ...]:
    """The product's fields in a text that is sound, in order."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name in FIELDS)


def _unknown(kind: str, name: str, known: Sequence[str], file: Path, number: int) -> Finding:
    return Finding(f"unknown {kind} {name!r}", nearest(name, known), file, number)


def nearest(name: str, known: Sequence[str], usual: Sequence[str] = ()) -> str:
    """What was meant, or everything that could be. ``usual``: all that is told of many."""
    near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "use one of: " + ", ".join(usual or known)
