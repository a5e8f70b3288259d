"""Faults of the machine and of those who comment."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
from websockets.sync.client import connect

from tests.chaos import comments
from tests.chaos.case import Case
from tests.e2e.processes import end

MORE = 20.0
"""Megabytes that the studio may need more while it is flooded."""


def nothing(case: Case) -> None:
    """No fault: what this machine does of itself."""
    time.sleep(20)


def hog_cores(case: Case) -> None:
    """Row 13: a busy process for each core."""
    hogs = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        time.sleep(20 if case.long else 10)
    finally:
        for hog in hogs:
            end(hog)


def send_rubbish(case: Case) -> None:
    """Row 14: no UTF-8, a frame of 10 MB, connections that say nothing."""
    url = case.stand.room.comments_url
    silent = [comments.half_open(url) for _ in range(3)]
    silent.append(comments.never_upgraded(url))
    try:
        comments.bad_utf8(url)
        comments.big_frame(url)
        time.sleep(2)
        began = time.monotonic()
        replied = None
        while replied is None and time.monotonic() - began < 10:
            replied = _asked(url)
        case.bar("a comment is taken", replied, 5.0)
    finally:
        for sock in silent:
            sock.close()
    time.sleep(3)


def flood_comments(case: Case) -> None:
    """Row 15: 1 000 a second."""
    seconds = case.comment_minutes * 60
    studio = psutil.Process(case.stand.room.pid("studio"))
    before = studio.memory_info().rss
    flood = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.comments", case.stand.room.comments_url, str(seconds)],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    highest = before
    while flood.poll() is None:
        highest = max(highest, studio.memory_info().rss if studio.is_running() else 0)
        time.sleep(0.5)
    said = flood.stdout.read().decode().strip() if flood.stdout is not None else ""
    case.bar("the flood's exit code", flood.returncode, 0, "")
    case.bar("studios that took its place", int(not studio.is_running()), 0, "")
    case.bar("studio's RSS above before", (highest - before) / 1e6, MORE, "MB")
    case.note(said)
    time.sleep(5)


def _asked(url: str) -> float | None:
    """Seconds from connecting to the reply to a comment; None: there was none."""
    began = time.monotonic()
    try:
        with connect(url, open_timeout=5, close_timeout=1) as room:
            room.send('{"id": "after", "user": "Ann", "text": "多少钱"}')
            room.recv(timeout=5)
    except (OSError, TimeoutError):
        return None
    return time.monotonic() - began
