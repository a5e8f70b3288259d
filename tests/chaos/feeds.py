"""One destination of the room and what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.e2e.arrivals import Arrival
from tests.e2e.flv import cut
from tests.e2e.notify import Event
from tests.e2e.proxy import Proxy
from tests.e2e.receiver import Receiver, Session

ALIVE = 0.5
"""Seconds without a picture after which a feed is not on air."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A destination by its name in the room."""

    name: str
    kind: str
    """"nginx" or "node"."""
    receiver: Receiver
    key: str
    proxy: Proxy | None = None
    """What stands between; None: nothing."""

    @property
    def url(self) -> str:
        """What the room is given."""
        url = self.receiver.url(self.key)
        return url if self.proxy is None else self.proxy.url(url)

    def arrivals(self, after: float) -> list[Arrival]:
        """Its packets since then."""
        return self.receiver.arrivals(self.key, after)

    def pictures(self, after: float) -> list[Arrival]:
        """Its pictures since then."""
        return [arrival for arrival in self.arrivals(after) if arrival.tag.kind == "video"]

    @property
    def sessions(self) -> list[Session]:
        """Accepted connections, in order."""
        return [session for session in self.receiver.sessions if session.key == self.key]

    def events(self, after: float) -> list[Event]:
        """What happened to it since then."""
        return [e for e in self.receiver.events if e.at > after and e.key in ("", self.key)]

    def steady(self, seconds: float) -> bool:
        """On one connection, with pictures and no gap, for that long up to now."""
        now = time.monotonic()
        sessions = self.sessions
        if not sessions or now - sessions[-1].began < seconds:
            return False
        moments = [arrival.at for arrival in self.pictures(now - seconds)]
        return gap([now - seconds, *moments, now]) < ALIVE

    def clip(self, target: Path, begin: float, end: float) -> Path | None:
        """What came between two moments of its newest session, from a keyframe on, as a file.

        None: nothing that could be decoded.
        """
        session = len(self.sessions) - 1
        taken = [
            arrival.tag
            for arrival in self.arrivals(begin)
            if arrival.session == session and arrival.at <= end
        ]
        first = next((n for n, tag in enumerate(taken) if tag.key), None)
        if first is None:
            return None
        return cut(self.sessions[session].path, taken[first:], target)


def gap(moments: Sequence[float]) -> float:
    """The longest time between two of them, seconds; 0: fewer than two."""
    return max((b - a for a, b in pairwise(moments)), default=0.0)


def seen_gap(pictures: Sequence[Arrival], begin: float, end: float) -> float:
    """The longest time between two moments for which it is certain that no picture came, seconds.

    What came while the instrument did not look counts as come at once.
    """
    last, longest = begin, 0.0
    for arrival in pictures:
        longest = max(longest, arrival.since - last)
        last = arrival.at
    return max(longest, end - last)


def stamps_gap(arrivals: Sequence[Arrival], kind: str) -> float:
    """The longest step of the timestamps of that kind within a session, seconds."""
    steps = [0.0]
    for session in {arrival.session for arrival in arrivals}:
        dts = [a.tag.dts / 1000 for a in arrivals if a.session == session and a.tag.kind == kind]
        steps += [b - a for a, b in pairwise(dts)]
    return max(steps)


def backward(arrivals: Sequence[Arrival]) -> int:
    """Packets whose timestamp is below that of the one before, of their kind and session."""
    count = 0
    for session in {arrival.session for arrival in arrivals}:
        for kind in ("audio", "video"):
            dts = [a.tag.dts for a in arrivals if a.session == session and a.tag.kind == kind]
            count += sum(b < a for a, b in pairwise(dts))
    return count
