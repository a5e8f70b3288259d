"""``livehost soak --fast``: a month on air in minutes, with the world simulated."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Annotated

import numpy as np
import psutil
import typer

from host.cli.common import out, progress_bar
from host.cli.simulated_talk import SimulatedTalk
from host.config import Room, load_room
from host.errors import ConfigError, Finding
from host.ledger import first_break
from host.model import Clause, Destination
from stream.encoder import Encoder
from stream.simulated import SimulatedAir

SPOKEN = {"zh": 0.22, "en": 0.065}
"""Seconds a character takes to say, about; to tell how long a clause is without saying it."""
PAUSE = 0.4
"""Seconds between two lines."""
HOUR = 3600.0
ROW_MB_A_DAY = 60.0
"""Ledger that a day of talk may cost, MB: 2 GB a month."""
RSS_MB_A_DAY = 1.0
"""Growth of this process's memory a simulated day beyond which something is kept that should not
be."""
FIRST = Path("configs/demo.toml")


@dataclass(slots=True)
class Month:
    """What came of it."""

    hours: list[float] = field(default_factory=list)
    """Of each measurement."""
    rss: list[int] = field(default_factory=list)
    ledger: list[int] = field(default_factory=list)
    restarts: int = 0
    suspended: int = 0
    lost: int = 0
    absent: int = 0

    def measure(self, hours: float, ledger: Path) -> None:
        """Note memory and ledger as they are now."""
        self.hours.append(hours)
        self.rss.append(psutil.Process().memory_info().rss)
        self.ledger.append(ledger.stat().st_size)


def add_to(app: typer.Typer) -> None:
    """Add this file's command."""
    app.command()(soak)


def soak(
    room: Annotated[
        Path, typer.Argument(metavar="ROOM", help="The room whose lineup and scripts are talked")
    ] = FIRST,
    hours: Annotated[float, typer.Option(min=0.1, help="Of programme.")] = 720.0,
    fast: Annotated[
        bool, typer.Option("--fast", help="Simulate clock, media, encoder, processes and sockets.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of what happens meanwhile.")] = 1,
) -> None:
    """Does anything wrap, drift, grow or get lost over a month?

    Real are every air tick's account of what was aired, the clock, the pushers with their
    rotations and FLV timestamps, every line's plan and its way through the gate, the accounts,
    and the ledger in a file (1.2 GB for 720 h, in a temporary folder).

    Simulated are time itself, media and voice (a clause is as long as its text), the encoder
    (packets of a few bytes), pushers' processes and ingests. A connection that is neither young
    nor near its end gets one packet for each keyframe interval. Nothing is heard or seen, so this
    tells nothing of real memory, CPU or sound: for those, [bold]make soak MINUTES=60[/bold].

    Each day media dies 4 times in mid-clause, the supervisor once, one ingest of four closes 8
    times, and the machine sleeps 30 s.
    """
    if not fast:
        fix = "add --fast, or run a real room: make soak MINUTES=60"
        raise ConfigError(Finding("only a simulated month can be run by this command", fix))
    with tempfile.TemporaryDirectory(prefix="livehost-soak-") as folder:
        needed = round(hours * 2.5e6) + 100_000_000
        if shutil.disk_usage(folder).free < needed:
            fix = "free some space, or set TMPDIR to another folder"
            raise ConfigError(
                Finding(f"{hours:g} h of ledger need {needed / 1e9:.1f} GB in {folder}", fix)
            )
        os.environ["LIVEHOST_VAR"] = folder
        raise typer.Exit(_run(room, hours, seed))


def _run(file: Path, hours: float, seed: int) -> int:
    room = load_room(file)
    start = datetime.now(room.timezone)
    talk = SimulatedTalk(room)
    platforms = (
        Destination("endless", ("ffmpeg",)),
        Destination("two-days", ("ffmpeg",), longest_seconds=48 * HOUR),
        Destination("eight-hours", ("ffmpeg",), longest_seconds=8 * HOUR),
        Destination("unlucky", ("ffmpeg",)),
    )
    air = SimulatedAir(
        room.format,
        Encoder(room.format).header,
        platforms,
        lambda told: talk.note(told, start + timedelta(seconds=air.now)),
    )
    month = Month()
    show = _Show(room, air, talk, start, _Chance(seed), month)
    began = time.monotonic()
    measured = 0.0
    with progress_bar(f"{hours:g} h on air") as done:
        while air.now < hours * HOUR:
            show.line()
            if air.now >= measured:
                measured = air.now + HOUR
                month.measure(air.now / HOUR, room.ledger)
                done(min(1.0, air.now / HOUR / hours))
    talk.close()
    broken = first_break(room.ledger)
    if broken is not None:
        talk.faults.append(f"the ledger's chain breaks at row {broken}")
    return _tell(air, talk, month, hours, time.monotonic() - began)


