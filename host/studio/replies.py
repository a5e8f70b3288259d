"""Comments in, answers out: source → inbox → answerer → gate → air, and the word back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream

from host.answerer import Answerer
from host.clauses import split
from host.comments.source import ReplyingSource
from host.gate import Gate
from host.inbox import Inbox
from host.model import Answer, Comment, Decision, Ended, Planned
from host.studio.delivery import Delivery

AT_ONCE = 2
"""Answers on their way at a time: the second is synthesised while the first is heard."""
LOOK = 0.25
"""Seconds between looks into the inbox for what has expired."""


class Replies:
    """Every comment ends in one word back: answered, or dropped and why."""

    def __init__(
        self,
        source: ReplyingSource,
        inbox: Inbox,
        answerer: Answerer,
        gate: Gate,
        delivery: Delivery,
        report: Callable[[Planned | Decision | Comment | Answer], Awaitable[None]],
        *,
        number: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        """``number`` gives the next free line id; ``now`` the moment, with time zone."""
        self._source = source
        self._inbox = inbox
        self._answerer = answerer
        self._gate = gate
        self._delivery = delivery
        self._report = report
        self._number = number
        self._now = now
        self._asked: dict[int, tuple[Comment, ...]] = {}  # line → who waits for it
        self._arrived = anyio.Event()
