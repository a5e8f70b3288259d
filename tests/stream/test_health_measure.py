"""What is measured on real packets of the encoder."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from host.model import Format, VideoFormat
from host.model.messages import TapPacket
from stream.measure import Measure
from stream.mixer import CEILING
from tests.stream.watched import (
    SMALL,
    Encoded,
    Ticks,
    clip,
    encode,
    moving,
    plain,
    silence,
    sine,
    still,
    watch,
)

FPS = SMALL.video.fps


@cache
def show() -> Encoded:
    """12 s of a moving picture and a tone."""
    return encode(SMALL, moving(SMALL), sine(SMALL, 0.1), 12)


def shifted(ticks: Ticks, samples: int) -> Ticks:
    return [
        [one if one.video else replace(one, pts=one.pts + samples) for one in tick]
        for tick in ticks
    ]


def test_a_broadcast_as_it_should_be() -> None:
    health = watch(show())[-1]
    assert health.tick == pytest.approx(12 * FPS, abs=FPS)
    assert health.fps == pytest.approx(FPS, abs=0.1)
    assert health.speed == pytest.approx(1, abs=0.01)
    assert health.video_kbps == pytest.approx(SMALL.video.kbps, rel=0.25)
    assert health.audio_kbps == pytest.approx(SMALL.audio.kbps, rel=0.25)
    # The AAC encoder holds up to two frames of 1 024 samples back, and a third is not whole yet.
    assert -64 <= health.av_offset_ms <= -21
    assert health.keyframe_seconds == 2.0
    assert health.black_seconds == health.frozen_seconds == health.silent_seconds == 0
    assert health.clipped == 0
    assert health.loudness_db == pytest.approx(20 * np.log10(0.1) - 3.01, abs=0.3)
    assert health.behind_seconds < 0.1


def test_nothing_is_told_before_there_is_a_second_to_measure() -> None:
    measure = Measure(show().header)
    assert measure.health(0.0) is None
    assert measure.health(1.0) is None
    measure.take(show().ticks[0], 1.0, 1.0)
    assert measure.health(2.0) is not None


@pytest.mark.parametrize("seconds", [6, 9])
def test_black(seconds: int) -> None:
    told = watch(encode(SMALL, still(plain(SMALL, 16)), sine(SMALL, 0.1), seconds))[-1]
    assert seconds - 3 <= told.black_seconds <= seconds
    assert told.frozen_seconds == told.black_seconds, "black that stays is frozen too"


def test_a_black_picture_with_its_label_is_black_and_a_dark_scene_is_not() -> None:
    labelled = plain(SMALL, 16)
    labelled[4:16, 4:60] = 235  # 1.2 % of the picture
    assert watch(encode(SMALL, still(labelled), silence(SMALL), 5))[-1].black_seconds > 0
    night = plain(SMALL, 16)
    night[200:260, 20:170] = 60
    assert watch(encode(SMALL, still(night), silence(SMALL), 5))[-1].black_seconds == 0


def test_a_picture_that_stands_still_is_frozen_and_one_that_moves_again_is_not() -> None:
    fmt = SMALL
    stands = moving(fmt)
    first = next(stands).copy()

    def shown() -> object:
        for tick in range(14 * FPS):
            yield first if tick < 8 * FPS else next(stands)

    told = watch(encode(fmt, shown(), silence(fmt), 14))  # type: ignore[arg-type]
    frozen = [one.frozen_seconds for one in told]
    assert max(frozen) >= 6
    assert frozen[-1] == 0
    standing = [one.frozen_seconds for one in told if one.tick < 8 * FPS]
    assert standing == sorted(standing)


def test_the_standby_clip_whose_loop_is_a_keyframe_distance_is_not_frozen() -> None:
    fmt = Format(VideoFormat(), SMALL.audio)
    told = watch(encode(fmt, clip(fmt), silence(fmt), 5))
    assert [one.frozen_seconds for one in told if one.frozen_seconds > 0] == []


def test_a_real_picture_that_stands_still_is_frozen() -> None:
    fmt = Format(VideoFormat(), SMALL.audio)
    told = watch(encode(fmt, still(next(clip(fmt)).copy()), silence(fmt), 7))
    assert told[-1].frozen_seconds >= 4


def test_silence_is_counted_from_its_first_frame() -> None:
    def sound(tick: int) -> np.ndarray:
        return (sine(SMALL, 0.1) if tick < 3 * FPS else silence(SMALL))(tick)

    told = watch(encode(SMALL, moving(SMALL), sound, 8))[-1]
    assert told.silent_seconds == pytest.approx(5, abs=1.1)
    assert watch(encode(SMALL, moving(SMALL), silence(SMALL), 8))[-1].loudness_db == -120


def test_quiet_music_is_not_silence() -> None:
    quiet = sine(SMALL, 10 ** (-44 / 20))
    assert watch(encode(SMALL, moving(SMALL), quiet, 4))[-1].silent_seconds == 0


def test_a_tone_at_full_scale_is_clipped_and_a_loud_one_is_not() -> None:
    full = watch(encode(SMALL, moving(SMALL), sine(SMALL, 1.0), 4))[-1]
    assert full.clipped > 0.1
    assert full.loudness_db == pytest.approx(-3.0, abs=0.6)

    def cut(tick: int) -> np.ndarray:
        return np.clip(sine(SMALL, 1.5)(tick), -CEILING, CEILING)

    assert watch(encode(SMALL, moving(SMALL), cut, 4))[-1].clipped > 0.1
    loud = watch(encode(SMALL, moving(SMALL), sine(SMALL, 0.75), 4))[-1]
    assert loud.clipped == 0


@pytest.mark.parametrize("milliseconds", [-300, 40, 500])
def test_a_shift_of_sound_is_seen_in_milliseconds(milliseconds: int) -> None:
    right = watch(show())[-1].av_offset_ms
    told = watch(show(), ticks=shifted(show().ticks, milliseconds * 48))[-1]
    assert told.av_offset_ms - right == pytest.approx(milliseconds, abs=1)


def test_dropped_pictures_lower_the_frame_rate_and_not_the_speed() -> None:
    ticks = [
        [one for one in tick if not one.video or one.key or one.pts % 5] for tick in show().ticks
    ]
    told = watch(show(), ticks=ticks)[-1]
    assert told.fps == pytest.approx(FPS * 0.81, rel=0.03)
    assert told.speed == pytest.approx(1, abs=0.01)
    assert told.frozen_seconds == 0


@pytest.mark.parametrize("speed", [0.5, 1.25])
def test_speed_is_programme_per_wall_time(speed: float) -> None:
    told = watch(show(), speed=speed)[-1]
    assert told.speed == pytest.approx(speed, rel=0.02)
    assert told.fps == pytest.approx(FPS * speed, rel=0.02)


def test_a_tap_that_falls_silent_shows_as_speed_zero() -> None:
    measure = Measure(show().header)
    for tick, packets in enumerate(show().ticks[: 4 * FPS]):
        measure.take(packets, tick / FPS, tick / FPS)
        if tick % FPS == 0:
            measure.health(tick / FPS)
    speeds = []
    for second in range(4, 12):
        health = measure.health(float(second))
        assert health is not None
        speeds.append(health.speed)
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[-1] == 0


def test_keyframes_that_stop_coming_are_noticed() -> None:
    ticks = [
        [replace(one, key=False) if one.video and tick > 4 * FPS else one for one in packets]
        for tick, packets in enumerate(show().ticks)
    ]
    assert watch(show(), ticks=ticks)[-1].keyframe_seconds == pytest.approx(7, abs=1.1)


def test_own_lag_is_told_and_the_past_on_connecting_is_not() -> None:
    measure = Measure(show().header)
    flat = [one for tick in show().ticks for one in tick]
    past = [one for one in flat if one.pts < 2 * FPS or not one.video]
    measure.take([one for one in past if one.video], 0.0, 0.0)
    measure.health(0.0)
    for tick in range(2 * FPS, 3 * FPS):
        now = (tick - 2 * FPS + 1) / FPS
        measure.take(show().ticks[tick], now - 1 / FPS, now)
    prompt = measure.health(1.0)
    assert prompt is not None
    assert prompt.speed == pytest.approx(1, abs=0.01)
    assert prompt.behind_seconds <= 1 / FPS + 1e-6
    late = [one for tick in show().ticks[3 * FPS : 6 * FPS] for one in tick]
    measure.take(late, 1.0, 4.0)
    hung = measure.health(4.0)
    assert hung is not None
    assert hung.behind_seconds == pytest.approx(3, abs=0.05)
    assert hung.speed == pytest.approx(1, abs=0.02)


def test_an_encoder_that_pauses_is_not_own_lag() -> None:
    measure = Measure(show().header)
    measure.take(show().ticks[0], 0.0, 0.0)
    measure.health(0.0)
    measure.take(show().ticks[1], 2.9, 3.0)
    told = measure.health(3.0)
    assert told is not None
    assert told.behind_seconds <= 0.1
    assert told.speed < 0.1


def test_bad_packets_are_told_and_what_follows_is_measured() -> None:
    measure = Measure(show().header)
    rubbish = np.full(400, 0xFF, np.uint8)
    failed = measure.take([TapPacket(False, False, 0, rubbish)], 0.0, 0.0)
    assert [error.stage for error in failed] == ["health"]
    measure.health(0.0)
    for tick, packets in enumerate(show().ticks[: 5 * FPS]):
        assert measure.take(packets, tick / FPS, tick / FPS) == []
    health = measure.health(5.0)
    assert health is not None
    assert health.silent_seconds == 0
    assert health.loudness_db == pytest.approx(-23, abs=0.5)


def test_a_header_of_another_bitrate_fits_and_one_of_another_size_does_not() -> None:
    header = show().header
    measure = Measure(header)
    video = replace(header.format.video, kbps=900, preset="veryfast")
    assert measure.fits(replace(header, format=replace(header.format, video=video)))
    video = replace(header.format.video, width=320)
    assert not measure.fits(replace(header, format=replace(header.format, video=video)))
