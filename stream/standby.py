"""The clip under everything: shown whenever the programme is late, held or gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from host.model import Format

ASSETS = Path(__file__).parent / "assets"
_BROKEN = (OSError, IndexError, ValueError, av.FFmpegError)
"""What PyAV raises on a file that is none, has no video stream or is damaged."""


def bundled(fmt: Format) -> Path:
    """The labelled clip that ships with livehost, for this orientation."""
    upright = fmt.video.height >= fmt.video.width
    return ASSETS / f"standby-{'portrait' if upright else 'landscape'}.mp4"


class StandbyClip:
    """Frames of the first clip that can be read, in a loop; black under the last resort.

    Decoded as it is shown, so that a clip of any length costs no memory; the first frame is
    decoded ahead, so that a cut to it costs no time.
    """

    def __init__(self, paths: tuple[str, ...], fmt: Format) -> None:
        self._format = fmt
        self.unreadable: list[str] = []
        """Why the better clips were passed over."""
        for path in paths:
            try:
                self._frames = _loop(path, fmt)
                self._next = next(self._frames)
                return
            except StopIteration:
                self.unreadable.append(f"{path}: no picture in it")
            except _BROKEN as error:
                self.unreadable.append(f"{path}: {error}")
        self._frames = iter(())
        self._next = _black(fmt)

    def frame(self) -> NDArray[np.uint8]:
        """The next frame: I420, shape (height * 3 / 2, width). Never raises."""
        shown = self._next
        try:
            self._next = next(self._frames, shown)
        except _BROKEN:
            self._frames = iter(())
        return shown


def _loop(path: str, fmt: Format) -> Iterator[NDArray[np.uint8]]:
    shown = True
    while shown:
        shown = False
        with av.open(path) as clip:
            for frame in clip.decode(video=0):
                if (frame.width, frame.height) != (fmt.video.width, fmt.video.height):
                    frame = frame.reformat(fmt.video.width, fmt.video.height)
                yield frame.reformat(format="yuv420p").to_ndarray().astype(np.uint8, copy=False)
                shown = True


def _black(fmt: Format) -> NDArray[np.uint8]:
    picture = np.full(fmt.frame_shape, 128, np.uint8)
    picture[: fmt.video.height] = 16
    return picture
