"""The shared memory through which media hands ticks to onair.

A memfd that the supervisor creates and both inherit. Layout, all fields 8 bytes, little-endian::

    header   magic, width, height, fps, rate, slots, granted epoch, next seq,
             cursors told, air tick; two cursors: tick, epoch, seq, line,
             clause + 1, offset, flags                                           (4 096 bytes)
    slot     seq, epoch, line, clause + 1, offset, duck (float64), flags         (4 096 bytes)
             I420, PCM (float32, stereo); each part padded to 4 096 bytes

One writer (media) and one reader (onair). The writer fills a slot and publishes its ``seq`` last;
the reader moves ``next seq`` on, which frees the slot. Aligned 8-byte stores are whole on x86-64
and AArch64.

That order must hold between processors too. On x86-64 it does of itself: stores become visible in
program order (Intel SDM 3A, 9.2.3), and glibc ends the streaming stores of a large copy with a
fence. AArch64 promises no order, and Python has no fence: there each side gives up the processor
between the two (``sched_yield``), because Linux's scheduler begins with a full barrier
(``smp_mb__after_spinlock`` in ``__schedule``). That costs a system call and, on a busy machine, a
turn; it follows the kernel's documentation and was not tried on such a machine.

Only the holder of the granted epoch is read, so a writer that was replaced cannot
put anything on air.
"""

from __future__ import annotations

import mmap
import os
import platform

import numpy as np
from numpy.typing import NDArray

from host.errors import RingError
from host.model import AudioFormat, Cursor, Format, Tick, VideoFormat

SLOTS = 6
"""240 ms at 25 fps: covers a garbage collection or a scheduler's hiccup in media, and keeps an
answer's wait behind rendered ticks short."""

_MAGIC = 0x4C4956454856_02
_PAGE = 4096
_WIDTH, _HEIGHT, _FPS, _RATE, _SLOTS, _EPOCH, _NEXT, _TOLD, _AIR = range(1, 10)
_CURSORS = (slice(16, 23), slice(24, 31))
_S_SEQ, _S_EPOCH, _S_LINE, _S_CLAUSE, _S_OFFSET, _S_DUCK, _S_FLAGS = range(7)
_ENDS_CLAUSE, _ENDS_LINE = 1, 2
_ORDERED = platform.machine() in ("x86_64", "AMD64")


def _in_order() -> None:
    """What was stored or read before is so for every process before what comes after."""
    if not _ORDERED:
        os.sched_yield()


def _padded(size: int) -> int:
    return (size + _PAGE - 1) // _PAGE * _PAGE


