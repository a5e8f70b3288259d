"""What waits for one connection: here, in its pipe and in its socket; and what to make of it."""

from __future__ import annotations

from collections import deque

from stream.process import FedProcess
from stream.sendqueue import SendQueue

LOOKS = 0.2
"""Seconds between looks at the socket: 35 µs each."""
WINDOW = 0.5
"""Seconds over which the line's rate is measured."""
LAG = 1.0
"""Seconds of stream that may wait before video is left out, on a line that carries more."""
SLOW_LAG = 1.5
"""Seconds of a slow line's own rate that may wait: what bounds the sound's delay there."""
LEAST = 48 * 1024
"""Bytes that may always wait: about a keyframe, so that the slowest line gets pictures at all."""
LITTLE = 4096
"""Bytes that count as nothing waiting."""
PROGRESS = 8192
"""Bytes acknowledged that count as progress: half a second of sound at 128 kbit/s."""


class OutQueue:
    """Takes bytes at once, hands them on as the pipe takes them. One thread; never blocks.

    Where ``/proc`` tells nothing of sockets, what waits is known as far as the pipe.
    """

    def __init__(self, process: FedProcess, sending: SendQueue, second: int, now: float) -> None:
        """``second``: bytes of a second of stream. ``now``: seconds, monotonic."""
        self._process = process
        self._sending = sending
        self._second = second
        self._own: deque[memoryview] = deque()
        self._own_bytes = 0
        self._total = 0
        self._marks: deque[tuple[int, float]] = deque()
        self._unread = 0
        self._unacknowledged: int | None = 0
        self._begun = False
        self._look_at = now
        self._measured_at = now
        self._measured = 0
        self._progress = 0
        self._progress_at = now
        self._window_end: int | None = None
        self._taken = 0
        self._taken_at = now
        self._rate: float | None = None

    @property
    def waiting(self) -> int:
        """Bytes that the ingest's machine has not acknowledged."""
        return self._own_bytes + self._unread + (self._unacknowledged or 0)

    @property
    def own_bytes(self) -> int:
        """Bytes that the pipe has not taken: the only ones that can still be left out."""
        return self._own_bytes

    def delay(self, now: float) -> float:
        """Age of the oldest byte that waits, seconds."""
        return now - self._marks[0][1] if self._marks else 0.0

    def without_progress(self, now: float) -> float:
        """Seconds for which the ingest has read nothing, as far as can be told."""
        return now - self._progress_at

    def without_reading(self, now: float) -> float:
        """Seconds for which the process left its pipe alone though its socket had little to send:
        it hangs. 0: its socket excuses it, or nobody can tell.
        """
        if self._unacknowledged is None or self._unacknowledged > LITTLE:
            return 0.0
        return now - self._taken_at

    @property
    def allowed(self) -> int:
        """Bytes that may wait before video is left out.

        A second of stream; on a slow line less, by its measured rate: what waits is the sound's
        delay.
        """
        if self._rate is None:
            return round(self._second * LAG)
        return round(min(self._second * LAG, max(LEAST, self._rate * SLOW_LAG)))

    def put(self, data: bytes, now: float) -> None:
        """Append, and hand on what the pipe takes."""
        if not data:
            return
        self._own.append(memoryview(data))
        self._own_bytes += len(data)
        self._total += len(data)
        self._marks.append((self._total, now))
        self.flush()

    def flush(self) -> None:
        """Hand on what the pipe takes."""
        while self._own:
            head = self._own[0]
            taken = self._process.write(head)
            self._own_bytes -= taken
            if taken < len(head):
                self._own[0] = head[taken:]
                return
            self._own.popleft()

    def begin(self, now: float) -> None:
        """The ingest takes media from now on: what was before says nothing of its line."""
        self._begun = True
        self._rate = None
        self._progress_at = self._taken_at = self._measured_at = now
        self._measured = self._progress = self._total - self.waiting

    def look(self, now: float) -> None:
        """See how far it got. Call once a tick."""
        self.flush()
        self._unread = self._process.unread
        taken = self._total - self._own_bytes - self._unread
        if taken > self._taken or not (self._unread or self._own_bytes):
            self._taken, self._taken_at = max(taken, self._taken), now
        if self._begun and now >= self._look_at:
            self._look_at = now + LOOKS
            self._look(now)
        delivered = self._total - self.waiting
        while self._marks and self._marks[0][0] <= delivered:
            self._marks.popleft()

    def _look(self, now: float) -> None:
        self._unacknowledged = self._sending.unacknowledged(now)
        delivered = self._total - self.waiting
        if self._progressed(delivered):
            self._progress_at = now
        if now - self._measured_at >= WINDOW:
            self._measure(delivered, now)

    def _progressed(self, delivered: int) -> bool:
        """Whether its ingest has read on; where only acknowledgements are told, whether its kernel
        has taken something, or nothing waits.
        """
        end = self._sending.window_end
        if end is None:
            self._window_end = None
            done = self.waiting <= LITTLE or delivered >= self._progress + PROGRESS
        else:
            done = self._window_end is None or end >= self._window_end + PROGRESS
            self._window_end = end if done else self._window_end
        self._progress = delivered if done else self._progress
        return done

    def _measure(self, delivered: int, now: float) -> None:
        passed, self._measured_at = now - self._measured_at, now
        if self.waiting <= LITTLE:
            self._rate = None
        else:
            rate = max(0, delivered - self._measured) / passed
            # A mean: what the process itself holds back comes in lumps.
            self._rate = ((self._second if self._rate is None else self._rate) + rate) / 2
        self._measured = max(self._measured, delivered)
