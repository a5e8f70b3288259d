"""Packets of the tap as the tracks of an MP4 that libavformat writes; nothing is encoded again."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet

from host.errors import EncodeError
from host.model.messages import TapHeader, TapPacket
from stream.flv import avcc

_AAC_SAMPLES = 1024


class Tracks:
    """The picture's and the sound's track of a container that is written."""

    def __init__(self, container: OutputContainer, header: TapHeader) -> None:
        """Add them. Raises EncodeError when the header's codec data is none."""
        fmt = header.format
        try:
            avcc(header.video_extradata.tobytes())  # the muxer would write a file without it
            with av.open(io.BytesIO(_flv_beginning(header)), format="flv") as template:
                add = container.add_stream_from_template
                video = add(template.streams.video[0], opaque=True)
                audio = add(template.streams.audio[0], opaque=True)
        except (av.FFmpegError, IndexError, StopIteration) as error:
            raise EncodeError(f"the tap's header makes no MP4: {error}") from error
        video.width, video.height = fmt.video.width, fmt.video.height
        audio.sample_rate = fmt.audio.rate
        video.time_base = Fraction(1, fmt.video.fps)
        audio.time_base = Fraction(1, fmt.audio.rate)
        # The muxer may choose finer units for its streams; packets keep the tap's.
        self._tracks = {True: (video, video.time_base), False: (audio, audio.time_base)}

    def packet(self, packet: TapPacket, pts: int) -> Packet[Any]:
        """What the container muxes; ``pts`` in the tap's units."""
        track, unit = self._tracks[packet.video]
        made = Packet(packet.data.tobytes())
        made.stream = track
        made.time_base = unit
        made.pts = made.dts = pts
        made.duration = 1 if packet.video else _AAC_SAMPLES
        made.is_keyframe = packet.key or not packet.video
        return made


def _flv_beginning(header: TapHeader) -> bytes:
    """Codec data as an FLV without packets: PyAV takes it from a file only, not from memory."""

    def tag(kind: int, body: bytes) -> bytes:
        head = struct.pack(">I", kind << 24 | len(body)) + bytes(7)
        return head + body + struct.pack(">I", len(head) + len(body))

    video = b"\x17\x00\x00\x00\x00" + header.video_extradata.tobytes()
    audio = b"\xaf\x00" + header.audio_extradata.tobytes()
    return b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00" + tag(9, video) + tag(8, audio)
