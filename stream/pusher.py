"""Keeps one destination connected; it can hold up neither the encoder nor another."""

from __future__ import annotations

import time
from collections.abc import Callable

from host.model import Destination, Incident
from host.model.messages import TapHeader, TapPacket
from host.model.state import PushState
from stream.backoff import BRIEF, KEPT, Backoff
from stream.connection import PRELUDE, Connection
from stream.flv import WRAP_MS
from stream.process import FedProcess
from stream.rotation import Limit
from stream.words import Ending, redact

ENDING = 2.0
"""Seconds a pusher has to say goodbye to its ingest at the end of the broadcast."""
LEAVING = 0.7
"""Seconds it has for that when a new connection waits for it."""
APART = 1.0
"""Seconds between two starts, whatever asks for them."""
WISHES = 10.0
"""Seconds between keyframes wished for: a destination that refuses costs the others few."""
REPEATED = 60.0
"""Seconds in which the same trouble is told once."""
REMINDED = 25.0
"""Seconds between two tellings of a refusal that goes on."""


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
        """``report`` gets what becomes of the connection, never with its address or key:
        "lost", "rejected" (told again every ``REMINDED`` seconds), "connected" (after one of
        these), "rotated", "renewed".
        """
        self.header = header
        """Of the encoder; a new one holds from the next connection on."""
        self._destination = destination
        self._report = report
        self._now = now
        self._start_process = start
        self._backoff = Backoff(destination.name)
        self._connection: Connection | None = None
        self._leaving: FedProcess | None = None
        self._leave_by = 0.0
        self._dying: list[FedProcess] = []
        self._first_ms = destination.first_ms
        self._opening: list[TapPacket] = []
        self._gathering: list[TapPacket] = []
        self._gathered_at = 0
        self._wished_at = float("-inf")
        self._wants_keyframe = False
        self._retry_at = 0.0
        self._started_at = float("-inf")
        self._starts = 0
        self._was_taken = True
        self._out_since: float | None = None
        self._told_out = False  # that it is out: then its return is told too
        self._told: dict[str, float] = {}  # troubles of the last ``REPEATED`` seconds, and when
        self._untold = 0
        self._ended = False
        self._refusal = ""
        self._refusal_told_at = float("-inf")

    @property
    def destination(self) -> Destination:
        """Where it pushes to. Holds the key: never logged."""
        return self._destination

    @property
    def state(self) -> PushState:
        """As onair tells it."""
        now, connection = self._now(), self._connection
        return PushState(
            name=self._destination.name,
            connected=connection is not None and connection.standing(now),
            restarts=max(0, self._starts - 1),
            dropped_video=connection.dropped if connection else 0,
            rejected=self._backoff.rejected,
            waiting_bytes=connection.queue.waiting if connection else 0,
            session_seconds=(connection.lived(now) or 0.0) if connection else 0.0,
        )

    @property
    def congested(self) -> bool:
        """Its line carries less than the bitrate now: video is left out, or soon will be."""
        return self._connection is not None and self._connection.congested(self._now())

    def take_keyframe_wish(self) -> bool:
        """True once when the next frame should be an IDR: at a start that follows an accepted
        connection, and when an ingest accepts, at most every ``WISHES`` seconds.
        """
        wish, self._wants_keyframe = self._wants_keyframe, False
        if self._connection is not None and self._connection.wants_keyframe:
            self._connection.wants_keyframe = False
            wish |= self._was_taken or self._now() - self._wished_at >= WISHES
        if wish:
            self._wished_at = self._now()
        return wish

    def poll(self, quiet: bool = False) -> None:
        """Start it, notice its death, end it when it has stalled. Call once a tick.

        ``quiet``: nobody speaks, so a planned re-connection costs least.
        """
        if self._ended:
            return
        now = self._now()
        self._dying = [process for process in self._dying if not process.abandon()]
        self._leave(now)
        if self._connection is None or self._connection.taken_at is None:
            self._remind(now)
        if self._connection is None:
            if self._leaving is None and now >= max(self._retry_at, self._started_at + APART):
                self._start(now)
            return
        ending = self._connection.poll(now)
        if ending is not None:
            self._lost(self._connection, ending, now)
            return
        lived = self._connection.lived(now)
        if lived is not None:
            self._stands(lived, now)
            self._rotate_when_due(self._connection, lived, quiet)

    def push(self, packet: TapPacket) -> None:
        """Offer a packet; never blocks. Congestion costs video up to a keyframe, never sound."""
        self._keep(packet)
        if self._connection is not None:
            self._connection.push(packet, self._now())

    def set_header(self, header: TapHeader) -> None:
        """The encoder's new header: holds from the next connection on, so ``rotate`` after it."""
        self.header = header
        self._opening, self._gathering = [], []

    def renew(self, destination: Destination, why: str) -> None:
        """Another address: drop the connection and connect anew at once."""
        words = redact(redact(why, destination.argv), self._destination.argv)
        self._drop()
        self._destination = destination
        self._first_ms = destination.first_ms
        self._backoff.forget()
        self._refusal = ""
        self._was_taken = True
        self._retry_at = self._now()
        self._tell("renewed", words)

    def rotate(self, why: str) -> None:
        """End the connection in good order, so that the ingest lets go of the stream's name, and
        connect anew at once: the planned re-connection.
        """
        connection, now = self._connection, self._now()
        if connection is None:
            return
        self._was_taken = True
        if connection.taken_at is None:
            self._drop()
        else:
            connection.end()
            self._connection, self._leaving = None, connection.process
            self._leave_by = now + LEAVING
            self._tell("rotated", redact(why, self._destination.argv))
        self._retry_at = now

    def end(self) -> None:
        """End the stream; its process says goodbye to the ingest while others end theirs."""
        self._ended = True
        if self._connection is not None:
            self._connection.end()

    def close(self, seconds: float = ENDING) -> None:
        """Give the process so many seconds to end, then kill it."""
        self.end()
        if self._connection is not None:
            self._connection.process.finish(seconds)
            self._connection = None
        for process in (*self._dying, *([self._leaving] if self._leaving else [])):
            process.kill()
        self._dying, self._leaving = [], None

    def abandon(self) -> bool:
        """Kill what is left of it, without waiting. Call again until it is True."""
        self.end()
        left = (self._connection.process if self._connection else None, self._leaving)
        self._connection = self._leaving = None
        self._dying = [
            one for one in (*self._dying, *left) if one is not None and not one.abandon()
        ]
        return not self._dying

    def _start(self, now: float) -> None:
        argv = self._destination.argv
        self._started_at = now
        self._starts += 1
        try:
            process = self._start_process(argv)
        except OSError as error:
            self._wait(Ending("lost", f"{argv[0]} does not start: {error.strerror}"), None, now)
            return
        self._connection = Connection(process, argv, self.header, self._first_ms, now)
        if self._was_taken or not self._opening:
            self._wants_keyframe = self._was_taken
        else:
            self._connection.open_with(self._opening, now)

    def _keep(self, packet: TapPacket) -> None:
        """The newest keyframe with the ``PRELUDE`` after it: what a try begins with."""
        if packet.key:
            self._gathering = [packet]
            self._gathered_at = packet.pts + round(PRELUDE * self.header.format.video.fps)
        elif self._gathering:
            self._gathering.append(packet)
            if packet.video and packet.pts >= self._gathered_at:
                self._opening, self._gathering = self._gathering, []

    def _leave(self, now: float) -> None:
        """The process of a connection that was ended in good order: gone, or killed in time."""
        if self._leaving is None:
            return
        gone = self._leaving.exit_code() is not None
        if gone or now >= self._leave_by:
            self._abandon(self._leaving)
            self._leaving = None

    def _stands(self, lived: float, now: float) -> None:
        self._backoff.taken(lived)
        if self._out_since is not None and lived >= BRIEF:
            out = now - lived - self._out_since
            told, self._told_out = self._told_out, False
            self._out_since, self._refusal = None, ""
            if told:
                self._tell("connected", f"on air again after {out:.1f} s")

    def _rotate_when_due(self, connection: Connection, lived: float, quiet: bool) -> None:
        longest = self._destination.longest_seconds
        if longest > 0 and Limit(longest, lived).due(quiet):
            self.rotate(f"planned: its platform ends a session after {longest:g} s")
            return
        first, passed = self._first_ms, connection.writer.next_ms - self._first_ms
        if Limit((WRAP_MS - first) / 1000, passed / 1000).due(quiet):
            self._first_ms = 0
            self.rotate("planned: its timestamps come to their end")

    def _lost(self, connection: Connection, ending: Ending, now: float) -> None:
        self._drop()
        self._wait(ending, connection.lived(now), now)

    def _drop(self) -> None:
        if self._connection is not None:
            self._abandon(self._connection.process)
            self._connection = None

    def _abandon(self, process: FedProcess) -> None:
        if not process.abandon():
            self._dying.append(process)

    def _wait(self, ending: Ending, lived: float | None, now: float) -> None:
        self._was_taken = lived is not None and lived >= KEPT
        if self._out_since is None:
            self._out_since = now
        self._retry_at = now + self._backoff.after(ending.kind, lived, now)
        if self._backoff.told_as_refusal(ending.kind, now):
            self._refusal = ending.why
            self._remind(now)
            return
        self._refusal = ""
        # Each its own: of an ingest that drops us, "closed" and "cut" take turns.
        self._told = {why: at for why, at in self._told.items() if now - at < REPEATED}
        if ending.why in self._told:
            self._untold += 1
            return
        again = f", {self._untold} times more before" if self._untold else ""
        self._told[ending.why], self._untold = now, 0
        self._told_out = True
        after = f"after {lived:.1f} s" if lived is not None else "it was never on air"
        self._tell("lost", f"{ending.why} ({after}{again})")

    def _remind(self, now: float) -> None:
        """Tell of a refusal when it begins and while it goes on: who can mend it listens."""
        if self._refusal and now - self._refusal_told_at >= REMINDED:
            self._refusal_told_at, self._told_out = now, True
            self._tell("rejected", f"{self._refusal} (refused {self._backoff.rejected} times)")

    def _tell(self, what: str, why: str) -> None:
        self._report(Incident(f"pusher:{self._destination.name}", what, why))
