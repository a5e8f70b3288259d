"""A ring, and ticks that tell whether they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from host.model import AudioFormat, Format, Tick, VideoFormat
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
    return bool((got.i420 == wanted.i420).all() and (got.pcm == wanted.pcm).all())
