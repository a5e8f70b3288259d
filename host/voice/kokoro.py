"""Chinese (and the English within it) by Kokoro-82M, on the processor."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from host.errors import VoiceError
from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice import kokoro_model, reading
from host.voice.phones import timed
from host.voice.shaping import Raw, shape, silence
from host.voice.style import Style

SHIFT = -0.07
"""Seconds. Predicted places lag what is heard; see docs/voices.md for the correlation."""
LONGEST = 500
"""Symbols in one call. The model takes 510."""
_SPEECH = -2.5
"""Log energy over which a frame is speech."""
_MARGIN = 4
"""Frames kept on both sides of speech: the decoder's receptive field, and soft consonants."""
_PAD = 0
"""The symbol at both ends."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The host's own voice: a blend of two styles."""

    first: str = "jf_gongitsune"
    second: str = "jm_kumo"
    share: float = 0.7
    """Of the first style, 0…1. 0.7 with these two is a woman of about 180 Hz, and the blend with
    the fewest syllables misheard (docs/voices.md)."""
    threads: int = 2
    """Of the decoder. Two without spinning: the second core is taken only when it is free."""


class Kokoro:
    """The engine. Loads with the first clause, or by ``load``."""

    name = "kokoro"

    def __init__(self, *, rate: int = 48_000, settings: Settings | None = None) -> None:
        """``rate``: hertz of the sounds."""
        self._rate = rate
        self._settings = settings or Settings()
        self._loading = threading.Lock()
        self._model: _Model | None = None

    @property
    def voice(self) -> str:
        """The blend, for cache keys."""
        blend = self._settings
        return f"{blend.first}*{blend.share:g}+{blend.second}/2"

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """Runs in a worker thread; a cancelled call is left to end there unheard."""
        return await anyio.to_thread.run_sync(self.speak, clause, style, abandon_on_cancel=True)

    def speak(self, clause: Clause, style: Style) -> Sound:
        """The same, blocking. Raises VoiceError."""
        text = reading.spoken(clause.text, "zh")
        if not text:
            return silence(clause, rate=self._rate, engine=self.name)
        raw = self.load().raw(text, style)
        return shape(raw, clause, style, rate=self._rate, engine=self.name)

    def load(self) -> _Model:
        """Load now, if nobody has. Blocks 1–2 s. Raises VoiceError."""
        with self._loading:
            if self._model is None:
                self._model = _Model(self._settings)
            return self._model

    async def aclose(self) -> None:
        """Let the model go."""
        self._model = None


class _Model:
    def __init__(self, settings: Settings) -> None:
        files = kokoro_model.prepared()
        with ThreadPoolExecutor(max_workers=3) as pool:
            # onnxruntime and jieba let go of the interpreter while they read: at once, not in turn.
            prosody = pool.submit(_session, str(files.prosody), 1)
            sound = pool.submit(_session, str(files.sound), settings.threads)
            words = pool.submit(_mandarin)
            self._prosody, self._sound = prosody.result(), sound.result()
            self._phonemes = words.result()
        folder = kokoro_model.data_folder()
        vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        self._vocabulary: dict[str, int] = vocabulary["vocab"]
        with np.load(folder / "voices_ja.npz") as voices:
            share = np.float32(settings.share)
            blend = share * voices[settings.first] + (1 - share) * voices[settings.second]
        self._styles: NDArray[np.float32] = blend.reshape(-1, 256).astype(np.float32)

    def raw(self, text: str, style: Style) -> Raw:
        """Speech for text that is ready to be spoken, in one or more calls. Raises VoiceError."""
        symbols = [symbol for symbol in self._phonemes(text) if symbol in self._vocabulary]
        if not any(symbol.isalpha() for symbol in symbols):
            raise VoiceError("kokoro", f"knows no phonemes for {text!r}", retryable=False)
        parts = [self._call(part, style) for part in _parts(symbols)]
        phones: list[TimedPhone] = []
        at = 0.0
        for part in parts:
            phones += [TimedPhone(p.phone, p.start + at, p.end + at) for p in part.phones]
            at += len(part.pcm) / part.rate
        return Raw(np.concatenate([part.pcm for part in parts]), kokoro_model.RATE, tuple(phones))

    def _call(self, symbols: list[str], style: Style) -> Raw:
        tokens = [_PAD, *(self._vocabulary[symbol] for symbol in symbols), _PAD]
        # The row for the length is upstream's rule (kokoro-onnx: voice[len(tokens)]).
        row = self._styles[min(len(symbols), len(self._styles)) - 1][np.newaxis]
        outputs = [
            kokoro_model.FEATURES, kokoro_model.F0, kokoro_model.ENERGY, kokoro_model.DURATIONS,
        ]  # fmt: skip
        features, f0, energy, durations = self._prosody.run(
            outputs,
            {
                "tokens": np.array([tokens], dtype=np.int64),
                "style": row,
                "speed": np.array([style.rate], dtype=np.float32),
            },
        )
        first, last = _speech(energy[0])
        pcm = self._sound.run(
            ["audio"],
            {
                kokoro_model.FEATURES: features[:, :, first:last],
                kokoro_model.F0: f0[:, 2 * first : 2 * last] * np.float32(style.pitch),
                kokoro_model.ENERGY: energy[:, 2 * first : 2 * last],
                "style": row,
            },
        )[0]
        frame = kokoro_model.FRAME / kokoro_model.RATE
        phones = timed(["", *symbols, ""], durations.reshape(-1), frame, SHIFT - first * frame)
        return Raw(np.asarray(pcm, dtype=np.float32).reshape(-1), kokoro_model.RATE, phones)


def _speech(energy: NDArray[np.float32]) -> tuple[int, int]:
    """The first frame worth synthesising and the one after the last."""
    each = energy.reshape(-1, 2).max(axis=1)
    heard = np.flatnonzero(each > _SPEECH)
    if heard.size == 0:
        raise VoiceError("kokoro", "predicts silence")
    return max(0, int(heard[0]) - _MARGIN), min(len(each), int(heard[-1]) + 1 + _MARGIN)


def _parts(symbols: list[str]) -> list[list[str]]:
    """Pieces that the model takes, cut at the last space or mark that fits."""
    parts = []
    while len(symbols) > LONGEST:
        cut = next((at for at in range(LONGEST, 0, -1) if not symbols[at - 1].isalpha()), LONGEST)
        parts.append(symbols[:cut])
        symbols = symbols[cut:]
    return [*parts, symbols]


def _session(path: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Plans for one shape are of no use for the next clause, and cost 90 MB.
    options.enable_mem_pattern = False
    # Spinning threads burn the core on which the host's face is drawn.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _mandarin() -> Any:
    from host.voice import mandarin

    mandarin.load()
    return mandarin.phonemes
