"""Packets of the real encoder, and what a recorded file holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np

from host.model import AudioFormat, Format, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream.encoder import Encoder

FORMAT = Format(VideoFormat(width=64, height=96, kbps=100), AudioFormat())
FPS = FORMAT.video.fps
GOP = FPS * FORMAT.video.keyframe_seconds
_DARKEST, _LEVELS = 20, 200
"""Picture n is grey of luma 20 + n % 200: a recording tells which pictures it holds."""


@cache
def encoded(seconds: int = 12) -> tuple[TapHeader, tuple[TapPacket, ...]]:
    """Numbered grey pictures with a tone, keyframes every ``GOP`` ticks."""
    encoder = Encoder(FORMAT)
    tone = np.sin(np.arange(FORMAT.samples) * 0.05)[:, None].repeat(2, 1).astype(np.float32)
    packets: list[TapPacket] = []
    for tick in range(seconds * FPS):
        picture = np.full(FORMAT.frame_shape, _DARKEST + tick % _LEVELS, np.uint8)
        packets += encoder.encode(tick, picture, tone, key=tick % GOP == 0)
    return encoder.header, (*packets, *encoder.flush())


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded file, decoded whole."""

    ticks: tuple[int, ...]
    """Number of each picture, modulo 200."""
    video: tuple[float, ...]
    """Seconds of each picture."""
    audio: tuple[float, ...]
    """Seconds of each sound packet."""
    metadata: dict[str, str]
    sounding: bool
    """Its sound decodes to a tone."""


def read(path: Path) -> Recorded:
    """Decode everything. Raises av.FFmpegError on a file that is damaged anywhere."""
    video: list[float] = []
    audio: list[float] = []
    ticks: list[int] = []
    loudest = 0.0
    with av.open(str(path), options={"err_detect": "explode"}) as container:
        for packet in container.demux():
            if packet.pts is None:
                assert packet.size == 0
            elif isinstance(packet.stream, av.VideoStream):
                video.append(float(packet.pts * packet.time_base))
            else:
                audio.append(float(packet.pts * packet.time_base))
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    luma = frame.to_ndarray()[: frame.height].mean()
                    ticks.append(round(float(luma)) - _DARKEST)
                elif isinstance(frame, av.AudioFrame):
                    loudest = max(loudest, float(np.abs(frame.to_ndarray()).max()))
        metadata = dict(container.metadata)
    return Recorded(tuple(ticks), tuple(video), tuple(audio), metadata, loudest > 0.5)
