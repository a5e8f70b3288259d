"""What a platform takes, and where that is known from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeechRules:
    """What a platform lets no host say. Words are written as in ``configs/rules``."""

    source: str
    """Where the rules are from, and how sure that is."""
    checked: str
    """When they were looked up, YYYY-MM-DD."""
    rivals: tuple[str, ...] = ()
    """Names of other platforms."""
    banned: tuple[str, ...] = ()
    """Luring viewers away, and inducements that it forbids."""
    allowed: tuple[str, ...] = ()
    """What holds such a word and is none: "京东快递"."""


@dataclass(frozen=True, slots=True)
class PlatformProfile:
    """One platform's limits. 0 or empty: none is known."""

    name: str
    """As a room names it: "youtube"."""
    title: str
    """As people know it: "YouTube"."""
    source: str
    """Where the limits are from, and how sure that is."""
    checked: str
    """When they were looked up, YYYY-MM-DD."""
    longest_side: int = 0
    """Pixels of the longer side, at most."""
    shortest_side: int = 0
    """Pixels of the shorter side, at most."""
    portrait_only: bool = False
    """Only upright pictures."""
    min_fps: int = 0
    """Frames a second, at least."""
    max_fps: int = 0
    """Frames a second, at most."""
    min_kbps: int = 0
    """Video, 1 000 bit/s, at least."""
    max_kbps: int = 0
    """Video, 1 000 bit/s, at most."""
    max_keyframe_seconds: int = 0
    """Distance between keyframes, at most."""
    max_audio_kbps: int = 0
    """Sound, 1 000 bit/s, at most."""
    audio_rates: tuple[int, ...] = ()
    """Hertz."""
    schemes: tuple[str, ...] = ("rtmp", "rtmps")
    """What an address may begin with."""
    longest_hours: float = 0.0
    """A session's longest time; the connection is renewed before."""
    digital_hosts: str = ""
    """The platform's policy on digital hosts, with its source and date; empty: none found."""
    speech: SpeechRules | None = None
    """What may not be said there; None: no rules are known."""
