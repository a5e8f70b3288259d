"""Silence, clipping and loudness, told from all of the sound, decoded."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.packet import Packet

from host.errors import StageError
from host.model.messages import TapHeader, TapPacket
from stream.mixer import CEILING

AAC_SAMPLES = 1024
"""Samples an AAC frame, per channel."""
SILENT_DB = -60.0
"""RMS of an AAC frame below which it is silent. The demo's music bed is at −26 dBFS where
it is loudest, and 12 dB below that under speech (``MusicBed``)."""
FULL_SCALE = 0.98 * CEILING
"""Magnitude from which a sample is at full scale: the mixer cuts at its ceiling, AAC blurs that."""
_FLOOR_DB = -120.0


@dataclass(frozen=True, slots=True)
class _Frame:
    energy: float
    clipped: int
    count: int


class Sounds:
    """Decodes every AAC frame; keeps figures of the newest ``window`` seconds."""

    def __init__(self, header: TapHeader, window: float) -> None:
        """Raises StageError when no decoder opens."""
        self._rate = header.format.audio.rate
        try:
            decoder = av.CodecContext.create("aac", "r")
        except (av.FFmpegError, ValueError) as error:
            raise StageError("health", f"no AAC decoder: {error}", retryable=False) from error
        assert isinstance(decoder, AudioCodecContext)
        decoder.extradata = header.audio_extradata.tobytes()
        self._decoder = decoder
        self._frames: deque[_Frame] = deque(maxlen=max(1, round(window * self._rate / AAC_SAMPLES)))
        self._silent = 0

    def take(self, packet: TapPacket) -> None:
        """One audio packet, in order. Raises StageError when it cannot be decoded."""
        try:
            for frame in self._decoder.decode(Packet(packet.data.tobytes())):
                pcm = frame.to_ndarray()
                energy = float(np.einsum("cs,cs->", pcm, pcm))
                clipped = int(np.count_nonzero(np.abs(pcm) >= FULL_SCALE))
                self._frames.append(_Frame(energy, clipped, pcm.size))
                silent = _decibels(energy, pcm.size) < SILENT_DB
                self._silent = self._silent + frame.samples if silent else 0
        except av.FFmpegError as error:
            self._decoder.flush_buffers()
            why = f"sound at {packet.pts}: {error.strerror}"
            raise StageError("health", why, retryable=True) from error

    @property
    def silent_seconds(self) -> float:
        """For how long every frame has been silent."""
        return self._silent / self._rate

    @property
    def clipped(self) -> float:
        """Share of samples at full scale over the window, 0…1."""
        return sum(one.clipped for one in self._frames) / self._count

    @property
    def loudness_db(self) -> float:
        """RMS over the window, dBFS (a sine at full scale: −3), at least −120."""
        return _decibels(sum(one.energy for one in self._frames), self._count)

    @property
    def _count(self) -> int:
        return max(1, sum(one.count for one in self._frames))


def _decibels(energy: float, count: int) -> float:
    if energy <= 0:
        return _FLOOR_DB
    return max(_FLOOR_DB, 10 * math.log10(energy / max(1, count)))
