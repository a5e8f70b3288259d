"""Chooses which comments are answered, and when: filter, classify, merge, rank, expire.

Pure but for its own memory: time comes in with each call, and the same calls make the same
choices. Every comment that is taken ends exactly once, as ``Settled`` "answered" or "dropped".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from host.answers.asked import Asked, Kind
from host.inbox_filter import refusal
from host.model import Comment, Decision
from host.viewers import clean, show

Understand = Callable[[Comment, str | None], Asked]
"""What a comment asks, while a product (SKU or None) is on air; ``Answerer.understand``."""

_RANK: dict[Kind, int] = {
    "complaint": 0,
    "purchase": 1,
    "product": 2,
    "host": 3,
    "unknown": 4,
    "greeting": 5,
    "chatter": 6,
}
"""What is answered first."""


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """How the inbox chooses."""

    question_life_s: float = 45.0
    """Seconds after which a question is no longer answered: the talk has moved on."""
    greeting_life_s: float = 15.0
    """Seconds after which a greeting is no longer returned."""
    merge_s: float = 10.0
    """A comment that asks what is being answered joins until so long after its answer began."""
    repeat_s: float = 90.0
    """The same answer is given at most once in so many seconds."""
    viewer_gap_s: float = 30.0
    """One viewer has one question queued in so many seconds."""
    unknown_gap_s: float = 20.0
    """The host admits to not knowing at most once in so many seconds."""
    waiting: int = 32
    """Most questions waiting. At 5–10 s an answer more would expire unanswered."""
    askers: int = 200
    """Most comments that one answer settles; bounds the memory of a flood."""
    viewers: int = 2048
    """Viewers whose last question is remembered."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a comment at once."""

    status: Literal["queued", "dropped"]
    why: str = ""
    """Why it was dropped, or what it joined; for a person to read."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The one end of a comment."""

    comment: Comment
    status: Literal["answered", "dropped"]
    why: str = ""
    kept: bool = False
    """The facts don't say it: the ledger keeps the question for the shop's staff."""

    @property
    def decision(self) -> Decision | None:
        """What the ledger keeps; None: it was answered."""
        if self.kept:
            about: dict[str, str | int | None] = {"comment": self.comment.id, "topic": "unknown"}
            text = show(self.comment).text
            return Decision("question-kept", f"the facts do not answer: {text}", about)
        return dropped(self.comment, self.why) if self.status == "dropped" else None


@dataclass(slots=True)
class Ask:
    """A question waiting for its answer, with everybody who asks it."""

    comment: Comment
    """The first that asked."""
    asked: Asked
    """As understood when it came: hand it to the answerer, for the talk may have moved on."""
    on_air: str | None
    """The product that was on air when it was asked."""
    arrived: float
    """Seconds, of the clock that ``take`` is given."""
    order: int
    """How many were queued before it."""
    also: list[Comment] = field(default_factory=list)
    """Others that ask the same."""
    users: set[str] = field(default_factory=set)
    """Who asks; asking twice does not make a question more urgent."""
    begun: float | None = None
    """When ``next`` gave it out; None: it waits."""

    @property
    def rank(self) -> tuple[int, int, int]:
        """Lower is answered first: kind, then more viewers (up to ten), then arrival."""
        return (_RANK[self.asked.kind], -min(len(self.users), 10), self.order)


