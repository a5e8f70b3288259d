"""A pusher whose process, time and packets are the test's."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from host.model import Destination, Format, Incident, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream.process import FedProcess
from stream.pusher import Pusher
from tests.e2e.flv import Tag, TagReader

FORMAT = Format(VideoFormat(64, 96))
SPS_PPS = b"\0\0\0\1\x67\x4d\x40\x1f\x01\0\0\0\1\x68\xce\x01"
HEADER = TapHeader(FORMAT, np.frombuffer(SPS_PPS, np.uint8), np.frombuffer(b"\x11\x90", np.uint8))
URL = "rtmp://push.example.com:1935/live/streamkey-1a2b3c?auth=0badcafe"
GOP = 50
SECOND = (FORMAT.video.kbps + FORMAT.audio.kbps) * 125
"""Bytes of a second of stream."""
TAKEN = b"Output #0, flv, to 'rtmp://push.example.com/live':\n"
ASKED = b"[rtmp @ 0x1] [debug] Proto = rtmp\n[rtmp @ 0x1] [debug] Sending publish command for 'x'\n"


@dataclass
class FakeProcess(FedProcess):
    """Takes what it is let take, says and does what it is told. Its kernel tells of no socket."""

    room: int = 1 << 40
    """Bytes that its pipe still takes."""
    reads: bool = True
    """It empties its pipe."""
    code: int | None = None
    fresh: bytes = b""
    got: bytearray = field(default_factory=bytearray)
    in_pipe: int = 0
    killed: bool = False
    lingers: bool = False
    """Dies only when ``code`` is set, SIGKILL or not."""
    ended: bool = False
    patience: float | None = None

    @property
    def pid(self) -> int:
        return 0  # no process has it

    @property
    def unread(self) -> int:
        if self.reads:
            self.in_pipe = 0
        return self.in_pipe

    def write(self, data: memoryview) -> int:
        taken = min(self.room, len(data))
        self.room -= taken
        self.got += data[:taken]
        self.in_pipe += taken
        return taken

    def exit_code(self) -> int | None:
        return self.code

    def take_said(self) -> bytes:
        said, self.fresh = self.fresh, b""
        return said

    def kill(self) -> None:
        self.killed = True

    def abandon(self) -> bool:
        self.killed = True
        return self.code is not None or not self.lingers

    def end_input(self) -> None:
        self.ended = True

    def finish(self, seconds: float) -> int | None:
        self.patience = seconds
        return 0

    @property
    def tags(self) -> list[Tag]:
        """Pictures and sounds it got."""
        return [tag for tag in TagReader().feed(bytes(self.got)) if tag.media]


class Onair:
    """Pushes tick after tick of faked time."""

    def __init__(
        self,
        argv: tuple[str, ...] = ("ffmpeg", URL),
        *,
        longest_seconds: float = 0.0,
        first_ms: int = 0,
    ) -> None:
        self.now = 1000.0
        self.tick = 0
        self.incidents: list[Incident] = []
        self.started: list[FakeProcess] = []
        self.starts: list[float] = []
        self.absent: OSError | None = None
        self.room = 1 << 40
        self.accepts = True
        """Ingests accept a publish at once."""
        self.quiet = False
        self.destination = Destination("main", argv, longest_seconds, first_ms)
        self.pusher = Pusher(
            self.destination, HEADER, self.incidents.append, now=lambda: self.now, start=self._start
        )

    def _start(self, argv: tuple[str, ...]) -> FedProcess:
        self.starts.append(self.now)
        if self.absent is not None:
            raise self.absent
        self.started.append(FakeProcess(self.room, fresh=TAKEN if self.accepts else b""))
        return self.started[-1]

    @property
    def process(self) -> FakeProcess:
        """The newest."""
        return self.started[-1]

    def air(self, ticks: int, size: int = 10_000) -> list[int]:
        """So many ticks of 25 a second; those at which a keyframe was wished for."""
        wishes = []
        for _ in range(ticks):
            self.pusher.poll(self.quiet)
            wished = self.pusher.take_keyframe_wish()
            wishes += [self.tick] if wished else []
            key = wished or self.tick % GOP == 0
            body = np.frombuffer(b"\0\0\0\1" + b"\x65" * size, np.uint8)
            self.pusher.push(TapPacket(True, key, self.tick, body))
            self.pusher.push(TapPacket(False, False, self.tick * 1920, np.ones(300, np.uint8)))
            self.tick += 1
            self.now += 0.04
        return wishes

    def die(self, code: int = 1, words: bytes = b"") -> None:
        """Its process ends, its last words being these."""
        self.process.fresh += words
        self.process.code = code

    def told(self, what: str) -> list[str]:
        """Why, of each incident of a kind."""
        return [incident.why for incident in self.incidents if incident.what == what]
