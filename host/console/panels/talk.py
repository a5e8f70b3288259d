"""Comments with their answers, the questions left open, and a comment of the operator's own."""

from __future__ import annotations

from datetime import UTC, datetime

from nicegui import ui

from host.console.commenter import send_comment
from host.console.panels.elements import Following, Text, box, panel, switch
from host.console.show import CommentLine, DeskView, Open
from host.console.texts import Words


class _Comment:
    def __init__(self, words: Words) -> None:
        self._words = words
        self.element = box("comment", tag="li")
        with self.element:
            with box("comment-head"):
                self._user = Text("", "comment-user")
                self._time = Text("", "comment-time")
                self._status = Text("", "status")
            self._text = Text("", "comment-text", tag="p")
            self._reply = Text("", "comment-reply", tag="p")
            self._why = Text("", "comment-why", tag="p")

    def show(self, value: CommentLine) -> None:
        """A comment as it stands."""
        self._user.set_text(value.user)
        self._time.set_text(_clock(datetime.fromtimestamp(value.ts_ms / 1000, UTC)))
        self._text.set_text(value.text)
        status = self._words(f"status-{value.status}")
        unknown = "" if value.known else f" · {self._words('unknown')}"
        self._status.set_text(status + unknown)
        for name in ("queued", "answering", "answered", "dropped"):
            switch(self._status, name, name == value.status)
        switch(self._status, "unknown", not value.known)
        self._reply.set_text(value.reply)
        self._reply.set_visibility(bool(value.reply))
        self._why.set_text(value.why)
        self._why.set_visibility(bool(value.why))


class _Question:
    def __init__(self) -> None:
        self.element = box("question", tag="li")
        with self.element:
            self._time = Text("", "comment-time")
            self._text = Text("", "question-text")

    def show(self, value: Open) -> None:
        """A question that nothing in the lineup answers."""
        self._time.set_text(_clock(datetime.fromisoformat(value.ts_utc)))
        self._text.set_text(value.text)


class Talk:
    """The right column."""

    def __init__(self, words: Words, comments_port: int) -> None:
        self._words = words
        self._port = comments_port
        with panel(words("comments"), "comments"):
            self._none = Text(words("comments-none"), "nothing", tag="p")
            self._comments = Following(
                box("plain-list scroll", tag="ul"),
                key=lambda comment: comment.id,
                make=lambda: _Comment(words),
            )
            self._try()
        self._open = panel(words("questions"), "questions")
        with self._open:
            Text(words("questions-hint"), "hint", tag="p")
            self._questions = Following(
                box("plain-list scroll", tag="ul"), key=lambda row: row.seq, make=_Question
            )

    def _try(self) -> None:
        with box("try"):
            self._input = ui.input(placeholder=self._words("try")).props(
                'dense outlined dark maxlength="500"'
            )
            self._input.classes("try-input").on("keydown.enter", self._send)
            send = ui.element("button").classes("plain try-send").props('type="button"')
            send.on("click", self._send)
            with send:
                Text(self._words("try-send"))
        self._sent = Text("", "hint try-sent", tag="p").props('role="status"')
        self._sent.set_visibility(False)

    def show(self, view: DeskView) -> None:
        """Latest first."""
        self._none.set_visibility(not view.comments)
        self._comments.show(view.comments)
        self._open.set_visibility(bool(view.questions))
        self._questions.show(view.questions)

    async def _send(self) -> None:
        text = str(self._input.value or "").strip()
        if not text:
            return
        self._input.set_value("")
        reply = await send_comment(self._port, self._words("try-user"), text)
        key = f"try-{reply.status if reply.status in ('queued', 'dropped') else 'away'}"
        self._sent.set_text(self._words(key, reply.why) if reply.why else self._words(key))
        self._sent.set_visibility(True)


def _clock(moment: datetime) -> str:
    """Hours, minutes and seconds where the room stands."""
    return moment.astimezone().strftime("%H:%M:%S")
