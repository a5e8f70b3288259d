"""Black or frozen pictures, told from a few decoded frames a group."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from host.errors import StageError
from host.model.messages import TapHeader, TapPacket

FOLLOWING = 6
"""Packets after each keyframe that are decoded too: the last of them is the second sample.

Keyframes alone would call the bundled stand-by clip frozen: its loop is as long as the distance
between them. Every packet decoded would cost several times as much.
"""
BLOCK = 16
"""Pixels: side of the blocks whose mean brightness is compared."""
CHANGED = 5
"""Least change of one block's brightness, out of 255, that is a change of the picture.

Measured at 720x1280 by ``python -m tests.stream.watched``: the calmest of 800 samples of the idle
host differs from its neighbours by 7, the bundled stand-by clip by 20. One picture encoded for 30 s
counts as frozen for 28 s at 2.5 Mb/s (ultrafast, superfast, veryfast), for 26 s at 600 kb/s, and
for 2 s at 300 kb/s, where the encoder's own unrest is as large: there it is not noticed.
"""
DARK = 8
"""Brightness, 0 (limited-range 16) to 255, up to which a block is black: limited-range 23."""
NEARLY = 0.98
"""Share of blocks that must be dark for the picture to be black: the label stays readable."""


class Pictures:
    """Decodes samples of the video and tells since when they are black, or the same."""

    def __init__(self, header: TapHeader) -> None:
        """Raises StageError when no decoder opens."""
        video = header.format.video
        self._size = (max(2, video.width // BLOCK), max(2, video.height // BLOCK))
        self._fps = video.fps
        try:
            decoder = av.CodecContext.create("h264", "r")
        except (av.FFmpegError, ValueError) as error:
            raise StageError("health", f"no H.264 decoder: {error}", retryable=False) from error
        assert isinstance(decoder, VideoCodecContext)
        decoder.extradata = header.video_extradata.tobytes()
        decoder.thread_count = 1  # frame threads would hold samples back
        self._decoder = decoder
        self._since_key = FOLLOWING + 1  # nothing is decodable before the first keyframe
        self._next = 0
        self._sampled = 0
        self._reference: NDArray[np.int16] | None = None
        self._same_since = 0
        self._black_since: int | None = None

    def take(self, packet: TapPacket) -> None:
        """One video packet, in order. Raises StageError when it cannot be decoded."""
        missing = packet.pts != self._next
        self._next = packet.pts + 1
        if packet.key:
            self._since_key = 0
        elif missing:
            self._since_key = FOLLOWING + 1
        else:
            self._since_key += 1
        if self._since_key > FOLLOWING:
            return
        try:
            for frame in self._decoded(packet):
                if self._since_key in (0, FOLLOWING):
                    self._sample(packet.pts, frame)
        except av.FFmpegError as error:
            self._since_key = FOLLOWING + 1
            self._decoder.flush_buffers()
            why = f"picture {packet.pts}: {error.strerror}"
            raise StageError("health", why, retryable=True) from error

    @property
    def black_seconds(self) -> float:
        """From the first black sample to the newest; 0: the newest is not black."""
        if self._black_since is None:
            return 0.0
        return (self._sampled - self._black_since) / self._fps

    @property
    def frozen_seconds(self) -> float:
        """From the first to the newest of samples that show the same."""
        return (self._sampled - self._same_since) / self._fps

    def _decoded(self, packet: TapPacket) -> Iterator[VideoFrame]:
        coded = Packet(packet.data.tobytes())
        coded.pts = packet.pts
        yield from self._decoder.decode(coded)

    def _sample(self, pts: int, frame: VideoFrame) -> None:
        width, height = self._size
        small = frame.reformat(width=width, height=height, format="gray", interpolation="AREA")
        blocks = small.to_ndarray().astype(np.int16)
        self._sampled = pts
        black = float(np.mean(blocks <= DARK)) >= NEARLY
        if not black:
            self._black_since = None
        elif self._black_since is None:
            self._black_since = pts
        # Compared with the first of the run, so that slow change adds up to one that is seen.
        if self._reference is None or np.abs(blocks - self._reference).max() >= CHANGED:
            self._reference = blocks
            self._same_since = pts
