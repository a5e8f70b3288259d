"""A supervisor that failed by a mistake of ours is followed by another: the room stays on air."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

import anyio

from host.errors import LivehostError
from host.supervisor.supervisor import Supervisor

MOST = 5
"""New supervisors within ``WITHIN`` seconds; a mistake that comes back sooner ends the program."""
WITHIN = 600.0
"""Seconds."""

_log = logging.getLogger(__name__)


def run(make: Callable[[], Supervisor], clock: Callable[[], float] = time.monotonic) -> int:
    """Run a room until it is ended; the exit code.

    Onair and media live on without a supervisor: ``make``'s next one takes them up and ends what
    the failed one left else. Each has an event loop of its own, so that nothing of the former
    goes on. Raises what ``Supervisor.run`` does, what it failed by once more than ``MOST`` times,
    and what it failed by before anything was on air.
    """
    failed: deque[float] = deque()
    aired = False
    supervisor = make()
    while True:
        try:
            return anyio.run(supervisor.run)
        except LivehostError:
            raise
        except Exception:  # whatever it is, the air matters more
            now, aired = clock(), aired or supervisor.aired
            while failed and now - failed[0] >= WITHIN:
                failed.popleft()
            if not aired or len(failed) >= MOST:
                raise
            failed.append(now)
            _log.exception("the supervisor has failed; another takes up the broadcast")
        ending = supervisor.ending
        supervisor = make()
        if ending:
            supervisor.end()
