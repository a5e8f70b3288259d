"""FLV as an ingest reads it."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from itertools import pairwise

import av
import numpy as np
import pytest

from host.model import AudioFormat, Format, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream.encoder import Encoder
from stream.flv import WRAP_MS, FlvWriter, avcc
from tests.e2e.flv import Tag, TagReader

FORMAT = Format(VideoFormat(width=64, height=96, kbps=100), AudioFormat())
JOINED = 70
"""Tick at which a destination joins; the next keyframe is at 100."""


@cache
def encoded(fmt: Format = FORMAT) -> tuple[TapHeader, tuple[TapPacket, ...]]:
    encoder = Encoder(fmt)
    rng = np.random.default_rng(1)
    sound = np.zeros((fmt.samples, 2), np.float32)
    packets: list[TapPacket] = []
    for tick in range(6 * fmt.video.fps):
        frame = rng.integers(16, 235, fmt.frame_shape, np.uint8)
        packets += encoder.encode(tick, frame, sound)
    return encoder.header, (*packets, *encoder.flush())


def written(first: int = 0, fmt: Format = FORMAT) -> bytes:
    """The file of a destination that joins at tick ``first``."""
    header, packets = encoded(fmt)
    writer = FlvWriter(header)
    rate = {True: 1, False: fmt.samples}
    return b"".join(writer.write(p) for p in packets if p.pts >= first * rate[p.video])


def media(data: bytes, kind: str) -> list[Tag]:
    return [tag for tag in TagReader().feed(data) if tag.media and tag.kind == kind]


@pytest.mark.parametrize("first", [0, JOINED])
def test_an_ingest_reads_every_packet_back(first: int) -> None:
    sent = {True: [], False: []}  # type: dict[bool, list[bytes]]
    begin = 0 if not first else 100
    for packet in encoded()[1]:
        if packet.pts >= begin * (1 if packet.video else FORMAT.samples):
            sent[packet.video].append(packet.data.tobytes())
    with av.open(io.BytesIO(written(first)), format="flv") as file:
        picture, sound = file.streams.video[0], file.streams.audio[0]
        assert picture.codec_context.name == "h264"
        assert (picture.codec_context.width, picture.codec_context.height) == (64, 96)
        assert sound.codec_context.name == "aac"
        assert (sound.codec_context.sample_rate, sound.codec_context.layout.name) == (
            48_000,
            "stereo",
        )
        # (kind, pts, dts, key, bytes): packets are of no use after their file.
        got = [
            (p.stream.type, p.pts, p.dts, p.is_keyframe, bytes(p)) for p in file.demux() if p.size
        ]
    pictures = [one for one in got if one[0] == "video"]
    sounds = [one for one in got if one[0] == "audio"]
    assert len(pictures) == len(sent[True])
    assert [one[4] for one in sounds] == sent[False]
    assert pictures[0][1:4] == (0, 0, True)
    assert 0 <= sounds[0][1] < 22
    assert all(pts == dts for _, pts, dts, *_ in got)


@pytest.mark.parametrize("first", [0, JOINED])
def test_every_picture_can_be_decoded_from_the_first_on(first: int) -> None:
    with av.open(io.BytesIO(written(first)), format="flv") as file:
        frames = list(file.decode(video=0))
    assert len(frames) == 150 - (100 if first else 0)
    assert not any(frame.is_corrupt for frame in frames)


@pytest.mark.parametrize("fps", [25, 30])
def test_sound_and_picture_stay_in_step_to_the_millisecond(fps: int) -> None:
    data = written(0, replace(FORMAT, video=replace(FORMAT.video, fps=fps)))
    pictures, sounds = media(data, "video"), media(data, "audio")
    assert [tag.dts for tag in pictures] == [n * 1000 // fps for n in range(6 * fps)]
    assert [tag.dts for tag in sounds] == [round(n * 1024 / 48) for n in range(len(sounds))]
    assert all(two.dts >= one.dts for one, two in pairwise(sounds))
    assert not any(tag.composition for tag in pictures)


def test_setup_comes_before_media_and_only_once() -> None:
    tags = TagReader().feed(written(JOINED))
    assert [(tag.kind, tag.setup, tag.dts) for tag in tags[:3]] == [
        ("script", False, 0), ("video", True, 0), ("audio", True, 0),
    ]  # fmt: skip
    assert not any(tag.setup or tag.kind == "script" for tag in tags[3:])
    assert tags[3].key


def test_nothing_is_written_before_a_keyframe() -> None:
    header, packets = encoded()
    writer = FlvWriter(header)
    assert not any(writer.write(packet) for packet in packets if not packet.key)


def test_a_tag_too_late_for_24_bits_keeps_its_time() -> None:
    """24 bits of milliseconds end after 4 h 39 min."""
    header, packets = encoded()
    key = next(packet for packet in packets if packet.key)
    writer = FlvWriter(header)
    hours = 24 * 3600
    data = writer.write(key) + writer.write(replace(key, pts=hours * 25))
    assert [tag.dts for tag in media(data, "video")] == [0, hours * 1000]


def test_the_configuration_record_holds_the_parameter_sets() -> None:
    sps, pps = bytes.fromhex("674d401f8d"), bytes.fromhex("68ce3c80")
    record = avcc(b"\0\0\0\1" + sps + b"\0\0\1" + pps)
    assert record == (bytes((1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 5)) + sps + bytes((1, 0, 4)) + pps)


def test_what_is_announced_is_what_comes() -> None:
    head = written()[:500]
    for name in (b"width", b"height", b"framerate", b"audiosamplerate"):
        assert name in head


def test_timestamps_begin_where_they_are_told_to_and_never_reach_the_wrap() -> None:
    header, packets = encoded()
    first = WRAP_MS - 3000
    writer = FlvWriter(header, first)
    data = b"".join(writer.write(packet) for packet in packets)
    tags = TagReader().feed(data)
    assert {tag.dts for tag in tags[:3]} == {first}
    for kind in ("video", "audio"):
        stamps = [tag.dts for tag in tags if tag.media and tag.kind == kind]
        assert stamps[0] - first < 22
        assert WRAP_MS - 40 <= stamps[-1] < WRAP_MS
    assert writer.next_ms <= WRAP_MS


def test_a_stream_that_is_joined_anew_goes_on_without_a_gap() -> None:
    header, packets = encoded()
    writer = FlvWriter(header)
    data = b"".join(writer.write(packet) for packet in packets[:30])
    joined = writer.next_ms
    writer.rejoin(joined)
    assert writer.next_ms == joined
    later = packets[len(packets) // 2 :]
    key = next(packet for packet in later if packet.key)
    data += b"".join(writer.write(packet) for packet in later)
    tags = TagReader().feed(data)
    assert sum(tag.setup for tag in tags) == 2, "its setup is told once"
    assert next(tag for tag in tags if tag.key and tag.dts > 0).dts == joined
    for kind in ("video", "audio"):
        stamps = [tag.dts for tag in tags if tag.media and tag.kind == kind]
        assert all(two > one for one, two in pairwise(stamps))
    assert sum(tag.kind == "video" and tag.media for tag in tags) == sum(
        packet.video for packet in packets[:30]
    ) + sum(packet.video and packet.pts >= key.pts for packet in later)
