"""Faults inside a room's processes: loaded by Python's ``site`` where PYTHONPATH names this folder.

A test writes a file into $LIVEHOST_CHAOS and the fault is there; it takes the file away and the
fault is over. Nothing else of the process is changed.

clock   a number: seconds by which the wall clock is wrong
frame   media: drawing a frame raises
voice   the first voice engine: "garbage" gives sounds that are none, "hang" never replies
memory  a module of media, studio or voice: each frame, line or clause takes 256 MiB first
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from pathlib import Path
from typing import Any

_FOLDER = Path(os.environ.get("LIVEHOST_CHAOS", "/nonexistent"))
_LOOK = 0.05
"""Seconds between looks at a file."""


class _Flag:
    """What a file says now."""

    def __init__(self, name: str) -> None:
        self._path = _FOLDER / name
        self._looked = 0.0
        self._text = ""

    def text(self) -> str:
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            try:
                self._text = self._path.read_text()
            except OSError:
                self._text = ""
        return self._text


def _shift_clock() -> None:
    flag = _Flag("clock")
    real_time, real_ns, real = time.time, time.time_ns, datetime.datetime

    def offset() -> float:
        return float(flag.text() or 0.0)

    class AnyDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, real)

    class Shifted(real, metaclass=AnyDatetime):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return real.now(tz) + datetime.timedelta(seconds=offset())

        @classmethod
        def utcnow(cls) -> Any:
            return real.utcnow() + datetime.timedelta(seconds=offset())

    time.time = lambda: real_time() + offset()
    time.time_ns = lambda: real_ns() + round(offset() * 1e9)
    datetime.datetime = Shifted  # type: ignore[misc]


def _eat() -> None:
    """Take memory, which a limit on it refuses with MemoryError; without one it costs nothing."""
    if _MEMORY.text() == _module():
        import numpy as np

        np.empty(256 * 1024 * 1024, np.uint8)


def _break_planner() -> None:
    from host.planner import Planner

    following = Planner.next

    def plan(*args: Any, **names: Any) -> Any:
        _eat()
        return following(*args, **names)

    Planner.next = plan  # type: ignore[method-assign]


def _break_frames() -> None:
    from avatars.scene import Scene
    from avatars.testcard import TestCard

    flag = _Flag("frame")

    def broken(method: Any) -> Any:
        def frame(*args: Any, **names: Any) -> Any:
            if flag.text():
                raise RuntimeError("told to fail")
            _eat()
            return method(*args, **names)

        return frame

    for drawn in (Scene, TestCard):
        drawn.frame = broken(drawn.frame)  # type: ignore[method-assign]


def _break_voice() -> None:
    import dataclasses

    import anyio
    import numpy as np

    from host.voice.kokoro import Kokoro

    flag = _Flag("voice")
    speak = Kokoro.synthesize
    count = 0

    async def synthesize(self: Kokoro, clause: Any, style: Any) -> Any:
        nonlocal count
        _eat()
        told = flag.text()
        if told == "hang":
            await anyio.sleep_forever()
        sound = await speak(self, clause, style)
        if told == "garbage":
            count += 1
            pcm = sound.pcm
            wrong = (
                {"pcm": np.full_like(pcm, np.nan)},
                {"pcm": pcm[:0]},
                {"pcm": np.random.default_rng(1).normal(0, 1e9, len(pcm)).astype(np.float32)},
                {"rate": 7},
                {"pcm": pcm.astype(np.float64).reshape(1, -1)},
            )
            return dataclasses.replace(sound, **wrong[count % len(wrong)])
        return sound

    Kokoro.synthesize = synthesize  # type: ignore[method-assign]


_MEMORY = _Flag("memory")


def _module() -> str:
    words = sys.orig_argv
    return words[words.index("-m") + 1] if "-m" in words[:-1] else ""


if _FOLDER.is_dir():
    _shift_clock()
    if _module() == "host.media":
        _break_frames()
    elif _module() == "host.studio":
        _break_planner()
    elif _module() == "host.voice":
        _break_voice()
