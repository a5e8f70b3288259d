"""What every platform asks of a stream, read back out of the packets."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext
from av.video.frame import PictureType

from host.errors import EncodeError
from host.model import AudioFormat, Format, VideoFormat, wire
from host.model.messages import TapHeader, TapPacket
from stream.encoder import Encoder
from tests.stream.encoding import FORMAT, TONE, picture, pictures, tone

SECONDS = 10
FORCED = 130
"""A tick at which a keyframe was asked for."""


@cache
def encoded() -> tuple[TapHeader, tuple[TapPacket, ...]]:
    encoder = Encoder(FORMAT)
    packets: list[TapPacket] = []
    for tick in range(SECONDS * 25):
        packets += encoder.encode(tick, picture(tick), tone(tick), key=tick == FORCED)
    return encoder.header, (*packets, *encoder.flush())


def video() -> list[TapPacket]:
    return [packet for packet in encoded()[1] if packet.video]


def audio() -> list[TapPacket]:
    return [packet for packet in encoded()[1] if not packet.video]


def units(packet: TapPacket) -> list[int]:
    """Types of its NAL units."""
    data = packet.data.tobytes()
    return [part[0] & 31 for part in data.split(b"\0\0\1")[1:]]


def test_each_tick_is_one_picture_at_its_own_time() -> None:
    assert [packet.pts for packet in video()] == list(range(SECONDS * 25))


def test_keyframes_come_every_two_seconds_and_when_asked_for() -> None:
    keys = [packet.pts for packet in video() if packet.key]
    assert FORCED in keys
    assert keys[:3] == [0, 50, 100]
    assert max(two - one for one, two in pairwise(keys)) == 50
    assert keys == [packet.pts for packet in video() if 5 in units(packet)], "each is an IDR"
    assert len(keys) <= SECONDS // 2 + 2


def test_there_are_no_b_frames() -> None:
    frames = pictures(encoded()[0], video())
    assert len(frames) == SECONDS * 25
    assert {PictureType(frame.pict_type).name for frame in frames} == {"I", "P"}


def test_a_scene_cut_is_no_keyframe() -> None:
    assert not any(packet.key for packet in video() if packet.pts in (51, 49, 99))


def test_the_picture_says_what_its_colours_mean() -> None:
    """Out of the SPS alone: no container adds anything."""
    header, packets = encoded()
    frame = pictures(header, video()[:1])[0]
    assert (frame.width, frame.height, frame.format.name) == (180, 320, "yuv420p")
    assert frame.color_range == 1, "limited"
    assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1), "BT.709"
    assert packets[0].video


def test_the_picture_is_the_one_that_was_given() -> None:
    frames = pictures(*((encoded()[0], video()[:30])))
    shown = frames[29].to_ndarray()[:320].astype(int)
    assert np.abs(shown - picture(29)[:320]).mean() < 6


def test_the_bitrate_is_constant_within_a_tenth() -> None:
    sent = np.cumsum([0, *(len(packet.data) * 8 for packet in video())])
    wanted = FORMAT.video.kbps * 1000
    assert sent[-1] / SECONDS == pytest.approx(wanted, rel=0.1)
    for span in (25, 50, 100):
        bits = sent[span:] - sent[:-span]
        slack = wanted * 1.05  # a buffer of one second may be full before and empty after
        assert bits.max() <= wanted * span / 25 + slack
        assert bits.min() >= wanted * span / 25 - slack


def test_sound_is_48_khz_stereo_without_a_gap() -> None:
    packets = audio()
    assert all(two.pts - one.pts == 1024 for one, two in pairwise(packets))
    assert packets[0].pts == -1024, "the encoder's priming"
    assert packets[-1].pts + 1024 >= SECONDS * 48_000, "to the last sample"
    context = av.CodecContext.create("aac", "r")
    assert isinstance(context, AudioCodecContext)
    context.extradata = encoded()[0].audio_extradata.tobytes()
    frames = [f for one in packets for f in context.decode(av.Packet(one.data.tobytes()))]
    assert {(f.sample_rate, f.layout.name) for f in frames} == {(48_000, "stereo")}
    heard = np.concatenate([f.to_ndarray() for f in frames], axis=1)[:, 1024:]
    spectrum = np.abs(np.fft.rfft(heard[0][48_000:96_000]))
    assert int(spectrum.argmax()) == round(TONE)
    # In step: what was put in at a sample comes out at it.
    given = np.concatenate([tone(tick)[:, 0] for tick in range(25)])
    lag = np.correlate(heard[0][4800:14_400], given[4800:14_400], "same").argmax() - 4800
    assert abs(lag) <= 1


def test_sound_takes_the_rate_that_was_asked_for() -> None:
    size = sum(len(packet.data) for packet in audio()) * 8 / SECONDS
    assert size < FORMAT.audio.kbps * 1000 * 1.1


def test_an_encoder_that_begins_later_keeps_picture_and_sound_in_step() -> None:
    """A new onair counts on from the old one's last tick."""
    encoder = Encoder(FORMAT)
    packets = [p for n in range(777, 780) for p in encoder.encode(n, picture(n), tone(n))]
    packets += encoder.flush()
    assert [packet.pts for packet in packets if packet.video] == [777, 778, 779]
    assert packets[0].key
    sound = [packet.pts for packet in packets if not packet.video]
    assert sound[0] == 777 * 1920 - 1024
    assert {two - one for one, two in pairwise(sound)} == {1024}


