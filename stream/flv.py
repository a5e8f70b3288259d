"""Packets of the tap as FLV, with timestamps of their own from 0.

Written by hand because PyAV cannot make a stream for packets whose codec data it did not encode
in that container, and because a destination needs exact control of its first tag. Source: Adobe
Flash Video File Format Specification 10.1, annex E; ISO 14496-15 for the avcC record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from host.model.messages import TapHeader, TapPacket

_FILE_HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
_AUDIO, _VIDEO, _SCRIPT = 8, 9, 18
_AAC = 0xAF  # AAC, 44 kHz flag (always set for AAC), 16 bit, stereo
_KEY, _INTER = 0x17, 0x27  # AVC
_SEQUENCE_HEADER, _CODED = 0, 1


class FlvWriter:
    """One FLV stream from a keyframe on; what comes before it is left out.

    The first keyframe is at 0 ms; sound begins less than one AAC frame (21.3 ms) after it. FLV's
    timestamps wrap at 2^31 ms = 24.86 days: a connection must end before.
    """

    def __init__(self, header: TapHeader) -> None:
        self._header = header
        self._fps = header.format.video.fps
        self._rate = header.format.audio.rate
        self._first: int | None = None

    def write(self, packet: TapPacket) -> bytes:
        """The tags for one packet, with the file's head before the first; may be empty."""
        head = b""
        if self._first is None:
            if not packet.key:
                return b""
            self._first = packet.pts
            head = self._head()
        if packet.video:
            ms = (packet.pts - self._first) * 1000 // self._fps
            kind = bytes((_KEY if packet.key else _INTER, _CODED, 0, 0, 0))
            return head + _tag(_VIDEO, ms, kind + _length_prefixed(packet.data.tobytes()))
        samples = packet.pts - self._first * (self._rate // self._fps)
        if samples < 0:
            return b""
        ms = round(samples * 1000 / self._rate)
        return head + _tag(_AUDIO, ms, bytes((_AAC, _CODED)) + packet.data.tobytes())

    def _head(self) -> bytes:
        fmt = self._header.format
        meta = {
            "width": fmt.video.width,
            "height": fmt.video.height,
            "framerate": fmt.video.fps,
            "videodatarate": fmt.video.kbps,
            "videocodecid": 7,
            "audiodatarate": fmt.audio.kbps,
            "audiosamplerate": fmt.audio.rate,
            "audiosamplesize": 16,
            "audiocodecid": 10,
        }
        video = bytes((_KEY, _SEQUENCE_HEADER, 0, 0, 0)) + avcc(
            self._header.video_extradata.tobytes()
        )
        audio = bytes((_AAC, _SEQUENCE_HEADER)) + self._header.audio_extradata.tobytes()
        return (
            _FILE_HEADER
            + _tag(_SCRIPT, 0, _on_metadata(meta))
            + _tag(_VIDEO, 0, video)
            + _tag(_AUDIO, 0, audio)
        )


def avcc(extradata: bytes) -> bytes:
    """The AVCDecoderConfigurationRecord of an SPS and a PPS in Annex B."""
    units = list(_units(extradata))
    sps = next(unit for unit in units if unit[0] & 31 == 7)
    pps = next(unit for unit in units if unit[0] & 31 == 8)
    return (
        bytes((1, sps[1], sps[2], sps[3], 0xFF, 0xE1))
        + struct.pack(">H", len(sps))
        + sps
        + b"\x01"
        + struct.pack(">H", len(pps))
        + pps
    )


def _length_prefixed(access_unit: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in _units(access_unit))


def _units(annex_b: bytes) -> Iterator[bytes]:
    """NAL units between start codes (00 00 01, perhaps after another 00)."""
    at = annex_b.find(b"\x00\x00\x01")
    while at >= 0:
        begin = at + 3
        at = annex_b.find(b"\x00\x00\x01", begin)
        unit = annex_b[begin:] if at < 0 else annex_b[begin:at]
        # A NAL unit ends in its stop bit, so zeros at its end belong to the next start code.
        yield unit.rstrip(b"\x00")


def _tag(kind: int, ms: int, body: bytes) -> bytes:
    stamp = ms & 0x7FFFFFFF
    head = struct.pack(">I", kind << 24 | len(body)) + struct.pack(
        ">I", (stamp & 0xFFFFFF) << 8 | stamp >> 24
    )
    return head + b"\x00\x00\x00" + body + struct.pack(">I", 11 + len(body))


def _on_metadata(values: dict[str, int]) -> bytes:
    """AMF0: the string "onMetaData" and an ECMA array of numbers."""
    body = b"\x02" + _amf_key("onMetaData") + b"\x08" + struct.pack(">I", len(values))
    for key, value in values.items():
        body += _amf_key(key) + b"\x00" + struct.pack(">d", value)
    return body + b"\x00\x00\x09"


def _amf_key(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()
