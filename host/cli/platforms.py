"""``livehost platforms``: what each platform takes, and what it asks of digital hosts."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from host import platforms as profiles
from host.cli.common import out
from host.config import load_room
from host.errors import ConfigError, Finding
from host.model import Lang, PlatformProfile

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (zh, en)
    "name": ("platform =", "platform ="),
    "title": ("平台", "platform"),
    "takes": ("上限", "takes"),
    "digital-hosts": ("对数字人的规定", "on digital hosts"),
    "source": ("来源", "source"),
    "checked": ("核对于", "checked"),
    "pixels": ("{0}x{1} 像素以内", "up to {0}x{1} pixels"),
    "portrait": ("只收竖屏", "upright only"),
    "fps": ("{0} 帧/秒", "{0} frames/s"),
    "kbps": ("视频 {0} kb/s", "video {0} kb/s"),
    "keyframe": ("关键帧间隔 ≤ {0} 秒", "keyframes ≤ {0} s apart"),
    "audio": ("音频 ≤ {0} kb/s", "sound ≤ {0} kb/s"),
    "rates": ("采样率 {0} Hz", "sound at {0} Hz"),
    "schemes": ("地址 {0}", "addresses {0}"),
    "hours": (
        "一次连接 ≤ {0:g} 小时（会在安静处重连）",
        "sessions ≤ {0:g} h (renewed at a quiet moment)",
    ),
    "none": ("未知", "unknown"),
    "terms": (
        "平台规则常变，以平台当前的条款为准；这不是法律意见。",
        "Platforms change their rules: what their terms say today counts. This is no legal advice.",
    ),
}


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(platforms)


def platforms(
    name: Annotated[str | None, typer.Argument(help="One platform, with its source.")] = None,
    room: Annotated[
        Path | None, typer.Option(help="A room: its language, and the profiles beside its file.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en.", metavar="LANG")] = None,
) -> None:
    """Tell what platforms take and what they ask of digital hosts, with sources and dates.

    [bold]livehost platforms[/bold]: all of them

    [bold]livehost platforms youtube --lang en[/bold]: one, with its source
    """
    if lang not in (None, "zh", "en"):
        raise ConfigError(Finding("--lang: there are zh and en", "take one of them"))
    read = load_room(room) if room is not None else None
    own = read.folder / "platforms" if read is not None else None
    chosen: Lang = "zh" if _language(lang or (read.settings.lang if read else "")) else "en"
    folders = [profiles.FOLDER] if own is None else [own, profiles.FOLDER]
    wanted = [name] if name else profiles.names(*folders)
    found = [profiles.load_profile(each, own=own, lang=chosen) for each in wanted]
    out.print(_one(found[0], chosen) if name else _all(found, chosen))
    out.print(_text("terms", chosen), style="dim")


def _language(wanted: str) -> bool:
    """Whether it is Chinese; without a wish, as the terminal's."""
    return (wanted or os.environ.get("LC_ALL") or locale.getlocale()[0] or "").startswith("zh")


def _text(key: str, lang: Lang, *values: object) -> str:
    return _TEXTS[key][0 if lang == "zh" else 1].format(*values)


def _all(found: list[PlatformProfile], lang: Lang) -> Table:
    table = Table(box=SIMPLE_HEAD, show_lines=False, pad_edge=False)
    for key, ratio in (("name", None), ("title", None), ("takes", 3), ("digital-hosts", 4)):
        # Chinese has no spaces to break a line at.
        table.add_column(_text(key, lang), ratio=ratio, no_wrap=ratio is None, overflow="fold")
    for profile in found:
        policy = profile.digital_hosts or _text("none", lang)
        takes = "\n".join(_takes(profile, lang)) or _text("none", lang)
        table.add_row(profile.name, escape(profile.title), takes, escape(policy), end_section=True)
    return table


def _one(profile: PlatformProfile, lang: Lang) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    rows = {
        "title": profile.title,
        "takes": "\n".join(_takes(profile, lang)) or _text("none", lang),
        "digital-hosts": profile.digital_hosts or _text("none", lang),
        "source": profile.source,
        "checked": profile.checked,
    }
    for key, value in rows.items():
        table.add_row(f"[bold]{_text(key, lang)}[/bold]", escape(value))
    return table


def _takes(profile: PlatformProfile, lang: Lang) -> list[str]:
    """Each limit that is known, for a person."""
    told: list[tuple[str, tuple[object, ...]]] = []
    if profile.longest_side and profile.shortest_side:
        told.append(("pixels", (profile.longest_side, profile.shortest_side)))
    if profile.portrait_only:
        told.append(("portrait", ()))
    if fps := _range(profile.min_fps, profile.max_fps):
        told.append(("fps", (fps,)))
    if kbps := _range(profile.min_kbps, profile.max_kbps):
        told.append(("kbps", (kbps,)))
    if profile.max_keyframe_seconds:
        told.append(("keyframe", (profile.max_keyframe_seconds,)))
    if profile.max_audio_kbps:
        told.append(("audio", (profile.max_audio_kbps,)))
    if profile.audio_rates:
        told.append(("rates", (", ".join(str(rate) for rate in profile.audio_rates),)))
    if profile.longest_hours:
        told.append(("hours", (profile.longest_hours,)))
    lines = [_text(key, lang, *values) for key, values in told]
    if profile.schemes == ("rtmps",):
        lines.append(_text("schemes", lang, "rtmps://"))
    return lines


def _range(least: int, most: int) -> str:
    if least and most:
        return f"{least}–{most}"
    return f"≤ {most}" if most else f"≥ {least}" if least else ""
