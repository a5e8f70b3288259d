"""Faults of the room's own processes."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial

import psutil

from tests.chaos.case import Case
from tests.chaos.verdict import held_for
from tests.e2e.room import Role

HELD = 0.2
"""Seconds that one picture may stand before the stand-by clip comes."""
AFTER = 11.0
"""Seconds of a show that is whole again: counter and tone are compared in the last of them."""
STILL = 3.0
"""Seconds that one picture may stand while the sound goes on: media that cannot draw is replaced
after 2."""
REPLACED = 15.0
"""Seconds in which a process that was stopped or starved must have been replaced."""


def kill_onair(case: Case) -> None:
    """Row 2."""
    room = case.stand.room
    pushers = set(room.pids("pusher"))
    room.kill("onair")
    died = time.monotonic()
    time.sleep(3)
    left = [pid for pid in pushers if psutil.pid_exists(pid) and pid in room.pids("pusher")]
    case.bar("its pushers left after 3 s", len(left), 0, "")
    feeds = case.stand.feeds.values()
    case.wait(lambda: all(feed.steady(6) for feed in feeds), 40)
    gaps = {feed.name: case.gap(feed) for feed in feeds}
    worst = max(gaps, key=lambda name: gaps[name])
    case.bar(f"no picture (worst: {worst})", gaps[worst], 2.0)
    case.note(f"measured {time.monotonic() - died:.0f} s")


def killed(role: Role) -> Callable[[Case], None]:
    """Row 12: ``kill -9``."""
    return partial(_kill, role)


def stopped(role: Role) -> Callable[[Case], None]:
    """Row 12: SIGSTOP."""
    return partial(_stop, role)


def _kill(role: Role, case: Case) -> None:
    room = case.stand.room
    pid = room.kill(role)
    back = case.wait(lambda: any(other != pid for other in room.pids(role)), 20)
    case.bar(f"{role} is started again", back, REPLACED)
    _go_on(case)
    _told_held(case, role)


def _stop(role: Role, case: Case) -> None:
    room = case.stand.room
    pid = case.signal(role, signal.SIGSTOP)
    try:
        back = case.wait(lambda: any(other != pid for other in room.pids(role)), 20)
        case.bar(f"{role} is replaced", back, REPLACED)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    _go_on(case)
    _told_held(case, role)


def starved(role: Role) -> Callable[[Case], None]:
    """Row 18: no memory beyond what it has, while each frame, line or clause asks for some."""
    return partial(_starve, role)


def _starve(role: Role, case: Case) -> None:
    room = case.stand.room
    pid = room.pid(role)
    resource.prlimit(pid, resource.RLIMIT_AS, (1, resource.RLIM_INFINITY))
    case.stand.flag("memory", f"host.{role}")
    try:
        back = case.wait(lambda: any(other != pid for other in room.pids(role)), 20)
    finally:
        case.stand.flag("memory")
    if back is None:
        case.note(f"{role} lived through 20 s without memory")
        with contextlib.suppress(ProcessLookupError):
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(pid, resource.RLIMIT_AS, unlimited)
    else:
        case.note(f"{role} was replaced after {back:.1f} s")
    _go_on(case)
    time.sleep(AFTER)  # media without memory holds a picture while its sound goes on


def stop_voice(case: Case) -> None:
    """Row 10, the process: stopped for 60 s, whatever replaces it."""
    pid = case.signal("voice", signal.SIGSTOP)
    time.sleep(60 if case.long else 15)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
    _go_on(case)


def hang_voice(case: Case) -> None:
    """Row 10, the engine: takes every clause and never replies."""
    _flagged(case, "voice", "hang", 60 if case.long else 15)


def garble_voice(case: Case) -> None:
    """The engine gives sounds that are none."""
    _flagged(case, "voice", "garbage", 30 if case.long else 10)


def break_renderer(case: Case) -> None:
    """Drawing raises on every frame."""
    _flagged(case, "frame", "on", 10)
    held = held_for(case, case.stand.feeds["b"], case.began - 3, case.began + 12)
    case.bar("one picture held, with its sound", held, STILL)


def shift_clock(case: Case) -> None:
    """Row 17: an hour on, then an hour back, then right."""
    try:
        for offset in (3600, -3600):
            case.stand.flag("clock", str(offset))
            time.sleep(10 if case.long else 5)
    finally:
        case.stand.flag("clock")
    _go_on(case)


def kill_supervisor(case: Case) -> None:
    """The supervisor dies; 2 s later another is started."""
    room = case.stand.room
    onair = room.pid("onair")
    room.kill("supervisor")
    time.sleep(2)
    room.start()
    roles: tuple[Role, ...] = ("media", "studio", "voice", "console")
    back = case.wait(lambda: all(len(room.pids(role)) == 1 for role in roles), 40)
    case.bar("one of each process again", back, 30.0)
    _go_on(case)
    case.bar("onair processes that took its place", int(room.pid("onair") != onair), 0, "")


def upgrade(case: Case) -> None:
    """``livehost upgrade``: every process but onair and the supervisor is a new one."""
    room = case.stand.room
    roles: tuple[Role, ...] = ("onair", "media", "studio", "voice", "console")
    before = {role: room.pid(role) for role in roles}
    done = room.command("upgrade", timeout=120)
    case.bar("exit code", done.returncode, 0, "")
    if done.returncode:
        case.note((done.stderr or done.stdout).strip()[-300:])
    _go_on(case)
    after = {role: room.pid(role) for role in roles}
    case.bar("onair processes that took its place", int(after["onair"] != before["onair"]), 0, "")
    old = [role for role in roles[1:] if after[role] == before[role]]
    case.bar("processes that stayed the old ones", len(old), 0, "")
    if old:
        case.note(f"not replaced: {', '.join(old)}")


def end(case: Case) -> None:
    """SIGTERM, as at the end of a broadcast. The room is over after it."""
    room = case.stand.room
    began = time.monotonic()
    room.process.send_signal(signal.SIGTERM)
    code: int | None = None
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = room.process.wait(20)
    case.bar("ended", time.monotonic() - began if code is not None else None, 5.0)
    case.bar("exit code", code, 0, "")
    case.bar("processes left", len(room.processes()), 0, "")
    feeds = case.stand.feeds.values()
    case.wait(lambda: not [f for f in feeds if not f.events(began)], 3)
    open_ = [f.name for f in feeds if "unpublish" not in {e.kind for e in f.events(began)}]
    case.bar("streams not closed at their ingest", len(open_), 0, "")
    case.bar("breaks in the ledger's chain", int(bool(case.stand.lines.broken())), 0, "")
    aired = [message for _, message in case.rows("Aired")]
    if aired:
        case.bar("clauses cut in their middle", int(not aired[-1].ends_clause), 0, "")


def _flagged(case: Case, flag: str, text: str, seconds: float) -> None:
    try:
        case.stand.flag(flag, text)
        time.sleep(seconds)
    finally:
        case.stand.flag(flag)
    _go_on(case)


def _go_on(case: Case) -> None:
    """Until a clause was aired that began after now, at most a minute: the show is back."""
    lines = case.stand.lines
    if not case.stand.talks:
        time.sleep(8)
        return
    aired = lines.aired
    back = case.wait(lambda: lines.aired >= aired + 2, 60)
    case.bar("two further clauses aired", back, 60.0)


def _told_held(case: Case, role: str) -> None:
    if role == "media":
        feed = case.stand.feeds["b"]
        held = held_for(case, feed, case.began - 3, case.began + 12)
        case.bar("one picture held", held, HELD)
