"""The page as a whole, and all that are open."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import anyio
from nicegui import Client, app, ui

from host.console.desk import Desk
from host.console.panels.elements import box
from host.console.panels.head import Head
from host.console.panels.speech import Speech
from host.console.panels.stage import Stage
from host.console.panels.status import Status
from host.console.panels.talk import Talk
from host.console.room import Room
from host.console.show import DeskView
from host.console.texts import LANGUAGES, Words
from host.model import Lang

_log = logging.getLogger(__name__)

_STYLES = ("base", "board", "stage", "speech", "talk", "notices", "narrow")
"""Style sheets in order: ``narrow`` overrides the others."""
_LEAST = 0.15
"""Seconds between two updates of the open pages: quick for an eye, and bounds a flood's cost."""
_FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="#12161c"/>'
    '<circle cx="16" cy="16" r="7" fill="#e5484d"/></svg>'
)


class Panel(Protocol):
    """A part of the page."""

    def show(self, view: DeskView) -> None:
        """Follow the desk."""


class Pages:
    """Every open page; told when the desk has changed, and then only what differs is sent."""

    def __init__(self, desk: Desk, room: Room, *, name: str, comments_port: int) -> None:
        self._desk = desk
        self._room = room
        self._name = name
        self._comments_port = comments_port
        self._open: dict[str, tuple[Panel, ...]] = {}
        self._changed = anyio.Event()

    def changed(self) -> None:
        """The desk has changed."""
        self._changed.set()

    async def run(self) -> None:
        """For ever: bring open pages up to date."""
        shown: DeskView | None = None
        while True:
            await self._changed.wait()
            self._changed = anyio.Event()
            view = self._desk.view()
            if view != shown:
                shown = view
                for page in list(self._open.values()):
                    _show(page, view)
            await anyio.sleep(_LEAST)

    def add_routes(self, lang: Lang) -> None:
        """``/`` in the room's language, ``/zh`` and ``/en``."""
        for name in _STYLES:
            file = Path(__file__).parent / "styles" / f"{name}.css"
            stamp = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
            sheet = app.add_static_file(local_file=file, url_path=f"/styles/{name}-{stamp}.css")
            ui.add_head_html(f'<link rel="stylesheet" href="{sheet}">', shared=True)
        routes: tuple[tuple[str, Lang], ...] = (("/", lang), ("/zh", "zh"), ("/en", "en"))
        for path, spoken in routes:
            title = f"{self._name} · {Words(spoken)('title')}"
            ui.page(path, title=title, language=LANGUAGES[spoken], favicon=_FAVICON, dark=True)(
                self._builder(spoken)
            )

    def _builder(self, lang: Lang) -> Callable[[Client], None]:
        def page(client: Client) -> None:
            words = Words(lang)
            head = Head(words, self._name)
            with box("board", tag="main"):
                stage = Stage(words, self._room)
                with box("middle"):
                    speech, status = Speech(words), Status(words, self._room)
                with box("right"):
                    talk = Talk(words, self._comments_port)
            panels: tuple[Panel, ...] = (head, stage, speech, status, talk)
            _show(panels, self._desk.view())
            self._open[client.id] = panels
            client.on_delete(lambda: self._open.pop(client.id, None))

        return page


def _show(page: tuple[Panel, ...], view: DeskView) -> None:
    for panel in page:
        try:
            panel.show(view)
        except Exception:  # noqa: BLE001 (one panel's fault must not take the red button away)
            _log.exception("%s could not be shown", type(panel).__name__)
