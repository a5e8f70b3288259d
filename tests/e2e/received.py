"""What an ingest received: the numbers of a recording, and the bars it has to pass.

``python -m tests.e2e.received FILE.flv`` prints them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.codec.context import ThreadType
from rich.console import Console
from rich.table import Table

from tests.e2e.flv import Tag, read_tags

BT709 = 1
"""Primaries, transfer and matrix alike: ITU-T H.273, tables 2-4."""
LIMITED = 1
"""FFmpeg's AVCOL_RANGE_MPEG."""
_PROFILES = {66: "Baseline", 77: "Main", 100: "High"}


@dataclass(frozen=True, slots=True)
class Codecs:
    """What the packets are, as a decoder sees them."""

    video: str
    """"h264"."""
    profile: str
    """"Baseline", "Main" or "High"; else its number."""
    level: float
    """4.1 is level 4.1."""
    width: int
    height: int
    pixels: str
    """"yuv420p"."""
    colour: tuple[int, int, int, int]
    """Primaries, transfer, matrix (ITU-T H.273) and FFmpeg's range."""
    b_frames: bool
    audio: str
    """"aac"."""
    rate: int
    """Hertz."""
    channels: int


@dataclass(frozen=True, slots=True)
class Received:
    """One recorded session. All times are milliseconds of DTS, raw from the file."""

    path: Path
    video: tuple[int, ...]
    """DTS of each picture."""
    audio: tuple[int, ...]
    """DTS of each sound packet."""
    keyframes: tuple[int, ...]
    """DTS of each keyframe."""
    video_bytes: tuple[int, ...]
    """Payload of each picture."""
    audio_bytes: tuple[int, ...]
    torn: int
    """Bytes at the end that are no whole tag."""
    codecs: Codecs

    @property
    def seconds(self) -> float:
        """Last minus first picture."""
        return (self.video[-1] - self.video[0]) / 1000 if self.video else 0.0

    @property
    def video_gap(self) -> int:
        """Largest step between pictures."""
        return _largest_step(self.video)

    @property
    def audio_gap(self) -> int:
        """Largest step between sound packets."""
        return _largest_step(self.audio)

    @property
    def keyframe_gap(self) -> int:
        """Largest step between keyframes, and from the last to the recording's end."""
        return _largest_step((*self.keyframes, *self.video[-1:]))

    @property
    def rises(self) -> bool:
        """DTS strictly rises in each stream."""
        return all(b > a for dts in (self.video, self.audio) for a, b in pairwise(dts))

    @property
    def end_offset(self) -> int:
        """Last picture minus last sound; positive: the picture is ahead."""
        return self.video[-1] - self.audio[-1] if self.video and self.audio else 0

    def video_kbps(self, window: float = 2.0) -> list[float]:
        """Bitrate of the pictures over each whole window (seconds), 1 000 bit/s."""
        return _kbps(self.video, self.video_bytes, window)

    def audio_kbps(self, window: float = 2.0) -> list[float]:
        """Bitrate of the sound over each whole window (seconds), 1 000 bit/s."""
        return _kbps(self.audio, self.audio_bytes, window)


def read(path: Path) -> Received:
    """Analyse a recording. Raises FlvError, OSError, or av.FFmpegError when nothing decodes."""
    tags, torn = read_tags(path)
    video = [tag for tag in tags if tag.kind == "video" and tag.media]
    audio = [tag for tag in tags if tag.kind == "audio" and tag.media]
    return Received(
        path=path,
        video=_dts(video),
        audio=_dts(audio),
        keyframes=_dts([tag for tag in video if tag.key]),
        video_bytes=tuple(tag.size for tag in video),
        audio_bytes=tuple(tag.size for tag in audio),
        torn=torn,
        codecs=_codecs(path),
    )


def check_broadcast(
    received: Received, *, fps: int = 25, seconds: float | None = None, sync_ms: int = 60
) -> list[str]:
    """What is not as the issue's bars want it; empty: all is well.

    ``seconds``: how long the ingest listened, where the test knows it; the timestamps alone can't
    show a stall after which the sender counts on as if nothing had been.
    """
    if len(received.video) < 2 or len(received.audio) < 2:
        return [f"{len(received.video)} pictures and {len(received.audio)} sound packets"]
    pictures, wanted = len(received.video), received.seconds * fps + 1
    bars = [
        (abs(pictures - wanted) <= 2, f"{pictures} pictures where {wanted:.1f} belong"),
        (received.video_gap <= 80, f"a video gap of {received.video_gap} ms (80)"),
        (received.audio_gap <= 45, f"an audio gap of {received.audio_gap} ms (45)"),
        (received.rises, "DTS does not strictly rise"),
        (bool(received.keyframes), "no keyframe"),
        (received.keyframes[:1] == received.video[:1], "the first picture is no keyframe"),
        (received.keyframe_gap <= 2000, f"keyframes {received.keyframe_gap} ms apart (2000)"),
        (
            abs(received.end_offset) <= sync_ms,
            f"the last picture is {received.end_offset} ms from the last sound ({sync_ms})",
        ),
    ]
    if seconds is not None:
        short = seconds - received.seconds
        bars.append((abs(short) <= 0.5, f"{received.seconds:.2f} s received in {seconds:.2f} s"))
    return [fault for holds, fault in bars if not holds]


