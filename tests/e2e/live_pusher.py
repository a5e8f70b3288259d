"""A bare pusher in a loop at real time, fed with the test card: onair without the rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

import imageio_ffmpeg

from avatars.testcard import TestCard, tone
from host.model import Destination, Format, Incident, VideoFormat
from host.model.state import PushState
from stream import command
from stream.encoder import Encoder
from stream.pusher import Pusher

FORMAT = Format(VideoFormat(360, 640, preset="ultrafast"))
"""Small, so that it costs little, at the bitrate of a full one."""


def destination(url: str, name: str = "main", **limits: float) -> Destination:
    """With the real command. ``limits``: ``longest_seconds``, ``first_ms``."""
    argv = command.push(imageio_ffmpeg.get_ffmpeg_exe(), url)
    return Destination(
        name,
        argv,
        longest_seconds=limits.get("longest_seconds", 0.0),
        first_ms=int(limits.get("first_ms", 0)),
    )


class LivePusher:
    """One thread: the test acts between calls of ``run``. Ends its pushers in ``__exit__``."""

    def __init__(self, *destinations: Destination, fmt: Format = FORMAT) -> None:
        self._fmt = fmt
        self._card = TestCard(fmt)
        self._encoder = Encoder(fmt)
        self.incidents: list[tuple[float, Incident]] = []
        """With their moments, ``time.monotonic()``."""
        self.costs: list[float] = []
        """Seconds that the pushers took of each tick."""
        self.own_costs: list[float] = []
        """The same in processor time of this thread."""
        self.states: list[tuple[float, PushState]] = []
        """Of the first pusher at each tick."""
        self.quiet = False
        self.pushers = [Pusher(each, self._encoder.header, self._note) for each in destinations]
        self._tick = 0
        self._t0 = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pusher in self.pushers:
            pusher.end()
        for pusher in self.pushers:
            pusher.close(0.5)

    @property
    def pusher(self) -> Pusher:
        """The first."""
        return self.pushers[0]

    @property
    def pid(self) -> int:
        """Of the first pusher's process."""
        assert self.pusher._connection is not None
        return self.pusher._connection.process.pid

    def whats(self) -> list[str]:
        """What the incidents were, in order."""
        return [incident.what for _, incident in self.incidents]

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Tick for so long, or until something holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            self._air()
            left = self._t0 + self._tick / self._fmt.video.fps - time.monotonic()
            if left < -0.2:  # a busy machine: no burst
                self._t0 -= left
            time.sleep(max(0.0, left))

    def run_until(self, done: Callable[[], bool], what: str, patience: float = 20.0) -> float:
        """Tick until ``done()``; the moment. Raises TimeoutError naming ``what``."""
        self.run(patience, done)
        if not done():
            raise TimeoutError(f"after {patience:g} s no {what}; {self.incidents}")
        return time.monotonic()

    def _air(self) -> None:
        began, own = time.perf_counter(), time.thread_time()
        for pusher in self.pushers:
            pusher.poll(self.quiet)
        key = sum([pusher.take_keyframe_wish() for pusher in self.pushers]) > 0
        cost, spent = time.perf_counter() - began, time.thread_time() - own
        packets = self._encoder.encode(
            self._tick, self._card.frame(self._tick), tone(self._tick, self._fmt), key=key
        )
        began, own = time.perf_counter(), time.thread_time()
        for packet in packets:
            for pusher in self.pushers:
                pusher.push(packet)
        self.costs.append(cost + time.perf_counter() - began)
        self.own_costs.append(spent + time.thread_time() - own)
        self.states.append((time.monotonic(), self.pusher.state))
        self._tick += 1

    def _note(self, incident: Incident) -> None:
        self.incidents.append((time.monotonic(), incident))
