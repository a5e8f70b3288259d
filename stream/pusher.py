"""Keeps one destination connected; it can hold up neither the encoder nor another."""

from __future__ import annotations

import random
import re
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import unquote

from host.model import Destination, Incident
from host.model.messages import TapHeader, TapPacket
from host.model.state import PushState
from stream.flv import FlvWriter
from stream.process import FedProcess

LAG = 512 * 1024
"""Bytes waiting beyond the pipe from which video is left out up to the next keyframe."""
BEHIND = 8 * LAG
"""Bytes waiting at which a pusher is killed: a line that does not carry even the sound."""
STALLED = 6.0
"""Seconds without a byte taken after which a pusher is killed."""
ENDING = 2.0
"""Seconds a pusher has to say goodbye to its ingest."""
STEADY = 5.0
"""Seconds after which a connection counts as one that was accepted."""
LONGEST = 24 * 86_400.0
"""Seconds after which a connection is renewed, before FLV's timestamps wrap (24.86 days)."""
WISHES = 10.0
"""Seconds between keyframes wished for: a destination that refuses costs the others few."""
REPEATED = 60.0
"""Seconds in which the same trouble is told once."""


class Pusher:
    """One disposable ``ffmpeg -c copy`` after another, for ever."""

    def __init__(
        self,
        destination: Destination,
        header: TapHeader,
        report: Callable[[Incident], None],
        *,
        now: Callable[[], float] = time.monotonic,
        start: Callable[[tuple[str, ...]], FedProcess] = FedProcess,
    ) -> None:
        """``report`` gets what becomes of the connection, never with its address or key."""
        self._destination = destination
        self._header = header
        self._report = report
        self._now = now
        self._start_process = start
        self._random = random.Random(destination.name)  # noqa: S311 (jitter, no secret)
        self._process: FedProcess | None = None
        self._writer = FlvWriter(header)
        self._queue: deque[memoryview] = deque()
        self._queued = 0
        self._skipping = False
        self._wants_keyframe = False
        self._wished_at = float("-inf")
        self._accepted = False
        self._retry_at = 0.0
        self._started_at = 0.0
        self._took_at = 0.0
        self._starts = 0
        self._dropped = 0
        self._told = ""
        self._told_at = float("-inf")
        self._untold = 0

    @property
    def state(self) -> PushState:
        """As onair tells it."""
        up = self._process is not None and self._now() - self._started_at > 1.0
        return PushState(self._destination.name, up, max(0, self._starts - 1), self._dropped)

    def take_keyframe_wish(self) -> bool:
        """True once after a start: the next frame should be an IDR. Where it is refused again
        and again, at most every ``WISHES`` seconds.
        """
        wish, self._wants_keyframe = self._wants_keyframe, False
        return wish

    def poll(self) -> None:
        """Start it, notice its death, end it when it has stalled. Call once a tick."""
        if self._process is None:
            if self._now() >= self._retry_at:
                self._start()
            return
        code = self._process.exit_code()
        if code is not None:
            self._lost(self._process, f"ended with code {code}")
        elif self._queue and self._now() - self._took_at > STALLED:
            self._lost(self._process, f"took nothing for {STALLED:g} s")
        elif self._queued > BEHIND:
            self._lost(self._process, f"fell {BEHIND // 1024} KiB behind")
        elif self._now() - self._started_at > LONGEST:
            self._lost(self._process, "renewed before its timestamps wrap")

    def push(self, packet: TapPacket) -> None:
        """Offer a packet; never blocks. Congestion costs video up to a keyframe, never sound."""
        if self._process is None:
            return
        if packet.video:
            lagging = self._queued > LAG
            self._skipping = lagging if packet.key else self._skipping or lagging
            if self._skipping:
                self._dropped += 1
                return
        data = self._writer.write(packet)
        if data:
            if not self._queue:
                self._took_at = self._now()
            self._queue.append(memoryview(data))
            self._queued += len(data)
        self._flush(self._process)

    def end(self) -> None:
        """End the stream; its process says goodbye to the ingest while others end theirs."""
        self._retry_at = float("inf")
        if self._process is not None:
            self._process.end_input()

    def close(self, seconds: float = ENDING) -> None:
        """Give the process so many seconds to end, then kill it."""
        self.end()
        if self._process is not None:
            self._process.finish(seconds)
            self._process = None

    def _start(self) -> None:
        try:
            self._process = self._start_process(self._destination.argv)
        except OSError as error:
            self._wait(f"{self._destination.argv[0]} does not start: {error.strerror}", 0.0)
            return
        self._writer = FlvWriter(self._header)
        self._queue.clear()
        self._queued = self._dropped = 0
        self._skipping = False
        self._started_at = self._took_at = self._now()
        if self._accepted or self._started_at - self._wished_at >= WISHES:
            self._wished_at = self._started_at
            self._wants_keyframe = True
        self._starts += 1

    def _flush(self, process: FedProcess) -> None:
        while self._queue:
            taken = process.write(self._queue[0])
            if not taken:
                return
            self._took_at = self._now()
            self._queued -= taken
            if taken == len(self._queue[0]):
                self._queue.popleft()
            else:
                self._queue[0] = self._queue[0][taken:]

    def _lost(self, process: FedProcess, why: str) -> None:
        self._process = None
        process.kill()
        words = redact(process.last_words, self._destination.argv)
        self._wait(f"{why}: {words}" if words else why, self._now() - self._started_at)

    def _wait(self, why: str, lived: float) -> None:
        # A connection that had been accepted is tried again at once, a refused one every 1-2 s.
        self._accepted = lived > STEADY
        self._retry_at = self._now() + (0.1 if self._accepted else self._random.uniform(1.0, 2.0))
        self._queue.clear()
        self._queued = 0
        if why == self._told and self._now() - self._told_at < REPEATED:
            self._untold += 1
            return
        again = f", {self._untold} times more before" if self._untold else ""
        self._told, self._told_at, self._untold = why, self._now(), 0
        who = f"pusher:{self._destination.name}"
        self._report(Incident(who, "lost", f"{why} (after {lived:.1f} s{again})"))


def redact(text: str, argv: tuple[str, ...]) -> str:
    """``text`` without any address of ``argv`` nor a part of one: host, path, key, parameter.

    A part of up to three letters is taken out where it stands as a word of its own.
    """
    secrets: set[str] = set()
    for word in argv:
        if "://" in word:
            parts = re.split(r"[/?&=#@:;,+]+", word.partition("://")[2])
            secrets |= {word, unquote(word), *parts, *map(unquote, parts)} - {""}
    found = [
        re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
        for secret in sorted(secrets, key=len, reverse=True)
    ]
    return re.sub("|".join(found), "***", text) if found else text
