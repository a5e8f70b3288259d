"""Small processes for tests of those who keep them, and what is reported of them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import psutil

from host.model import Incident


def run(test: Callable[[], Awaitable[None]]) -> None:
    """In an event loop, for 30 s at most."""

    async def limited() -> None:
        with anyio.fail_after(30):
            await test()

    anyio.run(limited)


class Reports:
    """Collects incidents; ``after`` sets its event with the nth."""

    def __init__(self, after: int = 1) -> None:
        self.incidents: list[Incident] = []
        self.moments: list[float] = []
        self.enough = anyio.Event()
        self._after = after

    async def __call__(self, incident: Incident) -> None:
        self.incidents.append(incident)
        self.moments.append(anyio.current_time())
        if len(self.incidents) >= self._after:
            self.enough.set()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import os, signal, sys, time\n{code}"]


def alive(pid: int) -> bool:
    """Whether that process runs; a zombie that nobody reaps does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def written(path: Path) -> str:
    """The text of a file that a child writes, once it is whole."""
    text = ""
    while not text.endswith("\n"):
        with contextlib.suppress(FileNotFoundError):
            text = await anyio.Path(path).read_text()
    return text.strip()
