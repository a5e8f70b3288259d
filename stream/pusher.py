"""Keeps one destination connected; it can hold up neither the encoder nor another."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from host.model import Destination, Incident
from host.model.messages import PushState, TapHeader, TapPacket
from stream.flv import FlvWriter
from stream.process import FedProcess

LAG = 512 * 1024
"""Bytes waiting beyond the pipe from which video is left out up to the next keyframe."""
STALLED = 6.0
"""Seconds without a byte taken after which a pusher is killed."""
ENDING = 2.0
"""Seconds a pusher has to say goodbye to its ingest."""
STEADY = 5.0
"""Seconds after which a connection counts as one that was accepted."""


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
        self._retry_at = 0.0
        self._started_at = 0.0
        self._took_at = 0.0
        self._starts = 0
        self._dropped = 0

    @property
    def state(self) -> PushState:
        """As onair tells it."""
        up = self._process is not None and self._now() - self._started_at > 1.0
        return PushState(self._destination.name, up, max(0, self._starts - 1), self._dropped)

    def take_keyframe_wish(self) -> bool:
        """True once after each start: the next frame should be an IDR."""
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

    def close(self) -> None:
        """End the stream; the pusher gets ``ENDING`` seconds, then is killed."""
        self._retry_at = float("inf")
        if self._process is not None:
            self._process.finish(ENDING)
            self._process = None

    def _start(self) -> None:
        try:
            self._process = self._start_process(self._destination.argv)
        except OSError as error:
            self._wait(f"{self._destination.argv[0]} does not start: {error.strerror}")
            return
        self._writer = FlvWriter(self._header)
        self._queue.clear()
        self._queued = self._dropped = 0
        self._skipping = False
        self._wants_keyframe = True
        self._started_at = self._took_at = self._now()
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
        self._wait(f"{why}: {words}" if words else why)

    def _wait(self, why: str) -> None:
        lived = self._now() - self._started_at if self._starts else 0.0
        # A connection that had been accepted is tried again at once, a refused one every 1-2 s.
        self._retry_at = self._now() + (0.1 if lived > STEADY else self._random.uniform(1.0, 2.0))
        self._queue.clear()
        self._queued = 0
        self._report(
            Incident(f"pusher:{self._destination.name}", "lost", f"{why} (after {lived:.1f} s)")
        )


def redact(text: str, argv: tuple[str, ...]) -> str:
    """``text`` without any address of ``argv``, nor the parts of its path, which hold the key."""
    secrets: set[str] = set()
    for word in argv:
        if "://" in word:
            parts = urlsplit(word)
            secrets |= {word, parts.path, parts.query, *parts.path.split("/"), parts.netloc}
            secrets |= {pair.partition("=")[2] for pair in parts.query.split("&")}
            secrets |= {value for value in (parts.username, parts.password) if value}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > 3:
            text = text.replace(secret, "***")
    return text
