"""The picture, the red button and the end."""

from __future__ import annotations

from nicegui import background_tasks, ui

from host.console.panels.elements import Text, box, switch
from host.console.room import Room
from host.console.show import DeskView
from host.console.texts import Words


class Player(ui.element, component="player.js"):
    """The stream in a ``<video>``; see ``player.js``."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._props["path"] = "/preview"
        self._props["words"] = {
            "label": words("preview"),
            "waiting": words("player-waiting"),
            "unsupported": words("player-unsupported"),
            "full": words("player-full"),
            "soundOn": words("player-sound-on"),
            "soundOff": words("player-sound-off"),
            "delay": words("player-delay"),
        }


class Stage:
    """The left column: what viewers see, and how to stop it."""

    def __init__(self, words: Words, room: Room) -> None:
        self._words = words
        self._room = room
        self._down = False
        with box("stage"):
            Player(words)
            self._hold = ui.element("button").classes("hold").props('type="button"')
            self._hold.on("click", self._press)
            with self._hold:
                self._label = Text("", "hold-label")
                self._hint = Text("", "hold-hint")
            end = ui.element("button").classes("end").props('type="button"')
            with end:
                Text(words("end"))
        with ui.dialog() as self._dialog, ui.card().classes("ask"):
            Text(words("end-ask"), "ask-title", tag="h2")
            Text(words("end-explain"), "ask-text", tag="p")
            with box("ask-buttons"):
                stay = ui.element("button").classes("plain").props('type="button"')
                with stay:
                    Text(words("end-no"))
                go = ui.element("button").classes("danger").props('type="button"')
                with go:
                    Text(words("end-yes"))
        end.on("click", self._dialog.open)
        stay.on("click", self._dialog.close)
        go.on("click", self._end)

    def show(self, view: DeskView) -> None:
        """Follow what onair says: the button is down when onair has cut."""
        self._down = view.hold
        switch(self._hold, "down", view.hold)
        switch(self._hold, "pressed", False)
        self._label.set_text(self._words("release" if view.hold else "hold"))
        self._hint.set_text(self._words("release-hint" if view.hold else "hold-hint"))

    async def _press(self) -> None:
        switch(self._hold, "pressed", True)
        if not await self._room.hold(not self._down):
            switch(self._hold, "pressed", False)
            ui.notify(self._words("hold-away"), type="warning", position="top")

    def _end(self) -> None:
        self._dialog.close()
        # Not tied to this page: the broadcast ends even when its tab is closed at once.
        background_tasks.create(self._room.end("operator"), name="end the broadcast")
