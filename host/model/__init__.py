"""The types that cross a stage: frozen, slotted, each field with its unit.

Only the standard library and numpy are imported here.
"""

from host.model.commerce import (
    Claim,
    Coupon,
    Fact,
    Faq,
    Lineup,
    Product,
    Promotion,
    Spec,
    Value,
    Variant,
)
from host.model.on_air import (
    AudioFormat,
    Cursor,
    Destination,
    Format,
    MusicBed,
    OnAirSpec,
    VideoFormat,
)
from host.model.picture import MOUTH_CHANNELS, Mouth, Patch, Pose, Scenery, Tick, VisemeTrack
from host.model.platform import PlatformProfile, SpeechRules
from host.model.sound import Sound, Speech, TimedPhone
from host.model.talk import (
    Aired,
    Answer,
    Clause,
    Comment,
    Decision,
    Ended,
    Incident,
    Lang,
    Line,
    Mood,
    Planned,
    Question,
)

__all__ = [
    "MOUTH_CHANNELS",
    "Aired",
    "Answer",
    "AudioFormat",
    "Claim",
    "Clause",
    "Comment",
    "Coupon",
    "Cursor",
    "Decision",
    "Destination",
    "Ended",
    "Fact",
    "Faq",
    "Format",
    "Incident",
    "Lang",
    "Line",
    "Lineup",
    "Mood",
    "Mouth",
    "MusicBed",
    "OnAirSpec",
    "Patch",
    "Planned",
    "PlatformProfile",
    "Pose",
    "Product",
    "Promotion",
    "Question",
    "Scenery",
    "Sound",
    "Spec",
    "Speech",
    "SpeechRules",
    "Tick",
    "TimedPhone",
    "Value",
    "Variant",
    "VideoFormat",
    "VisemeTrack",
]
