"""What every sound has in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from host.errors import VoiceError
from host.model.sound import TimedPhone
from host.model.talk import Clause
from host.voice import shaping
from host.voice.shaping import Raw
from host.voice.style import Style


def _clause(text: str = "你好，") -> Clause:
    return Clause(1, 0, text, "zh")


def _speechlike(rate: int, lead: float, speech: float, tail: float, crest: float) -> Raw:
    """Bursts of noise under a swinging envelope, between two quiets, with one loud click."""
    noise = np.random.default_rng(3).standard_normal(round(speech * rate)) * 0.05
    swing = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(noise.size) / rate)
    noise *= swing
    noise[noise.size // 2] = crest
    quiet = [np.zeros(round(seconds * rate)) for seconds in (lead, tail)]
    pcm: NDArray[np.float32] = np.concatenate([quiet[0], noise, quiet[1]]).astype(np.float32)
    return Raw(pcm, rate, (TimedPhone("a", lead, lead + speech),))


@settings(max_examples=30, deadline=None)
@given(
    rate=st.sampled_from([22_050, 24_000, 48_000]),
    lead=st.floats(0, 1),
    speech=st.floats(0.2, 2),
    tail=st.floats(0, 1),
    crest=st.floats(0, 0.6),
    energy=st.sampled_from([-0.5, 0.0, 1.0]),
)
def test_levels_and_edges(
    rate: int, lead: float, speech: float, tail: float, crest: float, energy: float
) -> None:
    raw = _speechlike(rate, lead, speech, tail, crest)
    sound = shaping.shape(raw, _clause(), Style(energy=energy), rate=48_000, engine="x")
    assert sound.pcm.dtype == np.float32
    assert sound.rate == 48_000
    assert np.abs(sound.pcm).max() <= 10 ** (shaping.PEAK / 20) + 1e-3
    assert shaping.active_level(sound.pcm, 48_000) == pytest.approx(-19 + energy, abs=0.6)
    heard = np.flatnonzero(np.abs(sound.pcm) > 1e-3)
    assert heard[0] <= 0.03 * 48_000
    assert abs(sound.pcm[0]) < 1e-3
    rest = (len(sound.pcm) - heard[-1]) / 48_000
    assert shaping.pause("你好，") <= rest + 0.01 <= shaping.pause("你好，") + 0.08
    (phone,) = sound.phones
    assert phone.start <= 0.03
    assert phone.end == pytest.approx(speech, abs=0.07)
    assert phone.end <= sound.seconds


def test_the_pause_is_that_of_the_mark_and_always_the_same() -> None:
    assert shaping.pause("好，") == shaping.pause("好，")
    assert 0.1 < shaping.pause("库存不多了，") < 0.14
    assert 0.25 < shaping.pause("库存不多了。”") < 0.31
    assert shaping.pause("库存不多了") < 0.06
    assert len({shaping.pause(f"第{n}件，") for n in range(8)}) > 4


def test_a_faster_style_pauses_less() -> None:
    raw = _speechlike(48_000, 0, 1, 0, 0)
    slow, fast = (
        shaping.shape(raw, _clause("好。"), Style(rate=rate), rate=48_000, engine="x").seconds
        for rate in (1.0, 1.25)
    )
    assert slow - fast == pytest.approx(shaping.pause("好。") * 0.2, abs=0.001)


@pytest.mark.parametrize(
    "pcm",
    [np.zeros(0, np.float32), np.zeros(4_800, np.float32), np.full(4_800, np.nan, np.float32)],
)
def test_no_speech_is_a_failure(pcm: NDArray[np.float32]) -> None:
    with pytest.raises(VoiceError):
        shaping.shape(Raw(pcm, 48_000), _clause(), Style(), rate=48_000, engine="x")


def test_nothing_to_say_is_a_pause() -> None:
    sound = shaping.silence(_clause("——。"), rate=48_000, engine="x")
    assert 0.2 < sound.seconds < 0.35
    assert not sound.pcm.any()


def test_a_stop_that_begins_a_clause_keeps_its_closure() -> None:
    raw = _speechlike(48_000, 0.3, 0.5, 0.2, 0)
    phones = (TimedPhone("", 0, 0.2), TimedPhone("p", 0.2, 0.27), TimedPhone("a", 0.27, 0.8))
    sound = shaping.shape(
        Raw(raw.pcm, raw.rate, phones), _clause(), Style(), rate=48_000, engine="x"
    )
    assert [phone.phone for phone in sound.phones] == ["p", "a"]
    assert sound.phones[0].start == 0
    assert sound.phones[0].end == sound.phones[1].start == shaping.LEAD
