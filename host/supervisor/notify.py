"""What systemd is told, if it started the room: sd_notify(3), by hand (ADR 14)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping

QUIET = 10.0
"""Seconds between two tellings of the status where nobody wants to know that we live."""


class Notify:
    """Speaks to ``$NOTIFY_SOCKET``; without it, or when nobody listens, it says nothing.

    Never raises and never blocks: the show does not depend on who watches it.
    """

    def __init__(
        self, environ: Mapping[str, str] = os.environ, now: Callable[[], float] = time.monotonic
    ) -> None:
        """``environ``: systemd's variables. ``now``: seconds, CLOCK_MONOTONIC."""
        self._now = now
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._period = _watchdog(environ) / 2
        self._said_at = float("-inf")

    def ready(self, status: str) -> None:
        """The show is on air; a reload is over. ``status``: a line for ``systemctl status``."""
        self._say("READY=1", _line(status))

    def reloading(self) -> None:
        """An upgrade is under way; ``ready`` follows."""
        self._say("RELOADING=1", f"MONOTONIC_USEC={int(self._now() * 1e6)}")

    def stopping(self) -> None:
        """The show is being ended."""
        self._say("STOPPING=1")

    def alive(self, status: str) -> None:
        """Call it as often as the loop turns; it speaks twice in a watchdog's period."""
        now = self._now()
        if now - self._said_at < (self._period or QUIET):
            return
        self._said_at = now
        self._say(*(("WATCHDOG=1",) if self._period else ()), _line(status))

    def _say(self, *words: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as speaker:
                speaker.sendto("\n".join(words).encode(errors="replace"), self._address)
        except (OSError, ValueError):  # nobody listens, or the address is none
            pass


def _watchdog(environ: Mapping[str, str]) -> float:
    """Seconds after which systemd takes us for dead; 0: it does not watch us."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0  # another process is watched
    try:
        return max(0.0, int(environ.get("WATCHDOG_USEC", "0")) / 1e6)
    except ValueError:
        return 0.0


def _line(status: str) -> str:
    return "STATUS=" + " ".join(status.split())
