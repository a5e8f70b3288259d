"""Microsoft Edge's read-aloud service through edge-tts: the best voice, where there is a network.

An unofficial end point without any promise: it has little time to answer, and what it leaves
unfinished is refused, so that a half-said clause never goes on air.
"""

from __future__ import annotations

import importlib
import io
import re
from contextlib import aclosing
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
import av
import numpy as np
from numpy.typing import NDArray

from host.errors import VoiceError
from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause, Lang
from host.voice import reading
from host.voice.phones import bare
from host.voice.shaping import Raw, shape, silence
from host.voice.style import Style

CONNECT = 1
"""Seconds to connect (edge-tts takes whole ones)."""
FIRST_SOUND = 2.5
"""Seconds from the call to the first sound: connecting, and 1.5 s for the service."""
WHOLE = 8.0
"""Seconds from the call to the last sound of a clause."""
_TICKS = 10_000_000
"""Of the service's clock, a second."""
_PITCH = 220.0
"""Hertz: about the voices' own, for what the service takes as an offset."""
_CUT_SHORT = 0.3
"""Seconds that sound may be shorter than its last word: more is a torn stream."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Which of the service's voices."""

    voices: dict[Lang, str] = field(
        default_factory=lambda: {"zh": "zh-CN-XiaoxiaoNeural", "en": "en-US-AvaNeural"}
    )


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: float
    end: float


class Edge:
    """The engine."""

    name = "edge"

    def __init__(self, lang: Lang, *, rate: int = 48_000, settings: Settings | None = None) -> None:
        """``rate``: hertz of the sounds."""
        self._rate = rate
        self._voice = (settings or Settings()).voices[lang]

    @property
    def voice(self) -> str:
        """The service's name of the voice."""
        return self._voice

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """Raises VoiceError when the service is not there, too slow, or does not finish."""
        text = await anyio.to_thread.run_sync(reading.spoken, clause.text, clause.lang)
        if not text:
            return silence(clause, rate=self._rate, engine=self.name)
        data, words = await self._fetch(text, style)
        return await anyio.to_thread.run_sync(self._finish, clause, style, text, data, words)

    async def aclose(self) -> None:
        """Nothing is kept open between clauses."""

    async def _fetch(self, text: str, style: Style) -> tuple[bytes, tuple[_Word, ...]]:
        # 0.4 s, only in rooms that name this engine, and not on the loop.
        await anyio.to_thread.run_sync(importlib.import_module, "edge_tts")
        import aiohttp
        import edge_tts
        from edge_tts.exceptions import EdgeTTSException

        service = edge_tts.Communicate(
            text,
            self._voice,
            rate=f"{round((style.rate - 1) * 100):+d}%",
            pitch=f"{round((style.pitch - 1) * _PITCH):+d}Hz",
            boundary="WordBoundary",
            connect_timeout=CONNECT,
            receive_timeout=round(WHOLE),
        )
        sound = bytearray()
        words: list[_Word] = []
        began = anyio.current_time()
        try:
            with anyio.fail_after(FIRST_SOUND) as limit:
                async with aclosing(service.stream()) as chunks:
                    async for chunk in chunks:
                        if chunk["type"] == "audio":
                            sound += chunk["data"]
                            limit.deadline = began + WHOLE
                        elif chunk["type"] == "WordBoundary":
                            start = chunk["offset"] / _TICKS
                            end = start + chunk["duration"] / _TICKS
                            words.append(_Word(chunk["text"], start, end))
        except TimeoutError as error:
            what = "its end" if sound else "its first sound"
            why = f"{what} did not come in {anyio.current_time() - began:.1f} s"
            raise VoiceError(self.name, why) from error
        except (aiohttp.ClientError, EdgeTTSException, OSError, ValueError, KeyError) as error:
            raise VoiceError(self.name, f"{type(error).__name__}: {error}") from error
        return bytes(sound), tuple(words)

    def _finish(
        self, clause: Clause, style: Style, text: str, data: bytes, words: tuple[_Word, ...]
    ) -> Sound:
        try:
            pcm, rate = _decoded(data)
        except (av.FFmpegError, ValueError) as error:
            raise VoiceError(self.name, f"its sound does not decode: {error}") from error
        if _letters("".join(word.text for word in words)) < 0.8 * _letters(text):
            raise VoiceError(self.name, "said less than the clause")
        if len(pcm) / rate < words[-1].end - _CUT_SHORT:
            raise VoiceError(self.name, "its sound ends before its last word")
        raw = Raw(pcm, rate, _placed(words))
        return shape(raw, clause, style, rate=self._rate, engine=self.name)


def _letters(text: str) -> int:
    return len(re.findall(r"\w", text))


def _decoded(data: bytes) -> tuple[NDArray[np.float32], int]:
    with av.open(io.BytesIO(data), "r", format="mp3") as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout="mono")
        frames = [
            out.to_ndarray().reshape(-1)
            for frame in container.decode(stream)
            for out in resampler.resample(frame)
        ]
        rate = int(stream.rate)
    if not frames:
        raise ValueError("it holds no frame")
    return np.concatenate(frames).astype(np.float32), rate


def _placed(words: tuple[_Word, ...]) -> tuple[TimedPhone, ...]:
    """Each word's phones in equal parts of its time (37 ms mean error, VOICES.md), and its gaps."""
    from host.voice import mandarin

    made: list[TimedPhone] = []
    at = 0.0
    for word in words:
        phones = bare(mandarin.phonemes(word.text))
        start = max(at, word.start)
        if not phones or word.end <= start:
            continue
        if start > at:
            made.append(TimedPhone("", at, start))
        each = (word.end - start) / len(phones)
        made += [
            TimedPhone(phone, start + k * each, start + (k + 1) * each)
            for k, phone in enumerate(phones)
        ]
        at = word.end
    return tuple(made)
