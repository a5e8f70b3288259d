"""The ring between processes of their own, killed at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from host.model import Cursor
from stream import ring as rings
from stream.ring import Ring
from tests.stream.ringing import FORMAT, descriptor, tick, whole

_WRITER = """
import sys
from stream.ring import Ring
from tests.stream.ringing import tick
shared = Ring(int(sys.argv[1]))
epoch, seq = shared.epoch, shared.next_seq
print("ready", flush=True)
while True:
    if shared.writable(seq):
        shared.write(tick(seq, epoch, line=seq))
        seq += 1
"""

_TORN = """
import os, signal, sys
from stream.ring import Ring
from tests.stream.ringing import tick
from dataclasses import replace
class Killer:
    def __array__(self, *a, **k):
        os.kill(os.getpid(), signal.SIGKILL)
shared = Ring(int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
one = tick(shared.next_seq + int(sys.argv[2]), shared.epoch, line=1)
shared.write(replace(one, pcm=Killer()))
"""

_READER = """
import sys
from stream.ring import Ring
from tests.stream.ringing import tick
shared = Ring(int(sys.argv[1]))
one = tick(1)
print("ready", flush=True)
from dataclasses import replace
while True:
    seq = shared.next_seq
    shared.advance(seq, replace(one, seq=seq, line=seq, clause=seq, offset=seq))
"""


@contextmanager
def process(code: str, fd: int) -> Iterator[subprocess.Popen[str]]:
    """A process that inherits the ring; killed at the end if it lives."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(fd)], pass_fds=(fd,), stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            yield child
        finally:
            child.kill()


@pytest.mark.timeout(60)
def test_writers_killed_at_any_moment_tear_and_lose_nothing() -> None:
    with descriptor() as fd:
        shared = Ring(fd)
        aired = 0
        for life in range(4):
            shared.grant()
            with process(_WRITER, fd) as writer:
                until = time.monotonic() + 0.15
                target = aired + 100 + 37 * life
                while aired < target or time.monotonic() < until:
                    got = shared.peek()
                    if got is not None:
                        assert got.seq == got.line == aired + 1
                        assert whole(got)
                        aired += 1
                        shared.advance(aired, got)
                writer.send_signal(signal.SIGKILL)
                writer.wait()
            while (left := shared.peek()) is not None:
                assert whole(left)
                aired += 1
                shared.advance(aired, left)
        assert shared.cursor().seq == aired


@pytest.mark.timeout(60)
@pytest.mark.parametrize("full", [False, True])
def test_a_writer_killed_in_the_middle_of_a_slot_puts_nothing_on_air(full: bool) -> None:
    """Its picture is written, its sound not; the slot held an aired tick before, or nothing."""
    with descriptor() as fd:
        shared = Ring(fd)
        shared.grant()
        for seq in range(1, rings.SLOTS + 1 if full else 1):
            shared.write(tick(seq))
            got = shared.peek()
            assert got is not None
            shared.advance(seq, got)
        seq = shared.next_seq
        argv = [sys.executable, "-c", _TORN, str(fd), "0"]
        killed = subprocess.run(argv, pass_fds=(fd,), capture_output=True, input=b"\n", timeout=30)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        at = seq % rings.SLOTS
        assert (shared._frames[at] == tick(seq).i420).all(), "it had begun"
        assert (shared.peek(), shared.depth, shared.next_seq) == (None, 0, seq)
        shared.grant()
        assert shared.peek() is None
        shared.write(tick(seq, shared.epoch))
        got = shared.peek()
        assert got is not None
        assert whole(got)


@pytest.mark.timeout(60)
def test_the_cursor_is_whole_whenever_onair_is_killed() -> None:
    with descriptor() as fd:
        cursors = _Cursors(Ring(fd))
        for _ in range(4):
            with process(_READER, fd) as reader:
                cursors.check(2000)
                reader.send_signal(signal.SIGKILL)
                reader.wait()
            cursors.check(1)
        assert cursors.last > 0


class _Cursors:
    """Reads cursors and sees that each is of one tick, none older than the one before."""

    def __init__(self, shared: Ring) -> None:
        self._shared = shared
        self.last = 0

    def check(self, times: int) -> None:
        for _ in range(times):
            got = self._shared.cursor()
            if got.seq:
                end = got.seq + FORMAT.samples
                assert got == Cursor(got.seq, 1, got.seq, got.seq, got.seq, end)
            assert got.seq >= self.last
            self.last = got.seq
