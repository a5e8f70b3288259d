"""One connection to an ingest: a process, its FLV, what waits, and what is wrong with it."""

from __future__ import annotations

from host.model.messages import TapHeader, TapPacket
from stream.flv import FlvWriter
from stream.outqueue import OutQueue
from stream.process import FedProcess
from stream.sendqueue import SendQueue
from stream.words import Ending, Words

PRELUDE = 0.4
"""Seconds of stream that ffmpeg is given before its ingest takes any: it looks at the first."""
STALE = 1.0
"""Seconds that may wait when the ingest accepts the publish; older media is left out."""
ANSWER = 8.0
"""Seconds an ingest has to accept the publish."""
HANGS = 1.9
"""Seconds for which a pusher may leave its pipe alone while its socket has nothing to send."""
STALLED = 3.0
"""Seconds in which the ingest has read nothing. Its buffer may hide some before (ADR 16)."""
BEHIND = 10.0
"""Seconds by which the oldest byte may be late: a line that does not carry even the sound."""
AGAIN = 0.5
"""Share of the allowed bytes below which a keyframe lets the video back in."""
FULL = 0.7
"""Share of the allowed bytes above which the line counts as congested."""
FLOWS = 2.0
"""Seconds without progress up to which a line counts as narrow rather than dead."""
SETTLED = 1.0
"""Seconds after the accepted publish at which the connection is told as standing."""


class Connection:
    """From the start of its process on. Neither ``push`` nor ``poll`` ever blocks."""

    def __init__(
        self,
        process: FedProcess,
        argv: tuple[str, ...],
        header: TapHeader,
        first_ms: int,
        now: float,
    ) -> None:
        """``first_ms``: FLV timestamp of its first packet."""
        self.process = process
        self.words = Words(argv)
        self.began_at = now
        self.taken_at: float | None = None
        """When its ingest accepted the publish; None: not yet."""
        self.dropped = 0
        """Video packets left out."""
        self.skipping = False
        """Video is being left out, up to a keyframe."""
        self.wants_keyframe = False
        """The next frame should be an IDR: its owner takes the wish and clears it."""
        self.writer = FlvWriter(header, first_ms)
        video, audio = header.format.video, header.format.audio
        second = (video.kbps + audio.kbps) * 125
        self.queue = OutQueue(process, SendQueue(process.pid), second, now)
        self._first_at: float | None = None
        self._held: list[bytes] = []
        self._held_ms = 0
        self._late = False
        self._congested_until = float("-inf")

    def lived(self, now: float) -> float | None:
        """Seconds for which its ingest has taken media; None: it did not yet."""
        return None if self.taken_at is None else now - self.taken_at

    def standing(self, now: float) -> bool:
        """Whether its ingest takes media: accepted, and not stalled since."""
        lived = self.lived(now)
        if lived is None or lived < SETTLED:
            return False
        return max(self.queue.without_progress(now), self.queue.without_reading(now)) < FLOWS

    def congested(self, now: float) -> bool:
        """Whether its line carries less than the bitrate, now or in the last ``FLOWS`` seconds."""
        return now < self._congested_until and self.queue.without_progress(now) < FLOWS

    def open_with(self, packets: list[TapPacket], now: float) -> None:
        """Begin with these, a keyframe first; what is pushed is left out until the ingest accepts
        the publish. So an ingest that does not is tried without a keyframe of the encoder's.
        """
        for packet in packets:
            self.queue.put(self.writer.write(packet), now)
        self._held_ms = self.writer.next_ms
        self._late = True

    def push(self, packet: TapPacket, now: float) -> None:
        """Take a packet. Congestion costs video up to a keyframe, never sound.

        While the ingest is long in accepting the publish, both are left out: it gets no old media.
        """
        if self._late:
            return
        if packet.video:
            waiting, allowed = self.queue.waiting, self.queue.allowed
            if packet.key and self.skipping:
                self.skipping = waiting > allowed * AGAIN
            elif (self.lived(now) or 0.0) > SETTLED:
                self.skipping |= waiting > allowed
            if self.skipping:
                self.dropped += 1
                return
        first = self._first_at
        if self.taken_at is None and first is not None and now - first >= PRELUDE:
            self._hold(packet, late=now - first > PRELUDE + STALE)
            return
        data = self.writer.write(packet)
        if data and first is None:
            self._first_at = now
        self.queue.put(data, now)

    def poll(self, now: float) -> Ending | None:
        """See how it does; what ended it or must end it. Call once a tick."""
        code = self.process.exit_code()
        self.words.feed(self.process.take_said())
        if self.words.taken and self.taken_at is None:
            self._taken(now)
        if code is not None:
            return self.words.ending(code, self.lived(now))
        self.queue.look(now)
        if self.taken_at is None:
            if now - self.began_at > ANSWER:
                return Ending("lost", f"the ingest did not answer within {ANSWER:g} s")
            return None
        if self.skipping or self.queue.waiting > FULL * self.queue.allowed:
            self._congested_until = now + FLOWS
        return self._fault(now)

    def end(self) -> None:
        """Hand on what the pipe takes and close it: the process ends the stream in good order."""
        self.queue.flush()
        self.process.end_input()

    def _hold(self, packet: TapPacket, *, late: bool) -> None:
        if not self._held:
            self._held_ms = self.writer.next_ms
        self._held.append(self.writer.write(packet))
        if late:
            self._held.clear()
            self._late = True

    def _taken(self, now: float) -> None:
        self.taken_at = now
        if self._late:
            # To whoever plays it, now follows at once on the little that the ingest has.
            self.writer.rejoin(self._held_ms)
            self.wants_keyframe = True
            self._late = False
        for data in self._held:
            self.queue.put(data, now)
        self._held.clear()
        self.queue.begin(now)

    def _fault(self, now: float) -> Ending | None:
        if self.queue.without_reading(now) > HANGS:
            return Ending("lost", f"the pusher hung for {HANGS:g} s")
        if self.queue.without_progress(now) > STALLED:
            return Ending("lost", f"the ingest took nothing for {STALLED:g} s")
        if self.queue.delay(now) > BEHIND:
            return Ending("lost", f"the line is {BEHIND:g} s behind: it carries not even the sound")
        return None
