"""The supervisor's socket: each process reports here and is told what concerns it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol

import anyio
from anyio.abc import TaskGroup

from host.errors import WireError
from host.link import Link
from host.model import Cursor, Incident, Planned
from host.model.messages import (
    Address,
    Beat,
    Cost,
    Grant,
    Hello,
    Noted,
    Retire,
    Upgrade,
)
from host.model.state import Health
from host.supervisor.blame import DEATHS, STARTS, Clauses, Starts
from host.supervisor.desk import ILL_TYPED, Desk
from host.supervisor.guest import Guest
from host.supervisor.holders import Post

DRAIN = 0.5
"""Seconds for what was rendered ahead to be aired (240 ms), before its epoch is over."""
LONG_CLAUSE = 8.0
"""Seconds more for a media that says a long clause: cut there, its successor said it anew. A
clause without a place to cut it takes up to 12 s."""
CAUGHT_UP = 3.0
"""Seconds for onair to tell what it kept: it does at once, and its state a second later."""


class Ring(Protocol):
    """What is needed of ``stream.ring.Ring``."""

    @property
    def epoch(self) -> int: ...

    @property
    def depth(self) -> int: ...

    def grant(self) -> int: ...

    def cursor(self) -> Cursor: ...


async def drained(ring: Ring, seconds: float = DRAIN) -> None:
    """What was rendered has been aired, or that long has passed: under a hold nothing is."""
    with anyio.move_on_after(seconds):
        while ring.depth:  # noqa: ASYNC110 (another process changes it)
            await anyio.sleep(0.02)


class Reception:
    """Serves the connections of the room's processes."""

    def __init__(
        self,
        desk: Desk,
        ring: Ring,
        *,
        greeted: Callable[[Guest], bool] = lambda guest: True,
        granted: Callable[[], None] = lambda: None,
        beat: Callable[[Guest], None] = lambda guest: None,
        command: Callable[[Guest, Upgrade | Address], None] = lambda guest, message: None,
    ) -> None:
        """``greeted``: told of each Hello; whether that process belongs to the room as it is now.
        ``granted``: a media has the ring. ``beat``: its loop turns. ``command``: it asks for
        something, and expects ``Told``.
        """
        self._desk = desk
        self._ring = ring
        self._greeted = greeted
        self._granted = granted
        self._beat = beat
        self._command = command
        self._clauses = Clauses()
        self._starts = Starts()
        self.cost = 0
        """The cost level of media's picture."""
        self.caught_up = anyio.Event()
        """Onair has told what it kept while nobody noted it: a studio may know what was aired."""
        self.posts = {
            "media": Post(
                "media", vacant=self._media_left, enter=self._grant, finishing=LONG_CLAUSE
            ),
            "studio": Post("studio", vacant=self._studio_left, enter=self._welcome, ports=True),
            "voice": Post("voice", vacant=self._nothing_left, enter=self._greet_back),
        }

    async def serve(self, link: Link) -> None:
        """One connection, from its Hello to its end."""
        guest: Guest | None = None
        async with anyio.create_task_group() as tasks:
            try:
                async for message in link:
                    if not isinstance(message, Hello):
                        self._take(guest, message)
                    elif guest is None:
                        guest = Guest(link, message)
                        self._greet(guest, tasks)
            except (WireError, *ILL_TYPED) as error:
                self._desk.complain(guest.role if guest is not None else "", error)
            finally:
                if guest is not None:
                    self._let_go(guest)
            tasks.cancel_scope.cancel()

    def _greet(self, guest: Guest, tasks: TaskGroup) -> None:
        tasks.start_soon(guest.deliver)
        ours = self._greeted(guest)
        post = self.posts.get(guest.role)
        if guest.role == "media" and guest.epoch:
            self._take_back(guest)
        elif post is not None:
            tasks.start_soon(post.admit, guest)
        elif guest.role == "console":
            self._desk.follow(guest)
        else:
            self._greet_back(guest)
        if not ours and guest.role in ("console", "health", "recorder"):
            guest.tell(Retire("a new supervisor has its own"))

    def _take_back(self, media: Guest) -> None:
        """A media that has been on air: it holds the ring yet, or is of no use any more. It must
        not cost the holder its place.
        """
        if media.epoch == self._ring.epoch:
            self.posts["media"].claim(media)
            media.tell(Cost(self.cost))
        else:
            media.tell(Retire("another media has the ring"))

    def _take(self, guest: Guest | None, message: object) -> None:
        role = guest.role if guest is not None else ""
        if isinstance(message, (Beat, Health)):
            if guest is not None:
                guest.heard_at = time.monotonic()
                self._beat(guest)
            self._desk.hear(role, message)
        elif isinstance(message, (Address, Upgrade)):
            if guest is not None:
                self._command(guest, message)
        elif isinstance(message, Planned):
            self._desk.take(message, role)
            self._starts.planned()
            if guest is not None:
                guest.tell(Noted())
        else:
            self._desk.take(message, role)

    def _let_go(self, guest: Guest) -> None:
        guest.left_at = time.monotonic()
        guest.left.set()
        self._desk.consoles.discard(guest)
        if self._desk.studio is guest:
            self._desk.studio = None
        post = self.posts.get(guest.role)
        if post is None or post.holder is not guest:
            guest.release()

    def close(self) -> None:
        """The show is ending: no process is given a role any more."""
        for post in self.posts.values():
            post.closed = True

    def heard(self) -> None:
        """A clause was aired to its end."""
        self._clauses.said()

    def spend(self, level: int) -> None:
        """Let media's picture cost that level, this media and the next."""
        self.cost = level
        holder = self.posts["media"].holder
        if holder is not None:
            holder.tell(Cost(level))

    async def _media_left(self, former: Guest | None) -> None:
        await drained(self._ring)
        if former is None or former.retired:
            return
        former.retired = True  # its death counts once
        line = self._clauses.died(self._desk.next_up(self._ring.cursor()))
        if line is not None:
            why = f"media died {DEATHS} times at one clause of it"
            self._desk.take(Incident("media", "line-dropped", f"line {line}: {why}"), "media")
            self._desk.drop(line, why)

    def _grant(self, guest: Guest) -> None:
        guest.tell(Grant(self._ring.grant()))
        if self.cost:
            guest.tell(Cost(self.cost))
        self._granted()

    async def _studio_left(self, former: Guest | None) -> None:
        with anyio.move_on_after(CAUGHT_UP):
            await self.caught_up.wait()
        if former is None or former.retired:
            return
        former.retired = True
        if self._starts.died(former.left_at):
            why = f"the studio died {STARTS} times as it began with what was outstanding"
            self._desk.take(Incident("studio", "began-anew", why), "studio")
            self._desk.start_over(why)

    def _welcome(self, guest: Guest) -> None:
        self._starts.welcomed(time.monotonic())
        self._desk.welcome(guest)

    async def _nothing_left(self, former: Guest | None) -> None:
        pass

    @staticmethod
    def _greet_back(guest: Guest) -> None:
        guest.tell(Hello("supervisor", os.getpid()))
