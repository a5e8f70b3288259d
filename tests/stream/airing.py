"""Onair in a thread; the test is media and supervisor."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from host.model import AudioFormat, Destination, Format, OnAirSpec, Tick, VideoFormat, sockets
from host.model.messages import Hello
from host.model.state import OnAirState
from stream import ring as rings
from stream.onair import OnAir
from stream.ring import Ring
from tests.e2e.flv import Tag, TagReader

GONE = 2**22 + 1
"""A process id above Linux's highest: a supervisor whose process has ended."""
FORMAT = Format(VideoFormat(64, 96, kbps=100), AudioFormat())


def recorder(path: Path) -> Destination:
    """A pusher that keeps what it is sent, and says as ffmpeg does that its output is open."""
    code = (
        "import shutil, sys; sys.stderr.write('Output #0, flv'); sys.stderr.flush();"
        f"shutil.copyfileobj(sys.stdin.buffer, open({str(path)!r}, 'ab'))"
    )
    return Destination(path.stem, (sys.executable, "-c", code))


class Room:
    """Onair in a thread; the test is media and supervisor."""

    def __init__(self, folder: Path, fmt: Format = FORMAT) -> None:
        self.folder = folder
        self.fd = rings.create(fmt)
        self.fmt = fmt
        self.ring = Ring(self.fd)
        self.wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.seq = 1
        self.heard: list[Any] = []
        self.peers: list[sockets.Peer] = []
        self._thread = threading.Thread()

    def start(self, *destinations: Destination) -> None:
        spec = OnAirSpec("test", self.fmt, str(self.folder), (), destinations, music=None)
        self.onair = OnAir(spec, self.ring, self.wake)
        self._thread = threading.Thread(target=self.onair.run)
        self._thread.start()

    def join(self, *messages: object, name: str = "onair") -> sockets.Peer:
        peer = sockets.connect(self.folder, name)
        self.peers.append(peer)
        for message in messages:
            peer.send(message)
        return peer

    def supervise(self, pid: int = GONE) -> None:
        self.supervisor = self.join(Hello("supervisor", pid))

    def write(self, line: int = 0, ticks: int = 1) -> None:
        """Media's next clause, as slots come free."""
        frame = np.full(self.fmt.frame_shape, 100, np.uint8)
        sound = np.full((self.fmt.samples, 2), 0.1, np.float32)
        for n in range(ticks):
            self.until(lambda: self.ring.writable(self.seq))
            ends = n == ticks - 1
            at = n * self.fmt.samples
            self.ring.write(
                Tick(self.ring.epoch, self.seq, frame, sound, line, 0, at, 1.0, ends, ends)
            )
            self.seq += 1

    def until(self, ready: Callable[[], bool]) -> None:
        """Until it is so, hearing what onair tells."""
        end = time.monotonic() + 10
        while not ready():
            assert time.monotonic() < end, f"waited in vain; heard {self.heard[-5:]}"
            self.hear()
            time.sleep(0.002)

    def hear(self) -> None:
        if self.peers:
            self.heard += self.supervisor.receive()

    def all(self, kind: type) -> list[Any]:
        return [one for one in self.heard if isinstance(one, kind)]

    @property
    def state(self) -> OnAirState:
        """The next that onair tells."""
        told = len(self.all(OnAirState))
        self.until(lambda: len(self.all(OnAirState)) > told)
        state = self.all(OnAirState)[-1]
        assert isinstance(state, OnAirState)
        return state

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> None:
        if self.running:
            self.onair.stop()
            self._thread.join(10)
        assert not self.running

    def close(self) -> None:
        self.end()
        for peer in self.peers:
            peer.close()
        os.close(self.fd)
        os.close(self.wake)


def video(path: Path) -> list[Tag]:
    tags = [tag for tag in TagReader().feed(path.read_bytes()) if tag.media]
    assert tags[0].key
    return [tag for tag in tags if tag.kind == "video"]
