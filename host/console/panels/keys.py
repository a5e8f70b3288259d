"""The dialog in which a destination is given a new address or stream key."""

from __future__ import annotations

from nicegui import events, ui

from host.console.panels.elements import Text, box, switch
from host.console.room import Room
from host.console.texts import Words


class Secret(ui.element, component="secret.js"):
    """A password field whose value is an event, never a property; see ``secret.js``."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._props["label"] = words("key-label")
        self._props["button"] = words("key-send")
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Take nothing while what was given is being tried."""
        self._props["busy"] = busy
        self.update()


class KeyDialog:
    """One a page, opened for one destination at a time."""

    def __init__(self, words: Words, room: Room) -> None:
        self._words = words
        self._room = room
        self._name = ""
        with ui.dialog() as self._dialog, ui.card().classes("ask"):
            self._title = Text("", "ask-title", tag="h2")
            Text(words("key-explain"), "ask-text", tag="p")
            self._field = Secret(words)
            self._told = Text("", "key-told", tag="p").props('role="status"')
            with box("ask-buttons"):
                close = ui.element("button").classes("plain").props('type="button"')
                with close:
                    Text(words("key-close"))
        close.on("click", self._dialog.close)
        self._field.on("secret", self._send)

    def open(self, name: str) -> None:
        """Ask for the address of that destination."""
        self._name = name
        self._title.set_text(self._words("key-title", name))
        self._tell("")
        self._dialog.open()

    async def _send(self, event: events.GenericEventArguments) -> None:
        self._field.set_busy(True)
        self._tell(self._words("key-asking"))
        try:
            told = await self._room.address(self._name, str(event.args))
        finally:
            self._field.set_busy(False)
        if told is None:
            self._tell(self._words("key-away"), failed=True)
        else:
            self._tell(told.text, failed=told.failed)

    def _tell(self, text: str, *, failed: bool = False) -> None:
        self._told.set_text(text)
        self._told.set_visibility(bool(text))
        switch(self._told, "failed", failed)
