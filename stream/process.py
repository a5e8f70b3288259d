"""A child that is fed through a pipe and never waited for."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import time

PIPE = 1024 * 1024
"""Bytes of kernel pipe: 3 s at 2.6 Mbit/s, so that a scheduler's hiccup is no congestion."""
_READS = 16
_READ = 65536
"""Reads of standard error a call, bytes a read: who floods it cannot hold the caller up."""


class FedProcess:
    """Runs ``argv``; writes to its standard input and reads its standard error without blocking."""

    def __init__(self, argv: tuple[str, ...]) -> None:
        """Raises OSError when the program cannot be started."""
        feed, self.feed = os.pipe2(os.O_CLOEXEC)
        # `self.feed` is the end that is written to: non-blocking unless its owner changes that.
        self._errors, errors = os.pipe2(os.O_CLOEXEC)
        try:
            self._process = subprocess.Popen(  # noqa: S603 (argv is made in stream.command)
                argv, stdin=feed, stdout=subprocess.DEVNULL, stderr=errors
            )
        except OSError:
            os.close(self.feed)
            os.close(self._errors)
            raise
        finally:
            os.close(feed)
            os.close(errors)
        os.set_blocking(self.feed, False)
        os.set_blocking(self._errors, False)
        # Without the right to a larger pipe the default serves, with less slack.
        with contextlib.suppress(OSError):
            fcntl.fcntl(self.feed, fcntl.F_SETPIPE_SZ, PIPE)
        self._said = b""

    def write(self, data: memoryview) -> int:
        """Bytes that the pipe took: 0 when it is full or broken."""
        try:
            return os.write(self.feed, data)
        except OSError:
            return 0

    def write_all(self, data: bytes) -> None:
        """Write everything, waiting for the pipe; only after ``os.set_blocking(feed, True)``.

        Stops where the pipe breaks: ``exit_code`` and ``last_words`` tell why.
        """
        view = memoryview(data)
        while view and (taken := self.write(view)):
            view = view[taken:]

    def exit_code(self) -> int | None:
        """None while it runs.

        Drains its standard error too: ffmpeg stalls on 64 901 unread bytes (measured).
        """
        with contextlib.suppress(OSError):
            for _ in range(_READS):
                if not (data := os.read(self._errors, _READ)):
                    break
                self._said = (self._said + data)[-4096:]
        return self._process.poll()

    @property
    def last_words(self) -> str:
        """The last line it wrote to its standard error; empty: none. May hold addresses."""
        lines = self._said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def kill(self) -> None:
        """End it at once and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        self.exit_code()
        self._release()

    def end_input(self) -> None:
        """Close its input, so that it finishes."""
        if self.feed >= 0:
            os.close(self.feed)
            self.feed = -1

    def finish(self, seconds: float) -> int | None:
        """End its input and give it time to finish. None: it had to be killed."""
        self.end_input()
        until = time.monotonic() + seconds
        while (code := self.exit_code()) is None and (left := until - time.monotonic()) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(min(left, 0.05))
        if code is None:
            self.kill()
        else:
            self.exit_code()
            self._release()
        return code

    def _release(self) -> None:
        self.end_input()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1
