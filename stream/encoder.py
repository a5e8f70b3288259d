"""One encode for every destination: H.264 and AAC in process, by PyAV.

Bitrate and preset change while on air by a second H.264 codec that takes over at an IDR. With
``filler=1`` in place of x264's ``nal-hrd=cbr`` the bitrate is as constant (2 534 and 2 544 kb/s of
2 500 on the same pictures), but SPS and PPS do not tell it: they are equal for every bitrate, and
what muxers were told stays true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from host.errors import EncodeError
from host.model import AudioFormat, Format, VideoFormat
from host.model.messages import TapHeader, TapPacket

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast")
"""x264's presets that one core can encode in real time, cheapest first."""
IN_PLACE = frozenset(("superfast", "veryfast"))
"""Presets whose SPS and PPS are equal. The others differ in entropy coding, reference frames or
chroma offset."""

_LEVELS = (("3.1", 3_600, 108_000), ("4.0", 8_192, 245_760), ("4.2", 8_704, 522_240))
"""Level, macroblocks a frame and a second (H.264 table A-1), as far as rooms go. Each allows more
than 12 000 kb/s; named, because x264 would choose it by the bitrate where pictures are small."""
_GLOBAL_HEADER = av.codec.context.Flags.global_header
_BT709 = 1
_LIMITED = 1


class Encoder:
    """Ticks in, packets out. PTS count air ticks (video) and samples (audio) from 0: 64 bits hold
    either for 3 million years.
    """

    def __init__(self, fmt: Format) -> None:
        """Raises EncodeError when the codecs refuse the format."""
        self._format = fmt
        self._settings = fmt.video
        self._video = _video(fmt.video)
        self._audio = _audio(fmt.audio)
        self._successor: VideoCodecContext | None = None
        self._after_key = False
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

    @property
    def kbps(self) -> int:
        """The video's bitrate now, 1 000 bit/s."""
        return self._settings.kbps

    @property
    def preset(self) -> str:
        """x264's preset now."""
        return self._settings.preset

    def change(self, *, kbps: int | None = None, preset: str | None = None) -> bool:
        """Encode with another bitrate or preset from an IDR at the next frame on.

        False, and nothing changes, when SPS or PPS would: see ``replace``. Takes 1 to 5 ms.
        Raises EncodeError when the codec refuses.
        """
        settings = replace(
            self._settings, kbps=kbps or self._settings.kbps, preset=preset or self._settings.preset
        )
        made = _video(settings)
        if made.extradata != self._video.extradata:
            return False
        self._successor, self._settings = made, settings
        return True

    def replace(self, preset: str) -> TapHeader:
        """Encode with any preset from an IDR at the next frame on, and with what is told here:
        every muxer must begin anew with it. Raises EncodeError when the codec refuses.
        """
        settings = replace(self._settings, preset=preset)
        # Nothing is lost: no frame waits in the former (`force-cfr`).
        self._video, self._settings = _video(settings), settings
        self._successor = None
        return self.header

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
            packets = self._take_over()
            picture = self._picture(tick, i420, key)
            packets.extend(_packet(True, packet) for packet in self._video.encode(picture))
            self._after_key = any(packet.key for packet in packets)
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

    def _take_over(self) -> list[TapPacket]:
        """Let the successor encode from now on; what the former still holds."""
        # Two IDRs in a row need different idr_pic_ids (H.264, 7.4.3), and a codec begins with 0.
        if self._successor is None or self._after_key:
            return []
        left = [_packet(True, packet) for packet in self._video.encode(None)]
        self._video, self._successor = self._successor, None
        return left

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
    """An open codec. Raises EncodeError."""
    context = CodecContext.create("libx264", "w")
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
        "level": _level(fmt),
        "forced-idr": "1",
        "x264-params": ":".join(
            (
                "bframes=0",
                "scenecut=0",
                f"vbv-maxrate={fmt.kbps}",
                f"vbv-bufsize={fmt.kbps}",
                "filler=1",
                "force-cfr=1",  # else each frame waits for the next one's time
                "rc-lookahead=0",
                "sync-lookahead=0",
            )
        ),
    }
    _open(context, fmt)
    return context


def _level(fmt: VideoFormat) -> str:
    blocks = -(-fmt.width // 16) * -(-fmt.height // 16)
    fits = (
        level for level, frame, second in _LEVELS if blocks <= frame and blocks * fmt.fps <= second
    )
    return next(fits, "5.2")


def _audio(fmt: AudioFormat) -> AudioCodecContext:
    """An open codec. Raises EncodeError."""
    context = CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = fmt.rate
    context.layout = "stereo"
    context.format = "fltp"
    context.bit_rate = fmt.kbps * 1000
    context.time_base = Fraction(1, fmt.rate)
    context.flags |= _GLOBAL_HEADER
    _open(context, fmt)
    return context


def _open(context: CodecContext, fmt: VideoFormat | AudioFormat) -> None:
    try:
        context.open()
    except (av.FFmpegError, ValueError) as error:
        raise EncodeError(f"{fmt} does not open: {error}") from error
