"""What processes say to each other, beside the model's own types."""

from __future__ import annotations

from dataclasses import dataclass, field

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
from host.model.state import Health, OnAirState, PushState
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
    """"onair", "media", "studio", "voice", "console", "health", "recorder", "supervisor" or
    "command"."""
    pid: int
    epoch: int = 0
    """A media's: the ring's epoch that it holds (it lost its supervisor, not the ring); 0: none."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Process → supervisor, once a second: its loop turns."""

    load: float = 0.0
    """Media: share of its ticks' time that drawing took, 0…; others 0."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Supervisor → onair or studio: it has that many more of the reports on this connection.

    What was not noted is told again on the next connection.
    """

    count: int = 1


@dataclass(frozen=True, slots=True)
class Retire:
    """Supervisor → process: bring the clause on air to its end, then leave."""

    why: str = ""


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
    parted: bool = False
    """The good-bye was said, and no talk was planned since."""
    afresh: bool = False
    """The room was off air for long: the talk opens a lap."""


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
class Revised:
    """Studio → media: the room's facts are another revision from now on."""

    lineup: Lineup
    """All of it, so that whoever draws and whoever speaks hold one revision."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Supervisor → media: the ring is yours under this epoch."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Supervisor → media: spend less on the picture."""

    level: int
    """0: everything; each level above draws fewer pictures a second."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Supervisor → onair: encode with another of x264's presets."""

    name: str


@dataclass(frozen=True, slots=True)
class Destinations:
    """Supervisor → onair: push to these from now on; what is unchanged stays connected."""

    destinations: tuple[Destination, ...]
    """Hold keys: never logged."""


@dataclass(frozen=True, slots=True)
class Address:
    """Console or command → supervisor: a destination's new address. Never kept nor logged."""

    name: str
    url: str = field(repr=False)
    """A whole address, or the key alone: that one goes with the server it has been so far."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Command → supervisor: new processes from the files as they are now, while on air."""


@dataclass(frozen=True, slots=True)
class Told:
    """Supervisor → who asked for ``Address`` or ``Upgrade``: how it goes."""

    text: str
    over: bool = False
    """Nothing more follows."""
    failed: bool = False
    """It was not done; the show goes on as before."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Console → onair: cut to stand-by now (``on``), or come back."""

    on: bool


@dataclass(frozen=True, slots=True)
class Finish:
    """Supervisor → render: the file ends with the last tick of this line."""

    line: int


@dataclass(frozen=True, slots=True)
class EndShow:
    """Console → supervisor or onair: end the broadcast now."""

    why: str = ""


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
    Address, Aired, Answer, AudioFormat, Beat, Claim, Clause, Comment, Cost, Coupon, Cursor,
    Decision, Destination, Destinations, EndShow, Ended, Enqueue, Fact, Faq, Finish, Format, Grant,
    Health, Hello, Hold, Incident, Line, Lineup, MusicBed, Noted, OnAirSpec, OnAirState, Planned,
    Preset, Product, Promotion, PushState, Question, Retire, Revised, Row, Sound, Speak, Spec,
    Spoken, TapHeader, TapPacket, TimedPhone, Told, Unspoken, Upgrade, Variant, VideoFormat, Voiced,
    Welcome, Withdraw,
)  # fmt: skip
