"""Speech over music: never too loud, never a click, the music back when it should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from host.model import AudioFormat, Format, MusicBed, VideoFormat
from stream.mixer import ATTACK, CEILING, RELEASE, Mixer

FORMAT = Format(VideoFormat(16, 16), AudioFormat())
RATE, SAMPLES = FORMAT.audio.rate, FORMAT.samples
SECOND = RATE // SAMPLES
"""Ticks."""


def sine(hertz: float, peak: float, ticks: int = 1, first: int = 0) -> NDArray[np.float32]:
    """Shape (ticks * samples, 2), from tick ``first`` of an endless tone."""
    at = np.arange(first * SAMPLES, (first + ticks) * SAMPLES) / RATE
    return np.repeat(peak * np.sin(2 * np.pi * hertz * at), 2).reshape(-1, 2).astype(np.float32)


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> MusicBed:
    """A tone for music, so that its level can be read off; loops with its beginning."""
    path: Path = tmp_path_factory.mktemp("music") / "tone.npy"
    np.save(path, sine(500, 0.2, ticks=3))
    return MusicBed(duck_db=-12.0, path=str(path))


def levels(mixer: Mixer, ticks: int, duck: float) -> list[float]:
    """Peak of each tick without speech."""
    return [float(np.abs(mixer.mix(None, duck)).max()) for _ in range(ticks)]


def test_silence_without_music_is_silence() -> None:
    out = Mixer(FORMAT, None).mix(None, 1.0)
    assert out.shape == (SAMPLES, 2)
    assert out.dtype == np.float32
    assert not out.any()


def test_speech_comes_out_as_it_went_in() -> None:
    mixer = Mixer(FORMAT, None)
    mixer.mix(np.zeros((SAMPLES, 2), np.float32), 1.0)
    speech = sine(300, 0.5)
    assert (mixer.mix(speech, 1.0) == speech).all()


def test_the_music_steps_back_and_returns_in_time(bed: MusicBed) -> None:
    mixer = Mixer(FORMAT, bed)
    floor = 0.2 * 10 ** (-12 / 20)
    assert levels(mixer, 2, duck=0.0) == pytest.approx([0.2, 0.2], rel=0.01)

    down = levels(mixer, round(ATTACK * SECOND) + 1, duck=1.0)
    assert down[0] > 0.15, "it does not drop at once"
    assert down[-1] == pytest.approx(floor, rel=0.25)
    assert levels(mixer, SECOND, duck=1.0)[-1] == pytest.approx(floor, rel=0.01)

    up = levels(mixer, round(RELEASE * SECOND) + 1, duck=0.0)
    assert up[SECOND // 4] < 0.17, "it comes back slower than it left"
    assert up[-1] == pytest.approx(0.2, rel=0.05)


def test_half_a_duck_is_half_way(bed: MusicBed) -> None:
    mixer = Mixer(FORMAT, bed)
    level = levels(mixer, 2 * SECOND, duck=0.5)[-1]
    assert level == pytest.approx(0.2 * (1 + 10 ** (-12 / 20)) / 2, rel=0.01)


def test_the_music_plays_on_whatever_happens_to_the_speech(bed: MusicBed) -> None:
    with_gaps, alone = Mixer(FORMAT, bed), Mixer(FORMAT, bed)
    silent = np.zeros((SAMPLES, 2), np.float32)
    for tick in range(20):
        speech = silent if tick % 3 else None
        assert (with_gaps.mix(speech, 0.0) == alone.mix(None, 0.0)).all()


@pytest.mark.parametrize("breaks", [(10,), (3, 4, 11), tuple(range(0, 20, 2))])
def test_speech_that_breaks_off_and_goes_on_makes_no_click(
    bed: MusicBed, breaks: tuple[int, ...]
) -> None:
    """The steepest step stays that of a fade over 5 ms, though the tone breaks at its peak."""
    mixer = Mixer(FORMAT, bed)
    at, out = 0, []
    for tick in range(20):
        if tick in breaks:
            out.append(mixer.mix(None, 0.0))
        else:
            spoken = np.cos(2 * np.pi * 300 * (at * SAMPLES + np.arange(SAMPLES)) / RATE)
            out.append(mixer.mix(np.repeat(spoken[:, None] * 0.6, 2, 1).astype(np.float32), 1.0))
            at += 1
    steps = np.abs(np.diff(np.concatenate(out), axis=0))
    of_tones = 2 * np.pi * (300 * 0.6 + 500 * 0.2) / RATE
    of_fade = 0.6 / (0.005 * RATE - 1)
    assert steps.max() <= (of_tones + of_fade) * 1.01


def test_the_loops_seam_makes_no_click(bed: MusicBed) -> None:
    mixer = Mixer(FORMAT, bed)
    out = np.concatenate([mixer.mix(None, 0.0) for _ in range(7)])
    assert np.abs(np.diff(out, axis=0)).max() <= 2 * np.pi * 500 * 0.2 / RATE * 1.01


def test_at_the_end_everything_falls_to_silence_without_a_click(bed: MusicBed) -> None:
    mixer = Mixer(FORMAT, bed)
    before = [mixer.mix(sine(300, 0.5, first=tick), 0.0) for tick in range(3)]
    mixer.fade_out(3)
    # Speech breaks off in the midst of a word as the fade begins.
    after = [mixer.mix(None, 0.0) for _ in range(6)]
    peaks = [float(np.abs(out).max()) for out in after]
    assert peaks[0] > peaks[1] > peaks[2] > peaks[3] == peaks[5] == 0
    steps = np.abs(np.diff(np.concatenate([*before, *after]), axis=0))
    of_tones = 2 * np.pi * (300 * 0.5 + 500 * 0.2) / RATE
    assert steps.max() <= (of_tones + 0.5 / (0.005 * RATE - 1)) * 1.01


SPEECH = arrays(np.float32, (SAMPLES, 2), elements=st.floats(width=32), fill=st.just(0.5))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.none() | SPEECH, min_size=1, max_size=5), st.floats(0, 1))
def test_what_leaves_is_never_over_the_ceiling_nor_no_number(
    ticks: list[NDArray[np.float32] | None], duck: float
) -> None:
    mixer = Mixer(FORMAT, None)
    for speech in ticks:
        before = None if speech is None else speech.copy()
        out = mixer.mix(speech, duck)
        assert np.isfinite(out).all()
        assert np.abs(out).max() <= np.float32(CEILING)
        if speech is not None and before is not None:
            assert np.array_equal(speech, before, equal_nan=True), "the caller's array is its own"
