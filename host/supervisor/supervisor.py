"""The room's life, from its first process to its last."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import anyio

from host.accounts import KINDS, Accounts
from host.config import Room
from host.errors import ConfigError, Finding, WireError
from host.ledger import Ledger, newest
from host.model import Decision, Ended, Incident
from host.model.state import OnAirState
from host.supervisor.adoption import end_leftovers, listener, locked, new_air, take_up
from host.supervisor.cast import Output
from host.supervisor.hours import Hours
from host.supervisor.prepare import make_folder
from host.supervisor.show import Observe, Show
from host.supervisor.upgrade import Renewed

RECALLED = 5000
"""Newest rows about lines read at start: outstanding lines are among the last dozens."""
BREAK = timedelta(minutes=10)
"""Off air for longer, a room's viewers are others: the talk opens a lap in place of going on."""
CUT_OFF = "the broadcast had ended before it was said"


class Supervisor:
    """Runs a room until it is ended."""

    def __init__(
        self,
        room: Room,
        output: Output,
        *,
        tell: Callable[[Incident | Decision], None],
        state: Callable[[OnAirState], None],
        observe: Observe = lambda levers: (),
        renew: Callable[[], Renewed] | None = None,
        hours: Hours | None = None,
    ) -> None:
        """``tell``: what a person at the terminal should know. ``state``: onair's, each second.
        ``observe`` makes those who watch the room, given what they may do about it; one with a
        ``run`` is run. ``renew`` reads the room's files again for an upgrade, in a thread, and
        raises ConfigError; None: an upgrade starts the same room's processes anew. ``hours``: end
        the show with them; None: it has none.
        """
        self._room = room
        self._output = output
        self._tell = tell
        self._state = state
        self._observe = observe
        self._renew = renew
        self._hours = hours
        self._over = anyio.Event()
        self._asked = False
        self.aired = False
        """It has had an onair on air."""

    @property
    def ending(self) -> bool:
        """It has been asked to end the show. Not by its hours: who follows it keeps them too."""
        return self._asked

    def end(self) -> None:
        """End the show in good order, and for good: its hours do not begin it again."""
        self._asked = True
        if self._hours is not None:
            self._hours.over = False
        self._over.set()

    async def run(self) -> int:
        """Until SIGTERM, SIGINT, ``end`` or the end of the file that is rendered; the exit code.

        A second SIGTERM or SIGINT ends it at once, with exit code 1. SIGHUP is an upgrade. A
        room whose supervisor was killed is taken up where it is. Raises ConfigError when the room
        is on air already, its folder cannot be written or its ledger cannot be read; StageError
        when a process cannot begin.
        """
        room = self._room
        lives = listener(room.sockets, "onair") > 0
        if not lives:  # else nothing is to keep the show from being taken up
            make_folder(room)
        with locked(room), contextlib.closing(self._open_ledger()) as ledger:
            accounts, owed, left = _recalled(room)
            air = await take_up(room) if self._output.render_to is None else None
            await end_leftovers(room, media=air is None)
            taken_up = air is not None
            if air is None:
                air = new_air(room.format, accounts.last_tick + 1)
            with contextlib.closing(air):
                show = Show(
                    room,
                    self._output,
                    air,
                    ledger,
                    accounts,
                    end=self.end,
                    tell=self._tell,
                    state=self._follow,
                    observe=self._observe,
                    renew=self._renew,
                )
                for ended in owed:
                    show.desk.journal.write(ended)
                if taken_up:
                    why = "a new supervisor has taken up the broadcast"
                    show.desk.take(Incident("supervisor", "adopted", why), "supervisor")
                elif _now() - left > BREAK:
                    show.desk.begin_afresh(CUT_OFF)
                else:
                    show.desk.cut_off(CUT_OFF)
                await self._run(show)
                if taken_up:  # a media that had not found its way to this supervisor yet
                    await end_leftovers(room, media=True)
        if show.failure is not None:
            raise show.failure
        return show.exit_code

    async def _run(self, show: Show) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._heed_signals, show)
            if self._hours is not None:
                tasks.start_soon(self._keep_hours, self._hours)
            await show.run(self._over)
            tasks.cancel_scope.cancel()

    async def _keep_hours(self, hours: Hours) -> None:
        await hours.until_over()
        if self._asked:
            hours.over = False  # somebody was quicker: it is not to begin again by itself
        self._over.set()

    def _follow(self, state: OnAirState) -> None:
        self.aired = True
        self._state(state)

    async def _heed_signals(self, show: Show) -> None:
        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        with anyio.open_signal_receiver(*numbers) as signals:
            async for number in signals:
                if number == signal.SIGHUP:
                    show.renew()
                elif self._asked:
                    show.hurry()
                else:  # though its hours may be ending it at this moment
                    self.end()

    def _open_ledger(self) -> Ledger:
        if self._output.render_to is not None:
            for old in self._room.var.glob("ledger.sqlite*"):
                old.unlink()  # a rendering begins at the opening, each time
        return Ledger(self._room.ledger)


def _now() -> datetime:
    return datetime.now(UTC)


def _recalled(room: Room) -> tuple[Accounts, list[Ended], datetime]:
    """The accounts as the ledger tells them, the ends that it lacks, and when the talk stopped:
    now, where it never began.
    """
    accounts = Accounts()
    try:
        rows = newest(room.ledger, KINDS, RECALLED)
        stopped = datetime.fromisoformat(rows[-1].ts_utc) if rows else _now()
        return accounts, accounts.replay(rows), stopped
    except (sqlite3.Error, WireError, ValueError) as error:
        fix = "see that its disk has space, or move it away, and the show begins anew"
        what = f"the ledger cannot be taken up: {error}"
        raise ConfigError(Finding(what, fix, room.ledger)) from error
