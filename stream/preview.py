"""The encoded stream itself for a browser: packets of the tap → fragmented MP4."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import av

from host.errors import EncodeError
from host.model.messages import TapHeader, TapPacket
from stream.flv import avcc
from stream.mp4 import Tracks

FRAGMENT_MS = 200
"""Least length of a fragment: a browser is at most this much later than the encoder."""

_NOT_SYNC = 0x0001_0000
"""``sample_is_non_sync_sample`` (ISO 14496-12, 8.8.3.1)."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One ``moof`` and its ``mdat``."""

    data: bytes
    key: bool
    """Its picture begins with a keyframe: a viewer may start here."""


class FragmentMuxer:
    """Packets in, fragments out; nothing is encoded again.

    Timestamps are the tap's own (air time), so a browser's clock says how far behind it is.
    Annex B becomes what MP4 wants in libavformat.
    """

    def __init__(self, header: TapHeader) -> None:
        """Raises EncodeError when the header's codec data is none."""
        self.mime = mime(header)
        """For ``MediaSource.addSourceBuffer``."""
        self._written = _Written()
        self._container = av.open(self._written, "w", format="mp4", container_options=_options())
        self._tracks = Tracks(self._container, header)
        try:
            self._container.start_encoding()
        except av.FFmpegError as error:
            raise EncodeError(f"the tap's header makes no MP4: {error}") from error
        self.init = self._written.take()
        """The initialisation segment (``ftyp``, ``moov``)."""
        self._started = False

    def push(self, packet: TapPacket) -> tuple[Fragment, ...]:
        """Take a packet; give the fragments that it completes (mostly none, seldom two).

        Packets before the first keyframe and AAC's priming before time 0 are left out.
        Raises EncodeError on a packet that the muxer refuses (its timestamp runs back).
        """
        self._started = self._started or (packet.video and packet.key)
        if not self._started or packet.pts < 0:
            return ()
        try:
            self._container.mux_one(self._tracks.packet(packet, packet.pts))
        except av.FFmpegError as error:
            raise EncodeError(f"packet at {packet.pts} refused: {error}") from error
        return tuple(_fragments(self._written.take()))

    def close(self) -> None:
        """Let go; what is not a whole fragment yet is lost."""
        self._container.close()
        self._written.take()


def mime(header: TapHeader) -> str:
    """The MIME type with codec strings (RFC 6381) from the codecs' own headers.

    Raises EncodeError when they are too short to be any.
    """
    video, aac = header.video_extradata.tobytes(), header.audio_extradata.tobytes()
    try:
        avc = video if video.startswith(b"\x01") else avcc(video)
    except (StopIteration, IndexError) as error:
        raise EncodeError("the tap's header holds no H.264 parameter sets") from error
    if len(avc) < 4 or len(aac) < 2:
        raise EncodeError("the tap's header is cut short")
    object_type = aac[0] >> 3
    if object_type == 31:  # escape (ISO 14496-3, 1.6.2.1)
        object_type = 32 + ((aac[0] & 7) << 3 | aac[1] >> 5)
    return f'video/mp4; codecs="avc1.{avc[1:4].hex().upper()},mp4a.40.{object_type}"'


def _options() -> dict[str, str]:
    return {
        "movflags": "empty_moov+default_base_moof+frag_keyframe+frag_discont",
        "frag_duration": str(FRAGMENT_MS * 1000),
        "flush_packets": "1",
        # These two keep air time: else the muxer begins each stream at 0.
        "use_editlist": "0",
        "avoid_negative_ts": "disabled",
    }


class _Written:
    """A file that is only written, and emptied as it grows."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview, int]]:
    """(type, body, end offset) of each box."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + size], at + size
        at += size


def _fragments(data: bytes) -> Iterator[Fragment]:
    begun, key = 0, False
    for kind, body, end in _boxes(memoryview(data)):
        if kind == b"moof":
            key = _begins_with_keyframe(body)
        elif kind == b"mdat":
            yield Fragment(data[begun:end], key)
            begun = end


def _begins_with_keyframe(moof: memoryview) -> bool:
    """Whether the first track's first sample is a sync sample (ISO 14496-12, 8.8.7 and 8.8.8)."""
    for kind, traf, _ in _boxes(moof):
        if kind != b"traf":
            continue
        boxes = {kind: body for kind, body, _ in _boxes(traf)}
        flags, track = struct.unpack_from(">II", boxes[b"tfhd"])
        if track != 1:
            continue
        run, _ = struct.unpack_from(">II", boxes[b"trun"])
        at = 8 + (4 if run & 0x1 else 0)
        if run & 0x4:  # the first sample has its own flags
            (sample,) = struct.unpack_from(">I", boxes[b"trun"], at)
        elif run & 0x400:  # every sample has
            at += sum(4 for bit in (0x100, 0x200) if run & bit)
            (sample,) = struct.unpack_from(">I", boxes[b"trun"], at)
        else:
            skipped = sum(size for bit, size in _TFHD_BEFORE_FLAGS if flags & bit)
            (sample,) = struct.unpack_from(">I", boxes[b"tfhd"], 8 + skipped)
        return not sample & _NOT_SYNC
    return False


_TFHD_BEFORE_FLAGS = ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4))
"""Optional fields of ``tfhd`` that stand before the default sample flags: (bit, bytes)."""
