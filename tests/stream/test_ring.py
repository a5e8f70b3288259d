"""No tick is lost, doubled or torn between two processes, whoever is killed when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import RingError
from host.model import AudioFormat, Cursor, Format, Tick, VideoFormat
from stream import ring as rings
from stream.ring import Ring

FORMAT = Format(VideoFormat(width=64, height=96), AudioFormat())


@contextmanager
def descriptor(fmt: Format = FORMAT) -> Iterator[int]:
    fd = rings.create(fmt)
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def ring(fmt: Format = FORMAT) -> Iterator[Ring]:
    """A ring of its own, with epoch 1 granted."""
    with descriptor(fmt) as fd:
        made = Ring(fd)
        made.grant()
        yield made


def tick(seq: int, epoch: int = 1, **more: object) -> Tick:
    """A tick whose every byte tells its seq and epoch."""
    i420 = np.full(FORMAT.frame_shape, (seq * 7 + epoch) % 251, np.uint8)
    pcm = np.full((FORMAT.samples, 2), seq + epoch / 16, np.float32)
    return Tick(epoch, seq, i420, pcm, **more)  # type: ignore[arg-type]


def whole(got: Tick) -> bool:
    """Whether every byte is of that seq and epoch."""
    wanted = tick(got.seq, got.epoch)
    return (got.i420 == wanted.i420).all() and (got.pcm == wanted.pcm).all()


def test_a_tick_comes_out_as_it_went_in() -> None:
    with ring() as shared:
        sent = tick(1, line=7, clause=2, offset=1920, duck=0.5, ends_clause=True, ends_line=True)
        shared.write(sent)
        got = shared.peek()
        assert got is not None
        assert whole(got)
        assert [getattr(got, name) for name in Tick.__slots__[4:]] == [7, 2, 1920, 0.5, True, True]


def test_another_view_of_the_descriptor_sees_the_same_ring() -> None:
    with descriptor() as fd:
        writer, reader = Ring(fd), Ring(fd)
        assert reader.grant() == writer.epoch == 1
        writer.write(tick(1))
        assert reader.format.frame_shape == FORMAT.frame_shape
        assert reader.format.samples == FORMAT.samples
        assert (reader.depth, reader.peek() is not None) == (1, True)
        reader.air_tick = 41
        assert writer.air_tick == 41


def test_air_tick_and_cursor_begin_before_the_first() -> None:
    with ring() as shared:
        assert shared.air_tick == -1
        assert shared.cursor() == Cursor(0, 0, 0, 0, -1, 0)


def test_advance_keeps_the_cursor_at_the_end_of_the_tick() -> None:
    with ring() as shared:
        for seq, line in ((1, 5), (2, 0)):
            shared.write(tick(seq, line=line, clause=line - 5 if line else -1))
            got = shared.peek()
            assert got is not None
            shared.advance(100 + seq, got)
            end = FORMAT.samples if line else 0
            clause = 0 if line else -1
            assert shared.cursor() == Cursor(100 + seq, 1, seq, line, clause, end)


def test_a_slot_is_not_written_before_it_was_aired() -> None:
    with ring() as shared:
        for seq in range(1, rings.SLOTS + 1):
            shared.write(tick(seq))
        assert not shared.writable(rings.SLOTS + 1)
        with pytest.raises(RingError, match="not aired"):
            shared.write(tick(rings.SLOTS + 1))
        got = shared.peek()
        assert got is not None
        assert whole(got)


def test_only_the_granted_epoch_writes_and_is_read() -> None:
    with ring() as shared:
        with pytest.raises(RingError, match="epoch 9"):
            shared.write(tick(1, epoch=9))
        shared.write(tick(1))
        shared.grant()
        assert shared.peek() is None
        assert shared.depth == 0
        with pytest.raises(RingError, match="epoch 1 is over"):
            shared.write(tick(2))


def test_a_writer_that_is_replaced_while_it_writes_publishes_nothing() -> None:
    with ring() as shared:
        late = tick(1)

        class Replaced:
            """Sound that is read just as the supervisor grants another epoch."""

            def __array__(self, *_: object, **__: object) -> np.ndarray:  # type: ignore[type-arg]
                shared.grant()
                return late.pcm

        torn = Tick(1, 1, late.i420, Replaced())  # type: ignore[arg-type]
        with pytest.raises(RingError, match="ended while"):
            shared.write(torn)
        shared.write(tick(1, epoch=2))
        got = shared.peek()
        assert got is not None
        assert whole(got)


@pytest.mark.parametrize("size", [0, 8, 4096, 8192])
def test_what_is_no_ring_is_refused(size: int) -> None:
    fd = os.memfd_create("no-ring", os.MFD_CLOEXEC)
    try:
        os.ftruncate(fd, size)
        with pytest.raises(RingError):
            Ring(fd)
    finally:
        os.close(fd)


def test_a_ring_that_was_cut_short_is_refused() -> None:
    with descriptor() as fd:
        os.ftruncate(fd, os.fstat(fd).st_size - 4096)
        with pytest.raises(RingError, match="too few"):
            Ring(fd)


ACTIONS = st.lists(st.sampled_from(("write", "write", "air", "air", "grant", "stale")), max_size=80)


@settings(deadline=None, max_examples=60)
@given(ACTIONS)
def test_any_interleaving_airs_each_seq_once_in_order_and_whole(actions: list[str]) -> None:
    with ring() as shared:
        seq, aired = 1, 0
        for action in actions:
            if action == "write" and shared.writable(seq):
                shared.write(tick(seq, shared.epoch))
                seq += 1
            elif action == "grant":
                shared.grant()
                seq = shared.next_seq
            elif action == "stale":
                with pytest.raises(RingError):
                    shared.write(tick(seq, shared.epoch - 1))
            elif action == "air":
                ready, got = shared.depth, shared.peek()
                assert (ready > 0) == (got is not None) == (seq > shared.next_seq)
                if got is not None:
                    assert got.seq == aired + 1
                    assert got.epoch == shared.epoch
                    assert whole(got)
                    aired = got.seq
                    shared.advance(aired, got)
                    assert shared.depth == ready - 1


# Processes of their own, killed at any moment.

_WRITER = """
import sys
from stream.ring import Ring
from tests.stream.test_ring import tick
shared = Ring(int(sys.argv[1]))
epoch, seq = shared.epoch, shared.next_seq
print("ready", flush=True)
while True:
    if shared.writable(seq):
        shared.write(tick(seq, epoch, line=seq))
        seq += 1
"""

_READER = """
import sys
from stream.ring import Ring
from tests.stream.test_ring import tick
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
