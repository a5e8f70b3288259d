"""Runs a merchant's own program that prints a stream's address."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from threading import Event

SECONDS = 20.0
"""What it may take."""


class FailedError(Exception):
    """How it failed, without what it wrote."""


def printed(argv: tuple[str, ...], folder: Path, give_up: Event | None = None) -> str:
    """The first line that ``argv`` prints, run in ``folder`` without a shell.

    Its standard error goes nowhere. ``give_up``: set from another thread, it is killed at once.
    Raises OSError when it cannot be started, FailedError when it fails or takes longer than
    ``SECONDS``, ValueError when its output is no UTF-8. What it leaves in its process group is
    killed.
    """
    with subprocess.Popen(  # noqa: S603 (the merchant's own program, by argument list)
        argv,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            # Read only after its end: who prints more than a pipe holds runs into the time limit.
            code = _end_of(process, give_up or Event())
            os.set_blocking(process.stdout.fileno(), False)
            said = process.stdout.read() or b""
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if code != 0:
        raise FailedError(f"ended with code {code}")
    return next(iter(said.decode().splitlines()), "").strip()


def _end_of(process: subprocess.Popen[bytes], give_up: Event) -> int:
    until = time.monotonic() + SECONDS
    while (code := process.poll()) is None:
        if give_up.wait(0.05):
            raise FailedError("was given up")
        if time.monotonic() >= until:
            raise FailedError(f"took longer than {SECONDS:g} s")
    return code
