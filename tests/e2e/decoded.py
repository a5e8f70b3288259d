"""Pictures and sound out of a recording, each with its time in the stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

_JITTER = 0.030
"""Seconds. FLV rounds to milliseconds; a step beyond this is a gap in the sound."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The luma of one frame."""

    ms: int
    """PTS, milliseconds."""
    luma: NDArray[np.uint8]
    """Shape (height, width)."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The sound of a recording, gaps filled with zeros."""

    pcm: NDArray[np.float32]
    """Shape (samples, channels), −1…1."""
    rate: int
    """Hertz."""
    start_ms: float
    """PTS of the first sample, milliseconds."""

    @property
    def mono(self) -> NDArray[np.float32]:
        """Shape (samples,): the mean of the channels."""
        return np.asarray(self.pcm.mean(axis=1), np.float32)

    def rms_db(self, window: float = 0.1) -> NDArray[np.float64]:
        """Level over each whole window (seconds): 0 is a full-scale sine, −120 digital silence."""
        size = round(window * self.rate)
        count = len(self.pcm) // size
        power = (self.mono[: count * size].astype(np.float64) ** 2).reshape(count, size)
        levels: NDArray[np.float64] = 10 * np.log10(np.maximum(2 * power.mean(axis=1), 1e-12))
        return levels

    def silences(
        self, *, below_db: float = -60.0, longest: float = 0.1, window: float = 0.02
    ) -> list[tuple[float, float]]:
        """Spans quieter than ``below_db`` for more than ``longest`` seconds.

        (begin, end) in seconds of the stream's time.
        """
        quiet = np.concatenate(([0], (self.rms_db(window) < below_db).astype(np.int8), [0]))
        begins, ends = np.flatnonzero(np.diff(quiet) == 1), np.flatnonzero(np.diff(quiet) == -1)
        start = self.start_ms / 1000
        return [
            (start + begin * window, start + end * window)
            for begin, end in zip(begins, ends, strict=True)
            if (end - begin) * window > longest
        ]


def pictures(path: Path, *, every: int = 1) -> Iterator[Picture]:
    """Every ``every``-th frame of a recording, in order. A torn end is left out."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = container.decode(stream)
        for number, frame in enumerate(frames):
            if number % every == 0:
                plane = frame.planes[0]
                rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
                luma = rows[: plane.height, : plane.width].copy()
                yield Picture(round(_seconds(frame) * 1000), luma)


def samples(path: Path) -> Samples:
    """All the sound of a recording. Raises ValueError when there is none."""
    pieces: list[NDArray[np.float32]] = []
    start, length, rate = 0.0, 0, 0
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            at = _seconds(frame)
            if not pieces:
                start, rate = at, frame.sample_rate
            missing = round((at - start) * rate) - length
            pcm = frame.to_ndarray().astype(np.float32, copy=False).T
            if missing > _JITTER * rate:
                pieces.append(np.zeros((missing, pcm.shape[1]), np.float32))
                length += missing
            pieces.append(pcm)
            length += len(pcm)
    if not pieces:
        raise ValueError(f"no sound in {path}")
    return Samples(np.concatenate(pieces), rate, start * 1000)


def _seconds(frame: av.VideoFrame | av.AudioFrame) -> float:
    if frame.pts is None or frame.time_base is None:
        raise ValueError("a frame without a time")
    return float(frame.pts * frame.time_base)
