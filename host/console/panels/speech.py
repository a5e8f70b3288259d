"""What is being said, clause by clause, and what comes next."""

from __future__ import annotations

from host.console.panels.elements import Following, Text, box, panel, switch
from host.console.show import DeskView, SpokenLine
from host.console.texts import Words


class _Coming:
    def __init__(self, words: Words) -> None:
        self._words = words
        self.element = box("coming", tag="li")
        with self.element:
            self._about = Text("", "coming-about")
            self._text = Text("", "coming-text")

    def show(self, value: SpokenLine) -> None:
        """A line that is to come."""
        beat = self._words.of("beat", value.beat)
        self._about.set_text(" · ".join(part for part in (value.product, beat) if part))
        self._text.set_text(value.text)


class Speech:
    """The middle column's upper part."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._line: SpokenLine | None = None
        with panel(words("now"), "now"):
            with box("now-about"):
                self._product = Text("", "chip product")
                self._beat = Text("", "chip")
            self._question = Text("", "now-question", tag="p")
            self._said = box("now-text", tag="p")
            self._nothing = Text("", "nothing", tag="p")
        with panel(words("next"), "next"):
            self._none = Text(words("next-nothing"), "nothing", tag="p")
            self._coming = Following(
                box("plain-list", tag="ul"), key=lambda line: line.id, make=lambda: _Coming(words)
            )

    def show(self, view: DeskView) -> None:
        """The clause on air is marked; those before it are dimmed."""
        held = view.light in ("standby", "hold")
        self._nothing.set_text(self._words("now-held" if held else "now-nothing"))
        self._nothing.set_visibility(view.now is None)
        self._show_line(view.now)
        self._none.set_visibility(not view.following)
        self._coming.show(view.following)

    def _show_line(self, line: SpokenLine | None) -> None:
        before, self._line = self._line, line
        if line is None:
            self._said.clear()
        elif before is None or (line.id, line.clauses) != (before.id, before.clauses):
            self._said.clear()
            with self._said:
                for place, clause in enumerate(line.clauses):
                    Text((line.gap if place else "") + clause, "clause")
        for place, clause_text in enumerate(self._said.default_slot.children):
            switch(clause_text, "said", line is not None and place < line.clause)
            switch(clause_text, "saying", line is not None and place == line.clause)
        beat = self._words.of("beat", line.beat) if line else ""
        _say(self._product, line.product if line else "")
        _say(self._beat, beat)
        _say(self._question, line.question if line else "")


def _say(text: Text, words: str) -> None:
    text.set_text(words)
    text.set_visibility(bool(words))
