"""A known clause is found under music and after AAC, at its time; one not said is not found."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.decoded import Samples, samples
from tests.e2e.heard import best, hear

RATE = 48_000
_AAC_DELAY = 1024 / RATE  # the encoder's priming samples, which FLV can't mark as such


def speech(seed: int, seconds: float) -> NDArray[np.float32]:
    """Syllables of a gliding pulse train through three resonances, with a hiss before each."""
    random = np.random.default_rng(seed)
    pieces = []
    for _ in range(max(1, round(seconds / 0.2))):
        time = np.arange(round(0.2 * RATE)) / RATE
        pitch = 200 + 60 * random.standard_normal() + 150 * random.standard_normal() * time
        spectrum = np.fft.rfft((np.diff(np.cumsum(pitch) / RATE % 1, prepend=0) < 0).astype(float))
        hertz = np.fft.rfftfreq(len(time), 1 / RATE)
        formants = random.uniform([300, 900, 2200], [800, 2000, 3200])
        shape = sum(1 / (1 + ((hertz - formant) / 80) ** 2) for formant in formants)
        voiced = np.fft.irfft(spectrum * shape, len(time))
        hiss = random.standard_normal(len(time)) * np.exp(-time / 0.02) * 0.3
        voiced /= np.abs(voiced).max()
        pieces.append((voiced + hiss) * np.sin(np.pi * time / 0.2) * 0.25)
    return np.concatenate(pieces).astype(np.float32)


def music(seconds: float) -> NDArray[np.float32]:
    """Chords at −26 dBFS."""
    time = np.arange(round(seconds * RATE)) / RATE
    chords = [[220, 277, 330], [196, 247, 294], [175, 220, 262]]
    tones = [np.sin(2 * np.pi * np.array(chord)[:, None] * time).sum(axis=0) for chord in chords]
    sound = np.choose((time // 2).astype(int) % 3, tones)
    return np.asarray(sound / np.abs(sound).max() * 10 ** (-26 / 20), np.float32)


def through_aac(mono: NDArray[np.float32], path: Path) -> Samples:
    """The sound as an ingest would have recorded it: AAC 128 kb/s stereo in FLV."""
    with av.open(str(path), "w", format="flv") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 128_000
        for at in range(0, len(mono) - 1023, 1024):
            frame = av.AudioFrame.from_ndarray(
                np.stack([mono[at : at + 1024]] * 2), "fltp", "stereo"
            )
            frame.rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return samples(path)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """30 s of music; clause 1 at 5 s and 20 s, clause 2 at 11.3 s, softer."""
    mix = music(30)
    for seed, at, gain in [(1, 5.0, 1.0), (2, 11.3, 0.4), (1, 20.0, 0.7)]:
        clause, begin = speech(seed, 2), round(at * RATE)
        mix[begin : begin + len(clause)] += gain * clause
    return through_aac(mix, tmp_path_factory.mktemp("heard") / "mix.flv")


def test_a_clause_is_found_wherever_it_is(recording: Samples) -> None:
    found = hear(recording, speech(1, 2))
    assert [heard.at for heard in found] == pytest.approx([5.0, 20.0], abs=_AAC_DELAY + 0.002)
    assert min(heard.score for heard in found) > 0.98
    assert min(heard.weakest for heard in found) > 0.9


def test_a_softer_clause_is_found(recording: Samples) -> None:
    (found,) = hear(recording, speech(2, 2))
    assert found.at == pytest.approx(11.3, abs=_AAC_DELAY + 0.002)


def test_a_part_is_found_in_its_place(recording: Samples) -> None:
    assert best(recording, speech(1, 2)[RATE:]).at % 15 == pytest.approx(6, abs=0.03)


def test_what_was_not_said_is_not_found(recording: Samples) -> None:
    for seed in range(3, 8):
        assert hear(recording, speech(seed, 2)) == []
        assert best(recording, speech(seed, 2)).score < 0.3


def test_one_wrong_syllable_is_another_clause(recording: Samples) -> None:
    other = speech(1, 2)
    other[8 * RATE // 5 : 9 * RATE // 5] = speech(9, 0.2)
    found = best(recording, other)
    assert found.score > 0.8, "no near miss: it shows nothing"
    assert found.weakest < 0.4
    assert hear(recording, other) == []


def test_time_is_the_streams_time(recording: Samples) -> None:
    later = Samples(recording.pcm[RATE:], RATE, recording.start_ms + 1000)
    assert best(later, speech(2, 2)).at == pytest.approx(11.3, abs=0.03)


def test_a_long_recording_is_searched_in_blocks(recording: Samples) -> None:
    long = Samples(np.concatenate([recording.pcm] * 5), RATE, 0)
    assert len(hear(long, speech(2, 2))) == 5


def test_nothing_to_find_is_refused(recording: Samples) -> None:
    for nothing in (np.zeros(RATE, np.float32), speech(1, 2)[:100], np.zeros(0, np.float32)):
        with pytest.raises(ValueError, match="shorter"):
            best(recording, nothing)


def test_silence_holds_nothing(recording: Samples) -> None:
    silent = Samples(np.zeros_like(recording.pcm), RATE, 0)
    assert hear(silent, speech(1, 2)) == []
    ((begin, end),) = silent.silences()
    assert begin == 0
    assert end == pytest.approx(len(silent.pcm) / RATE, abs=0.03)
