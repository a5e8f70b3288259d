"""The last resort: espeak-ng, loaded from the ``espeakng-loader`` wheel through ctypes.

It always speaks and needs nothing, and it sounds like it. One library has one state for the whole
process, so every call holds one lock. Interface: espeak-ng 1.52, ``speak_lib.h``.
"""

from __future__ import annotations

import ctypes
import re
import threading
from typing import Any

import anyio.to_thread
import numpy as np

from host.errors import VoiceError
from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice import models, reading
from host.voice.shaping import Raw, shape, silence
from host.voice.style import Style

SHIFT = -0.01
"""Seconds. Events lag what is heard; see docs/voices.md."""
_WORDS_PER_MINUTE = {"zh": 175, "en": 165}
_PITCH = 55
"""0…100; 50 is the voice's own."""

_SHORTEST_PAUSE = 0.06
"""Seconds. A shorter gap between words belongs to the phone before it."""

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x0001, 0x0002, 0x8000  # espeakINITIALIZE_…
_UTF8 = 1  # espeakCHARS_UTF8
_RATE, _PITCH_PARAMETER = 1, 3  # espeakRATE, espeakPITCH
_CHARACTERS = 1  # POS_CHARACTER
_END, _PHONEME = 0, 7  # espeakEVENT_LIST_TERMINATED, espeakEVENT_PHONEME
_UNPRONOUNCED = re.compile(r"[ˈˌːˑ\u0329\u032f|.\-ʲ˥˦˧˨˩\d^_;%']")
"""Stress, length, tone and linking marks in espeak's IPA."""
_RUN = re.compile(r"[A-Za-z][A-Za-z' -]*|[^A-Za-z]+")
_ONE_PHONE = re.compile(r"(?:ts|tɕ|ʈʂ)ʰ?|tʃ|dʒ|dz|[ptk]ʰ|.")
_PINYIN_SPELLING = (
    ("nɡ", "ŋ"),
    ("ph", "pʰ"),
    ("th", "tʰ"),
    ("kh", "kʰ"),
    ("tsh", "tsʰ"),
    ("tɕh", "tɕʰ"),
)
"""The pinyin voice's phoneme names that are no IPA."""


class _Identifier(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identifier),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """The engine."""

    name = "espeak"
    voice = "1.52/1"

    def __init__(self, *, rate: int = 48_000) -> None:
        """``rate``: hertz of the sounds."""
        self._rate = rate

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """Runs in a worker thread: 2 ms a clause."""
        return await anyio.to_thread.run_sync(self.speak, clause, style)

    def speak(self, clause: Clause, style: Style) -> Sound:
        """The same, blocking. Raises VoiceError."""
        text = reading.spoken(clause.text, clause.lang)
        if not text:
            return silence(clause, rate=self._rate, engine=self.name)
        with _LOCK:
            library = _library()
            runs = _runs(text) if clause.lang == "zh" else [("en-us", text)]
            raws = [library.say(words, voice, clause.lang, style) for voice, words in runs]
        phones: list[TimedPhone] = []
        at = 0.0
        for raw in raws:
            phones += [TimedPhone(p.phone, p.start + at, p.end + at) for p in raw.phones]
            at += len(raw.pcm) / raw.rate
        whole = Raw(np.concatenate([raw.pcm for raw in raws]), raws[0].rate, tuple(phones))
        return shape(whole, clause, style, rate=self._rate, engine=self.name)

    async def aclose(self) -> None:
        """The library stays with the process."""


def _runs(text: str) -> list[tuple[str, str]]:
    """Chinese as numbered pinyin for the Latin voice, English words for the English one."""
    from pypinyin import Style as Pinyin
    from pypinyin import lazy_pinyin

    runs = []
    for run in _RUN.findall(text):
        if run[0].isascii() and run[0].isalpha():
            runs.append(("en-us", run))
        else:
            syllables = lazy_pinyin(run, style=Pinyin.TONE3, neutral_tone_with_five=True)
            runs.append(("cmn-latn-pinyin", " ".join(syllables)))
    spoken = [(voice, words) for voice, words in runs if re.search(r"[a-z]", words, re.I)]
    if not spoken:
        raise VoiceError("espeak", f"has nothing to say for {text!r}", retryable=False)
    return spoken


