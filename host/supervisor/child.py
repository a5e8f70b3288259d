"""One process of the room, kept running."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio
from anyio.abc import Process

from host.errors import StageError
from host.model import Incident

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


@dataclass(slots=True)
class Child:
    """A command that is started again whenever it ends."""

    role: str
    """"onair", "media", "studio", "voice", "console"."""
    argv: list[str]
    report: Callable[[Incident], Awaitable[None]]
    pass_fds: tuple[int, ...] = ()
    """Descriptors it inherits under the same numbers."""
    stdin: bytes = b""
    """Written to its standard input at each start, which is then closed."""
    once: bool = False
    """Its end ends ``keep``: it does a job and is not started again."""
    ending: bool = field(default=False, init=False)
    _ended: anyio.Event = field(default_factory=anyio.Event, init=False)
    _process: Process | None = field(default=None, init=False)

    async def keep(self) -> int:
        """Run it until ``end``; its exit code.

        Raises StageError when it cannot begin at all; once it has settled it is started for ever,
        because a file that is broken while the room is on air must not end the show.
        """
        young = 0
        settled = False
        while True:
            started = time.monotonic()
            code = await self._run()
            lived = time.monotonic() - started
            settled = settled or lived >= SETTLED
            if self.ending or self.once:
                return code
            if code == MISUSED and not settled:
                raise StageError(self.role, "cannot begin; see the line above", retryable=False)
            young = young + 1 if lived < SETTLED else 0
            wait = min(LONGEST_WAIT, 0.25 * 2 ** min(young - 2, 10)) if young > 1 else 0.0
            await self.report(
                Incident(
                    self.role,
                    "restarted",
                    f"{ended_how(code)} after {lived:.1f} s; again in {wait:.1f} s",
                )
            )
            await self._wait(wait)
            if self.ending:
                return code

    async def _wait(self, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await self._ended.wait()

    async def _run(self) -> int:
        try:
            process = await anyio.open_process(
                self.argv,
                stdout=None,
                stderr=None,
                pass_fds=self.pass_fds,
                start_new_session=True,  # Ctrl+C is the supervisor's to act on
            )
        except OSError:
            return NOT_STARTED  # the others go on, and this one is tried again
        self._process = process
        if self.ending:
            process.terminate()
        try:
            if process.stdin is not None:
                with contextlib.suppress(anyio.BrokenResourceError):
                    if self.stdin:
                        await process.stdin.send(self.stdin)
                await process.stdin.aclose()
            return await process.wait()
        finally:
            self._process = None

    async def end(self, grace: float = GRACE) -> None:
        """End it: SIGTERM, then SIGKILL after ``grace`` seconds. It is not started again."""
        self.ending = True
        self._ended.set()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
            with anyio.move_on_after(grace):
                await process.wait()
                return
            process.kill()
            await process.wait()


def ended_how(code: int) -> str:
    """An exit code for a person."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
