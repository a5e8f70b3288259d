"""When each packet came: follows recordings while the ingest writes them."""

from __future__ import annotations

import bisect
import contextlib
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.e2e.flv import Tag, TagReader


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet and its moment."""

    at: float
    """Seconds, ``time.monotonic()``; up to ``Watcher.PERIOD`` late."""
    tag: Tag
    session: int
    """Number of the session it came in, from 0."""
    since: float = 0.0
    """When it had not come yet, seconds: the look before. ``at`` less this is the instrument's
    doubt, 10 ms on a machine that is not busy."""


@dataclass(slots=True)
class _Followed:
    reader: TagReader = field(default_factory=TagReader)
    read: int = 0
    grew_at: float = 0.0
    looked_at: float = 0.0
    seen: list[tuple[float, float, Tag]] = field(default_factory=list)


class Watcher:
    """Reads what is added to the FLV files of a folder, from a thread.

    Timestamps alone hide a stall after which the sender went on counting where it stopped;
    the moments of arrival show it.
    """

    PERIOD = 0.01
    """Seconds between looks."""
    LISTED = 0.1
    """Seconds between looks for new files, which begin with a connection's setting up."""
    QUIET = 10.0
    """Seconds after which a file that did not grow is looked at with each listing only."""
    NICE = -10
    """The thread's priority where that is allowed: a busy machine must not blur the moments."""
    LATE = 0.05
    """Seconds without a look that are kept in mind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, _Followed] = {}
        self._late: list[tuple[float, float]] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """One last look, then no more."""
        self._ended.set()
        self._thread.join()

    def arrivals(self, paths: Sequence[Path], after: float = 0.0) -> list[Arrival]:
        """Media packets of these files, in order; those that came after ``after``."""
        with self._lock:
            return [
                Arrival(at, tag, session, since)
                for session, path in enumerate(paths)
                if path in self._files
                for at, since, tag in _since(self._files[path].seen, after)
            ]

    def lateness(self, after: float) -> float:
        """The longest time without a look that ended after ``after``, seconds; 0: below ``LATE``.

        A gap between arrivals that is no longer may be this instrument's.
        """
        return max((late for at, late in list(self._late) if at > after), default=0.0)

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self.NICE)
        listed, looked = 0.0, time.monotonic()
        while True:
            last = self._ended.wait(self.PERIOD)
            now = time.monotonic()
            if now - looked > self.LATE:
                self._late.append((now, now - looked))
            looked = now
            if last or now - listed >= self.LISTED:
                listed = now
                for path in self._folder.glob("*.flv"):
                    self._look(path)
            else:
                for path, followed in list(self._files.items()):
                    if now - followed.grew_at < self.QUIET:
                        self._look(path)
            if last:
                return

    def _look(self, path: Path) -> None:
        followed = self._files.get(path)
        if followed is None:
            with self._lock:
                followed = self._files[path] = _Followed()
        began, before = time.monotonic(), followed.looked_at or time.monotonic()
        followed.looked_at = began
        if path.stat().st_size == followed.read:
            return
        with path.open("rb") as file:
            file.seek(followed.read)
            data = file.read()
        followed.grew_at = now = time.monotonic()
        followed.read += len(data)
        tags = followed.reader.feed(data)
        with self._lock:
            followed.seen += [(now, before, tag) for tag in tags if tag.media]


def _since(seen: list[tuple[float, float, Tag]], after: float) -> list[tuple[float, float, Tag]]:
    return seen[bisect.bisect_right(seen, after, key=lambda entry: entry[0]) :]


def largest_gap(arrivals: Sequence[Arrival], kind: str = "video") -> float:
    """Longest time without a packet of that kind, seconds, over all sessions. 0: fewer than two."""
    moments = [arrival.at for arrival in arrivals if arrival.tag.kind == kind]
    return max((b - a for a, b in pairwise(moments)), default=0.0)
