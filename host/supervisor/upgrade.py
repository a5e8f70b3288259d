"""New processes from the files as they are now, while on air."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import anyio
from anyio import to_thread

from host.config import Room
from host.errors import ConfigError
from host.model import Destination
from host.supervisor.adoption import listener, merged
from host.supervisor.child import Child
from host.supervisor.controls import Controls
from host.supervisor.holders import Candidate
from host.supervisor.reception import Reception
from host.supervisor.roster import Roster

COMING_UP = 60.0
"""Seconds for a newcomer to say Hello."""
SWITCH = 16.0
"""Seconds for the former to leave: 12 s for a long clause, and what was rendered is aired."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Renewed:
    """The room's file, read and found sound again."""

    room: Room
    destinations: tuple[Destination, ...]


class RefusedError(Exception):
    """It is not done; its text says why, to a person."""


class Upgrade:
    """Replaces what is behind the air. One that fails to come up leaves the former in its place."""

    def __init__(
        self,
        room: Room,
        roster: Roster,
        reception: Reception,
        controls: Controls,
        *,
        renew: Callable[[], Renewed],
        children: Callable[[Room], Sequence[Child]],
        keep: Callable[[Child], None],
        given: tuple[Destination, ...],
        renewed: Callable[[Room], Awaitable[None]],
    ) -> None:
        """``renew`` reads the files, in a thread; raises ConfigError. ``children``: the processes
        of a room, none started. ``keep`` starts one and keeps it. ``given``: the
        destinations as the files gave them last. ``renewed``: told of the room when all is done.
        """
        self._room = room
        self._roster = roster
        self._reception = reception
        self._controls = controls
        self._renew = renew
        self._children = children
        self._keep = keep
        self._given = given
        self._renewed = renewed
        self._busy = False

    async def run(self, say: Say) -> None:
        """One upgrade. ``say`` is told how it goes. Raises RefusedError."""
        if self._busy:
            raise RefusedError("an upgrade is under way already")
        self._busy = True
        try:
            await self._run(say)
        finally:
            self._busy = False

    async def _run(self, say: Say) -> None:
        try:
            fresh = await to_thread.run_sync(self._renew)
        except ConfigError as error:
            raise RefusedError(f"the room is not sound; nothing was changed\n{error}") from error
        _see_that_it_fits(self._room, fresh.room)
        say("the files are sound")
        newcomers = {child.role: child for child in self._children(fresh.room)}
        for child in newcomers.values():
            child.settled = True
        # One after the other, because two voices and two media at once would want the memory
        # and the processor that the air needs.
        for roles in (("voice",), ("media", "studio")):
            await self._exchange([newcomers.pop(r) for r in roles if r in newcomers], say)
        for role, child in newcomers.items():
            if role != "onair":
                await self._replace(child, say)
        await self._end_missing(fresh.room, say)
        self._redirect(fresh.destinations, say)
        self._room = fresh.room
        await self._renewed(fresh.room)

    async def _exchange(self, newcomers: list[Child], say: Say) -> None:
        """Newcomers come up beside the former, and take over when all of them have."""
        trials = [_Trial(child, self._reception) for child in newcomers]
        for trial in trials:
            self._roster.beside(trial.child)
            self._keep(trial.child)
        failed = [why for trial in trials if (why := await trial.outcome())]
        # One may have died while the next was waited for.
        failed = failed or [trial.died for trial in trials if trial.child.ended.is_set()]
        if failed:
            for trial in trials:
                await trial.give_up()
                self._roster.remove(trial.child)
            self._mend_address(newcomers)
            raise RefusedError("; ".join(failed) + "; the former goes on")
        leaving: list[Child] = []
        for trial in trials:
            say(f"{trial.child.role}: a new one is up (pid {trial.child.pid})")
            trial.child.once = False
            former = self._roster.promote(trial.child)
            if former is not None:
                former.leave()
                leaving.append(former)
        for trial in trials:
            trial.let_in()
        for child in leaving:
            with anyio.move_on_after(SWITCH):
                await child.ended.wait()
            await child.end()
            self._roster.remove(child)
            say(f"{child.role}: the former has left")

    def _mend_address(self, newcomers: list[Child]) -> None:
        """A newcomer that failed may have taken the address of one that is still there."""
        for child in newcomers:
            former = self._roster.get(child.role)
            if former is None or child.role != "voice":
                continue
            if former.pid and listener(self._room.sockets, child.role) != former.pid:
                former.restart("its address was taken by one that failed")

    async def _replace(self, child: Child, say: Say) -> None:
        """The former ends before the newcomer begins: they share a port or a file."""
        former = self._roster.promote(child)
        if former is not None:
            await former.end()
            self._roster.remove(former)
        self._keep(child)
        with anyio.move_on_after(COMING_UP):
            while not child.pid:  # noqa: ASYNC110 (no event tells of each start)
                await anyio.sleep(0.01)
            await child.greeted.wait()
            say(f"{child.role}: a new one is up (pid {child.pid})")
            return
        say(f"{child.role}: it does not come up; it is started again and again")

    async def _end_missing(self, room: Room, say: Say) -> None:
        """Those that the room does without from now on."""
        wanted = {child.role for child in self._children(room)}
        for role in self._roster.roles:
            if role not in wanted:
                child = self._roster[role]
                await child.end()
                self._roster.remove(child)
                say(f"{role}: ended, the room does without")

    def _redirect(self, given: tuple[Destination, ...], say: Say) -> None:
        """Push where the files say, if they say something else than last time: an address that was
        pasted meanwhile stays.
        """
        if given == self._given:
            return
        before = {each.name: each for each in self._given}
        after = {each.name: each for each in given}
        unchanged = [
            each
            for each in self._controls.destinations
            if before.get(each.name) == after.get(each.name)
        ]
        self._given = given
        self._controls.push_to(merged(unchanged, given))
        say("onair: pushes to " + (", ".join(each.name for each in given) or "nowhere"))


