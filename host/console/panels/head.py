"""The bar on top: the on-air light, how long, and what is wrong."""

from __future__ import annotations

import time
from datetime import datetime

from nicegui import ui

from host.console.panels.elements import Following, Text, box, switch
from host.console.show import DeskView
from host.console.texts import Words


class Uptime(ui.element, component="uptime.js"):
    """Counts on from ``elapsed`` seconds in the browser."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._props["label"] = label
        self._props["elapsed"] = 0.0
        self._began: float | None = None
        self.visible = False

    def show(self, began: float | None) -> None:
        """``began``: monotonic seconds; None: unknown."""
        if began == self._began:
            return
        self._began = began
        self.visible = began is not None
        if began is not None:
            self._props["elapsed"] = time.monotonic() - began
            self.update()


class _Notice:
    def __init__(self, words: Words) -> None:
        self._words = words
        self.element = Text("", "notice", tag="p")
        self.element.props('role="status"')

    def show(self, value: str) -> None:
        """``value``: what is away, or "end-failed"."""
        key = value if value == "end-failed" else f"gone-{value}"
        self.element.set_text(self._words(key))
        switch(self.element, "grave", value in ("onair", "end-failed"))


class Head:
    """Light, room, uptime, language, and a notice for each thing that is away."""

    def __init__(self, words: Words, room: str) -> None:
        self._words = words
        with box("head", tag="header"):
            self._light = Text("", "light").props('role="status"')
            Text(room, "room", tag="h1")
            self._uptime = Uptime(words("uptime"))
            self._revision = Text("", "revision")
            box("head-gap")
            other = "/en" if words.lang == "zh" else "/zh"
            link = Text(words("other-language"), "language", tag="a")
            link.props(f'href="{other}"')
        self._notices = Following(box("notices"), key=str, make=lambda: _Notice(words))
        self._ending = box("ending")
        with self._ending, box("ending-card"):
            Text(words("ending"), "ending-now")
            Text(words("ended"), "ending-done")
        Text(words("reconnecting"), "reconnecting", tag="p")

    def show(self, view: DeskView) -> None:
        """The light follows onair itself, not what was asked of it."""
        self._light.set_text(self._words(f"light-{view.light}"))
        for light in ("starting", "off", "onair", "standby", "hold"):
            switch(self._light, f"is-{light}", light == view.light)
        self._uptime.show(view.began)
        since = (
            f"{datetime.fromisoformat(view.revised).astimezone():%H:%M:%S}" if view.revised else ""
        )
        self._revision.set_text(self._words("revision", view.revision[:6], since) if since else "")
        failed = ("end-failed",) if view.ending == "failed" else ()
        self._notices.show((*failed, *view.gone))
        switch(self._ending, "shown", view.ending == "asked")
