"""The supervisor's socket and onair's tap, played by a test, with a real recorder between them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from selectors import DefaultSelector

import psutil

from host.model.messages import Retire, TapPacket
from host.model.wire import encode
from stream.hub import Hub, serve_io
from stream.retention import Shelf
from stream.tap import Tap
from tests.stream.recorded import encoded

ROOT = Path(__file__).parents[2]
ROOM = "demo"


class Air:
    """The supervisor's socket, onair's tap, and a recorder between them."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder / "recordings", ROOM)
        self.said: list[object] = []
        self.selector = DefaultSelector()
        self._folder = folder
        self._hub: Hub | None = Hub(
            folder, "supervisor", self.selector, limit=1 << 20,
            said=lambda peer, message: self.said.append(message),
        )  # fmt: skip
        self._tap: Tap | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, packets: Sequence[TapPacket]) -> None:
        """A new onair: its tap, and what it has published so far."""
        if self._tap is not None:
            self._tap.close()
        self._tap = Tap(self._folder, encoded()[0], self.selector)
        self.publish(packets)

    def publish(self, packets: Sequence[TapPacket]) -> None:
        assert self._tap is not None
        for packet in packets:
            self._tap.publish(packet)
            serve_io(self.selector, 0)

    def record(self, minutes: float = 10) -> psutil.Process:
        """Start a recorder and wait until it writes; the tap gives it the pictures under way."""
        files = len(self.files)
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "stream.recorder", "--room", ROOM,
                "--sockets", self._folder, "--folder", self.shelf.folder, "--hours", "72",
                "--gigabytes", "50", "--segment-minutes", str(minutes),
                "--keep-free-gigabytes", "0",
            ],
            cwd=ROOT,
        )  # fmt: skip
        self.until(lambda: len(self.files) > files)
        return psutil.Process(self._process.pid)

    def until(self, what: Callable[[], bool], seconds: float = 30) -> None:
        """Serve the sockets until ``what`` holds."""
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, self.said
            serve_io(self.selector, 0.02)

    @property
    def files(self) -> list[Path]:
        """The recordings, oldest first."""
        return [one.path for one in self.shelf.kept()] if self.shelf.folder.exists() else []

    def bytes(self, number: int) -> int:
        return self.files[number].stat().st_size

    def retire(self) -> None:
        assert self._hub is not None
        for peer in self._hub:
            self._hub.send(peer, encode(Retire("an upgrade")))

    def leave(self) -> None:
        """The supervisor dies."""
        assert self._hub is not None
        self._hub.close()
        self._hub = None

    def exit_code(self) -> int:
        """The recorder's, once it has ended."""
        process = self._process
        assert process is not None
        self.until(lambda: process.poll() is not None, 5)
        return process.wait()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for hub in (self._tap, self._hub):
            if hub is not None:
                hub.close()
        self.selector.close()


def ticks(first: int, end: int) -> list[TapPacket]:
    """The packets from one picture to before another."""
    _, packets = encoded()
    at = [n for n, packet in enumerate(packets) if packet.video] + [len(packets)]
    return list(packets[at[first] : at[end]])
