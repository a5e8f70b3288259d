"""What the on-air process is told, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """The picture that is encoded."""

    width: int = 720
    """Pixels, even."""
    height: int = 1280
    """Pixels, even."""
    fps: int = 25
    """Frames a second."""
    kbps: int = 2500
    """Constant bitrate, 1 000 bit/s."""
    keyframe_seconds: int = 2
    """Longest distance between keyframes."""
    preset: str = "superfast"
    """x264's preset."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """The sound that is encoded: AAC, stereo."""

    rate: int = 48_000
    """Hertz."""
    kbps: int = 128
    """1 000 bit/s."""


@dataclass(frozen=True, slots=True)
class Format:
    """Picture and sound, locked: a tick is one frame and ``samples`` samples."""

    video: VideoFormat = VideoFormat()
    audio: AudioFormat = AudioFormat()

    def __post_init__(self) -> None:
        if self.audio.rate % self.video.fps:
            raise ValueError(
                f"{self.audio.rate} Hz is no multiple of {self.video.fps} frames a second"
            )

    @property
    def samples(self) -> int:
        """Samples a tick, per channel."""
        return self.audio.rate // self.video.fps

    @property
    def frame_shape(self) -> tuple[int, int]:
        """Shape of an I420 frame."""
        return (self.video.height * 3 // 2, self.video.width)


@dataclass(frozen=True, slots=True)
class Destination:
    """One place the stream is pushed to."""

    name: str
    """Shown in logs and pages in place of the address, which holds the key."""
    argv: tuple[str, ...] = field(repr=False)
    """The pusher's command: reads FLV from standard input. Holds the key: never logged."""
    longest_seconds: float = 0.0
    """The longest session its platform allows; 0: only FLV's timestamps limit it."""
    first_ms: int = 0
    """FLV timestamp of each connection's first packet. Other than 0 only to test their wrap."""


@dataclass(frozen=True, slots=True)
class MusicBed:
    """The generated music under everything."""

    gain_db: float = -26.0
    """Level under silence, dBFS of its loudest passages."""
    duck_db: float = -12.0
    """Further change under speech."""
    seed: int = 1
    path: str = ""
    """The loop baked ahead (.npy, float32, shape (samples, 2)); empty: generated at start."""


@dataclass(frozen=True, slots=True)
class OnAirSpec:
    """Everything the on-air process needs to run alone."""

    room: str
    format: Format
    sockets: str
    """Folder of the room's Unix sockets."""
    standby: tuple[str, ...]
    """Stand-by clips, best first; the last is bundled."""
    destinations: tuple[Destination, ...] = ()
    music: MusicBed | None = MusicBed()
    """None: silence under speech."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was aired last; kept in the ring, where it survives media's death."""

    tick: int
    """Air tick, from 0."""
    epoch: int
    seq: int
    """Programme order of the last aired tick; 0: none yet."""
    line: int
    """0: none."""
    clause: int
    """−1: none."""
    offset: int
    """Samples into the clause at the end of that tick."""
    ends_clause: bool = False
    """It was the clause's last tick."""
    ends_line: bool = False
    """It was the line's last tick."""
