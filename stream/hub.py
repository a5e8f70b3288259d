"""A listening Unix socket inside another's selector loop; its peers never block the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector
from typing import Any

from host.model import sockets

ORDER = 1024 * 1024
"""Bytes of the longest message taken: orders are small, also with many destinations."""
AT_ONCE = 64 * 1024
"""Bytes taken from a peer a turn of the loop: who floods it costs it 2 ms, not the tick."""
PEERS = 64
"""Connections held; more are a mistake, and are closed at once."""


def serve_io(selector: BaseSelector, timeout: float) -> None:
    """Wait up to ``timeout`` seconds for I/O and run the callbacks of what is ready, once."""
    for key, _ in selector.select(timeout):
        key.data()


class Hub:
    """Accepts peers at ``NAME.sock`` and hands on what they say."""

    def __init__(
        self,
        folder: str | Path,
        name: str,
        selector: BaseSelector,
        *,
        limit: int,
        longest: int = ORDER,
        joined: Callable[[sockets.Peer], None] = lambda peer: None,
        said: Callable[[sockets.Peer, Any], None] = lambda peer, message: None,
    ) -> None:
        """``limit``: bytes queued for a peer at which it is cut off. ``longest``: bytes of a
        message taken; a peer that sends a longer one is cut off too.

        The selector's loop must call the registered ``data`` (see ``serve_io``).
        """
        self._selector = selector
        self._limit = limit
        self._longest = longest
        self._joined = joined
        self._said = said
        self._listener = sockets.listen(folder, name)
        self._peers: list[sockets.Peer] = []
        selector.register(self._listener, EVENT_READ, self._accept)

    def __iter__(self) -> Iterator[sockets.Peer]:
        return iter(tuple(self._peers))

    def __len__(self) -> int:
        return len(self._peers)

    def send(self, peer: sockets.Peer, frame: bytes) -> None:
        """Queue an encoded message for one peer; a peer that has stopped reading is cut off."""
        peer.send_frame(frame)
        self._watch(peer)

    def cut(self, peer: sockets.Peer) -> None:
        """Let go of a peer; what is queued for it is lost."""
        peer.close()
        self._watch(peer)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        if len(self._peers) >= PEERS:
            sock.close()
            return
        peer = sockets.Peer(sock, self._limit, longest=self._longest, at_once=AT_ONCE)
        self._peers.append(peer)
        self._selector.register(peer, EVENT_READ, lambda: self._serve(peer))
        self._joined(peer)

    def _serve(self, peer: sockets.Peer) -> None:
        peer.flush()
        for message in peer.receive():
            self._said(peer, message)
        self._watch(peer)

    def _watch(self, peer: sockets.Peer) -> None:
        if peer not in self._peers:
            return
        if peer.closed:
            self._peers.remove(peer)
            self._selector.unregister(peer)
            return
        events = EVENT_READ | (EVENT_WRITE if peer.queued else 0)
        key = self._selector.get_key(peer)
        if key.events != events:
            self._selector.modify(peer, events, key.data)

    def close(self) -> None:
        """Cut every peer off and stop listening."""
        for peer in tuple(self._peers):
            self.cut(peer)
        self._selector.unregister(self._listener)
        self._listener.close()
