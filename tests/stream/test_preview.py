"""Fragments that a browser can play, made from packets of the real encoder."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import av
import numpy as np
import pytest

from host.errors import EncodeError
from host.model import AudioFormat, Format, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream.encoder import Encoder
from stream.preview import FRAGMENT_MS, Fragment, FragmentMuxer, mime

FORMAT = Format(VideoFormat(width=64, height=96, kbps=100), AudioFormat())
SECONDS = 6
HOURS = 30 * 24 * 3600
"""A month on air, in seconds: timestamps stay exact."""


@cache
def _encoded() -> tuple[TapHeader, tuple[TapPacket, ...]]:
    encoder = Encoder(FORMAT)
    tone = np.sin(np.arange(FORMAT.samples) * 0.05)[:, None].repeat(2, 1).astype(np.float32)
    packets: list[TapPacket] = []
    for tick in range(SECONDS * 25):
        picture = np.full(FORMAT.frame_shape, 16 + tick, np.uint8)
        packets += encoder.encode(tick, picture, tone, key=tick % 50 == 0)
    packets += encoder.flush()
    return encoder.header, tuple(packets)


def _later(packet: TapPacket, seconds: int) -> TapPacket:
    rate = FORMAT.video.fps if packet.video else FORMAT.audio.rate
    return replace(packet, pts=packet.pts + seconds * rate)


def _muxed(packets: tuple[TapPacket, ...]) -> tuple[FragmentMuxer, list[Fragment]]:
    muxer = FragmentMuxer(_encoded()[0])
    return muxer, [fragment for packet in packets for fragment in muxer.push(packet)]


def _times(data: bytes) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"video": [], "audio": []}
    with av.open(io.BytesIO(data), "r") as container:
        for packet in container.demux():
            if packet.pts is not None:
                assert packet.dts == packet.pts
                times[packet.stream.type].append(float(packet.pts * packet.time_base))
    return times


@pytest.mark.parametrize("start", [0, HOURS])
def test_init_and_fragments_play_with_the_taps_own_times(start: int) -> None:
    packets = tuple(_later(packet, start) for packet in _encoded()[1])
    muxer, fragments = _muxed(packets)
    times = _times(muxer.init + b"".join(fragment.data for fragment in fragments))

    video = times["video"]
    assert video == pytest.approx([start + n / 25 for n in range(len(video))], abs=1e-4)
    assert len(video) >= (SECONDS - 0.5) * 25
    steps = np.diff(times["audio"])
    assert steps == pytest.approx(1024 / 48_000, abs=1e-4)
    assert abs(times["audio"][0] - start) < 0.03


def test_pictures_decode() -> None:
    muxer, fragments = _muxed(_encoded()[1])
    data = muxer.init + b"".join(fragment.data for fragment in fragments)
    with av.open(io.BytesIO(data), "r") as container:
        levels = [
            frame.to_ndarray()[: FORMAT.video.height].mean() for frame in container.decode(video=0)
        ]
    assert levels == pytest.approx([16 + n for n in range(len(levels))], abs=2)


def test_a_fragment_is_given_soon_after_its_last_packet() -> None:
    muxer = FragmentMuxer(_encoded()[0])
    newest, given, lags = 0.0, 0.0, []
    for packet in _encoded()[1]:
        rate = FORMAT.video.fps if packet.video else FORMAT.audio.rate
        newest = max(newest, packet.pts / rate)
        for fragment in muxer.push(packet):
            given = _times(muxer.init + fragment.data)["video"][-1] + 1 / 25
        lags.append(newest - given)
    assert max(lags) <= FRAGMENT_MS / 1000 + 0.2


def test_a_viewer_may_start_at_a_fragment_marked_key_and_only_there() -> None:
    muxer, fragments = _muxed(_encoded()[1])
    starts = [_times(muxer.init + fragment.data)["video"][0] for fragment in fragments]
    keys = [start for start, fragment in zip(starts, fragments, strict=True) if fragment.key]
    assert keys == pytest.approx([0, 2, 4])
    late = [fragment.data for fragment, at in zip(fragments, starts, strict=True) if at >= 2 - 1e-6]
    with av.open(io.BytesIO(muxer.init + b"".join(late)), "r") as container:
        first = next(container.decode(video=0))
    assert first.time == pytest.approx(2)


def test_what_comes_before_the_first_keyframe_is_left_out() -> None:
    packets = _encoded()[1]
    first = next(n for n, packet in enumerate(packets) if packet.key)
    later = next(n for n, packet in enumerate(packets) if packet.key and n > first)
    muxer, fragments = _muxed(packets[first + 1 :])
    assert fragments[0].key
    data = muxer.init + b"".join(fragment.data for fragment in fragments)
    assert _times(data)["video"][0] == pytest.approx(packets[later].pts / 25)


def test_video_that_was_dropped_leaves_a_gap_and_no_shift() -> None:
    packets = tuple(p for p in _encoded()[1] if not (p.video and 60 <= p.pts < 100))
    muxer, fragments = _muxed(packets)
    video = _times(muxer.init + b"".join(fragment.data for fragment in fragments))["video"]
    assert [round(at * 25) for at in video[58:64]] == [58, 59, 100, 101, 102, 103]


def test_codec_strings_come_from_the_headers() -> None:
    header = _encoded()[0]
    raw = header.video_extradata.tobytes()
    sps = raw.index(0x67)  # the parameter set's own first byte: NAL type 7
    wanted = raw[sps + 1 : sps + 4].hex().upper()
    assert wanted.startswith("4D")  # Main
    assert mime(header) == f'video/mp4; codecs="avc1.{wanted},mp4a.40.2"'
    record = np.array([1, 0x64, 0, 0x1F, 255, 0xE1, 0, 4, 0x67, 0x64, 0, 0x1F, 1, 0, 1, 0x68])
    other = replace(header, video_extradata=record.astype(np.uint8))
    assert mime(other) == 'video/mp4; codecs="avc1.64001F,mp4a.40.2"'
    he_aac = replace(header, audio_extradata=np.array([0x2B, 0x11], np.uint8))
    assert mime(he_aac).endswith('mp4a.40.5"')


def test_a_header_that_is_none_is_refused() -> None:
    broken = replace(_encoded()[0], video_extradata=np.zeros(3, np.uint8))
    with pytest.raises(EncodeError):
        FragmentMuxer(broken)


def test_time_that_runs_back_is_refused() -> None:
    packets = _encoded()[1]
    muxer, _ = _muxed(packets[:200])
    first = next(packet for packet in packets if packet.key)
    with pytest.raises(EncodeError):
        muxer.push(first)
