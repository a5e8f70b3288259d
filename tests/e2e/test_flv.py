"""The tag reader against files that another program wrote, whole, in pieces and torn."""

from __future__ import annotations

import functools
import io
import struct

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.e2e.flv import FlvError, Tag, TagReader


@functools.cache
def written() -> bytes:
    """An FLV of 1 s by FFmpeg's muxer: H.264 with B-frames, and AAC."""
    file = io.BytesIO()
    with av.open(file, "w", format="flv") as container:
        video = container.add_stream("libx264", rate=25, options={"bf": "2", "g": "12"})
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = container.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(25):
            luma = np.full((96, 64), 16 + number * 7, np.uint8)
            frame = av.VideoFrame.from_ndarray(luma, "yuv420p")
            frame.pts = number
            container.mux(video.encode(frame))
        for number in range(47):
            sound = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
            sound.rate, sound.pts = 48_000, number * 1024
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return file.getvalue()


def test_tags_say_what_ffmpeg_demuxes() -> None:
    tags = [tag for tag in TagReader().feed(written()) if tag.media]
    with av.open(io.BytesIO(written()), "r") as container:
        # Taken out while it is open: a packet's stream is freed with its container (PyAV 18.1).
        packets = [
            (packet.stream.type, packet.dts, packet.pts, packet.is_keyframe)
            for packet in container.demux()
            if packet.size
        ]
    for kind in ("video", "audio"):
        ours = [t for t in tags if t.kind == kind]
        theirs = [packet for packet in packets if packet[0] == kind]
        assert [t.dts for t in ours] == [dts for _, dts, _, _ in theirs]
        assert [t.dts + t.composition for t in ours] == [pts for _, _, pts, _ in theirs]
    keys = [t.dts for t in tags if t.key]
    assert keys == [dts for kind, dts, _, key in packets if kind == "video" and key]
    assert any(t.composition for t in tags), "no B-frame in the sample: it shows nothing"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 3000), max_size=40))
def test_pieces_of_any_size_give_the_same_tags(sizes: list[int]) -> None:
    reader, tags, at = TagReader(), list[Tag](), 0
    for size in [*sizes, len(written())]:
        tags += reader.feed(written()[at : at + size])
        at += size
    assert tags == TagReader().feed(written())
    assert reader.pending == 0


def test_torn_end_is_counted() -> None:
    reader = TagReader()
    whole = reader.feed(written()[:-7])
    assert len(whole) == len(TagReader().feed(written())) - 1
    assert reader.pending > 0


def test_timestamp_has_32_bits() -> None:
    dts = 0x7FFF_FFFE
    tag = struct.pack(
        ">B3s3sB3s2s", 8, b"\0\0\2", dts.to_bytes(4, "big")[1:], dts >> 24, b"", b"\xaf\1"
    )
    (read,) = TagReader().feed(written()[:13] + tag + struct.pack(">I", 13))
    assert read.dts == dts


def test_what_is_no_flv_is_refused() -> None:
    with pytest.raises(FlvError, match="header"):
        TagReader().feed(b"\0\0\0\x18ftypmp42")
    with pytest.raises(FlvError, match="type 77"):
        TagReader().feed(written()[:13] + b"M" + bytes(20))
