"""A child that is fed through a pipe and never waited for."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import termios
import time

PIPE = 1024 * 1024
"""Bytes of kernel pipe: 3 s at 2.6 Mbit/s, so that a scheduler's hiccup is no congestion."""
_READS = 4
_READ = 65536
"""Reads of standard error a call, bytes a read: who floods it cannot hold the caller up."""
_KEPT = 8192
"""Bytes of standard error kept."""
_REAPING = 1.0
"""Seconds a process that was sent SIGKILL is waited for; one in the kernel's hands dies later."""


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
        self._fresh = b""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def unread(self) -> int:
        """Bytes in its pipe that it has not read; 0 where the input is closed."""
        if self.feed < 0:
            return 0
        count = fcntl.ioctl(self.feed, termios.FIONREAD, b"\0\0\0\0")
        return int.from_bytes(count, "little")

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
        code = self._process.poll()
        # Read after asking, so that what it said last is not missed.
        if self._errors >= 0:
            with contextlib.suppress(OSError):
                for _ in range(_READS):
                    if not (data := os.read(self._errors, _READ)):
                        break
                    self._said = (self._said + data)[-_KEPT:]
                    self._fresh = (self._fresh + data)[-_READ:]
        return code

    def take_said(self) -> bytes:
        """What ``exit_code`` read of its standard error since the last call, 64 KiB at most."""
        fresh, self._fresh = self._fresh, b""
        return fresh

    @property
    def last_words(self) -> str:
        """The last line it wrote to its standard error; empty: none. May hold addresses."""
        lines = self._said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def kill(self) -> None:
        """End it at once, wait for its end and let go of its pipes."""
        if not self.abandon():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_REAPING)

    def abandon(self) -> bool:
        """SIGKILL, without waiting. Call again until it is True: then it is gone."""
        gone = self.exit_code() is not None
        if not gone:
            self._process.kill()
        self._release()
        return gone

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
