"""Where the stream goes, how the encoder does, and what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nicegui import ui

from host.console.panels.elements import Following, Text, box, panel, switch
from host.console.panels.head import Uptime
from host.console.panels.keys import KeyDialog
from host.console.room import Room
from host.console.show import DeskView, DestinationLine, Event
from host.console.texts import Words


class _Destination:
    def __init__(self, words: Words, change: Callable[[str], None]) -> None:
        """``change``: ask for a new key of the destination of that name."""
        self._words = words
        self._key = ""
        self.element = box("destination", tag="li")
        with self.element:
            self._name = Text("", "destination-name")
            self._state = Text("", "destination-state")
            self._uptime = Uptime("")
            self._figures = Text("", "figures")
            self._change = ui.element("button").classes("plain small").props('type="button"')
            with self._change:
                Text(words("key-change"))
        self._change.on("click", lambda: change(self._key))

    def show(self, value: DestinationLine) -> None:
        """Name and state; never an address."""
        self._key = value.key
        self._name.set_text(value.name)
        self._state.set_text(self._words(f"push-{value.state}"))
        switch(self.element, "up", value.state == "connected")
        switch(self.element, "refused", value.state == "refused")
        self._uptime.show(value.began)
        figures = []
        if value.restarts:
            figures.append(self._words("restarts", value.restarts))
        if value.dropped_video:
            figures.append(self._words("dropped-video", value.dropped_video))
        self._figures.set_text(" · ".join(figures))
        self._change.set_visibility(bool(value.key))


_PLAIN = frozenset({"programme", "stand-by", "hold", "release", "connected"})
"""What onair tells of itself: the page's own words say all of it."""


class _Event:
    def __init__(self, words: Words) -> None:
        self._words = words
        self.element = box("event", tag="li")
        with self.element:
            self._time = Text("", "comment-time")
            self._what = Text("", "event-what")
            self._why = Text("", "event-why")

    def show(self, value: Event) -> None:
        """When, where, what, why."""
        self._time.set_text(datetime.fromisoformat(value.ts_utc).astimezone().strftime("%H:%M:%S"))
        process, _, name = value.stage.partition(":")
        what = self._words.of("what", value.what)
        plain = value.what in _PLAIN
        stage = self._words.of("stage", process) if process and not plain else ""
        self._what.set_text(" ".join(part for part in (stage, name, what) if part))
        self._why.set_text("" if plain else value.why)
        switch(self.element, "alarm", value.alarm)


class Status:
    """The middle column's lower part."""

    def __init__(self, words: Words, room: Room) -> None:
        self._words = words
        keys = KeyDialog(words, room)
        with panel(words("destinations"), "destinations"):
            self._none = Text("", "nothing", tag="p")
            self._list = Following(
                box("plain-list", tag="ul"),
                key=lambda destination: destination.name,
                make=lambda: _Destination(words, keys.open),
            )
            self._engine = Text("", "figures engine", tag="p")
        with panel(words("events"), "events"):
            self._quiet = Text(words("events-none"), "nothing", tag="p")
            self._events = Following(
                box("plain-list scroll", tag="ul"),
                key=lambda event: event.seq,
                make=lambda: _Event(words),
            )

    def show(self, view: DeskView) -> None:
        """Names and states only."""
        away = view.light in ("off", "starting")
        self._none.set_text(self._words("destinations-unknown" if away else "destinations-none"))
        self._none.set_visibility(not view.destinations)
        self._list.show(view.destinations)
        figures = [self._words("encoder", view.encoder_ms)] if view.encoder_ms else []
        if view.late_ticks:
            figures.append(self._words("late", view.late_ticks))
        self._engine.set_text(" · ".join(figures))
        self._quiet.set_visibility(not view.events)
        self._events.show(view.events)
