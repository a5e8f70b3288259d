"""``livehost lineup import``: a lineup from a shop's export, any spreadsheet, or a product page."""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import anyio
import typer

from host.cli import importing_columns as columns
from host.cli.common import err, out
from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.lineup.importing import messages, source
from host.lineup.importing.compose import Composed, compose
from host.lineup.importing.found import Harvest, Left
from host.lineup.importing.keeping import fit_cells, fitting, keep, report
from host.lineup.importing.pages import stripped
from host.lineup.importing.patterns import extract
from host.lineup.importing.rows import harvest
from host.lineup.importing.sayable import take_out
from host.lineup.importing.table import find_table
from host.lineup.row import CHINA
from host.lineup.sayable import sound_lineup
from host.model import Lang, Lineup, PlatformProfile
from host.platforms import profiles_of

_FILE = "A .csv, .tsv, .xlsx, .txt, .md or .html; - is a page on standard input."
_OUTPUT = "The lineup: .csv, .xlsx or .toml."
_YES = "Ask nothing; what is not sure is left out."
_MAP = '"COLUMN=FIELD", "COLUMN=price:fen", "COLUMN=" for none.'
_MODEL = "Let this room's writer read a page too."
_FORCE = "Write over a file that is there."
_STRICT = "Write nothing if anything is left out."
_SHOWN = 80
"""Of what was left out, lines on the terminal; all of it is in the report."""
_TEXTS: dict[str, tuple[str, str]] = {
    "left": ("没有导入的内容：", "Left out:"),
    "more": ("……还有 {0} 条", "… and {0} more"),
    "notes": ("请留意：", "To look at:"),
    "kept": (
        "{0}：{1} 个商品；每个值的出处在 {2}",
        "{0}: {1} products; where each value stands: {2}",
    ),
    "made-up": (
        "文件里没有货号，编了 {0}：可以改成自己的",
        "the file names no sku, so these were made up: {0}. Put your own in their place",
    ),
    "refused": ("这些话主播不会说，请修改 {0}：", "The host would not say these; mend {0}:"),
    "next": (
        "下一步：打开 {0} 核对一遍，在房间文件里写 lineup = \"{1}\"，然后运行 livehost check {2}",
        'Next: read {0} through, name it in the room\'s file (lineup = "{1}"), then run '
        "livehost check {2}",
    ),
    "added": (
        "语言模型补充了 {0} 条，每条都有原文",
        "the model added {0} facts, each with its quote",
    ),
    "strict": (
        "--strict：有内容没有导入，什么也没有写",
        "--strict: something was left out, so nothing is written",
    ),
    "fix": ("按上面逐条修改，或者去掉 --strict", "mend what is listed, or leave out --strict"),
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    lineup = typer.Typer(help="What a room sells.", no_args_is_help=True)
    lineup.command("import")(import_)
    app.add_typer(lineup, name="lineup")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_FILE)],
    output: Annotated[Path, typer.Option("--output", "-o", help=_OUTPUT)] = Path("lineup.csv"),
    yes: Annotated[bool, typer.Option("--yes", help=_YES)] = False,
    mapping: Annotated[list[str] | None, typer.Option("--map", help=_MAP)] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en.", metavar="LANG")] = None,
    sheet: Annotated[str, typer.Option(help="Of an .xlsx: this worksheet.")] = "",
    currency: Annotated[str, typer.Option(help="ISO code of prices that bear none.")] = "",
    with_llm: Annotated[Path | None, typer.Option(metavar="ROOM", help=_MODEL)] = None,
    force: Annotated[bool, typer.Option("--force", help=_FORCE)] = False,
    strict: Annotated[bool, typer.Option("--strict", help=_STRICT)] = False,
) -> None:
    """Make a lineup of FILE: a shop's export, a spreadsheet in any columns, or a page's text.

    Columns are told by their names and values; what is not sure is asked. A page gives what stands
    in it and nothing else. The lineup is read back before it is kept, and says where each of its
    values came from in a .import.json beside it.

    [bold]livehost lineup import export.xlsx -o lineup.csv[/bold]

    [bold]livehost lineup import page.txt -o lineup.toml --with-llm configs/demo.toml[/bold]
    """
    room = load_room(with_llm) if with_llm is not None else None
    chosen = _language(lang, room)
    if currency and not re.fullmatch(r"[A-Za-z]{3}", currency):
        raise ConfigError(Finding(f"--currency: {currency!r} is no ISO code", "such as CNY or USD"))
    fitting(output, force=force)
    data = source.read_bytes(file, sys.stdin.buffer)
    text = ""
    if _tabular(data, file):
        found = _of_table(data, file, sheet, mapping or [], currency.upper(), chosen, yes)
    else:
        text = stripped(source.page(data, file)).text
        found = extract(text)
        if room is not None:
            _ask_model(room, text, found, chosen)
    money = currency.upper() or _currency(found, text)
    made = _composed(found, file, money, room, chosen, text)
    if output.suffix.lower() != ".toml":
        made = fit_cells(made, found.left)
    _finish(made, found.left, output, file, room, chosen, force=force, strict=strict, text=text)


def _tabular(data: bytes, file: Path) -> bool:
    """Whether the file is a table. Raises ConfigError when it is neither that nor a page."""
    ending = file.suffix.lower() if str(file) != "-" else ""
    if ending == ".toml":
        raise ConfigError(Finding("it is a lineup already", "name it in the room's file", file))
    if ending in source.TABLES or data.startswith(b"PK\x03\x04") or ending == ".xls":
        return True
    if ending in source.PAGES:
        return False
    what = f"a {ending} is neither a table nor a page"
    raise ConfigError(Finding(what, "give a .csv, .tsv, .xlsx, .txt, .md or .html", file))


