from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatars.label import Label
from avatars.planes import Planes
from avatars.testcard import (
    COUNTER_BITS,
    STEP_TICKS,
    TestCard,
    checksum,
    draw,
    read_counter,
    tone,
    tone_hertz,
    tone_index,
    tone_of,
)
from host.model import AudioFormat, Format, VideoFormat

FORMATS = [Format(), Format(VideoFormat(1280, 720)), Format(VideoFormat(1080, 1920))]
CARD = TestCard(FORMATS[0])
COUNTERS = st.integers(0, 2**COUNTER_BITS - 1)


@given(COUNTERS)
@settings(max_examples=60, deadline=None)
def test_a_card_is_read_as_it_was_drawn(n: int) -> None:
    frame = CARD.frame(n)

    assert read_counter(frame) == n
    assert read_counter(frame[:1280], luma=True) == n


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_card_is_a_function_of_its_counter_alone(fmt: Format) -> None:
    card = TestCard(fmt)
    for n in (0, 99_999, 1):
        card.frame(n)

    assert np.array_equal(card.frame(4711), draw(4711, fmt))
    assert read_counter(draw(4711, fmt)) == 4711


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_notice_is_whole_on_every_card(fmt: Format) -> None:
    label = Label(fmt, "zh", "en")
    card = TestCard(fmt)
    first = Planes.of(card.frame(0)).at(label.rect).y.copy()

    assert np.count_nonzero(first > 200) > 0.1 * first.size
    for n in (1, 2**32 - 1, 12_345_678):
        assert np.array_equal(Planes.of(card.frame(n)).at(label.rect).y, first)


@given(COUNTERS, st.integers(0, 39))
@settings(max_examples=60, deadline=None)
def test_a_block_read_wrong_is_noticed(n: int, block: int) -> None:
    frame = CARD.frame(n).copy()
    if block < 32:
        area = frame[4:22, 8 + 22 * block : 30 + 22 * block]
    else:
        area = frame[22:40, 8 + 88 * (block - 32) : 96 + 88 * (block - 32)]
    area[:] = 251 - area

    assert read_counter(frame) is None


@pytest.mark.parametrize("level", [16, 90, 128, 235])
def test_a_plain_picture_holds_no_counter(level: int) -> None:
    assert read_counter(np.full((1920, 720), level, np.uint8)) is None


def test_neither_black_nor_white_is_a_code() -> None:
    assert checksum(0) != 0
    assert checksum(2**32 - 1) != 255


@given(COUNTERS.filter(lambda n: n < 2**31))
@settings(max_examples=60, deadline=None)
def test_a_tone_is_heard_as_it_was_made(n: int) -> None:
    sound = tone(n, FORMATS[0])
    noisy = sound + np.random.default_rng(n).normal(0, 0.02, sound.shape).astype(np.float32)

    assert sound.shape == (1920, 2)
    assert sound.dtype == np.float32
    assert tone_index(noisy[:960], 48_000) == tone_of(n)
    assert tone_index(noisy[960:], 48_000) == tone_of(n)


def test_silence_is_no_tone() -> None:
    assert tone_index(np.zeros((960, 2), np.float32), 48_000) is None
    assert tone_index(np.zeros(0, np.float32), 48_000) is None


@pytest.mark.parametrize("fps", [25, 30])
def test_the_wave_has_no_click(fps: int) -> None:
    fmt = Format(VideoFormat(fps=fps), AudioFormat())
    wave = np.concatenate([tone(n, fmt)[:, 0] for n in range(60)])
    steepest = 2 * np.pi * tone_hertz(fps)[-1] / 48_000 * 0.2

    assert np.abs(np.diff(wave)).max() <= steepest * 1.01
    assert abs(np.abs(wave).max() - 0.2) < 0.001


def test_a_second_and_a_half_of_tones_has_its_place_within_a_minute() -> None:
    tones = [tone_of(STEP_TICKS * step) for step in range(20_000)]
    last: dict[tuple[int, ...], int] = {}
    nearest = len(tones)
    for step in range(len(tones) - 7):
        window = tuple(tones[step : step + 8])
        nearest = min(nearest, step - last.get(window, -len(tones)))
        last[window] = step

    assert all(one != other for one, other in pairwise(tones))
    assert nearest > 300  # steps of 0.2 s
