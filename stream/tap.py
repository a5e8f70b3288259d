"""The packet tap: preview, recorder and health read here what left the encoder."""

from __future__ import annotations

from pathlib import Path
from selectors import BaseSelector
from weakref import WeakSet

from host.model import sockets, wire
from host.model.messages import TapHeader, TapPacket
from stream.hub import Hub

LAG = 2 * 1024 * 1024
"""Bytes queued for a consumer (6 s at 2.6 Mbit/s) from which its video waits for a keyframe."""
GONE = 8 * 1024 * 1024
"""Bytes queued for a consumer at which it is cut off."""


class Tap:
    """Serves ``tap.sock``: the header, the group of pictures under way, then every packet."""

    def __init__(self, folder: str | Path, header: TapHeader, selector: BaseSelector) -> None:
        self._header = wire.encode(header)
        self._group: list[bytes] = []  # messages since the last keyframe
        self._waiting = WeakSet[sockets.Peer]()  # their video waits for a keyframe
        self._hub = Hub(folder, "tap", selector, limit=GONE, joined=self._greet)

    def renew(self, header: TapHeader) -> None:
        """What follows is of another codec's making: every consumer is told and begins anew."""
        self._header = wire.encode(header)
        self._group = []
        for peer in self._hub:
            self._waiting.discard(peer)
            self._hub.send(peer, self._header)

    def publish(self, packet: TapPacket) -> None:
        """Hand a packet to every consumer that keeps up; never blocks."""
        frame = wire.encode(packet)
        if packet.key:
            self._group = []
        if self._group or packet.key:
            self._group.append(frame)
        for peer in self._hub:
            if peer.queued > LAG:
                self._waiting.add(peer)
            elif packet.key:
                self._waiting.discard(peer)
            if not (packet.video and peer in self._waiting):
                self._hub.send(peer, frame)

    def _greet(self, peer: sockets.Peer) -> None:
        for frame in (self._header, *self._group):
            self._hub.send(peer, frame)

    def close(self) -> None:
        """Cut every consumer off."""
        self._hub.close()
