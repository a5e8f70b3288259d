"""Onair's control socket: the red button, the state once a second, and what was aired."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from selectors import BaseSelector
from typing import Any

from host.model import Aired, Incident, sockets, wire
from host.model.messages import EndShow, Hello, Hold
from host.model.state import OnAirState
from stream.hub import Hub

KEPT = 4096
"""Reports kept while no supervisor is connected: an hour of clauses."""
LIMIT = 4 * 1024 * 1024
"""Bytes queued for a peer at which it is cut off: state is small, so it has stopped reading."""


class Control:
    """Serves ``onair.sock`` inside another's selector loop."""

    def __init__(
        self,
        folder: str | Path,
        selector: BaseSelector,
        *,
        hold: Callable[[bool], None],
        end: Callable[[], None],
    ) -> None:
        """``hold``: the red button was pressed or released. ``end``: end the broadcast."""
        self._hold = hold
        self._end = end
        self._reports: deque[Aired | Incident] = deque(maxlen=KEPT)
        self._supervisor: sockets.Peer | None = None
        self._hub = Hub(folder, "onair", selector, limit=LIMIT, said=self._hear)

    @property
    def supervised(self) -> bool:
        """A supervisor is connected."""
        return self._supervisor is not None and not self._supervisor.closed

    def report(self, what: Aired | Incident) -> None:
        """Tell the supervisor, now or when there is one again."""
        self._reports.append(what)
        self._deliver()

    def publish(self, state: OnAirState) -> None:
        """Tell everyone."""
        frame = wire.encode(state)
        for peer in self._hub:
            self._hub.send(peer, frame)

    def _hear(self, peer: sockets.Peer, message: Any) -> None:
        if isinstance(message, Hello) and message.role == "supervisor":
            self._supervisor = peer
            self._deliver()
        elif isinstance(message, Hold):
            self._hold(message.on)
        elif isinstance(message, EndShow):
            self._end()

    def _deliver(self) -> None:
        while self._reports and self._supervisor is not None and not self._supervisor.closed:
            self._hub.send(self._supervisor, wire.encode(self._reports[0]))
            if not self._supervisor.closed:
                self._reports.popleft()

    def close(self) -> None:
        """Cut everyone off."""
        self._hub.close()
