"""The metadata label of files: made by AI, and by whom."""

from __future__ import annotations

import json

COMMENT = "AIGC: AI-generated host (livehost)"
"""The metadata label as a person reads it."""


def label(room: str, produced: str) -> str:
    """The metadata label as GB 45438-2025 asks for it, for the container's key ``AIGC``.

    ``produced``: what names this file for its producer. Nobody has propagated it yet.
    """
    said = {
        "Label": "1",  # it is AI-generated
        "ContentProducer": f"livehost/{room}",
        "ProduceID": produced,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps(said, separators=(",", ":"))
