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
from anyio.abc import Process

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


class Spawned:
    """A process that was started here."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, argv: Sequence[str], pass_fds: Sequence[int]) -> Spawned:
        """Start ``argv`` as the leader of a session of its own: Ctrl+C is the supervisor's to
        act on. Raises OSError when the machine cannot.
        """
        process = await anyio.open_process(
            argv,
            stdin=subprocess.PIPE,
            stdout=None,
            stderr=None,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def feed(self, data: bytes) -> None:
        """Write its standard input and close it; one that does not read it is none the worse."""
        assert self._process.stdin is not None
        with contextlib.suppress(anyio.BrokenResourceError):
            if data:
                await self._process.stdin.send(data)
        await self._process.stdin.aclose()

    async def wait(self) -> int:
        return await self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)


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
