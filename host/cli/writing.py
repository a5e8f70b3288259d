"""``livehost write``: what a language model writes for a room, tried once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import anyio
import typer

from host.cli.common import RoomFile, err, out
from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.gate import Gate
from host.lineup.store import last_good
from host.model import Lang, Lineup
from host.planner import Planner
from host.platforms import profiles_of
from host.script import load_scripts
from host.writer.access import check, key_of
from host.writer.author import MOST, Author, Outcome
from host.writer.budget import Budget
from host.writer.demand import BEATS, demand
from host.writer.shelf import Key, Shelf

_TEXTS: dict[Lang, dict[str, str]] = {
    "zh": {
        "why": "原因：",
        "trouble": "没有可用的回答：{0}",
        "spent": "共 {0} 个 token，费用 {1:.4f}（按 writer.price_in 和 price_out 计）",
        "none": "“{0}”这个环节没有可写的：商品没有它要的事实",
    },
    "en": {
        "why": "why: ",
        "trouble": "no answer that can be used: {0}",
        "spent": "{0} tokens in all, cost {1:.4f} (by writer.price_in and price_out)",
        "none": "there is nothing to write for the beat {0}: no product has the facts for it",
    },
}


@dataclass(frozen=True, slots=True)
class _Show:
    lineup: Lineup
    gate: Gate
    planner: Planner


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(write)


def write(
    room: RoomFile,
    beats: Annotated[
        str, typer.Option(help=f"Separated by commas, of: {', '.join(sorted(BEATS))}.")
    ] = "hook,selling,price",
    sku: Annotated[str, typer.Option(help="Of this product alone.")] = "",
    count: Annotated[int, typer.Option(min=1, max=MOST, help="Variants of each beat.")] = 3,
) -> None:
    """Let ROOM's language model write for some beats once, and show what passes and what it costs.

    Asks the server of the room's writer, whether it is on or not. Nothing is kept or said.

    [bold]livehost write configs/demo.toml --beats hook,selling[/bold]
    """
    checked = load_room(room)
    writer = checked.settings.writer
    if not writer.model:
        fix = 'name one under [writer], for instance model = "qwen-plus"'
        raise ConfigError(Finding("writer.model is empty", fix, checked.file))
    check(writer.model_copy(update={"on": True}), checked.file)
    names = [name.strip() for name in beats.split(",") if name.strip()]
    unknown = [name for name in names if name not in BEATS]
    if unknown or not names:
        what = f"--beats: {', '.join(unknown) or 'none is given'}"
        raise ConfigError(Finding(what, "use some of: " + ", ".join(sorted(BEATS))))
    if sku and last_good(checked).get(sku) is None:
        raise ConfigError(Finding(f"--sku: the lineup has no {sku!r}", "use one that it has"))
    if not anyio.run(_write, checked, names, sku, count):
        raise typer.Exit(1)


async def _write(room: Room, beats: list[str], sku: str, count: int) -> bool:
    """Whether anything can be used."""
    from host.writer.endpoint import Endpoint  # loads openai: half a second

    settings, lang = room.settings, room.settings.lang
    lineup = last_good(room)
    planner = Planner(lineup, load_scripts(room.scripts, lang), settings.seed, lang, settings.talk)
    show = _Show(lineup, Gate(lineup, profiles_of(room, lang)), planner)
    now = datetime.now(room.timezone)
    wanted = await demand(planner, now)
    budget, found = Budget(settings.writer), False
    with tempfile.TemporaryDirectory(prefix="livehost-write-") as folder:
        author = Author(room, Shelf(Path(folder) / "variants.jsonl", lang))
        endpoint = Endpoint(settings.writer, key_of(settings.writer, room.file), budget)
        try:
            for beat in beats:
                keys = [key for key, _ in wanted.most_common() if key.beat == beat]
                key = next((key for key in keys if sku in ("", key.sku)), Key(beat, sku, ""))
                ask = author.ask(key, count, lineup, now)
                if ask is None:
                    err.print(_TEXTS[lang]["none"].format(beat), markup=False)
                    continue
                outcome = await author.write(endpoint, ask, show, now)
                found = _print(key, outcome, lang) or found
        finally:
            await endpoint.aclose()
    out.print(_TEXTS[lang]["spent"].format(budget.tokens_spent, budget.money_spent), markup=False)
    return found


def _print(key: Key, outcome: Outcome, lang: Lang) -> bool:
    say = _TEXTS[lang]
    out.print(" / ".join(part for part in (key.beat, key.sku, key.kind) if part), markup=False)
    for text in outcome.kept:
        out.print(f"  ✓ {text}", markup=False)
    for text, why in outcome.refused:
        out.print(f"  ✗ {text}\n    {say['why']}{why}", markup=False)
    if outcome.trouble is not None:
        err.print(say["trouble"].format(outcome.trouble), markup=False)
    return bool(outcome.kept)
