"""Makes at set-up what engines need at run time, so that the first start is as quick as any."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Step about to be done, its number from 0, how many there are; at the end ``("", n, n)``."""


def prepare(folder: Path | None = None, progress: Progress | None = None) -> None:
    """Prepare the offline voices' models and dictionaries in ``folder`` (default: ``models.home``).

    What is there already is kept; 6 s on two cores when nothing is. Raises VoiceError.
    """
    if folder is not None:
        os.environ["LIVEHOST_CACHE"] = str(folder)
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Chinese voice (Kokoro)", _kokoro),
        ("English voice (hibari)", _hibari),
        ("Chinese words (jieba)", _words),
    )
    for number, (name, make) in enumerate(steps):
        if progress is not None:
            progress(name, number, len(steps))
        make()
    if progress is not None:
        progress("", len(steps), len(steps))


def _kokoro() -> None:
    from host.voice import kokoro_model

    kokoro_model.prepared()


def _hibari() -> None:
    from host.voice import hibari_model

    hibari_model.prepared()


def _words() -> None:
    from host.voice import words

    words.prepared()
