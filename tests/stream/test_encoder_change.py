"""Another bitrate or preset while on air: no decoder and no listener notices."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from host.errors import EncodeError
from host.model import Format, VideoFormat
from host.model.messages import TapHeader, TapPacket
from stream.encoder import IN_PLACE, PRESETS, Encoder
from tests.stream.encoding import FORMAT, picture, pictures, tone

CHANGED = 33
"""A tick before which it is changed: in the midst of a group of pictures."""


def changed(
    first: str, **change: Any
) -> tuple[TapHeader, list[TapPacket], list[tuple[int, list[TapPacket]]]]:
    """All packets of 100 ticks, and the same by tick."""
    fmt = Format(replace(FORMAT.video, preset=first), FORMAT.audio)
    encoder = Encoder(fmt)
    header = encoder.header
    by_tick = []
    for tick in range(100):
        if tick == CHANGED:
            assert encoder.change(**change)
        by_tick.append((tick, encoder.encode(tick, picture(tick), tone(tick))))
    assert (encoder.header.video_extradata == header.video_extradata).all()
    packets = [p for _, some in by_tick for p in some] + encoder.flush()
    return header, packets, by_tick


@pytest.mark.parametrize(
    ("first", "change"),
    [
        ("superfast", {"kbps": 150}),
        ("superfast", {"kbps": 2500}),
        ("superfast", {"preset": "veryfast"}),
        ("veryfast", {"preset": "superfast", "kbps": 200}),
        ("ultrafast", {"kbps": 200}),
        ("fast", {"kbps": 200}),
    ],
)
def test_a_change_is_decoded_without_error_and_no_frame_is_lost(
    first: str, change: dict[str, Any]
) -> None:
    header, packets, by_tick = changed(first, **change)
    for tick, some in by_tick:
        assert [p.pts for p in some if p.video] == [tick], "no frame waits for the next"
    keys = [p.pts for p in packets if p.video and p.key]
    assert keys == [0, CHANGED, CHANGED + 50]
    frames = pictures(header, [p for p in packets if p.video], strict=True)
    assert len(frames) == 100
    for tick in (CHANGED - 1, CHANGED, CHANGED + 1, 45):
        shown = frames[tick].to_ndarray()[:320].astype(int)
        assert np.abs(shown - picture(tick)[:320]).mean() < 12


def test_a_change_does_not_touch_the_sound() -> None:
    _, packets, _ = changed("superfast", preset="veryfast", kbps=300)
    sound = [p for p in packets if not p.video]
    unchanged = Encoder(FORMAT)
    wanted = [p for n in range(100) for p in unchanged.encode(n, picture(n), tone(n))]
    wanted = [p for p in wanted + unchanged.flush() if not p.video]
    assert [p.pts for p in sound] == [p.pts for p in wanted]
    assert all((one.data == two.data).all() for one, two in zip(sound, wanted, strict=True))


@pytest.mark.parametrize("kbps", [150, 800])
def test_after_a_change_the_bitrate_is_the_new_one(kbps: int) -> None:
    encoder = Encoder(FORMAT)
    encoder.encode(0, picture(0), tone(0))
    assert encoder.change(kbps=kbps)
    assert encoder.kbps == kbps
    packets = [p for n in range(1, 201) for p in encoder.encode(n, picture(n), tone(n))]
    assert sum(len(p.data) for p in packets if p.video) / 1000 == pytest.approx(kbps, rel=0.15)


def test_a_change_waits_for_the_frame_after_a_keyframe() -> None:
    """Two IDRs in a row would have the same idr_pic_id."""
    encoder = Encoder(FORMAT)
    keys = []
    for tick in range(6):
        if tick == 3:
            encoder.encode(tick, picture(tick), tone(tick), key=True)
            assert encoder.change(kbps=200)
            continue
        keys += [p.key for p in encoder.encode(tick, picture(tick), tone(tick)) if p.video]
    assert keys == [True, False, False, False, True]


SIZES = [(720, 1280, 25), (1280, 720, 30), (1080, 1920, 25), (1920, 1080, 60), (180, 320, 25)]


@pytest.mark.parametrize(("width", "height", "fps"), SIZES)
def test_what_is_told_of_the_stream_is_the_same_for_every_bitrate(
    width: int, height: int, fps: int
) -> None:
    encoder = Encoder(Format(VideoFormat(width, height, fps, kbps=2500)))
    for kbps in (300, 625, 6000, 12_000):
        assert encoder.change(kbps=kbps), kbps


@pytest.mark.parametrize(("width", "height", "fps"), SIZES)
def test_which_presets_can_follow_each_other_in_place(width: int, height: int, fps: int) -> None:
    told = {
        preset: Encoder(Format(VideoFormat(width, height, fps, preset=preset)))
        .header.video_extradata.tobytes()
        for preset in PRESETS
    }  # fmt: skip
    equal = {(a, b) for a in PRESETS for b in PRESETS if a < b and told[a] == told[b]}
    assert equal == {tuple(sorted(IN_PLACE))}


def test_the_level_is_one_that_platforms_take() -> None:
    """Byte 3 of the SPS, after the profile and its constraints."""
    levels = {}
    for width, height, fps in SIZES:
        data = Encoder(Format(VideoFormat(width, height, fps))).header.video_extradata.tobytes()
        sps = data[data.index(b"\0\0\1\x67") + 3 :]
        levels[width, fps] = sps[3]
        assert sps[1] == 77, "Main"
    assert levels == {(720, 25): 31, (1280, 30): 31, (1080, 25): 40, (1920, 60): 42, (180, 25): 31}


def test_a_preset_with_another_header_is_refused_and_nothing_changes() -> None:
    encoder = Encoder(FORMAT)
    assert not encoder.change(preset="ultrafast", kbps=200)
    assert (encoder.preset, encoder.kbps) == (FORMAT.video.preset, FORMAT.video.kbps)
    with pytest.raises(EncodeError):
        encoder.change(preset="no such")
    packets = [p for n in range(10) for p in encoder.encode(n, picture(n), tone(n))]
    assert [p.key for p in packets if p.video] == [True] + [False] * 9


def test_a_replaced_preset_goes_on_under_its_own_header() -> None:
    encoder = Encoder(FORMAT)
    before = [p for n in range(20) for p in encoder.encode(n, picture(n), tone(n))]
    assert encoder.change(kbps=300)
    header = encoder.replace("ultrafast")
    assert (encoder.preset, encoder.kbps) == ("ultrafast", 300)
    assert (header.audio_extradata == encoder.header.audio_extradata).all()
    after = [p for n in range(20, 70) for p in encoder.encode(n, picture(n), tone(n))]
    video = [p for p in after if p.video]
    assert [p.pts for p in video] == list(range(20, 70))
    assert video[0].key
    assert len(pictures(header, video, strict=True)) == 50
    sound = [p.pts for p in before + after if not p.video]
    assert {two - one for one, two in pairwise(sound)} == {1024}
