"""An onair that takes the control socket's orders, and has a clock of its own."""

from __future__ import annotations

from pathlib import Path
from selectors import DefaultSelector
from typing import Any

from host.model import Aired, Destination, sockets
from host.model.messages import Hello, Noted
from host.model.state import OnAirState
from stream.control import Control
from stream.hub import serve_io

SUPERVISOR = Hello("supervisor", 1)
TO = (Destination("main", ("ffmpeg", "rtmp://h/a/k")), Destination("二", ("ffmpeg",), 3600, 5))
STATE = OnAirState(25, "programme", False, (), 0, 6, 3.5)


def run(line: int) -> Aired:
    return Aired(line, 0, line, line, True, True)


class Onair:
    """Takes the orders and has a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selector = DefaultSelector()
        self.now = 1000.0
        self.pressed: list[bool] = []
        self.ends = self.retired = 0
        self.redirected: list[tuple[Destination, ...]] = []
        self.allowed: list[str] = []
        self.peers: list[sockets.Peer] = []
        self.control = Control(folder, self.selector, self, now=lambda: self.now)

    def hold(self, on: bool) -> None:
        self.pressed.append(on)

    def stop(self) -> None:
        self.ends += 1

    def retire(self) -> None:
        self.retired += 1

    def redirect(self, destinations: tuple[Destination, ...]) -> None:
        self.redirected.append(destinations)

    def allow(self, preset: str) -> None:
        self.allowed.append(preset)

    def connect(self, *messages: object) -> sockets.Peer:
        """A peer that has said so much."""
        peer = sockets.connect(self.folder, "onair")
        self.peers.append(peer)
        self.serve()
        for message in messages:
            peer.send(message)
        self.serve()
        return peer

    def say(self, peer: sockets.Peer, *messages: object) -> list[Any]:
        """What the peer hears in return."""
        for message in messages:
            peer.send(message)
        self.serve()
        return peer.receive()

    def hear(self, peer: sockets.Peer) -> list[Any]:
        """Everything, noting each report as a supervisor does."""
        got: list[Any] = []
        more = peer.receive()
        while more:
            got += more
            more = self.say(peer, Noted(len(more)))
        return got

    def serve(self) -> None:
        """Until nothing more is to be read or written."""
        while self.selector.select(0):
            serve_io(self.selector, 0)
