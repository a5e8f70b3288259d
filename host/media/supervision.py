"""Media's connection to the supervisor: media outlives it, and finds the next one."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from selectors import EVENT_READ, BaseSelector
from typing import Any

from host.model import Decision, Ended, Incident, sockets
from host.model.messages import Beat, Hello

ALONE = 60.0
"""Seconds without a supervisor after which media leaves: a new one takes seconds to come."""
RETRY = 0.5
"""Seconds between two tries to connect."""
BEAT = 1.0
"""Seconds between two beats."""
KEPT = 512
"""Reports kept while alone; in a minute there are a few dozen."""
FAREWELL = 0.5
"""Seconds that the last reports may take on leaving."""


class Supervision:
    """Says Hello on each connection, reports, and beats. Never blocks its owner's loop."""

    def __init__(
        self,
        folder: Path,
        selector: BaseSelector,
        *,
        heard: Callable[[Any], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connects; raises OSError when no supervisor is there.

        ``heard`` is given each message. ``clock``: seconds, rising.
        """
        self._folder = folder
        self._selector = selector
        self._heard = heard
        self._clock = clock
        self._beat = self._tried = self._met = clock()
        self._reports: deque[Ended | Decision | Incident] = deque(maxlen=KEPT)
        # Told again to each supervisor, because one that died may have been told and not have
        # written it. It takes each line's end once.
        self._ends: deque[Ended] = deque(maxlen=KEPT)
        self._peer: sockets.Peer | None = sockets.connect(folder, "supervisor")
        self.epoch = 0
        """What the owner holds of the ring; 0: nothing."""
        selector.register(self._peer, EVENT_READ, self._receive)
        self._peer.send(Hello("media", os.getpid()))

    @property
    def alone(self) -> float:
        """Seconds since there was a supervisor; 0: there is one."""
        return 0.0 if self._peer is not None else self._clock() - self._met

    def tell(self, what: Ended | Decision | Incident) -> None:
        """Report now, or when there is a supervisor again."""
        if isinstance(what, Ended):
            self._ends.append(what)
        if not self._send(what) and not isinstance(what, Ended):
            self._reports.append(what)

    def turn(self, load: float) -> None:
        """To be called at each turn of the owner's loop. ``load``: see ``Beat``."""
        now = self._clock()
        if self._peer is not None:
            self._peer.flush()
            self._let_go_if_closed()
        if self._peer is None and now - self._tried >= RETRY:
            self._tried = now
            self._connect()
        if self._peer is not None and now - self._beat >= BEAT:
            self._beat = now
            self._send(Beat(load))

    def close(self) -> None:
        """Send what is still queued, within ``FAREWELL`` seconds, and close."""
        deadline = self._clock() + FAREWELL
        while self._peer is not None and self._peer.queued and self._clock() < deadline:
            self._peer.flush()
            time.sleep(0.005)
        if self._peer is not None:
            self._peer.close()
            self._let_go_if_closed()

    def _connect(self) -> None:
        try:
            self._peer = sockets.connect(self._folder, "supervisor")
        except OSError:
            return
        self._selector.register(self._peer, EVENT_READ, self._receive)
        kept = (*self._ends, *self._reports)
        self._reports.clear()
        for message in (Hello("media", os.getpid(), self.epoch), *kept):
            self._send(message)

    def _send(self, message: object) -> bool:
        """False: nobody is there (any more)."""
        if self._peer is not None:
            self._peer.send(message)
            self._let_go_if_closed()
        return self._peer is not None

    def _receive(self) -> None:
        peer = self._peer
        if peer is not None:
            messages = peer.receive()
            self._let_go_if_closed()
            for message in messages:
                self._heard(message)

    def _let_go_if_closed(self) -> None:
        if self._peer is not None and self._peer.closed:
            self._selector.unregister(self._peer)
            self._peer = None
            self._met = self._tried = self._clock()