class _Library:
    def __init__(self) -> None:
        folder = models.package_folder("espeakng_loader", "espeak")
        self._espeak = ctypes.CDLL(str(folder / "libespeak-ng.so"))
        self._espeak.espeak_Synth.argtypes = (
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint,
            ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        )  # fmt: skip
        data = str(folder / "espeak-ng-data").encode()
        options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
        self._hertz = int(self._espeak.espeak_Initialize(_SYNCHRONOUS, 0, data, options))
        if self._hertz <= 0:
            raise VoiceError("espeak", "does not start", retryable=False)
        self._samples = bytearray()
        self._marks: list[tuple[float, str]] = []
        self._spelling: tuple[tuple[str, str], ...] = ()
        # Kept: the library holds only its address.
        self._callback = _Callback(self._take)
        self._espeak.espeak_SetSynthCallback(self._callback)

    def say(self, words: str, voice: str, lang: str, style: Style) -> Raw:
        """Speech at the library's rate. Raises VoiceError. The caller holds the lock."""
        self._samples.clear()
        self._marks.clear()
        if self._espeak.espeak_SetVoiceByName(voice.encode()) != 0:
            raise VoiceError("espeak", f"has no voice {voice}", retryable=False)
        self._spelling = _PINYIN_SPELLING if voice.endswith("pinyin") else ()
        rate = round(_WORDS_PER_MINUTE[lang] * style.rate)
        self._espeak.espeak_SetParameter(_RATE, rate, 0)
        self._espeak.espeak_SetParameter(_PITCH_PARAMETER, round(_PITCH * style.pitch), 0)
        text = words.encode() + b"\0"
        code = self._espeak.espeak_Synth(text, len(text), 0, _CHARACTERS, 0, _UTF8, None, None)
        if code != 0:
            raise VoiceError("espeak", f"answered {code}")
        pcm = np.frombuffer(bytes(self._samples), dtype=np.int16).astype(np.float32)
        pcm /= 32_768
        return Raw(pcm, self._hertz, _placed(self._marks, len(pcm) / self._hertz))

    def _take(self, wav: Any, count: int, events: Any) -> int:
        if wav and count > 0:
            self._samples += ctypes.string_at(wav, count * 2)
        at = 0
        while events[at].type != _END:
            if events[at].type == _PHONEME:
                name = bytes(events[at].id.string).decode("utf-8", "ignore")
                name = _UNPRONOUNCED.sub("", name).strip()
                for pinyin, ipa in self._spelling:
                    name = name.replace(pinyin, ipa)
                self._marks.append((events[at].audio_position / 1000, name))
            at += 1
        return 0


def _placed(marks: list[tuple[float, str]], end: float) -> tuple[TimedPhone, ...]:
    edges = [max(0.0, start + SHIFT) for start, _ in marks] + [end]
    made: list[TimedPhone] = []
    for (_, name), first, last in zip(marks, edges, edges[1:], strict=False):
        phones = _ONE_PHONE.findall(name) or [""]
        if last - first < _SHORTEST_PAUSE and phones == [""] and made:
            made[-1] = TimedPhone(made[-1].phone, made[-1].start, last)
            continue
        each = (last - first) / len(phones)
        made += [
            TimedPhone(phone, first + k * each, first + (k + 1) * each)
            for k, phone in enumerate(phones)
            if each > 0
        ]
    return tuple(made)


_LOCK = threading.Lock()
_loaded: list[_Library] = []


def _library() -> _Library:
    if not _loaded:
        _loaded.append(_Library())
    return _loaded[0]
