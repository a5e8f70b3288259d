"""One process of the room, kept running."""

from __future__ import annotations

import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from host.errors import StageError
from host.model import Incident
from host.supervisor.process import GONE, Left, Running, Spawned, end, end_group, give_way

SETTLED = 10.0
"""Seconds after which a process counts as one that had come up."""
LONGEST_WAIT = 5.0
"""Seconds between restarts of a process that keeps dying young."""
GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""
NOT_STARTED = 126
"""Exit code of a process that the machine had no memory or no descriptor to start."""
MISUSED = 2
"""Exit code of a process that cannot begin, whatever is tried again."""


@dataclass(slots=True, eq=False)
class Child:
    """A command that is started again whenever it ends."""

    role: str
    """"onair", "media", "studio", "voice", "console", "health", "recorder"."""
    argv: list[str]
    report: Callable[[Incident], Awaitable[None]]
    pass_fds: tuple[int, ...] = ()
    """Descriptors it inherits under the same numbers."""
    stdin: bytes = b""
    """Written to its standard input at each start, which is then closed."""
    nice: int = 0
    """How far it steps back for those that the air waits for, -20…19 (setpriority(2))."""
    once: bool = False
    """Its end ends ``keep``: it does a job, or is on trial, and is not started again."""
    settled: bool = False
    """It has beaten or lived for ``SETTLED`` s: it is started for ever, whatever its exit code."""
    left: Left | None = None
    """A process that does this job already: it is watched in place of a first start."""
    started: Callable[[], None] = field(default=lambda: None)
    """Told of each start, before the process can have said a word."""
    ending: bool = field(default=False, init=False)
    started_at: float = field(default=0.0, init=False)
    """When the process that runs was started, ``time.monotonic()``."""
    heard_at: float = field(default=0.0, init=False)
    """When it last showed that its loop turns; 0: not yet."""
    greeted: anyio.Event = field(default_factory=anyio.Event, init=False)
    """The process that runs has said Hello."""
    ended: anyio.Event = field(default_factory=anyio.Event, init=False)
    """``keep`` is over."""
    _leaving: anyio.Event = field(default_factory=anyio.Event, init=False)
    _process: Running | None = field(default=None, init=False)
    _why: str = field(default="", init=False)

    @property
    def pid(self) -> int:
        """Of the process that runs; 0: none does."""
        return self._process.pid if self._process is not None else 0

    async def keep(self) -> int:
        """Run it until ``end`` or ``leave``; its exit code.

        Raises StageError when it cannot begin at all; once it has settled it is started for ever,
        because a file that is broken while the room is on air must not end the show.
        """
        try:
            return await self._keep()
        finally:
            self.ended.set()

    async def _keep(self) -> int:
        young = 0
        while True:
            started = time.monotonic()
            adopted = self.left is not None
            code = await self._run()
            lived = time.monotonic() - started
            self.settled = self.settled or lived >= SETTLED
            if self.ending or self.once:
                return code
            if code == MISUSED and not self.settled:
                raise StageError(self.role, "cannot begin; see the line above", retryable=False)
            young = young + 1 if lived < SETTLED else 0
            wait = min(LONGEST_WAIT, 0.25 * 2 ** min(young - 2, 10)) if young > 1 else 0.0
            how = "is gone" if adopted and code == GONE else ended_how(code)
            how, self._why = (f"{how} ({self._why})" if self._why else how), ""
            await self.report(
                Incident(
                    self.role, "restarted", f"{how} after {lived:.1f} s; again in {wait:.1f} s"
                )
            )
            await self._wait(wait)
            if self.ending:
                return code

    async def _wait(self, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await self._leaving.wait()

    async def _run(self) -> int:
        left, self.left = self.left, None
        if left is not None:
            return await self._watch(left)
        try:
            process = await Spawned.start(self.argv, self.pass_fds)
        except OSError:
            return NOT_STARTED  # the others go on, and this one is tried again
        give_way(process.pid, self.nice)
        return await self._watch(process)

    async def _watch(self, process: Running) -> int:
        self._process = process
        self.started_at, self.heard_at = time.monotonic(), 0.0
        self.greeted = anyio.Event()
        self.started()
        if self.ending:
            process.signal(signal.SIGTERM)
        try:
            if isinstance(process, Spawned):
                await process.feed(self.stdin)
            code = await process.wait()
            end_group(process.pid)
            return code
        finally:
            self._process = None
            process.close()

    def beat(self) -> None:
        """Its loop turns: it could begin."""
        self.heard_at = time.monotonic()
        self.settled = True

    def greet(self) -> None:
        """It has said Hello."""
        self.heard_at = time.monotonic()
        self.greeted.set()

    def restart(self, why: str) -> None:
        """End it at once, by SIGKILL; it is started again."""
        if self._process is not None:
            self._why = why
            self._process.signal(signal.SIGKILL)

    def leave(self) -> None:
        """Let it not be started again when it ends."""
        self.ending = True
        self._leaving.set()

    def kill(self) -> None:
        """End it at once and for good."""
        self.leave()
        if self._process is not None:
            self._process.signal(signal.SIGKILL)

    async def gone(self) -> None:
        """Wait for its end, after ``leave``."""
        if self._process is not None:
            await self._process.wait()

    async def end(self, grace: float = GRACE) -> None:
        """End it: SIGTERM, then SIGKILL after ``grace`` seconds. It is not started again."""
        self.leave()
        if self._process is not None:
            await end(self._process, grace)


def ended_how(code: int) -> str:
    """An exit code for a person."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
