"""How a broadcast is doing, as onair and health tell it once a second."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PushState:
    """One destination, as onair sees it."""

    name: str
    connected: bool
    restarts: int
    dropped_video: int
    """Video packets left out since its connection began."""
    rejected: int = 0
    """Times in a row that its ingest refused to take the stream; 0: it takes it."""
    waiting_bytes: int = 0
    """Encoded, and not yet acknowledged by its ingest's machine."""
    session_seconds: float = 0.0
    """Age of its connection."""


@dataclass(frozen=True, slots=True)
class OnAirState:
    """Onair → whoever is connected, once a second."""

    tick: int
    showing: str
    """"programme", "held" or "stand-by"."""
    hold: bool
    """The red button is down."""
    destinations: tuple[PushState, ...]
    late_ticks: int
    """Ticks at whose time no programme was ready, since the start."""
    ring_depth: int
    """Ticks of programme ready."""
    encoder_ms: float
    """Median time to encode a tick over the last second."""
    kbps: int = 0
    """The encoder's video bitrate now, 1 000 bit/s."""
    preset: str = ""
    """x264's preset now."""
    stalls: int = 0
    """Times the clock was re-anchored, since the start."""
    line: int = 0
    """Line on air; 0: none."""
    clause: int = -1
    """Clause on air; −1: none."""


@dataclass(frozen=True, slots=True)
class Health:
    """Health → supervisor, once a second: what left the encoder, measured on its packets."""

    tick: int
    """Air tick of the newest picture."""
    fps: float
    """Pictures a second over the window."""
    speed: float
    """Seconds of programme a second of wall time; 1 is right."""
    video_kbps: float
    audio_kbps: float
    av_offset_ms: float
    """Newest sound's end after newest picture's end."""
    keyframe_seconds: float
    """Largest distance between keyframes over the window."""
    black_seconds: float
    """For how long the picture has been black; 0: it is not."""
    frozen_seconds: float
    """For how long the picture has not changed."""
    silent_seconds: float
    """For how long there has been no sound."""
    clipped: float
    """Share of samples at full scale over the window, 0…1."""
    loudness_db: float
    """RMS over the window, dBFS."""
    behind_seconds: float
    """Age of the newest packet when it was measured: this consumer's own lag."""