class Inbox:
    """The comments of a room between their sources and the answerer.

    ``take`` each comment, ask for the ``next`` when an answer may begin, tell how it ``ended``,
    and drain ``settled`` after each of these.
    """

    def __init__(self, understand: Understand, settings: InboxSettings | None = None) -> None:
        self._understand = understand
        self._settings = settings or InboxSettings()
        self._waiting: dict[str, Ask] = {}
        self._answering: dict[str, Ask] = {}
        self._answered_at: OrderedDict[str, float] = OrderedDict()
        self._viewers: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._unknown_at: float | None = None
        self._settled: list[Settled] = []
        self._order = 0

    def __len__(self) -> int:
        """Questions waiting."""
        return len(self._waiting)

    def take(self, comment: Comment, now: float, on_air: str | None = None) -> Taken:
        """Queue ``comment`` or drop it. ``now``: seconds, rising from call to call.

        What is dropped here is settled by this very return, and not again.
        """
        self._expire(now)
        why = refusal(comment.text)
        if why is None and not clean(comment.text):
            why = "nothing readable in it"
        if why is not None:
            return Taken("dropped", why)
        asked = self._understand(comment, on_air)
        if asked.kind == "chatter":
            return Taken("dropped", "nothing to answer in it")
        key = _key(comment, asked)
        if (taken := self._join(comment, key, now)) is not None:
            return taken
        if self._too_soon(self._answered_at.get(key), now, self._settings.repeat_s):
            return Taken("dropped", "answered moments ago")
        viewer = (comment.source, comment.user)
        if asked.kind != "greeting":
            if self._too_soon(self._viewers.get(viewer), now, self._settings.viewer_gap_s):
                return Taken("dropped", "one question at a time from a viewer")
            self._remember(viewer, now)
        ask = Ask(comment, asked, on_air, now, self._order, users={comment.user})
        self._order += 1
        return self._queue(key, ask)

    def next(self, now: float) -> Ask | None:
        """The question to answer now, or None. It is answered until ``ended`` is told."""
        self._expire(now)
        while self._waiting:
            key = min(self._waiting, key=lambda waiting: self._waiting[waiting].rank)
            ask = self._waiting.pop(key)
            if ask.asked.kind == "unknown":
                if self._too_soon(self._unknown_at, now, self._settings.unknown_gap_s):
                    why = "kept for the shop's staff: the facts don't say"
                    self._settle(ask, "dropped", why, kept=True)
                    continue
                self._unknown_at = now
            if ask.comment.id in self._answering:
                self._settle(ask, "dropped", "its id is that of a comment being answered")
                continue
            ask.begun = now
            self._answering[ask.comment.id] = ask
            return ask
        return None

    def ended(self, comment_id: str, now: float, *, answered: bool, why: str = "") -> None:
        """The answer to the ask of that first comment was aired, or could not be.

        Settles everybody who asked. An id that is not being answered is left alone.
        """
        ask = self._answering.pop(comment_id, None)
        if ask is None:
            return
        if answered:
            key = _key(ask.comment, ask.asked)
            self._answered_at[key] = now
            self._answered_at.move_to_end(key)
        self._settle(ask, "answered" if answered else "dropped", why)

    def settled(self) -> list[Settled]:
        """Comments that ended since the last call, in order: reply to their sources."""
        settled, self._settled = self._settled, []
        return settled

    def close(self, why: str) -> None:
        """End everything that waits or is being answered."""
        for ask in (*self._waiting.values(), *self._answering.values()):
            self._settle(ask, "dropped", why)
        self._waiting.clear()
        self._answering.clear()

    def _join(self, comment: Comment, key: str, now: float) -> Taken | None:
        """Let ``comment`` share the answer to the same question, where one is on its way."""
        ask = self._waiting.get(key)
        if ask is None:
            ask = next(
                (a for a in self._answering.values() if _key(a.comment, a.asked) == key), None
            )
            if ask is None:
                return None
            if not self._too_soon(ask.begun, now, self._settings.merge_s):
                return None
        if len(ask.also) + 1 >= self._settings.askers:
            return Taken("dropped", "very many ask the same")
        ask.also.append(comment)
        ask.users.add(comment.user)
        return Taken("queued", "others ask the same: one answer for all")

    def _queue(self, key: str, ask: Ask) -> Taken:
        if len(self._waiting) >= self._settings.waiting:
            last = max(self._waiting, key=lambda waiting: self._waiting[waiting].rank)
            if self._waiting[last].rank <= ask.rank:
                return Taken("dropped", "too many questions wait")
            self._settle(self._waiting.pop(last), "dropped", "more urgent questions came")
        self._waiting[key] = ask
        return Taken("queued")

    def _expire(self, now: float) -> None:
        settings = self._settings
        for key, ask in tuple(self._waiting.items()):
            greeting = ask.asked.kind == "greeting"
            life = settings.greeting_life_s if greeting else settings.question_life_s
            if now - ask.arrived >= life:
                del self._waiting[key]
                self._settle(ask, "dropped", "its turn did not come in time")
        while self._answered_at:
            key, at = next(iter(self._answered_at.items()))
            if now - at < settings.repeat_s:
                break
            del self._answered_at[key]

    def _remember(self, viewer: tuple[str, str], now: float) -> None:
        self._viewers[viewer] = now
        self._viewers.move_to_end(viewer)
        while len(self._viewers) > self._settings.viewers:
            self._viewers.popitem(last=False)

    def _settle(
        self, ask: Ask, status: Literal["answered", "dropped"], why: str, *, kept: bool = False
    ) -> None:
        comments = (ask.comment, *ask.also)
        self._settled += [Settled(comment, status, why, kept) for comment in comments]

    @staticmethod
    def _too_soon(at: float | None, now: float, gap: float) -> bool:
        return at is not None and now - at < gap


def dropped(comment: Comment, why: str) -> Decision:
    """What the ledger keeps of a comment that is not answered."""
    return Decision("comment-dropped", why, {"comment": comment.id, "source": comment.source})


def _key(comment: Comment, asked: Asked) -> str:
    """Comments of one key share an answer; unknown questions only with their like."""
    if asked.kind in ("unknown", "complaint"):
        return f"{asked.key}|{clean(comment.text).casefold()}"
    return asked.key