class _Chance:
    """When something happens: about as often as it should, by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (no secret)
        self._due: dict[str, float] = {}

    def now(self, what: str, every: float, at: float) -> bool:
        """Whether it happens at ``at``; about each ``every`` seconds."""
        due = self._due.get(what)
        if due is not None and at < due:
            return False
        self._due[what] = at + every * self.random.uniform(0.5, 1.5)
        return due is not None


class _Show:
    """Says one line after another, while things happen."""

    def __init__(
        self,
        room: Room,
        air: SimulatedAir,
        talk: SimulatedTalk,
        start: datetime,
        chance: _Chance,
        month: Month,
    ) -> None:
        self._air, self._talk, self._start, self._chance = air, talk, start, chance
        self._month = month
        self._fps = room.format.video.fps
        self._spoken = SPOKEN[room.settings.lang]

    def line(self) -> None:
        """One line with the pause after it, and what happens then."""
        air, talk, month = self._air, self._talk, self._month
        planned = talk.next(self._now)
        for clause in planned.clauses:
            self._clause(clause)
        talk.air(air.pause(round(PAUSE * self._fps)), self._now)
        if self._chance.now("supervisor", 24 * HOUR, air.now):
            month.restarts += 1
            talk.restart()
        if self._chance.now("ingest", 3 * HOUR, air.now):
            month.lost += 1
            air.lose(len(air.received) - 1)  # the others reach the ends that are planned
        if self._chance.now("sleep", 24 * HOUR, air.now):
            month.suspended += 1
            air.suspend(30.0)

    def _clause(self, clause: Clause) -> None:
        air, line, index = self._air, clause.line, clause.index
        ticks = max(5, round(len(clause.text) * self._spoken * self._fps))
        if self._chance.now("media", 6 * HOUR, air.now):
            self._month.absent += 1
            cut = air.say(line, index, ticks, last=clause.last, upto=ticks // 2)
            self._talk.air([*cut, *air.absent(3 * self._fps)], self._now)
        self._talk.air(air.say(line, index, ticks, last=clause.last), self._now)

    @property
    def _now(self) -> datetime:
        return self._start + timedelta(seconds=self._air.now)


def _tell(air: SimulatedAir, talk: SimulatedTalk, month: Month, hours: float, took: float) -> int:
    """Print the figures; 1 when something is not as it should be."""
    days = hours / 24
    faults = [*air.faults, *talk.faults]
    ledger = (month.ledger[-1] - month.ledger[0]) / 1e6 / max(days, 1 / 24)
    grown = _slope(month) * 24
    if talk.planned != talk.ended:
        faults.append(f"{talk.planned} lines planned, {talk.ended} ended")
    if air.clock.stalls != month.suspended:
        faults.append(f"{air.clock.stalls} stalls of the clock, {month.suspended} were made")
    if air.apart_ms > 1:
        faults.append(f"picture and sound of a tick {air.apart_ms} ms apart")
    if ledger > ROW_MB_A_DAY:
        faults.append(f"the ledger grows by {ledger:.1f} MB a day ({ROW_MB_A_DAY:g})")
    if len(month.hours) >= 24 and grown > RSS_MB_A_DAY:
        faults.append(f"memory grows by {grown:.2f} MB a simulated day ({RSS_MB_A_DAY:g})")
    rows = {
        "ticks": f"{air.tick:,} in {took / 60:.1f} min ({air.tick / took:,.0f} a second)",
        "lines": f"{talk.planned:,} planned, {talk.ended:,} ended, {talk.refused:,} refused",
        "happened": f"media died {month.absent} times in mid-clause, the supervisor "
        f"{month.restarts}, ingests closed {month.lost} times, {month.suspended} sleeps",
        "clock": f"re-anchored {air.clock.stalls} times",
        "picture and sound of a tick": f"at most {air.apart_ms} ms apart",
        "ledger": f"{month.ledger[-1] / 1e6:,.0f} MB, {ledger:.1f} MB a day",
        "memory": f"{month.rss[0] / 1e6:.0f} → {month.rss[-1] / 1e6:.0f} MB, "
        f"{grown:+.2f} MB a simulated day over the last half",
    }
    for received in air.received:
        rows[received.name] = (
            f"{received.sessions} sessions, the longest {received.longest / HOUR:.2f} h, highest "
            f"timestamp {received.highest_ms:,} ms, largest gap {received.largest_gap:.2f} s"
        )
    for what, value in rows.items():
        out.print(f"{what:28} {value}", markup=False)
    for fault in faults[:20]:
        out.print(f"✗ {fault}", markup=False)
    out.print("✓ all in order" if not faults else f"✗ {len(faults)} faults", markup=False)
    return int(bool(faults))


def _slope(month: Month) -> float:
    """Bytes of memory over the last half, as a line: MB an hour."""
    half = len(month.hours) // 2
    hours, sizes = np.array(month.hours[half:]), np.array(month.rss[half:]) / 1e6
    if len(hours) < 2:
        return 0.0
    return float(np.polyfit(hours, sizes, 1)[0])