@pytest.mark.parametrize("first", [10**9, 2**31 + 7, 65_000_000])
def test_ticks_of_months_and_years_on_air_keep_picture_and_sound_in_step(first: int) -> None:
    """10^9 is 463 days, 65 million a month; 2^31 ticks are more samples than 32 bits hold."""
    encoder = Encoder(FORMAT)
    ticks = range(first, first + 50)
    packets = [p for n in ticks for p in encoder.encode(n, picture(n % 50), tone(n))]
    packets += encoder.flush()
    assert [p.pts for p in packets if p.video] == list(ticks)
    sound = [p.pts for p in packets if not p.video]
    assert sound[0] == first * FORMAT.samples - 1024
    assert {two - one for one, two in pairwise(sound)} == {1024}
    assert 0 <= sound[-1] + 1024 - ticks[-1] * FORMAT.samples < FORMAT.samples + 1024
    (last,) = (p for p in packets if p.video and p.pts == ticks[-1])
    assert wire.decode(wire.encode(last)[4:]).pts == ticks[-1]


@pytest.mark.parametrize(("fps", "rate"), [(30, 48_000), (25, 44_100), (50, 48_000)])
def test_other_formats_hold_their_rates(fps: int, rate: int) -> None:
    fmt = Format(VideoFormat(96, 64, fps, 200), AudioFormat(rate))
    encoder = Encoder(fmt)
    packets: list[TapPacket] = []
    for tick in range(2 * fps + 1):
        frame = np.full(fmt.frame_shape, 100, np.uint8)
        packets += encoder.encode(tick, frame, tone(tick, fmt))
    packets += encoder.flush()
    assert [p.pts for p in packets if p.video and p.key] == [0, 2 * fps]
    ends = max(p.pts for p in packets if not p.video) + 1024
    assert ends >= (2 * fps + 1) * fmt.samples


def test_a_format_the_codec_refuses_is_an_encode_error() -> None:
    with pytest.raises(EncodeError, match="does not open"):
        Encoder(Format(VideoFormat(width=181, height=320)))


@pytest.mark.parametrize("wrong", ["picture", "sound"])
def test_what_has_another_shape_is_an_encode_error(wrong: str) -> None:
    frame, sound = picture(0), tone(0)
    with pytest.raises(EncodeError, match="tick 0"):
        Encoder(FORMAT).encode(
            0,
            frame[:-2] if wrong == "picture" else frame,
            sound if wrong == "picture" else sound[1:],
        )
