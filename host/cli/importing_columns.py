"""Which column is taken for what: shown, asked where it is not sure, or as ``--map`` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table as Shown

from host.cli.common import err, out
from host.errors import ConfigError, Finding
from host.lineup.importing import headers, messages
from host.lineup.importing.found import Left
from host.lineup.importing.guessing import MONEY, Column, Unit, by_name
from host.lineup.importing.table import Table
from host.model import Lang

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("表头在第 {0} 行，共 {1} 行商品", "column names in row {0}, {1} rows below"),
    "sheet": ("工作表：{0}", "sheet: {0}"),
    "others": ("没有读的工作表：{0}（用 --sheet 指定）", "not read: {0} (--sheet takes one)"),
    "field": ("我们的字段", "our field"),
    "column": ("你的列", "your column"),
    "confidence": ("把握", "sure"),
    "samples": ("内容举例", "values"),
    "none": ("不导入", "left out"),
    "ask": (
        "“{0}”（例如 {1}）是哪个字段？直接回车表示不导入",
        "Which field is {0!r} (such as {1})? Empty leaves it out",
    ),
    "unit": ("“{0}”里的 {1} 是元还是分？", "Is {1} of {0!r} in whole units or in cents?"),
    "unknown": ("没有这个字段，可以写：{0}", "no such field; there are: {0}"),
}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "元": "yuan", "yuan": "yuan", "units": "yuan", "dollars": "yuan",
    "分": "fen", "fen": "fen", "cents": "fen",
}  # fmt: skip


def mapped(columns: Sequence[Column], mapping: Sequence[str], file: Path) -> list[Column]:
    """``columns`` as ``--map`` says. Raises ConfigError with each mapping that cannot be."""
    made = {column.index: column for column in columns}
    findings: list[Finding] = []
    for each in mapping:
        name, mark, wanted = each.rpartition("=")
        # A column may be found by its name as written, else by what is left of it when folded.
        found = [c for c in columns if c.name == name.strip()] or [
            c for c in columns if headers.folded(c.name) == headers.folded(name)
        ]
        field, _, unit = wanted.strip().partition(":")
        target = target_of(field)
        if not mark or len(found) != 1:
            fix = "there are: " + ", ".join(column.name for column in columns if column.name)
            findings.append(Finding(f"--map {each!r}: no one column is called so", fix, file))
        elif field and not target:
            fix = "use one of: " + ", ".join(headers.TARGETS)
            findings.append(Finding(f"--map {each!r}: there is no field {field!r}", fix, file))
        elif unit and unit not in _UNITS:
            fix = "write COLUMN=price:yuan or COLUMN=price:fen"
            findings.append(Finding(f"--map {each!r}: {unit!r} is no unit", fix, file))
        else:
            made[found[0].index] = _taken(found[0], target or headers.IGNORED, _UNITS.get(unit, ""))
    if findings:
        raise ConfigError(*findings)
    chosen = {c.target for c in made.values() if c.confidence == 1 and c not in columns}
    return [_freed(column, columns, chosen) for column in made.values()]


def _taken(column: Column, target: str, unit: Unit = "") -> Column:
    """A column as a person says; a price without a unit is in whole units."""
    unit = unit or column.unit or ("yuan" if target in MONEY else "")
    return replace(column, target=target, confidence=1.0, doubt="", unit=unit)


def _freed(column: Column, before: Sequence[Column], chosen: set[str]) -> Column:
    """A column that a person did not choose is not one that was chosen."""
    free = column not in before or column.target in headers.MANY
    if column.target in chosen and not free:
        return replace(column, doubt="rival")
    return column


def target_of(name: str) -> str:
    """A target by its own name or any name of such a column; empty: there is none."""
    plain = name.strip()
    if plain in headers.TARGETS:
        return plain
    target, confidence = by_name(plain)
    return target if confidence == 1 else ""


def settled(
    columns: Sequence[Column], table: Table, file: Path, lang: Lang, *, asks: bool
) -> tuple[list[Column], list[Left]]:
    """The columns to be taken, and what is told of the others. Shows them all.

    ``asks``: a person is there to ask. Raises ConfigError when none is the name or the price.
    """
    _show(columns, table, lang)
    taken: list[Column] = []
    left: list[Left] = []
    for column in columns:
        if asks and not column.sure and column.target != headers.IGNORED:
            column = _asked(column, lang)
        if column.sure and column.target and column.target != headers.IGNORED:
            taken.append(column)
        elif column.target != headers.IGNORED:
            code = column.doubt or "name"
            name = column.name or f"#{column.index + 1}"
            left.append(Left(code, (name, column.target), None, name))
    missing = [field for field in ("name", "price") if all(c.target != field for c in taken)]
    if missing:
        asked = [messages.told(each, lang) for each in left if each.args[1] in missing]
        raise ConfigError(*(_without(field, file, "; ".join(asked)) for field in missing))
    return taken, left


def _without(field: str, file: Path, told: str) -> Finding:
    fix = f'tell which: --map "COLUMN={field}"' + (f" ({told})" if told else "")
    return Finding(f"no column is sure to be the {field}", fix, file)


def _show(columns: Sequence[Column], table: Table, lang: Lang) -> None:
    if table.sheet:
        out.print(_say("sheet", lang, table.sheet), markup=False)
    if table.passed:
        out.print(_say("others", lang, ", ".join(table.passed)), markup=False)
    out.print(_say("title", lang, table.line, len(table.rows)), markup=False)
    shown = Shown(box=None, pad_edge=False)
    for key in ("field", "column", "confidence", "samples"):
        shown.add_column(_say(key, lang), overflow="fold")
    for column in columns:
        sure = column.sure and column.target != headers.IGNORED
        field = column.target if sure else _say("none", lang)
        if not sure and column.doubt and column.target:
            field = f"{column.target}? · {field}"
        samples = " · ".join(value[:24] for value in column.samples)
        name = column.name or f"#{column.index + 1}"
        confidence = f"{column.confidence:.0%}" if column.target else ""
        shown.add_row(*(escape(text) for text in (field, name, confidence, samples)))
    out.print(shown)


def _asked(column: Column, lang: Lang) -> Column:
    samples = " · ".join(column.samples)
    if column.doubt == "unit":
        question = _say("unit", lang, column.name, samples)
        words = ("元", "分") if lang == "zh" else ("units", "cents")
        answer = ""
        while answer not in _UNITS:
            answer = typer.prompt(f"{question} ({'/'.join(words)})").strip().lower()
        return _taken(column, column.target, _UNITS[answer])
    question = _say("ask", lang, column.name or f"#{column.index + 1}", samples)
    while True:
        answer = typer.prompt(question, default="", show_default=False).strip()
        if answer in ("", "-"):
            return replace(column, target=headers.IGNORED, doubt="")
        if target := target_of(answer):
            return _taken(column, target)
        err.print(_say("unknown", lang, ", ".join(headers.TARGETS)), markup=False)


def _say(key: str, lang: Lang, *values: object) -> str:
    return _TEXTS[key][0 if lang == "zh" else 1].format(*values)
