"""Packets of the tap as FLV, with timestamps of their own.

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
WRAP_MS = 2**31
"""Milliseconds, 24.86 days: at this timestamp FLV's wrap (ffmpeg and OBS mask with 2^31 - 1)."""


class FlvWriter:
    """One FLV stream from a keyframe on; what comes before it is left out.

    The first keyframe is at ``first_ms``; sound begins less than one AAC frame (21.3 ms) after it.
    """

    def __init__(self, header: TapHeader, first_ms: int = 0) -> None:
        """``first_ms``: 0 except to test what happens before the wrap."""
        self._header = header
        self._fps = header.format.video.fps
        self._rate = header.format.audio.rate
        self._begun = False
        self._first: int | None = None
        self._base = first_ms
        self._next = first_ms

    @property
    def next_ms(self) -> int:
        """The least timestamp above all that were written: milliseconds."""
        return self._next

    def write(self, packet: TapPacket) -> bytes:
        """The tags for one packet, with the file's head before the first.

        May be empty: before a keyframe, and where the timestamp would reach ``WRAP_MS``.
        """
        if self._first is None:
            if not packet.key:
                return b""
            self._first = packet.pts
        if packet.video:
            ms = self._base + (packet.pts - self._first) * 1000 // self._fps
            kind = bytes((_KEY if packet.key else _INTER, _CODED, 0, 0, 0))
            body = kind + _length_prefixed(packet.data.tobytes())
        else:
            samples = packet.pts - self._first * (self._rate // self._fps)
            if samples < 0:
                return b""
            ms = self._base + round(samples * 1000 / self._rate)
            body = bytes((_AAC, _CODED)) + packet.data.tobytes()
        if ms >= WRAP_MS:
            return b""
        self._next = max(self._next, ms + 1)
        head = b"" if self._begun else self._head(ms)
        self._begun = True
        return head + _tag(_VIDEO if packet.video else _AUDIO, ms, body)

    def rejoin(self, ms: int) -> None:
        """Leave out what comes up to the next keyframe, which gets the timestamp ``ms``."""
        self._first = None
        self._base = self._next = ms

    def _head(self, ms: int) -> bytes:
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
            + _tag(_SCRIPT, ms, _on_metadata(meta))
            + _tag(_VIDEO, ms, video)
            + _tag(_AUDIO, ms, audio)
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
    head = struct.pack(">II", kind << 24 | len(body), (ms & 0xFFFFFF) << 8 | ms >> 24)
    return head + b"\x00\x00\x00" + body + struct.pack(">I", 11 + len(body))


def _on_metadata(values: dict[str, int]) -> bytes:
    """AMF0: the string "onMetaData" and an ECMA array of numbers."""
    body = b"\x02" + _amf_key("onMetaData") + b"\x08" + struct.pack(">I", len(values))
    for key, value in values.items():
        body += _amf_key(key) + b"\x00" + struct.pack(">d", value)
    return body + b"\x00\x00\x09"


def _amf_key(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()
