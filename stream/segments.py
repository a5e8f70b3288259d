"""One recorded file: an MP4 that plays alone, and up to its last fragment when it was cut short."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import av

from host.errors import EncodeError
from host.model.messages import TapHeader, TapPacket
from stream.aigc import COMMENT, label
from stream.mp4 import Tracks

_HEAD = 1024
"""Bytes. What the muxer writes before its first fragment is less, the first fragment more."""


class Segment:
    """Packets from a keyframe on into a new file, with timestamps from 0.

    While it is written the file is a fragmented MP4, a fragment from keyframe to keyframe, each
    put on the disk whole; closed, it is a plain MP4 with one index (libavformat's
    ``hybrid_fragmented``). Memory: a fragment, and 80 bytes of index a packet.
    """

    def __init__(self, path: Path, room: str, header: TapHeader, first: TapPacket) -> None:
        """``first``: the keyframe that the file begins with; it is yet to be pushed.

        Raises OSError (FileExistsError too: no file is written over), EncodeError.
        """
        self.path = path
        self.first = first.pts
        """Air tick of its first picture."""
        self.bytes = 0
        """Bytes on the disk that play."""
        self._samples = header.format.samples
        self._writes = _Writes()
        options = _options(header.format.audio.rate)
        self._container = av.open(self._writes, "w", format="mp4", container_options=options)
        self._tracks = Tracks(self._container, header)
        self._container.metadata.update(
            {"comment": COMMENT, "AIGC": label(room, path.name.partition(".")[0])}
        )
        try:
            self._container.start_encoding()
        except av.FFmpegError as error:
            raise EncodeError(f"the tap's header makes no MP4: {error}") from error
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)

    @property
    def deleted(self) -> bool:
        """Somebody has deleted the file while it is written."""
        return os.fstat(self._file).st_nlink == 0

    def push(self, packet: TapPacket) -> None:
        """Take a packet; sound from before the first picture is left out.

        Raises OSError when the disk does not take it, EncodeError when the muxer does not.
        """
        pts = packet.pts - (self.first if packet.video else self.first * self._samples)
        if pts < 0:
            return
        try:
            self._container.mux_one(self._tracks.packet(packet, pts))
        except av.FFmpegError as error:
            raise EncodeError(f"packet at {packet.pts} refused: {error}") from error
        self._put()

    def close(self) -> None:
        """Write the index, or nothing of it: then the file plays up to its last fragment.

        Raises OSError, EncodeError.
        """
        try:
            self._container.close()
            self._put()
        except av.FFmpegError as error:
            raise EncodeError(f"{self.path.name} does not close: {error}") from error
        finally:
            self._release()

    def abandon(self) -> None:
        """Let go of a file that the disk takes no more of. Never raises."""
        with contextlib.suppress(av.FFmpegError):
            self._container.close()
        self._release()

    def _release(self) -> None:
        with contextlib.suppress(OSError):
            if not self.bytes:  # nothing in it plays
                self.path.unlink()
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _put(self) -> None:
        """All that the muxer wrote, or nothing of it: a full disk leaves whole fragments."""
        if self._writes.length < _HEAD:
            return
        try:
            # What goes over older bytes makes the new ones count: last.
            for at, data in sorted(self._writes.take(), key=lambda one: one[0] < self.bytes):
                self._write(at, memoryview(data))
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self.bytes)
            raise
        self.bytes = self._writes.length

    def _write(self, at: int, data: memoryview) -> None:
        while data:
            taken = os.pwrite(self._file, data, at)
            data, at = data[taken:], at + taken


class _Writes:
    """A file that is only written: what was written where, until it is taken."""

    def __init__(self) -> None:
        self._made: list[tuple[int, bytes]] = []
        self._at = 0
        self.length = 0
        """Bytes of the file."""

    def write(self, data: bytes) -> int:
        self._made.append((self._at, bytes(data)))
        self._at += len(data)
        self.length = max(self.length, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.length}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def take(self) -> list[tuple[int, bytes]]:
        """(offset, bytes) of each writing since the last ``take``, in order."""
        taken, self._made = self._made, []
        return taken


def _options(rate: int) -> dict[str, str]:
    return {
        # delay_moov: the index knows how much later than the picture the sound begins.
        "movflags": "hybrid_fragmented+default_base_moof+delay_moov+use_metadata_tags",
        "movie_timescale": str(rate),
        "flush_packets": "1",
    }
