"""Reads the tags of an FLV file as they grow, timestamps raw.

Layout: Adobe Flash Video File Format Specification 10.1, annex E.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["audio", "video", "script"]

_KINDS: dict[int, Kind] = {8: "audio", 9: "video", 18: "script"}
_TAG_HEADER = 11
_TRAILER = 4  # each tag is followed by its size
_HEAD = 16 * 1024  # bytes in which a decoder's configuration stands
_AVC = 7
_AAC = 10
_KEYFRAME = 1


class FlvError(ValueError):
    """The bytes are no FLV."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One FLV tag, without its payload."""

    kind: Kind
    dts: int
    """Milliseconds; 32 bits, as in the file."""
    size: int
    """Payload bytes."""
    offset: int
    """Where the tag begins in the file, bytes."""
    key: bool = False
    """A video keyframe."""
    setup: bool = False
    """A decoder configuration (AVC or AAC sequence header) or an end mark, not media."""
    composition: int = 0
    """PTS − DTS, milliseconds; 0 for sound."""

    @property
    def media(self) -> bool:
        """Whether a picture or sound is in it."""
        return self.kind != "script" and not self.setup


class TagReader:
    """Tags out of bytes that come in pieces of any size."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._offset = 0
        self._begun = False

    @property
    def pending(self) -> int:
        """Bytes of a tag that is not whole yet."""
        return len(self._data)

    def feed(self, data: bytes) -> list[Tag]:
        """The tags that ``data`` completes. Raises FlvError on bytes that are no FLV."""
        self._data += data
        if not self._begun and not self._begin():
            return []
        tags: list[Tag] = []
        taken = 0
        while (whole := self._whole_size(taken)) is not None:
            tags.append(self._parse(taken))
            taken += whole
        del self._data[:taken]
        self._offset += taken
        return tags

    def _begin(self) -> bool:
        if len(self._data) < 9:
            return False
        magic, header_size = self._data[:3], int.from_bytes(self._data[5:9], "big")
        if magic != b"FLV" or header_size < 9:
            raise FlvError(f"no FLV header in {bytes(self._data[:9])!r}")
        if len(self._data) < header_size + _TRAILER:
            return False
        del self._data[: header_size + _TRAILER]
        self._offset = header_size + _TRAILER
        self._begun = True
        return True

    def _whole_size(self, at: int) -> int | None:
        if len(self._data) < at + _TAG_HEADER:
            return None
        whole = _TAG_HEADER + int.from_bytes(self._data[at + 1 : at + 4], "big") + _TRAILER
        return whole if len(self._data) >= at + whole else None

    def _parse(self, at: int) -> Tag:
        code = self._data[at]
        if code not in _KINDS:
            raise FlvError(f"tag of type {code} at byte {self._offset + at}")
        kind = _KINDS[code]
        size = int.from_bytes(self._data[at + 1 : at + 4], "big")
        # The low 24 bits come first, the high 8 after them.
        dts = int.from_bytes(self._data[at + 4 : at + 7], "big") | self._data[at + 7] << 24
        body = bytes(self._data[at + _TAG_HEADER : at + _TAG_HEADER + min(size, 5)])
        key = setup = False
        composition = 0
        if kind == "video" and body:
            key = body[0] >> 4 == _KEYFRAME
            if body[0] & 0x0F == _AVC and len(body) == 5:
                setup = body[1] != 1
                composition = struct.unpack(">i", body[2:5] + b"\0")[0] >> 8
        elif kind == "audio" and len(body) >= 2 and body[0] >> 4 == _AAC:
            setup = body[1] == 0
        return Tag(
            kind=kind,
            dts=dts,
            size=size,
            offset=self._offset + at,
            key=key and not setup,
            setup=setup,
            composition=composition,
        )


def cut(source: Path, tags: Sequence[Tag], target: Path) -> Path:
    """A playable file of ``tags``, from the first one's time on, which becomes 0.

    What decoders need goes before it. Raises OSError, FlvError.
    """
    first = tags[0].dts
    with source.open("rb") as file:
        head = file.read(_HEAD)
        needed = [tag for tag in TagReader().feed(head) if not tag.media]
        out = bytearray(head[: needed[0].offset if needed else 13])
        for tag in (*needed, *(tag for tag in tags if tag.dts >= first)):
            file.seek(tag.offset)
            data = bytearray(file.read(_TAG_HEADER + tag.size + _TRAILER))
            ms = tag.dts - first if tag.media else 0
            data[4:8] = (ms & 0xFFFFFF).to_bytes(3, "big") + bytes((ms >> 24,))
            out += data
    target.write_bytes(out)
    return target


def read_tags(path: Path) -> tuple[list[Tag], int]:
    """All whole tags of a file, and how many bytes at its end are no whole tag.

    A recorder that was killed leaves such an end. Raises FlvError, OSError.
    """
    reader = TagReader()
    tags = reader.feed(path.read_bytes())
    return tags, reader.pending
