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


@dataclass
class FakeProcess(FedProcess):
    """Takes what it is let take, says and does what it is told."""

    room: int = 1 << 40
    """Bytes it still takes."""
    code: int | None = None
    words: str = ""
    got: bytearray = field(default_factory=bytearray)
    killed: bool = False
    ended: bool = False
    patience: float | None = None

    def write(self, data: memoryview) -> int:
        taken = min(self.room, len(data))
        self.room -= taken
        self.got += data[:taken]
        return taken

    def exit_code(self) -> int | None:
        return self.code

    @property
    def last_words(self) -> str:
        return self.words

    def kill(self) -> None:
        self.killed = True

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

    def __init__(self, argv: tuple[str, ...] = ("ffmpeg", URL)) -> None:
        self.now = 1000.0
        self.tick = 0
        self.incidents: list[Incident] = []
        self.started: list[FakeProcess] = []
        self.absent: OSError | None = None
        self.room = 1 << 40
        destination = Destination("main", argv)
        self.pusher = Pusher(
            destination, HEADER, self.incidents.append, now=lambda: self.now, start=self._start
        )

    def _start(self, argv: tuple[str, ...]) -> FedProcess:
        if self.absent is not None:
            raise self.absent
        self.started.append(FakeProcess(self.room))
        return self.started[-1]

    def air(self, ticks: int, size: int = 10_000) -> list[int]:
        """So many ticks of 25 a second; those at which a keyframe was wished for."""
        wishes = []
        for _ in range(ticks):
            self.pusher.poll()
            wished = self.pusher.take_keyframe_wish()
            wishes += [self.tick] if wished else []
            key = wished or self.tick % GOP == 0
            body = np.frombuffer(b"\0\0\0\1" + b"\x65" * size, np.uint8)
            self.pusher.push(TapPacket(True, key, self.tick, body))
            self.pusher.push(TapPacket(False, False, self.tick * 1920, np.ones(300, np.uint8)))
            self.tick += 1
            self.now += 0.04
        return wishes

    def die(self, code: int = 1, words: str = "") -> None:
        self.started[-1].code, self.started[-1].words = code, words
