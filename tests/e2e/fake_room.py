"""A room without its processes: real sockets, real encoder, invented news.

Stands in for supervisor and onair, so that the console can be tested and looked at alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from selectors import DefaultSelector
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from host.model import Destination, Format, VideoFormat, sockets, wire
from host.model.messages import (
    Address,
    Destinations,
    EndShow,
    Finish,
    Hold,
    Preset,
    Retire,
    Row,
    Told,
    Upgrade,
)
from host.model.state import OnAirState, PushState
from stream.clock import Clock
from stream.control import Control
from stream.encoder import Encoder
from stream.hub import Hub, serve_io
from stream.tap import Tap

FORMAT = Format(VideoFormat(width=360, height=640, kbps=800))
_LIMIT = 8 * 1024 * 1024

Picture = Callable[[int], NDArray[np.uint8]]
"""Air tick → I420 frame."""


def bars(fmt: Format) -> Picture:
    """A plain moving picture: a light bar that crosses a grey ramp once every 4 s."""
    height, width = fmt.video.height, fmt.video.width
    ramp = np.linspace(40, 120, height, dtype=np.uint8)[:, None].repeat(width, 1)

    def picture(tick: int) -> NDArray[np.uint8]:
        frame = np.full(fmt.frame_shape, 128, np.uint8)
        frame[:height] = ramp
        left = tick * width // 100 % (width - 20)
        frame[:height, left : left + 20] = 220
        return frame

    return picture


class _Orders:
    """What the console asks of onair."""

    def __init__(self, room: FakeRoom) -> None:
        self._room = room

    def hold(self, on: bool) -> None:
        self._room.press(on)

    def stop(self) -> None:
        self._room.heard.append(EndShow("to onair"))

    def retire(self) -> None:
        self._room.heard.append(Retire())

    def redirect(self, destinations: tuple[Destination, ...]) -> None:
        self._room.heard.append(Destinations(destinations))

    def allow(self, preset: str) -> None:
        self._room.heard.append(Preset(preset))

    def finish(self, line: int) -> None:
        self._room.heard.append(Finish(line))


class FakeRoom:
    """Runs in a thread of its own from ``__enter__`` to ``__exit__``."""

    def __init__(self, folder: Path, fmt: Format = FORMAT, picture: Picture | None = None) -> None:
        """``folder``: where its sockets stand."""
        self.folder = folder
        self.heard: list[Any] = []
        """Every message the console has sent, in order."""
        self.hold = False
        self.showing = "programme"
        self.destinations: tuple[PushState, ...] = ()
        self.told: tuple[Told, ...] = (Told("tea goes on there", over=True),)
        """What the supervisor replies to an ``Address`` or ``Upgrade``."""
        self.tick = 0
        self.began = 0.0
        """Monotonic seconds of tick 0."""
        self._format = fmt
        self._picture = picture or bars(fmt)
        self._rows: list[bytes] = []
        self._todo: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._stopping = threading.Event()
        self._selector = DefaultSelector()
        self._thread = threading.Thread(target=self._run, name="fake room")
        self._supervisor: Hub | None = None
        self._control: Control | None = None
        self._tap: Tap | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._encoder = Encoder(self._format)
        self._open_supervisor()
        self._open_onair()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._close_onair()
        self._close_supervisor()

    def write(self, message: object) -> None:
        """Write a row to the ledger and tell whoever listens to the supervisor."""
        self._todo.put(lambda: self._write(message))

    def lose(self, process: str) -> None:
        """End "onair" or "supervisor", as a crash does."""
        self._todo.put(self._close_onair if process == "onair" else self._close_supervisor)

    def revive(self, process: str) -> None:
        """Start it again."""
        self._todo.put(self._open_onair if process == "onair" else self._open_supervisor)

    def calm(self) -> None:
        """Everything runs again, the programme is on air, nothing is held."""

        def reopen() -> None:
            if self._control is None:
                self._open_onair()
            if self._supervisor is None:
                self._open_supervisor()

        self.hold, self.showing, self.destinations = False, "programme", ()
        self._todo.put(reopen)

    def wait_for(self, kind: type[Any], patience: float = 10.0) -> Any:
        """The last message of that kind from the console, once there is one."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            for message in reversed(self.heard):
                if isinstance(message, kind):
                    return message
            time.sleep(0.02)
        raise AssertionError(f"no {kind.__name__} within {patience} s; heard {self.heard}")

    def _run(self) -> None:
        clock = Clock(self._format.video.fps)
        self.began = time.monotonic()
        time_of_sound = np.arange(self._format.samples) / self._format.audio.rate
        while not self._stopping.is_set():
            while (left := clock.wait_for(self.tick)) > 0:
                serve_io(self._selector, left)
            while not self._todo.empty():
                self._todo.get()()
            seconds = self.tick / self._format.video.fps
            tone = 0.2 * np.sin(2 * np.pi * 440 * (time_of_sound + seconds))
            sound = tone[:, None].repeat(2, 1).astype(np.float32)
            for packet in self._encoder.encode(self.tick, self._picture(self.tick), sound):
                if self._tap is not None:
                    self._tap.publish(packet)
            self.tick += 1
            if self.tick % self._format.video.fps == 0:
                self._tell()

    def _tell(self) -> None:
        state = OnAirState(self.tick, self.showing, self.hold, self.destinations, 0, 4, 6.2)
        if self._control is not None:
            self._control.publish(state)

    def press(self, on: bool) -> None:
        """The red button, as onair takes it."""
        self.heard.append(Hold(on))
        self.hold = on
        self._tell()

    def _write(self, message: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = Row(len(self._rows) + 1, now, type(message).__name__, wire.to_json(message))
        self._rows.append(wire.encode(row))
        if self._supervisor is not None:
            for peer in self._supervisor:
                self._supervisor.send(peer, self._rows[-1])

    def _open_onair(self) -> None:
        self._control = Control(self.folder, self._selector, _Orders(self))
        self._tap = Tap(self.folder, self._encoder.header, self._selector)

    def _close_onair(self) -> None:
        if self._control is not None and self._tap is not None:
            self._control.close()
            self._tap.close()
        self._control = self._tap = None

    def _open_supervisor(self) -> None:
        def joined(peer: sockets.Peer) -> None:
            for row in self._rows[-200:]:
                hub.send(peer, row)

        def said(peer: sockets.Peer, message: Any) -> None:
            self.heard.append(message)
            if isinstance(message, (Address, Upgrade)):
                for told in self.told:
                    hub.send(peer, wire.encode(told))

        hub = Hub(self.folder, "supervisor", self._selector, limit=_LIMIT, joined=joined, said=said)
        self._supervisor = hub

    def _close_supervisor(self) -> None:
        if self._supervisor is not None:
            self._supervisor.close()
        self._supervisor = None
