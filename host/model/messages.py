"""What processes say to each other, beside the model's own types."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.model import wire
from host.model.commerce import Claim, Coupon, Fact, Faq, Lineup, Product, Promotion, Spec, Variant
from host.model.on_air import (
    AudioFormat,
    Cursor,
    Destination,
    Format,
    MusicBed,
    OnAirSpec,
    VideoFormat,
)
from host.model.sound import Sound, TimedPhone
from host.model.talk import (
    Aired,
    Answer,
    Clause,
    Comment,
    Decision,
    Ended,
    Incident,
    Line,
    Planned,
    Question,
)


@dataclass(frozen=True, slots=True)
class Hello:
    """First message on a connection."""

    role: str
    """"onair", "media", "studio", "voice", "console", "supervisor"."""
    pid: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """The supervisor's reply to a studio: where the show stands."""

    next_line: int
    """First free line id."""
    planner_state: str = ""
    """As last handed to playout; empty: the show begins."""
    outstanding: tuple[Planned, ...] = ()
    """Lines planned but not ended, in order."""
    aired: tuple[Aired, ...] = ()
    """What was aired of the outstanding lines."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Studio → voice: say this clause."""

    request: int
    clause: Clause
    urgent: bool = False
    """Before all that are not."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Voice → studio: the clause's sound, at the room's rate."""

    request: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class Unspoken:
    """Voice → studio: no engine could say it."""

    request: int
    why: str


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Studio → media: this line is next (or, with priority, cuts in)."""

    planned: Planned
    start_clause: int = 0
    """First clause to say: > 0 when the earlier ones were aired already."""


@dataclass(frozen=True, slots=True)
class Voiced:
    """Studio → media: the sound of one clause of a line that was enqueued."""

    line: int
    clause: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Studio → media: drop this line; what of it is not rendered yet is not said."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Supervisor → media: the ring is yours under this epoch."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Console → onair: cut to stand-by now (``on``), or come back."""

    on: bool


@dataclass(frozen=True, slots=True)
class EndShow:
    """Console → supervisor or onair: end the broadcast now."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class PushState:
    """One destination, as onair sees it."""

    name: str
    connected: bool
    restarts: int
    dropped_video: int
    """Video packets left out since its connection began."""


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


@dataclass(frozen=True, slots=True)
class TapHeader:
    """First message of the packet tap: what the packets are."""

    format: Format
    video_extradata: NDArray[np.uint8]
    """SPS and PPS, Annex B (libavformat's muxers make avcC of it)."""
    audio_extradata: NDArray[np.uint8]
    """AudioSpecificConfig (ISO 14496-3)."""


@dataclass(frozen=True, slots=True)
class TapPacket:
    """One encoded packet. A consumer that lags loses video up to a keyframe, then is cut off."""

    video: bool
    """False: AAC."""
    key: bool
    """A video keyframe (IDR)."""
    pts: int
    """Video: air tick, in 1 / fps. Audio: sample, in 1 / rate. DTS is the same: no B-frames."""
    data: NDArray[np.uint8]
    """Video: an access unit, Annex B. Audio: a raw AAC frame of 1 024 samples."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger."""

    seq: int
    ts_utc: str
    """ISO 8601, UTC, milliseconds."""
    kind: str
    body: str
    """Canonical JSON."""


wire.register(
    Aired, Answer, AudioFormat, Claim, Clause, Comment, Coupon, Cursor, Decision, Destination,
    EndShow, Ended, Enqueue, Fact, Faq, Format, Grant, Hello, Hold, Incident, Line, Lineup,
    MusicBed, OnAirSpec, OnAirState, Planned, Product, Promotion, PushState, Question, Row, Sound,
    Speak, Spec, Spoken, TapHeader, TapPacket, TimedPhone, Unspoken, Variant, VideoFormat,
    Voiced, Welcome, Withdraw,
)  # fmt: skip
