"""The offline voices, with their real models: levels, pace, phones in their places."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest

from host.clauses import split
from host.model.sound import Sound
from host.model.talk import Clause, Lang, Line
from host.voice import alignment, kokoro, shaping
from host.voice.engine import Engine
from host.voice.espeak import Espeak
from host.voice.hibari import Hibari
from host.voice.kokoro import Kokoro, Settings
from host.voice.style import Style, style_of

_TEXTS: dict[Lang, str] = {
    "zh": "今天这款保温杯，只要59.9元！妈妈爸爸都能用，支持USB-C快充。",
    "en": "Welcome to the stream! This bottle is only $19.99, and it keeps drinks hot all day.",
}
_MAKERS: dict[str, Callable[[], Kokoro | Hibari | Espeak]] = {
    "kokoro": Kokoro,
    "hibari": Hibari,
    "espeak": Espeak,
}
_CASES: list[tuple[str, Lang]] = [
    ("kokoro", "zh"), ("hibari", "en"), ("espeak", "zh"), ("espeak", "en"),
]  # fmt: skip


@cache
def _engine(name: str) -> Kokoro | Hibari | Espeak:
    return _MAKERS[name]()


@cache
def _sounds(name: str, lang: Lang) -> tuple[Sound, ...]:
    clauses = split(Line(1, lang, _TEXTS[lang], "selling"))
    return tuple(_engine(name).speak(clause, style_of("warm")) for clause in clauses)


@pytest.mark.parametrize(("name", "lang"), _CASES)
def test_every_engine_sounds_alike(name: str, lang: Lang) -> None:
    for sound in _sounds(name, lang):
        assert sound.engine == name
        assert sound.rate == 48_000
        assert shaping.active_level(sound.pcm, 48_000) == pytest.approx(-19, abs=0.5)
        assert np.abs(sound.pcm).max() <= 10 ** (-1.4 / 20)
        heard = np.flatnonzero(shaping.levels(sound.pcm, 48_000) > -50) * 0.01
        assert heard[0] <= 0.05
        assert 0.03 < sound.seconds - heard[-1] < 0.5


@pytest.mark.parametrize(("name", "lang"), _CASES)
def test_phones_are_in_order_and_within_the_sound(name: str, lang: Lang) -> None:
    for sound in _sounds(name, lang):
        assert sound.phones
        for before, after in zip(sound.phones, sound.phones[1:], strict=False):
            assert before.end <= after.start + 1e-6
        assert sound.phones[-1].end <= sound.seconds
        for phone in sound.phones:
            assert phone.start < phone.end < phone.start + 1.5
            assert not set(phone.phone) & set("ˈˌː→↗↘↓˥ 0123456789.,?!")


@pytest.mark.parametrize(("name", "lang"), _CASES)
def test_vowels_are_where_they_are_heard(name: str, lang: Lang) -> None:
    late, correlation = alignment.lag(_sounds(name, lang))
    assert abs(late) <= 0.03
    assert correlation > 0.4


@pytest.mark.parametrize(("name", "lang"), _CASES)
def test_nothing_to_say_is_a_pause_and_an_odd_name_is_said(name: str, lang: Lang) -> None:
    assert not _engine(name).speak(Clause(1, 0, "🎉。", lang), Style()).pcm.any()
    assert _engine(name).speak(Clause(1, 0, "IPX7", lang), Style()).seconds > 0.5


def test_lips_close_where_a_labial_is() -> None:
    (sound,) = (Kokoro().speak(Clause(1, 0, "妈妈爸爸", "zh"), Style()),)
    labials = [p.phone for p in sound.phones if p.phone[:1] in {"m", "p", "b"}]
    assert labials == ["m", "m", "p", "p"]


def test_a_style_is_heard() -> None:
    clause = Clause(1, 0, "欢迎来到直播间", "zh")
    engine = _engine("kokoro")
    slow, fast = (engine.speak(clause, Style(rate=rate)) for rate in (0.9, 1.2))
    assert slow.seconds > 1.15 * fast.seconds
    low, high = (_pitch(engine.speak(clause, Style(pitch=pitch))) for pitch in (0.9, 1.15))
    assert high > 1.15 * low


def test_a_blend_is_a_voice_of_its_own() -> None:
    clause = Clause(1, 0, "欢迎来到直播间", "zh")
    man = Kokoro(settings=Settings(share=0.0))
    assert (
        _pitch(man.speak(clause, Style())) < 130 < _pitch(_engine("kokoro").speak(clause, Style()))
    )
    assert man.voice != Kokoro().voice


def test_hibari_says_the_same_thing_the_same_way() -> None:
    clause = Clause(1, 0, "It ships today.", "en")
    one, other = (_engine("hibari").speak(clause, Style()) for _ in range(2))
    assert np.array_equal(one.pcm, other.pcm)


def test_a_text_longer_than_the_model_takes_is_said_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kokoro, "LONGEST", 25)
    sound = _engine("kokoro").speak(Clause(1, 0, "保温杯，保温杯，保温杯", "zh"), Style(rate=1.5))
    assert [phone.phone for phone in sound.phones].count("p") == 6


def test_espeak_from_many_threads_keeps_its_words_apart() -> None:
    clauses = [Clause(1, n, "one " * (n + 1), "en") for n in range(8)]
    alone = [_engine("espeak").speak(clause, Style()).seconds for clause in clauses]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda c: _engine("espeak").speak(c, Style()).seconds, clauses))
    assert together == pytest.approx(alone, abs=0.02)


def test_engines_are_engines() -> None:
    engines: list[Engine] = [Kokoro(), Hibari(), Espeak()]
    assert [engine.name for engine in engines] == ["kokoro", "hibari", "espeak"]


def _pitch(sound: Sound) -> float:
    """Median F0 over loud 40 ms windows, by autocorrelation between 70 and 400 Hz."""
    window, found = 1_920, []
    for at in range(0, len(sound.pcm) - window, window // 2):
        part = sound.pcm[at : at + window].astype(np.float64)
        if np.sqrt(np.mean(part**2)) < 0.05:
            continue
        spectrum = np.abs(np.fft.rfft(part * np.hanning(window), 2 * window)) ** 2
        same = np.fft.irfft(spectrum)
        low, high = 48_000 // 400, 48_000 // 70
        best = low + int(np.argmax(same[low:high]))
        if same[best] > 0.4 * same[0]:
            found.append(48_000 / best)
    return float(np.median(found))