def check_codecs(codecs: Codecs, *, width: int, height: int, rate: int = 48_000) -> list[str]:
    """What is not H.264 4:2:0 in BT.709 without B-frames, or not AAC stereo; empty: all is well."""
    bars = [
        (codecs.video == "h264", f"video is {codecs.video}"),
        (codecs.profile in _PROFILES.values(), f"H.264 profile is {codecs.profile}"),
        ((codecs.width, codecs.height) == (width, height), f"{codecs.width}x{codecs.height}"),
        (codecs.pixels == "yuv420p", f"pixels are {codecs.pixels}"),
        (codecs.colour == (BT709, BT709, BT709, LIMITED), f"colour is tagged {codecs.colour}"),
        (not codecs.b_frames, "there are B-frames"),
        (codecs.audio == "aac", f"sound is {codecs.audio}"),
        (codecs.rate == rate, f"sound is at {codecs.rate} Hz"),
        (codecs.channels == 2, f"sound has {codecs.channels} channels"),
    ]
    return [fault for holds, fault in bars if not holds]


def _dts(tags: Sequence[Tag]) -> tuple[int, ...]:
    return tuple(tag.dts for tag in tags)


def _largest_step(dts: Sequence[int]) -> int:
    return max((b - a for a, b in pairwise(dts)), default=0)


def _kbps(dts: Sequence[int], sizes: Sequence[int], window: float) -> list[float]:
    if not dts:
        return []
    step = window * 1000
    rates = np.bincount(
        ((np.array(dts) - dts[0]) // step).astype(int), weights=np.array(sizes) * 8 / step
    )
    return [float(rate) for rate in rates[:-1]]  # the last window is not whole


def _codecs(path: Path) -> Codecs:
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        picture, sound = video.codec_context, audio.codec_context
        picture.thread_type = ThreadType.NONE
        next(container.decode(video))  # the colour tags come with the first picture
        profile = _profile_and_level(picture.extradata)
        return Codecs(
            video=picture.name,
            profile=_PROFILES.get(profile[0], str(profile[0])),
            level=profile[1] / 10,
            width=picture.width,
            height=picture.height,
            pixels=str(picture.pix_fmt),
            colour=(
                int(picture.color_primaries),
                int(picture.color_trc),
                int(picture.colorspace),
                int(picture.color_range),
            ),
            b_frames=picture.has_b_frames,
            audio=sound.name,
            rate=sound.rate,
            channels=sound.channels,
        )


def _profile_and_level(extradata: bytes | None) -> tuple[int, int]:
    """Profile and level numbers out of an avcC box (ISO 14496-15, 5.3.3.1.2)."""
    if not extradata or len(extradata) < 4:
        return 0, 0
    return extradata[1], extradata[3]


def table(received: Received) -> Table:
    """The numbers, for a person."""
    codecs = received.codecs
    picture_rates, sound_rates = received.video_kbps(), received.audio_kbps()
    shown = Table("what", "value", title=str(received.path.name))
    rows = {
        "seconds": f"{received.seconds:.3f}",
        "pictures (belong)": f"{len(received.video)} ({received.seconds * 25 + 1:.1f})",
        "sound packets": f"{len(received.audio)}",
        "largest video gap": f"{received.video_gap} ms",
        "largest audio gap": f"{received.audio_gap} ms",
        "largest keyframe gap": f"{received.keyframe_gap} ms",
        "DTS strictly rising": str(received.rises),
        "last picture - last sound": f"{received.end_offset} ms",
        "video": f"{codecs.video} {codecs.profile}@{codecs.level} {codecs.width}x{codecs.height}"
        f" {codecs.pixels} colour {codecs.colour} B-frames {codecs.b_frames}",
        "video kbit/s over 2 s": _span(picture_rates),
        "audio": f"{codecs.audio} {codecs.rate} Hz x{codecs.channels}",
        "audio kbit/s over 2 s": _span(sound_rates),
        "torn bytes at the end": str(received.torn),
        "not as wanted": "; ".join(check_broadcast(received)) or "nothing",
    }
    for what, value in rows.items():
        shown.add_row(what, value)
    return shown


def _span(rates: Sequence[float]) -> str:
    if not rates:
        return "-"
    return f"{min(rates):.0f} … {np.median(rates):.0f} … {max(rates):.0f}"


def main() -> int:
    """Print the table of each file; 1 when a bar is missed."""
    files = [read(Path(name)) for name in sys.argv[1:]]
    for received in files:
        Console().print(table(received))
    return int(any(check_broadcast(received) for received in files))


if __name__ == "__main__":
    sys.exit(main())
