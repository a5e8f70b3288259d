import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatars.phones import REST, gestures
from avatars.visemes import track
from host.model import MOUTH_CHANNELS, Sound, TimedPhone, VisemeTrack

RATE = 24_000
MANDARIN = [
    "p",
    "m",
    "f",
    "t",
    "n",
    "l",
    "k",
    "x",
    "ʨ",
    "ɕ",
    "ꭧ",
    "ʂ",
    "ɻ",
    "ʦ",
    "s",
    "a",
    "i",
    "u",
]
MANDARIN += ["y", "ɤ", "ə", "o", "ʊ", "ɛ", "ŋ", "ʰ", "w", "j", "ɥ", "ɨ", "ɚ"]
ENGLISH = [
    "b",
    "p",
    "m",
    "f",
    "v",
    "θ",
    "ð",
    "ʃ",
    "ʤ",
    "ɹ",
    "A",
    "O",
    "aɪ",
    "æ",
    "ʌ",
    "ɪ",
    "ᵻ",
    "ᵊl",
]
PHONES = [*MANDARIN, *ENGLISH, ""]
OPEN, WIDE, ROUND, PRESS, TUCK, TONGUE = range(6)


def spoken(*phones: tuple[str, float], level: float = 0.3) -> Sound:
    """A hum of the phones' total length, each phone (IPA, seconds) after the other."""
    timed, at = [], 0.0
    for phone, seconds in phones:
        timed.append(TimedPhone(phone, at, at + seconds))
        at += seconds
    samples = np.arange(round(at * RATE))
    hum = level * np.sin(2 * np.pi * 180 * samples / RATE)
    return Sound(hum.astype(np.float32), RATE, tuple(timed))


def whole(sound: Sound, fps: int = 25) -> VisemeTrack:
    return track(sound, fps, int(np.ceil(sound.seconds * fps)))


timed_phones = st.lists(
    st.tuples(st.sampled_from(PHONES), st.floats(0.004, 0.4, allow_nan=False)),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=150)
@given(timed_phones, st.sampled_from([24, 25, 30, 50, 60]))
def test_values_are_in_range_and_the_same_each_time(
    phones: list[tuple[str, float]], fps: int
) -> None:
    sound = spoken(*phones)
    got = whole(sound, fps)
    assert got.values.shape == (int(np.ceil(sound.seconds * fps)), len(MOUTH_CHANNELS))
    assert got.values.dtype == np.float32
    assert np.isfinite(got.values).all()
    assert got.values.max() <= 1.0
    assert got.values[:, WIDE].min() >= -1.0
    assert np.delete(got.values, WIDE, axis=1).min() >= 0.0
    assert np.array_equal(got.values, whole(sound, fps).values)


@settings(deadline=None, max_examples=200)
@given(timed_phones, st.sampled_from([24, 25, 30, 50]))
def test_every_bilabial_has_a_closed_frame_whatever_the_timing(
    phones: list[tuple[str, float]], fps: int
) -> None:
    sound = spoken(*phones)
    press = whole(sound, fps).values[:, PRESS]
    for phone in sound.phones:
        if phone.phone in ("b", "p", "m"):
            first, last = int(phone.start * fps), min(int(phone.end * fps), len(press) - 1)
            assert press[first : last + 1].max() == 1.0


@settings(deadline=None, max_examples=100)
@given(st.floats(0.02, 0.2), st.floats(0.05, 0.25), st.floats(0.0, 0.04))
def test_a_closure_has_an_open_neighbour(closure: float, vowel: float, shift: float) -> None:
    sound = spoken(("", shift), ("a", vowel), ("p", closure), ("a", vowel))
    values = whole(sound).values
    seen_open = values[:, OPEN] * (1.0 - values[:, PRESS])
    shut = np.flatnonzero(values[:, PRESS] == 1.0)
    around = seen_open[max(0, shut[0] - 2) : shut[-1] + 3]
    assert around.max() > 0.25
    assert seen_open[shut].max() == 0.0


