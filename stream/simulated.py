"""The air without the world: onair's own classes on a clock, a ring and sockets that are simulated.

A month passes in minutes. Real: ``Clock``, ``Programme`` and its account of what was aired, each
``Pusher`` with its connection, back-off, rotation and FLV timestamps. Simulated: time, which jumps
to the next tick; media, whose ticks carry no picture; the encoder, whose packets are a few bytes;
pushers' processes and ingests. While no connection is young nor near its end, destinations get
one packet of picture and sound for each keyframe interval in place of one for each frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from host.model import Aired, Destination, Format, Incident, Tick, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream.clock import Clock
from stream.flv import WRAP_MS
from stream.process import FedProcess
from stream.programme import Programme
from stream.pusher import Pusher
from stream.ring import Ring
from stream.rotation import WINDOW
from stream.standby import StandbyClip

YOUNG = 15.0
"""Seconds of a connection during which it gets every packet."""
TAKEN = b"Output #0, flv, to '':\n"
"""What ffmpeg says when its ingest has accepted the publish."""
_KEYFRAME = np.frombuffer(b"\0\0\0\1\x65\x88\x84\0\x10", np.uint8)
_PICTURE = np.frombuffer(b"\0\0\0\1\x41\x9a\x02\x10", np.uint8)
_SOUND = np.frombuffer(b"\x21\x10\x05\x10", np.uint8)


class SimulatedProcess(FedProcess):
    """Takes every byte at once; its ingest accepts, and is gone when it is told to be."""

    def __init__(self, taken: Callable[[bytes], None]) -> None:
        """``taken`` is given each packet's tags."""
        self._taken = taken
        self._fresh = TAKEN
        self.code: int | None = None

    @property
    def pid(self) -> int:
        """No process has it, so no kernel tells of its socket."""
        return 0

    @property
    def unread(self) -> int:
        """It reads at once."""
        return 0

    def write(self, data: memoryview) -> int:
        """All of it."""
        self._taken(bytes(data))
        return len(data)

    def exit_code(self) -> int | None:
        """None until its ingest was told to be gone."""
        return self.code

    def take_said(self) -> bytes:
        """That its ingest has accepted, once."""
        said, self._fresh = self._fresh, b""
        return said

    def end_input(self) -> None:
        """It ends with its input."""
        self.code = 0

    def kill(self) -> None:
        """It is gone at once."""
        self.code = -9

    def abandon(self) -> bool:
        """It is gone at once."""
        self.kill()
        return True


class Received:
    """What a destination's ingest got; every fault of its timestamps is kept in words."""

    def __init__(self, name: str, now: Callable[[], float], faults: list[str]) -> None:
        self.name = name
        self.sessions = 0
        self.longest = 0.0
        """Seconds of the longest session."""
        self.highest_ms = 0
        """The highest timestamp of all."""
        self.largest_gap = 0.0
        """Seconds without a picture while every packet is simulated."""
        self.dense_since: float | None = now()
        """Since when every packet is simulated; None: it is not."""
        self._now = now
        self._faults = faults
        self._began = self._at = now()
        self._last = [-1, -1]  # sound, picture

    def begin(self) -> None:
        """A session begins."""
        self.sessions += 1
        self._began, self._last = self._now(), [-1, -1]

    def take(self, data: bytes) -> None:
        """One packet's tags; the last one is the packet."""
        size = int.from_bytes(data[-4:], "big") + 4
        head = data[-size:]
        ms = int.from_bytes(head[4:7], "big") | head[7] << 24
        picture = head[0] == 9
        if ms <= self._last[picture] or ms >= WRAP_MS:
            self._faults.append(f"{self.name}: timestamp {ms} after {self._last[picture]}")
        self._last[picture] = ms
        self.highest_ms = max(self.highest_ms, ms)
        if not picture:
            return
        now = self._now()
        self.longest = max(self.longest, now - self._began)
        if self.dense_since is not None and self._at >= self.dense_since:
            self.largest_gap = max(self.largest_gap, now - self._at)
        self._at = now

    @property
    def last_ms(self) -> int:
        """The session's newest timestamp; −1: none yet."""
        return max(self._last)

    def apart_ms(self) -> int:
        """Newest sound less newest picture: both of one tick, so they are alike to a rounding."""
        return abs(self._last[0] - self._last[1]) if min(self._last) >= 0 else 0