def _see_that_it_fits(now: Room, fresh: Room) -> None:
    """Raises RefusedError for what a running onair cannot change to."""
    changed = [
        name
        for name, before, after in (
            ("name", now.name, fresh.name),
            ("[video]", now.settings.video, fresh.settings.video),
            ("[audio]", now.settings.audio, fresh.settings.audio),
        )
        if before != after
    ]
    if changed:
        raise RefusedError(
            f"{' and '.join(changed)} changed: that needs a restart (Ctrl+C, then livehost run); "
            "nothing was changed"
        )


def _nothing() -> None:
    pass


class _Trial:
    """A newcomer that has to show that it comes up."""

    def __init__(self, child: Child, reception: Reception) -> None:
        self.child = child
        self._post = reception.posts[child.role]
        self._candidate: Candidate | None = None
        self._pid = 0
        self._began = time.monotonic()
        child.once = True
        child.started = self._started

    def _started(self) -> None:
        self._pid = self.child.pid
        self._candidate = self._post.expect(self._pid)

    @property
    def died(self) -> str:
        """What is said of one that has ended."""
        return f"{self.child.role}: the new one ended before it took over"

    async def outcome(self) -> str:
        """Why it failed; empty: it is ready."""
        why = f"{self.child.role}: the new one did not come up in {COMING_UP:g} s"
        with anyio.move_on_after(max(0.0, COMING_UP - (time.monotonic() - self._began))):
            async with anyio.create_task_group() as tasks:
                result: list[str] = []

                async def ready() -> None:
                    while self._candidate is None:  # noqa: ASYNC110 (it is being started)
                        await anyio.sleep(0.01)
                    await self._candidate.ready.wait()
                    result.append("")
                    tasks.cancel_scope.cancel()

                async def ended() -> None:
                    await self.child.ended.wait()
                    result.append(self.died)
                    tasks.cancel_scope.cancel()

                tasks.start_soon(ready)
                tasks.start_soon(ended)
            why = result[0]
        return why

    def let_in(self) -> None:
        """Its turn has come; started again, it is let in like any other."""
        self.child.started = _nothing
        if self._candidate is not None:
            self._candidate.turn.set()
            self._post.forget(self._pid)

    async def give_up(self) -> None:
        """End it."""
        await self.child.end()
        self._post.forget(self._pid)
