"""What a person at the terminal is told while a room is on air, in the room's language."""

from __future__ import annotations

import contextlib
import select
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Final

from rich.console import Console

from host.cli.common import err, out
from host.config import Room
from host.console.texts import Words
from host.model import Decision, Incident
from host.model.state import OnAirState

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (zh, en)
    "on-air": ("● 直播中 · 预览和红色按钮：{0}", "● on air · preview and red button: {0}"),
    "stand-by": ("○ 正在播备播画面", "○ stand-by clip on air"),
    "hold": ("○ 正在播备播画面（红色按钮）", "○ stand-by clip on air (red button)"),
    "connected": ("  → {0}：已连接", "  → {0}: connected"),
    "rotated": ("  ↻ {0}：按计划重新连接", "  ↻ {0}: connection renewed as planned"),
    "lost": (
        "! {0}：{1}；每 1–2 秒重试一次，一直不行请检查地址和推流码",
        "! {0}: {1}; trying again every 1-2 s; check address and key if this goes on",
    ),
    "rejected": (
        "! {0}：平台拒绝推流：{1}；间隔 1–30 秒重试。推流码可能过期：在页面上贴新的，"
        "或运行 livehost key {2} {0}",
        "! {0}: its platform refuses the stream: {1}; trying again every 1-30 s. The key may have "
        "expired: paste a new one on the page, or run livehost key {2} {0}",
    ),
    "renewed": ("  ↻ {0}：换了新的推流地址", "  ↻ {0}: goes on with another address"),
    "key-unchanged": (
        "! {0}：推流码来源给的还是同一个地址；请更新它，或运行 livehost key {2} {0}",
        "! {0}: the key provider gave the same address; renew it, or run livehost key {2} {0}",
    ),
    "key-unavailable": (
        "! {0}：推流码来源没有给出地址：{1}",
        "! {0}: the key provider gave no address: {1}",
    ),
    "closed": (
        "○ 播出时段以外，{0:%m-%d %H:%M} 开播；按 Ctrl+C 结束",
        "○ outside the room's hours: on air at {0:%Y-%m-%d %H:%M}; Ctrl+C ends it",
    ),
    "never": (
        "○ 播出计划已结束（schedule.ends）；改了它就能再开播",
        "○ the schedule is over (schedule.ends); change it to go on air again",
    ),
    "process": ("! {0}：{1}：{2}", "! {0}: {1}: {2}"),
}
_QUIET: Final = frozenset({"key-wanted"})
"""Said by "rejected" already."""


class Watcher:
    """Prints what a person at the terminal should know."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._words = Words(room.settings.lang)
        self._showing = ""
        self._connected: set[str] = set()

    def state(self, state: OnAirState) -> None:
        """Onair's state, once a second; each change is told once."""
        if state.showing != self._showing:
            self._showing = state.showing
            if state.showing == "programme":
                self._say(out, "on-air", self._page())
            elif state.showing == "stand-by":
                self._say(out, "hold" if state.hold else "stand-by")
        for destination in state.destinations:
            if destination.connected:
                self._is_connected(destination.name)

    def tell(self, what: Incident | Decision) -> None:
        """What happened; decisions are the page's and the ledger's."""
        if isinstance(what, Decision):
            return
        if what.stage.startswith("pusher:"):
            self._tell_of(what.stage.removeprefix("pusher:"), what)
        elif what.stage != "onair":
            stage = self._words.of("stage", what.stage)
            self._say(err, "process", stage, self._words.of("what", what.what), what.why)

    def closed(self, opens: datetime) -> str:
        """Say when the room is on air next; gives what was said."""
        self._showing = ""
        self._connected.clear()
        self._say(out, "closed", opens)
        return self._text("closed", opens)

    def never(self) -> None:
        """Say that its schedule is over."""
        self._say(out, "never")

    def _tell_of(self, name: str, what: Incident) -> None:
        if what.what == "connected":
            self._is_connected(name)
        elif what.what in ("rotated", "renewed"):
            self._say(out, what.what, name)
        elif what.what not in _QUIET:
            self._connected.discard(name)
            key = what.what if what.what in _TEXTS else "lost"
            self._say(err, key, name, what.why, self._room.file)

    def _is_connected(self, name: str) -> None:
        if name not in self._connected:
            self._connected.add(name)
            self._say(out, "connected", name)

    def _page(self) -> str:
        console = self._room.settings.console
        host = f"[{console.host}]" if ":" in console.host else console.host
        return f"http://{host}:{console.port}"

    def _text(self, key: str, *values: object) -> str:
        return _TEXTS[key][0 if self._words.lang == "zh" else 1].format(*values)

    def _say(self, console: Console, key: str, *values: object) -> None:
        """Print it if that can be: a full disk under the log or a closed pipe must not end the
        show, nor a stopped terminal stop it; the page and the ledger have it all the same. Rich
        ends the program over a closed pipe.
        """
        if not _takes(console.file):
            return
        text = self._text(key, *values)
        with contextlib.suppress(OSError, SystemExit):
            console.print(text, markup=False)


def _takes(file: IO[str]) -> bool:
    """Whether a line can be written without waiting: not where a terminal was stopped (Ctrl+S, a
    selection under the mouse) or nobody reads the pipe.
    """
    poll = select.poll()
    with contextlib.suppress(OSError, ValueError):  # no file of the system's: it never waits
        poll.register(file.fileno(), select.POLLOUT)
        return bool(poll.poll(0))
    return True
