"""English by hibari: a hundred times faster than real time on one core."""

from __future__ import annotations

import threading
from typing import Any

import anyio.to_thread
import numpy as np

from host.errors import VoiceError
from host.model.sound import Sound, TimedPhone
from host.model.talk import Clause
from host.voice import english, hibari_model, reading
from host.voice.phones import timed
from host.voice.shaping import Raw, shape, silence
from host.voice.style import Style

SHIFT = -0.055
"""Seconds. Predicted places lag what is heard; see docs/voices.md for the correlation."""
SEED = 20_261_122
"""Of the noise in fricatives and breath: the same clause sounds the same every time."""
_VOICED = 40.0
"""Hertz under which hibari calls a frame unvoiced."""
_BRANCHES = 6


class Hibari:
    """The engine. Loads with the first clause, or by ``load``."""

    name = "hibari"
    voice = "heart/1"

    def __init__(self, *, rate: int = 48_000) -> None:
        """``rate``: hertz of the sounds."""
        self._rate = rate
        self._loading = threading.Lock()
        self._model: Any = None

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        """Runs in a worker thread; a cancelled call is left to end there unheard."""
        return await anyio.to_thread.run_sync(self.speak, clause, style, abandon_on_cancel=True)

    def speak(self, clause: Clause, style: Style) -> Sound:
        """The same, blocking. Raises VoiceError."""
        text = reading.spoken(clause.text, "en")
        if not text:
            return silence(clause, rate=self._rate, engine=self.name)
        return shape(self._raw(text, style), clause, style, rate=self._rate, engine=self.name)

    def load(self) -> Any:
        """Load now, if nobody has. Blocks about 1 s. Raises VoiceError."""
        with self._loading:
            if self._model is None:
                import hibari

                self._model = hibari.Hibari(model=str(hibari_model.prepared()), threads=1)
                english.g2p()
            return self._model

    async def aclose(self) -> None:
        """Let the model go."""
        self._model = None

    def _raw(self, text: str, style: Style) -> Raw:
        from hibari import dsp

        model = self.load()
        noise = np.random.default_rng(SEED)
        pieces: list[Any] = []
        phones: list[TimedPhone] = []
        samples = 0
        for phonemes in english.sentences(text):
            symbols = [symbol for symbol in phonemes if symbol in model.vocab]
            if not any(symbol.isalpha() for symbol in symbols):
                continue
            *branches, f0, durations = self._run(model, symbols, style)
            f0 = np.where(f0 > _VOICED, f0 * style.pitch, f0)
            pieces.append(dsp.synth(*branches, f0, noise))
            frame = hibari_model.FRAME / dsp.SR
            placed = timed(["", *symbols, ""], durations.reshape(-1), frame, SHIFT)
            at = samples / dsp.SR
            phones += [TimedPhone(p.phone, p.start + at, p.end + at) for p in placed]
            samples += len(pieces[-1])
        if not pieces:
            raise VoiceError(self.name, f"knows no phonemes for {text!r}", retryable=False)
        return Raw(np.concatenate(pieces).astype(np.float32), dsp.SR, tuple(phones))

    @staticmethod
    def _run(model: Any, symbols: list[str], style: Style) -> list[Any]:
        """The six spectral branches' arrays without their batch axis, f0 last, and durations."""
        names = [output.name for output in model.sess.get_outputs()]
        given = {
            "ids": np.asarray([model.ids("".join(symbols))], dtype=np.int64),
            "speed": np.asarray([style.rate], dtype=np.float32),
        }
        results = model.sess.run(names, given)
        return [*(branch[0] for branch in results[:_BRANCHES]), results[_BRANCHES]]
