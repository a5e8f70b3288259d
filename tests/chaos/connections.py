"""Faults of one destination's connection."""

from __future__ import annotations

import dataclasses
import os
import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.chaos.case import Case
from tests.chaos.feeds import Feed, gap, stamps_gap
from tests.chaos.stand import Stand
from tests.chaos.verdict import SOUND_STEP

FULL = 0.9
"""Share of the room's bitrate at which it counts as full again."""


def kill_pusher(case: Case) -> None:
    """Row 1."""
    killed = _pusher(case)
    died = time.monotonic()
    case.stand.room.kill("pusher", killed)
    case.back_anew(died)
    _let_run(case, 6)
    case.bar("no picture", case.gap(), 1.5)


def stop_pusher(case: Case) -> None:
    """Row 3."""
    pid = _pusher(case)
    os.kill(pid, signal.SIGSTOP)
    case.back_anew(time.monotonic(), 20)
    _let_run(case, 6)
    case.bar("no picture", case.gap(), 4.0)
    case.bar("stopped processes left", int(psutil.pid_exists(pid)), 0, "")


def kill_ingest(case: Case) -> None:
    """Row 4."""
    case.feed.receiver.kill()
    time.sleep(20 if case.long else 8)
    case.feed.receiver.restart()
    returned = time.monotonic()
    case.bar("on air after its return", case.back_after(returned), 4.0)
    _let_run(case, 6)


def stop_ingest(case: Case) -> None:
    """Row 5."""
    pid = case.feed.receiver.pid
    stopped = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    try:
        lost = case.wait(lambda: bool(case.incidents(f"pusher:{case.feed.name}")), 25)
        case.bar("noticed", lost, 6.0)
        time.sleep(max(0.0, stopped + (30 if case.long else 12) - time.monotonic()))
    finally:
        os.kill(pid, signal.SIGCONT)
    returned = time.monotonic()
    case.bar("back on a new connection", case.back_anew(returned), 5.0)
    _let_run(case, 6)
    _told_burst(case, returned)


def drop_packets(case: Case) -> None:
    """Row 6."""
    beyond = case.stand.beyond
    assert beyond is not None
    port = case.feed.receiver.port
    beyond.drop(port, on=True)
    try:
        time.sleep(20)
    finally:
        beyond.drop(port, on=False)
    returned = time.monotonic()
    case.bar("back on a new connection", case.back_anew(returned), 15.0)
    _let_run(case, 6)
    _told_burst(case, returned)


def squeeze(case: Case) -> None:
    """Row 7."""
    proxy = case.feed.proxy
    assert proxy is not None
    proxy.squeeze(1_000_000 / 8)
    narrow = time.monotonic()
    time.sleep(30 if case.long else 15)
    proxy.squeeze(None)
    wide = time.monotonic()
    full = FULL * 2500
    back = case.wait(lambda: _video_kbps(case.feed, 5.0) >= full and _whole(case.feed, 5.0), 70)
    case.bar("full bitrate and every picture after", back, 60.0)
    fresh = sum(session.began > narrow for session in case.feed.sessions)
    case.bar("reconnects", fresh, 0, "")
    arrived = case.feed.arrivals(case.began)
    case.bar("step of sound timestamps", stamps_gap(arrived, "audio"), SOUND_STEP)
    pictures = [a for a in arrived if a.tag.kind == "video" and narrow < a.at < wide]
    case.note(f"{len(pictures) / (wide - narrow):.1f} pictures a second while narrow")


def reset(case: Case) -> None:
    """Row 8."""
    proxy = case.feed.proxy
    assert proxy is not None
    cut = time.monotonic()
    proxy.reset()
    case.back_anew(cut)
    _let_run(case, 6)
    case.bar("no picture", case.gap(), 1.5)


@contextmanager
def with_key_hook(stand: Stand) -> Iterator[None]:
    """Destination ``a`` gets its address from a program, which notes that it was asked."""
    feed = stand.feeds["a"]
    (stand.folder / "address").write_text(feed.url)
    asked, address = (shlex.quote(str(stand.folder / name)) for name in ("asked", "address"))
    stand.push_a["url_command"] = ["sh", "-c", f"echo asked >>{asked}; cat {address}"]
    yield


