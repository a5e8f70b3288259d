"""What the encoded output is like: packets and their times in, ``Health`` out."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from host.errors import StageError
from host.model.messages import TapHeader, TapPacket
from host.model.state import Health
from stream.pictures import Pictures
from stream.sounds import AAC_SAMPLES, Sounds

WINDOW = 5.0
"""Seconds over which rates, loudness and clipping are measured."""
GROUPS = 10.0
"""Seconds of programme over which keyframe distances are looked at: two of the longest."""
SLACK = 0.2
"""Seconds of programme that may come beyond the time that passed before it counts as a backlog."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Counts at one moment."""

    at: float
    tick: int
    pictures: int
    video_bytes: int
    audio_bytes: int


class Measure:
    """Measures one encoder's output. Time is handed in: seconds, monotonic.

    What came before the first ``health`` is a past that the tap sends at once; it counts for
    what the pictures show, not for rates.
    """

    def __init__(self, header: TapHeader) -> None:
        """Raises StageError when the decoders do not open."""
        self._header = header
        self._fps = header.format.video.fps
        self._rate = header.format.audio.rate
        self._pictures = Pictures(header)
        self._sounds = Sounds(header, WINDOW)
        self._marks: deque[_Mark] = deque()
        self._tick = -1
        self._seen = 0
        self._video_bytes = self._audio_bytes = 0
        self._sound_end: int | None = None
        self._offsets: deque[float] = deque(maxlen=self._fps)
        self._keys: deque[int] = deque()
        self._behind = 0.0
        self._backlog = 0.0
        self._backlog_from = 0.0

    def fits(self, header: TapHeader) -> bool:
        """A header that came later is of the same pictures and sound (the bitrate may differ)."""
        return _essence(header) == _essence(self._header)

    def take(self, packets: Sequence[TapPacket], arrived: float, now: float) -> list[StageError]:
        """Packets that were read together at ``arrived``; ``now``: when they were read.

        ``arrived``: when the batch before was done with, so that ``now - arrived`` is how long
        the oldest may have waited. Gives what could not be decoded.
        """
        failed: list[StageError] = []
        before = self._tick
        for packet in packets:
            try:
                if packet.video:
                    self._note_picture(packet)
                    self._pictures.take(packet)
                else:
                    self._audio_bytes += packet.data.nbytes
                    self._sound_end = packet.pts + AAC_SAMPLES
                    self._sounds.take(packet)
            except StageError as error:
                failed.append(error)
        if before >= 0 and self._marks:
            self._note_backlog((self._tick - before) / self._fps, arrived, now)
        return failed

    def _note_backlog(self, gained: float, arrived: float, now: float) -> None:
        """How late the oldest of it was. A backlog comes in several goes, as a socket holds it:
        while more comes than is made in the time, it is the same one.
        """
        if gained <= now - arrived + SLACK:
            self._backlog, self._backlog_from = 0.0, arrived
        self._backlog += gained
        self._behind = max(self._behind, min(self._backlog, now - self._backlog_from))

    def _note_picture(self, packet: TapPacket) -> None:
        # The sound of a tick follows its picture, so a tick is whole when the next one begins.
        if self._sound_end is not None and self._tick >= 0:
            offset = self._sound_end / self._rate - (self._tick + 1) / self._fps
            self._offsets.append(offset * 1000)
        self._tick = packet.pts
        self._seen += 1
        self._video_bytes += packet.data.nbytes
        if packet.key:
            self._keys.append(packet.pts)
        while len(self._keys) > 1 and self._keys[1] < packet.pts - GROUPS * self._fps:
            self._keys.popleft()

    def health(self, now: float) -> Health | None:
        """The figures at ``now``; None before there is a second to measure over."""
        mark = _Mark(now, self._tick, self._seen, self._video_bytes, self._audio_bytes)
        while len(self._marks) > 1 and self._marks[1].at <= now - WINDOW:
            self._marks.popleft()
        first = self._marks[0] if self._marks else None
        self._marks.append(mark)
        behind, self._behind = self._behind, 0.0
        if first is None or now <= first.at or self._tick < 0:
            return None
        seconds = now - first.at
        return Health(
            tick=self._tick,
            fps=(mark.pictures - first.pictures) / seconds,
            speed=(mark.tick - first.tick) / self._fps / seconds,
            video_kbps=(mark.video_bytes - first.video_bytes) * 8 / 1000 / seconds,
            audio_kbps=(mark.audio_bytes - first.audio_bytes) * 8 / 1000 / seconds,
            av_offset_ms=statistics.median(self._offsets) if self._offsets else 0.0,
            keyframe_seconds=self._keyframe_seconds(),
            black_seconds=self._pictures.black_seconds,
            frozen_seconds=self._pictures.frozen_seconds,
            silent_seconds=self._sounds.silent_seconds,
            clipped=self._sounds.clipped,
            loudness_db=self._sounds.loudness_db,
            behind_seconds=behind,
        )

    def _keyframe_seconds(self) -> float:
        if not self._keys:
            return 0.0
        # The group under way counts as soon as it is the longest: keyframes may have stopped.
        ends = [*list(self._keys)[1:], self._tick]
        return max(end - key for key, end in zip(self._keys, ends, strict=True)) / self._fps


def _essence(header: TapHeader) -> tuple[object, ...]:
    video, audio = header.format.video, header.format.audio
    return (
        video.width, video.height, video.fps, audio.rate,
        header.video_extradata.tobytes(), header.audio_extradata.tobytes(),
    )  # fmt: skip
