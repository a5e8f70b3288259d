"""Writes a rehearsal down: ``lines.jsonl`` for programs, ``report.html`` for people."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from host.errors import ConfigError, Finding
from host.rehearsal.figures import Figures
from host.rehearsal.page import PageMaker
from host.rehearsal.record import Record, Spoken
from host.rehearsal.texts import Words

_TEMPLATES = Path(__file__).with_name("templates")


def make_folder(folder: Path) -> None:
    """The report's folder, there and writable. Raises ConfigError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        what = f"-o: nothing can be written to {folder}: {error.strerror}"
        raise ConfigError(Finding(what, "choose another folder")) from error


def write(record: Record, found: Figures, folder: Path) -> None:
    """Both files, each whole or not at all. Raises ConfigError when the disk takes neither."""
    try:
        _replace(folder / "lines.jsonl", lines(record))
        _replace(folder / "report.html", [page(record, found)])
    except OSError as error:
        what = f"-o: {folder} takes no report: {error.strerror}"
        raise ConfigError(Finding(what, "make room, or choose another folder")) from error


def lines(record: Record) -> Iterator[str]:
    """The text of ``lines.jsonl``: the keys of the interface first, in its order."""
    for line in record.lines:
        yield json.dumps(_told(line), ensure_ascii=False) + "\n"


def _told(line: Spoken) -> dict[str, object]:
    told: dict[str, object] = {
        "t": round(line.t, 2),
        "lap": line.lap,
        "sku": line.sku,
        "beat": line.beat,
        "kind": line.kind,
        "text": line.text,
        "seconds": round(line.seconds, 2),
    }
    if line.comment is not None:
        told["comment"] = line.comment
    if line.cut:
        told["cut"] = line.cut
    return told


def page(record: Record, found: Figures) -> str:
    """The text of ``report.html``: one file, that asks nothing of any network."""
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    jinja = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = jinja.from_string((_TEMPLATES / "report.html").read_text(encoding="utf-8"))
    return template.render(
        page=PageMaker(record, found).page(),
        say=Words(record.lang),
        # Ours, and no part of them is a viewer's or a merchant's.
        script=Markup(script),  # noqa: S704
        style=Markup(style),  # noqa: S704
        script_hash=f"sha256-{digest}",
    )


def _replace(file: Path, parts: Iterator[str] | list[str]) -> None:
    part = file.with_name(f".{file.name}.part")
    with part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
        out.writelines(parts)
    os.replace(part, file)
