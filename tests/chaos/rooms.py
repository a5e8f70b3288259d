"""Faults that need a room made for them."""

from __future__ import annotations

import errno
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.chaos.case import Case
from tests.chaos.feeds import stamps_gap
from tests.chaos.namespace import missing as no_root
from tests.chaos.stand import Stand

WRAP = 2**31
"""FLV's timestamps are 31 bits of milliseconds in ffmpeg and OBS."""
LEFT = 30_000
"""Milliseconds before it at which row 20 begins."""
SMALL = "4m"


@contextmanager
def near_the_wrap(stand: Stand) -> Iterator[None]:
    """Destination ``a`` begins 30 s before FLV's timestamps wrap."""
    stand.push_a |= {"url": stand.feeds["a"].url, "first_ms": WRAP - LEFT}
    yield


def reach_the_wrap(case: Case) -> None:
    """Row 20: the connection is renewed before, and the next begins there again."""
    begun = len(case.feed.sessions)
    case.wait(lambda: len(case.feed.sessions) > begun, 60)
    case.wait(lambda: case.feed.steady(6), 30)
    _renewed(case, begun)
    stamps = [arrival.tag.dts for arrival in case.feed.arrivals(0)]
    case.bar("timestamps at or past the wrap", sum(dts >= WRAP for dts in stamps), 0, "")
    case.bar(
        "first timestamp before the wrap by",
        (WRAP - stamps[0]) / 1000 if stamps else None,
        LEFT / 1000,
    )


@contextmanager
def short_sessions(stand: Stand) -> Iterator[None]:
    """Destination ``a`` is on a platform that ends a session after 36 s."""
    folder = stand.folder / "run" / "platforms"
    folder.mkdir(parents=True)
    (folder / "short.toml").write_text(
        'title = "Short"\nsource = "made for this test"\nchecked = "2026-11-22"\n'
        "longest_hours = 0.01\n"
    )
    stand.push_a |= {"url": stand.feeds["a"].url, "platform": "short"}
    yield


def rotate(case: Case) -> None:
    """Row 21: the platform's longest session comes to its end twice."""
    begun = len(case.feed.sessions)
    case.wait(lambda: len(case.feed.sessions) > begun + 1, 150)
    case.wait(lambda: case.feed.steady(6), 30)
    _renewed(case, begun)


def _renewed(case: Case, begun: int) -> None:
    fresh = len(case.feed.sessions) - begun
    case.bar("connections short of one more", max(0, 1 - fresh), 0, "")
    case.bar("no picture", case.gap(), 1.5)


@contextmanager
def small_disk(stand: Stand) -> Iterator[None]:
    """Log, voice cache and recordings on a file system of 4 MB."""
    small = stand.folder / "small"
    small.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={SMALL}", "chaos", str(small))
    subprocess.run(mount, check=True, timeout=20)
    try:
        state = stand.folder / "run" / "var" / "demo"
        state.mkdir(parents=True)
        for name, where in (("cache", state), ("recordings", state)):
            (small / name).mkdir()
            (where / name).symlink_to(small / name)
        (small / "room.log").touch()
        (stand.folder / "run" / "room.log").symlink_to(small / "room.log")
        stand.changes["recording"] = {"on": True, "keep_free_gigabytes": 0.0}
        yield
    finally:
        umount = ("umount", "--lazy", str(small))
        subprocess.run(umount, check=False, timeout=20)


def fill_disk(case: Case) -> None:
    """Row 16: not a byte is left."""
    filler = case.stand.folder / "small" / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                break
    time.sleep(45 if case.long else 20)
    told = [
        text
        for text in case.incidents() + [f"{d.what}: {d.why}" for _, d in case.rows("Decision")]
        if any(word in text.lower() for word in ("disk", "space", "full", "recording"))
    ]
    case.bar("alerts missing", int(not told), 0, "")
    case.note(told[0] if told else "nobody was told")
    filler.unlink()


def dead_from_start(case: Case) -> None:
    """Of the room's destinations one was never there."""
    time.sleep(30 if case.long else 10)
    lost = case.incidents("pusher:dead")
    case.note(f"told {len(lost)} times in that time")
    arrived = case.stand.feeds["b"].arrivals(0)
    case.bar("step of picture timestamps since the start", stamps_gap(arrived, "video"), 0.2)


def no_mounts() -> str:
    """What this machine lacks for a small disk; empty: nothing."""
    return no_root()