def test_lips_round_before_the_vowel_is_heard() -> None:
    frames = whole(spoken(("a", 0.2), ("s", 0.12), ("u", 0.2)), 50).values
    during_s, during_a = frames[10:16, ROUND], frames[:6, ROUND]
    assert during_s[-1] > 0.5
    assert during_s[-1] > during_s[0] > during_a[0]
    back = whole(spoken(("u", 0.2), ("s", 0.12), ("a", 0.2)), 50).values
    assert back[10:16, ROUND].mean() < during_s.mean()  # carried over less than looked ahead to


@pytest.mark.parametrize(
    ("phone", "channel", "least"),
    [("a", OPEN, 0.8), ("i", WIDE, 0.7), ("u", ROUND, 0.8), ("y", ROUND, 0.7), ("f", TUCK, 1.0)],
)
def test_a_held_phone_reaches_its_target(phone: str, channel: int, least: float) -> None:
    values = whole(spoken(("", 0.1), (phone, 0.3), ("", 0.1))).values
    assert values[:, channel].max() >= least


def test_vowels_open_in_their_order() -> None:
    heights = [whole(spoken((v, 0.3))).values[3, OPEN] for v in ("a", "ɛ", "ə", "i")]
    assert heights == sorted(heights, reverse=True)


def test_tongue_shows_at_the_teeth() -> None:
    values = whole(spoken(("a", 0.16), ("l", 0.1), ("a", 0.16))).values
    assert values[4:7, TONGUE].max() > 0.8
    assert values[0, TONGUE] < 0.1


def test_silence_is_at_rest() -> None:
    values = whole(spoken(("a", 0.2), ("", 0.6), ("a", 0.2))).values
    assert np.abs(values[11:14]).max() < 0.03
    assert not track(Sound(np.zeros(RATE, np.float32), RATE), 25, 25).values.any()


def test_rows_beyond_the_sound_are_at_rest_and_none_is_allowed() -> None:
    sound = spoken(("a", 0.2))
    assert np.abs(track(sound, 25, 20).values[12:]).max() < 0.03
    assert track(sound, 25, 0).values.shape == (0, len(MOUTH_CHANNELS))
    with pytest.raises(ValueError, match="0 a second"):
        track(sound, 0, 5)


def test_without_phones_the_mouth_follows_the_loudness_modestly() -> None:
    half = np.zeros(RATE, np.float32)
    half[: RATE // 2] = 0.3 * np.sin(2 * np.pi * 180 * np.arange(RATE // 2) / RATE)
    values = track(Sound(half, RATE), 25, 25).values
    assert 0.3 < values[2:10, OPEN].min() <= values[:, OPEN].max() <= 0.55
    assert not values[14:, OPEN].any()


def test_louder_opens_wider() -> None:
    loud = np.concatenate([spoken(("a", 0.3)).pcm, spoken(("a", 0.3), level=0.06).pcm])
    phones = (TimedPhone("a", 0.0, 0.3), TimedPhone("a", 0.3, 0.6))
    values = track(Sound(loud, RATE, phones), 25, 15).values
    assert values[3, OPEN] > values[12, OPEN] > 0.5


def test_a_diphthong_ends_less_close_than_its_letter() -> None:
    assert gestures("u", "a")[0].target[ROUND] < gestures("u", "t")[0].target[ROUND]
    apart = whole(spoken(("a", 0.2), ("", 0.1), ("u", 0.2))).values
    assert apart[-2, ROUND] > whole(spoken(("a", 0.2), ("u", 0.2))).values[-2, ROUND]


def test_phones_of_more_than_one_letter() -> None:
    assert len(gestures("aɪ")) == len(gestures("A")) == len(gestures("au̯")) == 2
    assert len(gestures("ʈʂʰ")) == len(gestures("tɕʰ")) == len(gestures("iː")) == 1
    assert gestures("")[0] is gestures("ˈ")[0] is REST
    assert gestures("pʰ")[0].closes
    assert gestures("f")[0].tucks
    assert gestures("ζ")[0].target[OPEN] > 0