def _of_table(
    data: bytes, file: Path, sheet: str, mapping: Sequence[str], currency: str, lang: Lang,
    yes: bool,
) -> Harvest:  # fmt: skip
    table = find_table(source.grids(data, file), file, sheet)
    asks = not yes and str(file) != "-" and sys.stdin.isatty() and sys.stdout.isatty()
    mapped = columns.mapped(table.columns, mapping, file)
    settled, left = columns.settled(mapped, table, file, lang, asks=asks)
    made = harvest(table.rows, settled, file.parent, currency)
    made.left[:0] = left
    return made


def _ask_model(room: Room, text: str, found: Harvest, lang: Lang) -> None:
    """Let the room's model read the page. Raises ConfigError when it has none, or no key."""
    from host.lineup.importing.model import read
    from host.writer.access import check, key_of
    from host.writer.budget import Budget

    settings = room.settings.writer
    if not settings.model:
        fix = 'name one under [writer], for instance model = "qwen-plus"'
        raise ConfigError(Finding("writer.model is empty", fix, room.file))
    settings = settings.model_copy(update={"on": True})
    check(settings, room.file)
    key = key_of(settings, room.file)

    async def ask() -> int:
        from host.writer.endpoint import Endpoint  # loads openai, which takes a second

        endpoint = Endpoint(settings, key, Budget(settings))
        try:
            return await read(endpoint, text, found)
        finally:
            await endpoint.aclose()

    err.print(_say("added", lang, anyio.run(ask)), markup=False)


def _currency(found: Harvest, text: str) -> str:
    """Of prices that bear none: yuan where the products' names are Chinese; else it is not told."""
    shown = text or "".join(draft.text("name") for draft in found.drafts)
    return "CNY" if len(re.findall(r"[一-鿿]", shown)) > len(shown) / 5 else ""


def _composed(
    found: Harvest, file: Path, currency: str, room: Room | None, lang: Lang, text: str
) -> Composed:  # fmt: skip
    zone = room.timezone if room is not None else CHINA
    folder = file.parent  # of standard input: here
    try:
        made = compose(found, folder, currency=currency, tz=zone)
        # A page's claims count for one another: what is refused is taken out until nothing is.
        now = datetime.now(UTC)
        while text and take_out(found, made.lineup.products[0], _platforms(room, lang), lang, now):
            made = compose(found, folder, currency=currency, tz=zone)
    except ConfigError as error:
        _print_left(found.left, lang)
        what = error.findings[0]
        raise ConfigError(Finding(what.what, what.fix, file)) from error
    return made


def _finish(
    made: Composed, left: list[Left], output: Path, file: Path, room: Room | None, lang: Lang, *,
    force: bool, strict: bool, text: str,
) -> None:  # fmt: skip
    _print_left(left, lang)
    if strict and any(each.code not in messages.NOTES for each in left):
        raise ConfigError(Finding(_say("strict", lang), _say("fix", lang), file))
    zone = room.timezone if room is not None else CHINA
    lineup = keep(made, output, lang, force=force, tz=zone)
    told = report(output, str(file), made, left, lang, text)
    out.print(_say("kept", lang, output, len(lineup.products), told), markup=False)
    made_up = zip(made.entries, made.drafts, strict=True)
    own = [entry["sku"] for entry, draft in made_up if not draft.first("sku")]
    if own:
        shown = ", ".join(own[:5]) + ("…" if len(own) > 5 else "")
        out.print(_say("made-up", lang, shown), markup=False)
    try:
        now = datetime.now(zone)
        sound_lineup(lineup, Lineup((), ""), _platforms(room, lang), lang, output, now)
    except ConfigError as error:
        out.print(_say("refused", lang, output), markup=False)
        for finding in error.findings:
            out.print(f"  {finding}", markup=False)
    name = room.file if room is not None else "ROOM.toml"
    out.print(_say("next", lang, output, output, name), markup=False)


def _print_left(left: Sequence[Left], lang: Lang) -> None:
    for key, wanted in (("left", False), ("notes", True)):
        told = [messages.told(one, lang) for one in left if (one.code in messages.NOTES) == wanted]
        told = list(dict.fromkeys(told))
        if told:
            err.print(_say(key, lang), markup=False)
        for each in told[:_SHOWN]:
            err.print(f"  {each}", markup=False)
        if len(told) > _SHOWN:
            err.print("  " + _say("more", lang, len(told) - _SHOWN), markup=False)


def _platforms(room: Room | None, lang: Lang) -> tuple[PlatformProfile, ...]:
    return profiles_of(room, lang) if room is not None else ()


def _language(wanted: str | None, room: Room | None) -> Lang:
    """Of what is told: as asked for, the room's, or the system's."""
    if wanted not in (None, "zh", "en"):
        raise ConfigError(Finding("--lang: there are zh and en", "take one of them"))
    if wanted is None and room is not None:
        return room.settings.lang
    name = wanted or os.environ.get("LC_ALL") or locale.getlocale()[0] or ""
    return "zh" if name.startswith("zh") else "en"


def _say(key: str, lang: Lang, *values: object) -> str:
    return _TEXTS[key][0 if lang == "zh" else 1].format(*values)