class SimulatedAir:
    """Airs clauses, pauses and absences, tick by tick."""

    def __init__(
        self,
        fmt: Format,
        header: TapHeader,
        destinations: Sequence[Destination],
        report: Callable[[Incident], None],
    ) -> None:
        """``header``: a real encoder's; ``report`` is told what the pushers tell."""
        self.now = 0.0
        """Seconds since the start, simulated."""
        self.tick = 0
        self.faults: list[str] = []
        self.apart_ms = 0
        """The furthest that picture and sound of one tick were apart at an ingest."""
        self._fps, self._samples = fmt.video.fps, fmt.samples
        self._gop = fmt.video.fps * fmt.video.keyframe_seconds
        tiny = Format(VideoFormat(width=2, height=2, fps=fmt.video.fps), fmt.audio)
        self._frame: NDArray[np.uint8] = np.zeros(tiny.frame_shape, np.uint8)
        self._pcm: NDArray[np.float32] = np.zeros((1, 2), np.float32)
        self._ready: Tick | None = None
        self._seq = 0
        self.clock = Clock(self._fps, now=lambda: self.now)
        # The ring and the clip are this object: what Programme asks of them is little.
        self._programme = Programme(cast(Ring, self), cast(StandbyClip, self), tiny)
        self.received = [Received(one.name, lambda: self.now, self.faults) for one in destinations]
        self._processes: list[SimulatedProcess | None] = [None for _ in destinations]
        self._pushers = [
            Pusher(one, header, report, now=lambda: self.now, start=self._starter(number))
            for number, one in enumerate(destinations)
        ]
        self._dense_until = YOUNG
        self._polled_at = -1

    # What Programme asks of the ring and of the stand-by clip.

    def peek(self) -> Tick | None:
        """The tick that media has ready."""
        return self._ready

    def advance(self, air_tick: int, tick: Tick) -> None:
        """It was aired."""
        self._ready = None

    def frame(self) -> NDArray[np.uint8]:
        """The clip's picture."""
        return self._frame

    # What may happen.

    def say(
        self, line: int, clause: int, ticks: int, *, last: bool, upto: int | None = None
    ) -> list[Aired]:
        """A clause of so many ticks, the last of its line or not; ``upto``: cut after that many."""
        aired: list[Aired] = []
        for n in range(ticks if upto is None else upto):
            self._seq += 1
            ends = n == ticks - 1
            offset = n * self._samples
            self._ready = Tick(
                1, self._seq, self._frame, self._pcm, line, clause, offset, 0.0, ends, ends and last
            )
            aired += self._air()
        return aired

    def pause(self, ticks: int) -> list[Aired]:
        """Media shows the host and says nothing."""
        aired: list[Aired] = []
        for _ in range(ticks):
            self._seq += 1
            self._ready = Tick(1, self._seq, self._frame, self._pcm)
            aired += self._air()
        return aired

    def absent(self, ticks: int) -> list[Aired]:
        """Media is not there."""
        aired: list[Aired] = []
        for _ in range(ticks):
            self._ready = None
            aired += self._air()
        return aired

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: its monotonic time goes on without a tick."""
        self.now += seconds

    def lose(self, number: int) -> None:
        """That destination's ingest closes the connection."""
        process = self._processes[number]
        if process is not None:
            process.code = 1
        self._dense_until = self.now + YOUNG

    def _air(self) -> list[Aired]:
        tick = self.tick
        self.now += self.clock.wait_for(tick)
        _, aired = self._programme.show(tick)
        self._programme.advance(tick)
        key = tick % self._gop == 0
        if key:
            self._look_ahead()
        if key or self.now < self._dense_until:
            self._push(tick, key)
        self.tick += 1
        return aired

    def _look_ahead(self) -> None:
        """Whether every packet matters over the next keyframe interval."""
        for pusher, received in zip(self._pushers, self.received, strict=True):
            lived = pusher.state.session_seconds
            longest = pusher.destination.longest_seconds or WRAP_MS / 1000
            left = min(longest - lived, (WRAP_MS - received.last_ms) / 1000)
            if lived < YOUNG or left < min(WINDOW, longest / 10) + YOUNG:
                self._dense_until = max(self._dense_until, self.now + YOUNG)
        dense = self.now < self._dense_until
        for received in self.received:
            if not dense:
                received.dense_since = None
            elif received.dense_since is None:
                received.dense_since = self.now

    def _push(self, tick: int, key: bool) -> None:
        for pusher, received in zip(self._pushers, self.received, strict=True):
            pusher.poll(self._programme.quiet)
            wished = pusher.take_keyframe_wish()
            body = _KEYFRAME if key or wished else _PICTURE
            pusher.push(TapPacket(True, key or wished, tick, body))
            pusher.push(TapPacket(False, False, tick * self._samples, _SOUND))
            self.apart_ms = max(self.apart_ms, received.apart_ms())

    def _starter(self, number: int) -> Callable[[tuple[str, ...]], FedProcess]:
        received = self.received[number]

        def start(_argv: tuple[str, ...]) -> FedProcess:
            received.begin()
            self._dense_until = max(self._dense_until, self.now + YOUNG)
            process = self._processes[number] = SimulatedProcess(received.take)
            return process

        return start
