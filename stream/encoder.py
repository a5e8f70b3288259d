"""One encode for every destination: H.264 and AAC in process, by PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from host.errors import EncodeError
from host.model import AudioFormat, Format, VideoFormat
from host.model.messages import TapHeader, TapPacket

_GLOBAL_HEADER = av.codec.context.Flags.global_header
_BT709 = 1
_LIMITED = 1


class Encoder:
    """Ticks in, packets out. PTS count air ticks (video) and samples (audio) from 0."""

    def __init__(self, fmt: Format) -> None:
        """Raises EncodeError when the codecs refuse the format."""
        self._format = fmt
        try:
            self._video = _video(fmt.video)
            self._audio = _audio(fmt.audio)
            self._video.open()
            self._audio.open()
        except (av.FFmpegError, ValueError) as error:
            raise EncodeError(f"{fmt.video} does not open: {error}") from error
        self._samples = av.AudioFifo()
        self._next_sample: int | None = None

    @property
    def header(self) -> TapHeader:
        """What a muxer needs to know of the packets."""
        return TapHeader(
            self._format,
            np.frombuffer(self._video.extradata or b"", np.uint8),
            np.frombuffer(self._audio.extradata or b"", np.uint8),
        )

    def encode(
        self, tick: int, i420: NDArray[np.uint8], pcm: NDArray[np.float32], *, key: bool = False
    ) -> list[TapPacket]:
        """Packets that are ready after air tick ``tick``.

        ``i420``: shape (height * 3 / 2, width). ``pcm``: shape (rate / fps, 2), −1…1.
        ``key``: this frame must be an IDR. Raises EncodeError.
        """
        if i420.shape != self._format.frame_shape or pcm.shape != (self._format.samples, 2):
            raise EncodeError(f"tick {tick}: a frame of {i420.shape}, sound of {pcm.shape}")
        if self._next_sample is None:
            self._next_sample = tick * self._format.samples
        try:
            self._samples.write(self._sound(pcm))
            packets = [
                _packet(True, packet)
                for packet in self._video.encode(self._picture(tick, i420, key))
            ]
            packets.extend(self._drain())
        except (av.FFmpegError, ValueError) as error:
            raise EncodeError(f"tick {tick}: {error}") from error
        return packets

    def flush(self) -> list[TapPacket]:
        """What the codecs still hold; the encoder is of no use afterwards. Raises EncodeError."""
        try:
            packets = [_packet(True, packet) for packet in self._video.encode(None)]
            packets.extend(self._drain(last=True))
            packets.extend(_packet(False, packet) for packet in self._audio.encode(None))
        except av.FFmpegError as error:
            raise EncodeError(f"at the end: {error}") from error
        return packets

    def _picture(self, tick: int, i420: NDArray[np.uint8], key: bool) -> av.VideoFrame:
        picture = av.VideoFrame.from_ndarray(i420, format="yuv420p")
        picture.pts = tick
        picture.time_base = Fraction(1, self._format.video.fps)
        picture.color_range = _LIMITED
        picture.colorspace = _BT709
        if key:
            picture.pict_type = av.video.frame.PictureType.I
        return picture

    def _sound(self, pcm: NDArray[np.float32]) -> av.AudioFrame:
        sound = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(pcm.T), format="fltp", layout="stereo"
        )
        sound.sample_rate = self._format.audio.rate
        sound.time_base = Fraction(1, self._format.audio.rate)
        return sound

    def _drain(self, *, last: bool = False) -> Iterator[TapPacket]:
        while (frame := self._samples.read(self._audio.frame_size, partial=last)) is not None:
            frame.pts = self._next_sample
            frame.time_base = Fraction(1, self._format.audio.rate)
            self._next_sample = (self._next_sample or 0) + self._audio.frame_size
            for packet in self._audio.encode(frame):
                yield _packet(False, packet)


def _packet(video: bool, packet: av.Packet[Any]) -> TapPacket:
    data = np.frombuffer(bytes(packet), np.uint8)
    return TapPacket(video, video and packet.is_keyframe, packet.pts or 0, data)


def _video(fmt: VideoFormat) -> VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = fmt.width, fmt.height
    context.pix_fmt = "yuv420p"
    context.framerate = Fraction(fmt.fps)
    context.time_base = Fraction(1, fmt.fps)
    context.bit_rate = fmt.kbps * 1000
    context.gop_size = fmt.fps * fmt.keyframe_seconds
    context.color_primaries = _BT709
    context.color_trc = _BT709
    context.colorspace = _BT709
    context.color_range = _LIMITED
    # One thread: frame threads would hold a frame each, and the loop has 40 ms for 6.
    context.thread_count = 1
    context.flags |= _GLOBAL_HEADER
    context.profile = "Main"
    context.options = {
        "preset": fmt.preset,
        "forced-idr": "1",
        "x264-params": ":".join(
            (
                "bframes=0",
                "scenecut=0",
                f"vbv-maxrate={fmt.kbps}",
                f"vbv-bufsize={fmt.kbps}",
                "nal-hrd=cbr",
                "rc-lookahead=0",
                "sync-lookahead=0",
            )
        ),
    }
    return context


def _audio(fmt: AudioFormat) -> AudioCodecContext:
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = fmt.rate
    context.layout = "stereo"
    context.format = "fltp"
    context.bit_rate = fmt.kbps * 1000
    context.time_base = Fraction(1, fmt.rate)
    context.flags |= _GLOBAL_HEADER
    return context
