"""When each packet came: follows recordings while the ingest writes them."""

from __future__ import annotations

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


@dataclass(slots=True)
class _Followed:
    reader: TagReader = field(default_factory=TagReader)
    read: int = 0
    seen: list[tuple[float, Tag]] = field(default_factory=list)


class Watcher:
    """Reads what is added to the FLV files of a folder, from a thread.

    Timestamps alone hide a stall after which the sender went on counting where it stopped;
    the moments of arrival show it.
    """

    PERIOD = 0.01
    """Seconds between looks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, _Followed] = {}
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

    def arrivals(self, paths: Sequence[Path]) -> list[Arrival]:
        """Media packets of these files, in order."""
        with self._lock:
            return [
                Arrival(at, tag, session)
                for session, path in enumerate(paths)
                if path in self._files
                for at, tag in self._files[path].seen
            ]

    def _run(self) -> None:
        while True:
            last = self._ended.wait(self.PERIOD)
            for path in self._folder.glob("*.flv"):
                self._look(path)
            if last:
                return

    def _look(self, path: Path) -> None:
        followed = self._files.setdefault(path, _Followed())
        if path.stat().st_size == followed.read:
            return
        with path.open("rb") as file:
            file.seek(followed.read)
            data = file.read()
        now = time.monotonic()
        followed.read += len(data)
        tags = followed.reader.feed(data)
        with self._lock:
            followed.seen += [(now, tag) for tag in tags if tag.media]


def largest_gap(arrivals: Sequence[Arrival], kind: str = "video") -> float:
    """Longest time without a packet of that kind, seconds, over all sessions. 0: fewer than two."""
    moments = [arrival.at for arrival in arrivals if arrival.tag.kind == kind]
    return max((b - a for a, b in pairwise(moments)), default=0.0)
