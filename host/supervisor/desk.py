"""What is reported goes on record, to whoever watches, and to the studio what concerns it."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Protocol

from host.accounts import Accounts
from host.ledger import Ledger
from host.model import Aired, Answer, Comment, Cursor, Decision, Ended, Incident, Planned
from host.model.messages import EndShow, Row
from host.supervisor.journal import Journal
from host.supervisor.levers import Observer

REPLAYED = 200
"""Rows a console is shown on connecting: what a page can hold."""

ILL_TYPED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What taking a message raises whose fields are not what its class says: the wire lets it pass."""

FAULTS = 10
"""Messages in a row at which an observer fails before it is left out: it hears one each second, and
one bad message must not cost the room those who watch it."""
COMPLAINED = 60.0
"""Seconds in which bad messages of one role are told once: who connects anew sends them again."""

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told."""

    def tell(self, message: object) -> None:
        """Must not wait or raise."""
        ...


class Desk:
    """Keeps accounts and journal; passes rows to consoles and what was aired to the studio."""

    def __init__(
        self,
        ledger: Ledger,
        accounts: Accounts,
        *,
        end: Callable[[], None],
        tell: Callable[[Incident | Decision], None],
    ) -> None:
        """``end``: end the show. ``tell`` prints for the person who watches."""
        self._accounts = accounts
        self._end = end
        self._tell = tell
        self._recent: deque[Row] = deque(maxlen=REPLAYED)
        self._heard: deque[tuple[str, object]] = deque()
        self._telling = False
        self._faults: Counter[int] = Counter()
        self._complained: dict[str, float] = {}
        self.journal = Journal(ledger, written=self._show, tell=self._told)
        self.observers: Sequence[Observer] = ()
        self.consoles: set[Listener] = set()
        self.studio: Listener | None = None
        """The one that holds the show: it hears what was aired and what has ended."""

    def take(self, message: object, role: str = "") -> None:
        """One report of a process of that role. Never raises for a full disk.

        Raises one of ``ILL_TYPED`` when it is ill-typed; see ``complain``.
        """
        _see_numbers(message)
        if isinstance(message, Planned):
            ended = self._accounts.plan(message)
            self.journal.write(message)
            self._finish(ended)
        elif isinstance(message, Aired):
            if self._accounts.knows(message):
                return
            ended = self._accounts.air(message)
            self.journal.write(message)
            self._pass_on(message)
            self._finish(ended)
        elif isinstance(message, Ended):
            self._finish(self._accounts.drop(message.line, message.reason))
        elif isinstance(message, (Decision, Incident)):
            self.journal.write(message)
            self._tell(message)
        elif isinstance(message, (Comment, Answer)):
            self.journal.write(message)
        elif isinstance(message, EndShow):
            self._end()
        self.hear(role, message)

    def complain(self, role: str, error: Exception) -> None:
        """A process of that role sent what is no message, or an ill-typed one."""
        now = time.monotonic()
        if now - self._complained.get(role, float("-inf")) < COMPLAINED:
            return
        self._complained[role] = now
        why = f"from {role or 'nobody'}: {type(error).__name__}: {error}"
        self.take(Incident("supervisor", "bad-message", why), "supervisor")

    def hear(self, role: str, message: object) -> None:
        """Let the observers hear it. What one of them says meanwhile is heard afterwards."""
        self._heard.append((role, message))
        if self._telling:
            return
        self._telling = True
        try:
            while self._heard:
                self._let_hear(*self._heard.popleft())
        finally:
            self._telling = False

    def _let_hear(self, role: str, message: object) -> None:
        for observer in self.observers:
            try:
                observer.hear(role, message)
            except Exception:  # noqa: BLE001 (watching must not end what is watched)
                self._failed(observer)
            else:
                self._faults.pop(id(observer), None)

    def _failed(self, observer: Observer) -> None:
        """To be called where its exception is handled."""
        name = type(observer).__name__
        self._faults[id(observer)] += 1
        if self._faults[id(observer)] == 1:
            _log.exception("%s failed", name)
        elif self._faults[id(observer)] == FAULTS:
            self.observers = [one for one in self.observers if one is not observer]
            why = f"{name} failed {FAULTS} times in a row: it is left out from now on"
            self.take(Incident("supervisor", "alert", why), "supervisor")

    def welcome(self, studio: Listener) -> None:
        """This studio has the show from now on."""
        self.studio = studio
        studio.tell(self._accounts.welcome)

    def follow(self, console: Listener) -> None:
        """Show it the newest rows, and each that is written from now on."""
        for row in self._recent:
            console.tell(row)
        self.consoles.add(console)

    def next_up(self, cursor: Cursor) -> tuple[int, int] | None:
        """Line and clause that media is to say next."""
        return self._accounts.next_up(cursor)

    def drop(self, line: int, why: str) -> None:
        """That line is not said (any more)."""
        self._finish(self._accounts.drop(line, why))

    def start_over(self, why: str) -> None:
        """Drop every outstanding line; the talk begins at its opening."""
        for ended in self._accounts.start_over(why):
            self._finish(ended)

    def begin_afresh(self, why: str) -> None:
        """Drop every outstanding line; the talk goes on with the opening of its next lap."""
        for ended in self._accounts.begin_afresh(why):
            self._finish(ended)

    def cut_off(self, why: str) -> None:
        """The air is left: what was begun has its end."""
        for ended in self._accounts.cut_off(why):
            self._finish(ended)

    def _finish(self, ended: Ended | None) -> None:
        if ended is not None:
            self.journal.write(ended)
            self._pass_on(ended)
            self.hear("supervisor", ended)

    def _told(self, incident: Incident) -> None:
        self._tell(incident)
        self.hear("supervisor", incident)

    def _show(self, row: Row) -> None:
        self._recent.append(row)
        for console in tuple(self.consoles):
            console.tell(row)

    def _pass_on(self, message: object) -> None:
        if self.studio is not None:
            self.studio.tell(message)


def _see_numbers(message: object) -> None:
    """Raises TypeError for a report whose line or ticks are none: the accounts are kept by them."""
    numbers: tuple[object, ...] = ()
    if isinstance(message, Planned):
        numbers = (message.line.id, message.line.priority)
    elif isinstance(message, Aired):
        numbers = (message.line, message.clause, message.first_tick, message.last_tick)
    elif isinstance(message, Ended):
        numbers = (message.line,)
    if not all(isinstance(number, int) for number in numbers):
        raise TypeError(f"a {type(message).__name__} of {numbers}")