def create(fmt: Format, slots: int = SLOTS, *, first: int = 0) -> int:
    """A new ring's descriptor (a memfd, not inherited unless passed on).

    ``first``: air tick to begin with, so that a room's ticks go on where its ledger ends.
    """
    frame = _padded(fmt.video.width * fmt.video.height * 3 // 2)
    pcm = _padded(fmt.samples * 2 * 4)
    fd = os.memfd_create("livehost-ring", os.MFD_CLOEXEC)
    os.ftruncate(fd, _PAGE + slots * (_PAGE + frame + pcm))
    with mmap.mmap(fd, _PAGE) as memory:
        head = np.frombuffer(memory, np.int64, _PAGE // 8)
        head[_WIDTH], head[_HEIGHT] = fmt.video.width, fmt.video.height
        head[_FPS], head[_RATE], head[_SLOTS] = fmt.video.fps, fmt.audio.rate, slots
        head[_NEXT] = 1
        head[_AIR] = first - 1
        head[0] = _MAGIC
        del head
    return fd


class Ring:
    """A process's view of the ring."""

    def __init__(self, fd: int) -> None:
        """Map the ring behind ``fd``. Raises RingError when it is none."""
        try:
            self._memory = mmap.mmap(fd, os.fstat(fd).st_size)
            head = np.frombuffer(self._memory, np.int64, _PAGE // 8)
        except (OSError, ValueError) as error:
            raise RingError(f"descriptor {fd} cannot be mapped: {error}") from error
        if head[0] != _MAGIC:
            raise RingError(f"descriptor {fd} holds no ring of this version")
        self.fd = fd
        """The descriptor, as it was given; its owner closes it."""
        self._head = head
        self.slots = int(head[_SLOTS])
        self.format = Format(
            VideoFormat(int(head[_WIDTH]), int(head[_HEIGHT]), int(head[_FPS])),
            AudioFormat(int(head[_RATE])),
        )
        """Geometry only: bitrates and preset are the defaults."""
        shape = self.format.frame_shape
        frame, samples = shape[0] * shape[1], self.format.samples
        size = _PAGE + _padded(frame) + _padded(samples * 8)
        if len(self._memory) < _PAGE + self.slots * size:
            raise RingError(f"descriptor {fd} holds {len(self._memory)} bytes, too few for a ring")
        self._state: list[NDArray[np.int64]] = []
        self._duck: list[NDArray[np.float64]] = []
        self._frames: list[NDArray[np.uint8]] = []
        self._pcm: list[NDArray[np.float32]] = []
        for at in range(_PAGE, _PAGE + self.slots * size, size):
            self._state.append(np.frombuffer(self._memory, np.int64, 8, at))
            self._duck.append(np.frombuffer(self._memory, np.float64, 8, at))
            picture = np.frombuffer(self._memory, np.uint8, frame, at + _PAGE)
            self._frames.append(picture.reshape(shape))
            sound = np.frombuffer(
                self._memory, np.float32, samples * 2, at + _PAGE + _padded(frame)
            )
            self._pcm.append(sound.reshape(samples, 2))

    @property
    def epoch(self) -> int:
        """The granted epoch; 0: none yet."""
        return int(self._head[_EPOCH])

    def grant(self) -> int:
        """A new epoch (the supervisor's call): the former holder is heard no more."""
        self._head[_EPOCH] += 1
        return self.epoch

    @property
    def next_seq(self) -> int:
        """The programme order that onair wants next."""
        return int(self._head[_NEXT])

    # The writer's side.

    def writable(self, seq: int) -> bool:
        """Whether ``seq``'s slot is free."""
        return seq < self.next_seq + self.slots

    def write(self, tick: Tick) -> None:
        """Publish a tick. Raises RingError when its slot is not free or its epoch not granted."""
        if not self.writable(tick.seq):
            raise RingError(f"tick {tick.seq} would overwrite one that was not aired")
        self._see_granted(tick)
        at = tick.seq % self.slots
        state = self._state[at]
        state[_S_SEQ] = 0
        self._frames[at][:] = tick.i420
        self._pcm[at][:] = tick.pcm
        self._see_granted(tick)  # the slot may be another's by now: it keeps its epoch and line
        state[_S_EPOCH], state[_S_LINE] = tick.epoch, tick.line
        state[_S_CLAUSE], state[_S_OFFSET] = tick.clause + 1, tick.offset
        self._duck[at][_S_DUCK] = tick.duck
        state[_S_FLAGS] = _flags(tick)
        self._see_granted(tick)
        _in_order()
        state[_S_SEQ] = tick.seq

    def _see_granted(self, tick: Tick) -> None:
        if tick.epoch != self.epoch:
            raise RingError(f"epoch {tick.epoch} is over; {self.epoch} was granted")

    # The reader's side.

    def peek(self) -> Tick | None:
        """The tick that is next, or None while it is not there.

        Its arrays are views of the slot: good until ``advance``.
        """
        seq = self.next_seq
        at = seq % self.slots
        state = self._state[at]
        if state[_S_SEQ] != seq:
            return None
        _in_order()
        if state[_S_EPOCH] != self.epoch:
            return None
        flags = int(state[_S_FLAGS])
        return Tick(
            epoch=int(state[_S_EPOCH]),
            seq=seq,
            i420=self._frames[at],
            pcm=self._pcm[at],
            line=int(state[_S_LINE]),
            clause=int(state[_S_CLAUSE]) - 1,
            offset=int(state[_S_OFFSET]),
            duck=float(self._duck[at][_S_DUCK]),
            ends_clause=bool(flags & _ENDS_CLAUSE),
            ends_line=bool(flags & _ENDS_LINE),
        )

    def advance(self, air_tick: int, tick: Tick) -> None:
        """``tick`` was aired as ``air_tick``: keep the cursor and free its slot."""
        head = self._head
        end = tick.offset + self.format.samples if tick.line else 0
        told = int(head[_TOLD]) + 1
        head[_CURSORS[told % 2]] = (
            air_tick, tick.epoch, tick.seq, tick.line, tick.clause + 1, end, _flags(tick),
        )  # fmt: skip
        _in_order()
        head[_TOLD] = told
        head[_NEXT] = tick.seq + 1

    @property
    def air_tick(self) -> int:
        """The last air tick, programme or not; −1: none yet."""
        return int(self._head[_AIR])

    @air_tick.setter
    def air_tick(self, tick: int) -> None:
        self._head[_AIR] = tick

    @property
    def depth(self) -> int:
        """Ticks that are ready, from ``next_seq`` on."""
        first, epoch = self.next_seq, self.epoch
        ready = 0
        for seq in range(first, first + self.slots):
            state = self._state[seq % self.slots]
            if state[_S_SEQ] != seq or state[_S_EPOCH] != epoch:
                break
            ready += 1
        return ready

    # Anyone.

    def cursor(self) -> Cursor:
        """What was aired last: never half of two, and whole when onair died while telling."""
        while True:
            told = int(self._head[_TOLD])
            _in_order()
            values = [int(value) for value in self._head[_CURSORS[told % 2]]]
            _in_order()
            # The copy just read is written again only after the other one was told.
            if told == int(self._head[_TOLD]):
                tick, epoch, seq, line, clause, offset, flags = values
                ends = bool(flags & _ENDS_CLAUSE), bool(flags & _ENDS_LINE)
                return Cursor(tick, epoch, seq, line, clause - 1, offset, *ends)


def _flags(tick: Tick) -> int:
    return _ENDS_CLAUSE * tick.ends_clause | _ENDS_LINE * tick.ends_line
