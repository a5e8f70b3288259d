"""The console as its own process, beside a ``FakeRoom`` or a real one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.e2e import processes
from tests.e2e.ingest import free_port


@dataclass(frozen=True, slots=True)
class Console:
    """A console that serves."""

    process: subprocess.Popen[bytes]
    address: str
    """"127.0.0.1:8700"."""
    took: float
    """Seconds from its start to its first page."""

    @property
    def url(self) -> str:
        """Of the page."""
        return f"http://{self.address}"


def command(sockets: Path, port: int, *more: str) -> list[str]:
    """The console's command line, as the supervisor gives it."""
    fixed = ("--sockets", str(sockets), "--port", str(port), "--room", "demo <room>")
    return [sys.executable, "-m", "host.console", *fixed, *more]


@contextmanager
def console(sockets: Path, cwd: Path, *more: str, port: int = 0) -> Iterator[Console]:
    """Start it in ``cwd`` and wait for its first page; ended at the end."""
    port = port or free_port()
    began = time.monotonic()
    process = subprocess.Popen(command(sockets, port, *more), cwd=cwd)
    try:
        address = f"127.0.0.1:{port}"
        _wait(process, f"http://{address}/")
        yield Console(process, address, time.monotonic() - began)
    finally:
        processes.end(process)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the console ended with {process.returncode}")
        try:
            if httpx.get(url, timeout=10, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError(f"no page at {url} within 30 s")
