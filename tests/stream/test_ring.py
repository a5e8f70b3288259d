"""No tick is lost, doubled or torn between two processes, whoever is killed when."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import RingError
from host.model import Cursor, Tick
from stream import ring as rings
from stream.ring import Ring
from tests.stream.ringing import FORMAT, descriptor, ring, tick, whole


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


@pytest.mark.parametrize("ends", [(False, False), (True, False), (True, True)])
def test_the_cursor_tells_whether_a_clause_and_a_line_were_aired_to_their_ends(
    ends: tuple[bool, bool],
) -> None:
    with ring() as shared:
        shared.write(tick(1, line=5, clause=1, ends_clause=ends[0], ends_line=ends[1]))
        got = shared.peek()
        assert got is not None
        shared.advance(7, got)
        assert shared.cursor() == Cursor(7, 1, 1, 5, 1, FORMAT.samples, *ends)


@pytest.mark.parametrize("first", [0, 1, 65_000_000, 2**31 + 5, 10**12])
def test_air_ticks_go_on_from_where_the_ledger_ends(first: int) -> None:
    fd = rings.create(FORMAT, first=first)
    try:
        shared = Ring(fd)
        assert shared.air_tick == first - 1
        shared.grant()
        shared.write(tick(1, line=2))
        got = shared.peek()
        assert got is not None
        shared.advance(first, got)
        shared.air_tick = first
        assert (shared.cursor().tick, Ring(fd).air_tick) == (first, first)
    finally:
        os.close(fd)


def test_where_stores_may_be_reordered_each_side_passes_a_barrier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between picture and seq, seq and picture, cursor and count, what was read and its freeing."""
    yields: list[int] = []
    monkeypatch.setattr(rings, "_ORDERED", False)
    with ring() as shared:
        head, state = shared._head, shared._state[1]
        monkeypatch.setattr(os, "sched_yield", lambda: yields.append(int(state[0])))
        shared.write(tick(1))
        assert yields == [0], "the picture is there, its seq not yet"
        got = shared.peek()
        assert got is not None
        assert yields == [0, 1]
        monkeypatch.setattr(os, "sched_yield", lambda: yields.append(int(head[7])))
        shared.advance(1, got)
        assert yields[2:] == [1], "not freed yet"
        shared.cursor()
        assert len(yields) == 5


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

            def __array__(self, *_: object, **__: object) -> np.ndarray:
                shared.grant()
                return late.pcm

        torn = Tick(1, 1, late.i420, Replaced())  # type: ignore[arg-type]
        with pytest.raises(RingError, match="epoch 1 is over"):
            shared.write(torn)
        shared.write(tick(1, epoch=2))
        got = shared.peek()
        assert got is not None
        assert whole(got)


def test_a_writer_that_was_stopped_in_a_slot_leaves_its_successor_s_tick_in_its_place() -> None:
    """Else onair would wait for that tick for ever."""
    with ring() as shared:
        late = tick(1)

        class Stopped:
            """A picture in whose copying the writer is stopped until its successor has written."""

            def __array__(self, *_: object, **__: object) -> np.ndarray:
                shared.grant()
                shared.write(tick(1, epoch=2))
                return late.i420

        with pytest.raises(RingError, match="epoch 1 is over"):
            shared.write(Tick(1, 1, Stopped(), late.pcm))  # type: ignore[arg-type]
        got = shared.peek()
        assert got is not None
        assert (got.epoch, shared.depth) == (2, 1)


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