def expire_key(case: Case) -> None:
    """Row 9: the key is refused from now on; its hook has a fresh one after 20 s."""
    feed, folder = case.feed, case.stand.folder
    before = _asked(case)
    feed.receiver.refused_keys.add(feed.key)
    case.stand.room.kill("pusher", _pusher(case))
    began = time.monotonic()
    alert = case.wait(lambda: any("reject" in told for told in _alerts(case)), 32)
    case.bar("alert", alert, 30.0)
    hook = case.wait(lambda: _asked(case) > before, 32)
    case.bar("the hook is asked", None if hook is None else time.monotonic() - began, 32.0)
    time.sleep(max(0.0, began + 20 - time.monotonic()))
    tries = [event.at for event in feed.events(began) if event.kind == "refuse"]
    seconds = [sum(0 <= other - at < 1 for other in tries) for at in tries]
    case.bar("tries within a second", max(seconds, default=None), 1, "")
    case.note(f"{len(tries)} tries in {time.monotonic() - began:.0f} s")
    fresh = dataclasses.replace(feed, key="fresh")
    (folder / "address").write_text(fresh.url)
    case.stand.feeds["a"] = case.target = fresh
    case.bar("on air with the fresh key", case.back_after(time.monotonic(), 60), 35.0)
    _let_run(case, 6)


def flood_stderr(case: Case) -> None:
    """Row 19."""
    case.stand.flag("stderr", "on")
    try:
        case.stand.room.kill("pusher", _pusher(case))
        case.back_anew(time.monotonic())
        time.sleep(2)
        begun = time.monotonic()
        time.sleep(25 if case.long else 8)
        moments = [arrival.at for arrival in case.feed.pictures(begun)]
        longest = gap([begun, *moments, time.monotonic()])
        case.bar("no picture while it floods", longest, 0.35)
        fresh = sum(session.began > begun for session in case.feed.sessions)
        case.bar("reconnects while it floods", fresh, 0, "")
    finally:
        case.stand.flag("stderr")
    case.stand.room.kill("pusher", _pusher(case))
    case.back_anew(time.monotonic())
    _let_run(case, 6)


def _pusher(case: Case) -> int:
    return case.stand.room.pusher(case.feed.url)


def _asked(case: Case) -> int:
    log = case.stand.folder / "asked"
    return len(log.read_text().splitlines()) if log.exists() else 0


def _alerts(case: Case) -> list[str]:
    return case.incidents(f"pusher:{case.feed.name}") + case.incidents("alert")


def _let_run(case: Case, seconds: float) -> None:
    """Until the target has been steady for that long, at most half a minute."""
    case.wait(lambda: case.feed.steady(seconds), 30)


def _told_burst(case: Case, returned: float) -> None:
    """No more media than time has passed, on the connections begun after ``returned``."""
    begun = [n for n, session in enumerate(case.feed.sessions) if session.began > returned]
    fresh = [a for a in case.feed.pictures(returned) if begun and a.session == begun[-1]]
    ahead = [(a.tag.dts - fresh[0].tag.dts) / 1000 - (a.at - fresh[0].at) for a in fresh]
    # What a viewer of node-media-server gets begins with the group of pictures it has kept.
    limit = 1.5 if case.feed.kind == "nginx" else 3.5
    case.bar("media ahead of time on the new connection", max(ahead, default=None), limit)


def _video_kbps(feed: Feed, seconds: float) -> float:
    size = sum(arrival.tag.size for arrival in feed.pictures(time.monotonic() - seconds))
    return size * 8 / 1000 / seconds


def _whole(feed: Feed, seconds: float) -> bool:
    """Every picture of the last seconds came."""
    came = feed.pictures(time.monotonic() - seconds)
    return len(came) > 1 and stamps_gap(came, "video") <= 0.08
