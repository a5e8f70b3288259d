"""hibari's model with the lengths of its phonemes as one more output."""

from __future__ import annotations

import hashlib
from pathlib import Path

from host.voice import models

ENGINE = "hibari"
DURATIONS = "/Clip_output_0"
"""float32: frames of each phoneme."""
FRAME = 600
"""Samples of a frame, at 24 kHz: 25 ms."""

_LAYOUT = 1


def prepared() -> Path:
    """The model, made now if it is not there yet. Raises VoiceError."""
    source = models.package_folder("hibari", ENGINE) / "assets" / "hibari.onnx"
    blob = source.read_bytes()
    digest = hashlib.sha256(blob).hexdigest()
    path = models.home() / f"hibari-{digest[:12]}-{_LAYOUT}.onnx"
    if not path.exists():
        import onnx  # 0.1 s that a start with the file in place does without

        model = onnx.load_from_string(blob)
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(DURATIONS))
        models.write_whole(path, model.SerializeToString())
    return path
