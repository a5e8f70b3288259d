"""Talk scripts: Markdown that operators edit, read into variants of beats.

::

    ## 卖点                          a beat
    ### 类目：食品                    only for products of this category, until the next heading
    - [excited, nod] {short_name}…   a variant; mood and gesture are optional
    > a note to other operators       is not said
"""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from host.errors import ConfigError, Finding
from host.fields import FIELDS
from host.model import Lang, Mood

BEATS: dict[str, tuple[str, ...]] = {
    "opening": ("开场", "opening"),
    "pain": ("痛点", "pain"),
    "selling": ("卖点", "selling points", "selling"),
    "proof": ("证明", "proof"),
    "price": ("价格", "price"),
    "action": ("行动", "action"),
    "interaction": ("互动", "interaction"),
}
"""Beat, in the order of a block → headings that mean it."""

GESTURES = ("none", "nod", "point", "wave", "open", "tilt")
"""Named gestures that a variant may ask of the host."""

_HEADINGS = {name: beat for beat, names in BEATS.items() for name in names}
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BULLET = re.compile(r"^[-*+]\s+(?:\[([^\]]*)\]\s*)?(.+)$")
_CATEGORY = re.compile(r"^(?:类目|category)\s*[:：]\s*", re.I)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say a beat."""

    beat: str
    text: str
    """With ``{fields}``."""
    fields: tuple[str, ...]
    """The fields in ``text``, in order."""
    category: str = ""
    """Only for products whose category holds this; empty: for all."""
    mood: Mood | None = None
    """None: the beat's own."""
    gesture: str | None = None
    """None: the beat's own; "none": no gesture."""
    source: str = ""
    """Where it stands: "zh.md:12"."""


@dataclass(frozen=True, slots=True)
class Scripts:
    """Every variant of every beat of one language."""

    lang: Lang
    variants: tuple[Variant, ...]

    def of(self, beat: str) -> tuple[Variant, ...]:
        """The variants of a beat, in the order they were written."""
        return tuple(variant for variant in self.variants if variant.beat == beat)


def load_scripts(paths: Iterable[Path], lang: Lang) -> Scripts:
    """Read scripts of one language; a beat may be spread over files.

    Raises ConfigError with every unknown heading, field, mood and gesture, each with its line, and
    for every beat that has no variant.
    """
    findings: list[Finding] = []
    variants: list[Variant] = []
    files = list(paths)
    for file in files:
        variants += _read(file, findings)
    first = files[0] if files else None
    sound = not findings  # else a beat may be missing only because its heading was refused
    for beat, names in BEATS.items():
        if not any(variant.beat == beat for variant in variants) and sound:
            name = names[0] if lang == "zh" else names[1].capitalize()
            findings.append(
                Finding(f"no variant of {name!r}", f"write some under a line ## {name}", first)
            )
    if findings:
        raise ConfigError(*findings)
    return Scripts(lang, tuple(variants))


def _read(file: Path, findings: list[Finding]) -> list[Variant]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        findings.append(Finding("there is no such script", "mend the path", file))
        return []
    except UnicodeDecodeError:
        findings.append(Finding("not UTF-8 text", "save the file in UTF-8 encoding", file))
        return []
    variants: list[Variant] = []
    beat: str | None = None
    category = ""
    lost = False  # under a heading that was refused: say so once, not for each bullet
    for number, line in _logical(text):
        heading = _HEADING.match(line)
        if heading:
            depth, name = len(heading[1]), heading[2]
            if depth == 1:
                beat, lost = None, False
            elif depth == 2:
                beat, category = _HEADINGS.get(name.casefold()), ""
                lost = beat is None
                if lost:
                    findings.append(_unknown("beat", name, list(_HEADINGS), file, number))
            else:
                category = _CATEGORY.sub("", name).strip()
            continue
        if line.startswith(">"):
            continue
        bullet = _BULLET.match(line)
        if bullet is None:
            findings.append(
                Finding(
                    f"a line that is neither heading nor variant: {line[:30]!r}",
                    "begin a variant with '- ', a note with '> '",
                    file,
                    number,
                )
            )
        elif beat is not None:
            variant = _variant(beat, category, bullet[1], bullet[2], file, number, findings)
            if variant is not None:
                variants.append(variant)
        elif not lost:
            findings.append(
                Finding(
                    "a variant before the first beat", "write a line such as ## 开场", file, number
                )
            )
    return variants


def _logical(text: str) -> list[tuple[int, str]]:
    """Lines that are not blank, with indented lines joined to the one before; comments are cut."""
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
    beat: str,
    category: str,
    tags: str | None,
    text: str,
    file: Path,
    number: int,
    findings: list[Finding],
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
    fields = _fields(text, file, number, findings)
    if fields is None or not sound:
        return None
    source = f"{file.name}:{number}"
    return Variant(beat, text.strip(), fields, category, mood, gesture, source)


def _fields(text: str, file: Path, number: int, findings: list[Finding]) -> tuple[str, ...] | None:
    """The fields of a variant; None, with findings, when one is unknown or a brace stands alone."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        findings.append(
            Finding(f"braces that don't match ({error})", "write a field as {price}", file, number)
        )
        return None
    names = [name for _, name, _, _ in parts if name is not None]
    odd = [name for name in names if name not in FIELDS]
    findings += [_unknown("field", name, list(FIELDS), file, number) for name in odd]
    plain = all(not form and not how for _, _, form, how in parts)
    if not plain:
        findings.append(
            Finding("a field with a format", "write the name alone: {price}", file, number)
        )
    return None if odd or not plain else tuple(names)


def _unknown(kind: str, name: str, known: Sequence[str], file: Path, number: int) -> Finding:
    near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    fix = f"did you mean {near[0]!r}?" if near else "use one of: " + ", ".join(known)
    return Finding(f"unknown {kind} {name!r}", fix, file, number)
