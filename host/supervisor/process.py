"""A running process: one that was started here, or one that a former supervisor left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import anyio

GONE = 0
"""Exit code given for a process that is no child of this one: only its parent is told the code."""


class Running(Protocol):
    """What ``Child`` needs of a process."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing when it has ended."""
        ...

    def close(self) -> None:
        """Let go of it; it runs on."""
        ...


HEAP = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576"}
"""How glibc keeps the heap of a process that runs for a month (mallopt(3)): few arenas, and what is
large (a picture, a sentence's sound) is given back at once in place of leaving holes. What the
machine's owner has set counts more."""


class Spawned:
    """A process that was started here. It outlives the event loop: asyncio's own processes are
    killed when they are forgotten, and one on air is to be adopted by the next supervisor.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Raises OSError when it cannot be held."""
        self._process = process
        self._held = Left(process.pid)

    @classmethod
    async def start(cls, argv: Sequence[str], pass_fds: Sequence[int]) -> Spawned:
        """Start ``argv`` as the leader of a session of its own: Ctrl+C is the supervisor's to
        act on. Raises OSError when the machine cannot.
        """
        process = subprocess.Popen(  # noqa: S603, ASYNC220 (ours; asyncio's forks here as well)
            argv,
            stdin=subprocess.PIPE,
            pass_fds=pass_fds,
            start_new_session=True,
            env={**HEAP, **os.environ},
        )
        try:
            return cls(process)
        except OSError:
            process.kill()
            process.wait()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    async def feed(self, data: bytes) -> None:
        """Write its standard input and close it; one that does not read it is none the worse."""
        pipe = self._process.stdin
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
        left = memoryview(data)
        try:
            while left:
                try:
                    left = left[os.write(pipe.fileno(), left) :]
                except BlockingIOError:
                    await anyio.wait_writable(pipe)
        except BrokenPipeError:
            pass
        finally:
            pipe.close()

    async def wait(self) -> int:
        await self._held.wait()
        return self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def close(self) -> None:
        """Let go of it; it runs on."""
        self._held.close()


class Left:
    """A process that another supervisor started, held by a descriptor: its pid cannot become
    another's unseen. Close it when done.
    """

    def __init__(self, pid: int) -> None:
        """Raises ProcessLookupError when it is gone, OSError when it cannot be held."""
        self._pid = pid
        self._fd = os.pidfd_open(pid)
        self._watched = False
        self._gone = anyio.Event()

    @property
    def pid(self) -> int:
        return self._pid

    async def wait(self) -> int:
        if self._gone.is_set():
            return GONE
        if self._watched:  # a descriptor has one waiter at a time
            await self._gone.wait()
            return GONE
        self._watched = True
        try:
            await anyio.wait_readable(self._fd)
            self._gone.set()
        finally:
            self._watched = False
        return GONE

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._fd, number)

    def close(self) -> None:
        """Let go of it; it runs on."""
        os.close(self._fd)


async def end(process: Running, grace: float) -> None:
    """SIGTERM, then SIGKILL after ``grace`` seconds; returns when it has ended."""
    process.signal(signal.SIGTERM)
    with anyio.move_on_after(grace):
        await process.wait()
        return
    process.signal(signal.SIGKILL)
    await process.wait()


def end_group(pid: int) -> None:
    """Kill what the leader of a session left behind: pushers outlive an onair that was killed,
    when they are stopped.
    """
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def give_way(pid: int, nice: int) -> None:
    """Let the leader of a session step back for others (``nice`` > 0) or go before them (< 0,
    where that is allowed).

    The kernel may share the processor out by session first: then only the session's own value
    counts (sched(7), "The autogroup feature").
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))
