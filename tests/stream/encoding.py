"""What is encoded in tests, and what a decoder makes of it."""

from __future__ import annotations

from collections.abc import Iterable

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from host.model import AudioFormat, Format, VideoFormat
from host.model.messages import TapHeader, TapPacket

FORMAT = Format(VideoFormat(width=180, height=320, kbps=400), AudioFormat())
TONE = 440.0


def tone(tick: int, fmt: Format = FORMAT) -> NDArray[np.float32]:
    at = (tick * fmt.samples + np.arange(fmt.samples)) / fmt.audio.rate
    return np.repeat(0.5 * np.sin(2 * np.pi * TONE * at), 2).reshape(-1, 2).astype(np.float32)


def picture(tick: int) -> NDArray[np.uint8]:
    """Quiet for seconds, then all noise: the hardest for a constant bitrate."""
    frame = np.full(FORMAT.frame_shape, 128, np.uint8)
    if tick // 50 % 2:
        frame[:320] = np.random.default_rng(tick).integers(16, 236, (320, 180), np.uint8)
    else:
        frame[:320, tick % 150 : tick % 150 + 20] = 200
    return frame


def pictures(
    header: TapHeader, packets: Iterable[TapPacket], *, strict: bool = False
) -> list[av.VideoFrame]:
    """``strict``: what a lenient decoder would conceal is an error."""
    context = av.CodecContext.create("h264", "r")
    assert isinstance(context, VideoCodecContext)
    if strict:
        context.options = {"err_detect": "explode+bitstream+crccheck+careful"}
    context.extradata = header.video_extradata.tobytes()
    frames = [f for one in packets for f in context.decode(av.Packet(one.data.tobytes()))]
    return frames + context.decode(None)
