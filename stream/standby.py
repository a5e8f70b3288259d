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

    One that breaks gives way to the next, and is tried again when that has been shown once.
    Decoded as it is shown, so that a clip of any length costs no memory; the first frame is
    decoded ahead, so that a cut to it costs no time.
    """

    def __init__(self, paths: tuple[str, ...], fmt: Format) -> None:
        self._paths = paths
        self._format = fmt
        self.unreadable: list[str] = []
        """Why the better clips were passed over at the start."""
        self._at = 0
        self._frames: Iterator[NDArray[np.uint8]] = iter(())
        self._pause = 0  # frames until all are tried again
        self._next = _black(fmt)
        for at, path in enumerate(paths):
            try:
                self._begin(at)
                self._next = next(self._frames)
                return
            except _BROKEN as error:
                self.unreadable.append(f"{path}: {error}")
        self._begin(len(paths))

    def frame(self) -> NDArray[np.uint8]:
        """The next frame: I420, shape (height * 3 / 2, width). Never raises."""
        shown = self._next
        try:
            self._next = self._following(shown)
        except _BROKEN:
            self._begin(self._at + 1)  # with the next frame: one file is opened a tick
        return shown

    def _following(self, shown: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._pause > 0:
            self._pause -= 1
            return shown
        following = next(self._frames, None)
        if following is None:  # its end: on with the best, without a frame that stands still
            self._begin(0)
            following = next(self._frames, shown)
        return following

    def _begin(self, at: int) -> None:
        """Read that clip next; after the last the first, in a second."""
        if at >= len(self._paths):
            at, self._pause = 0, self._format.video.fps
        self._at = at
        self._frames = _once(self._paths[at], self._format) if self._paths else iter(())


def _once(path: str, fmt: Format) -> Iterator[NDArray[np.uint8]]:
    """A clip's frames. Raises what ``_BROKEN`` lists, ValueError where there is none."""
    shown = False
    with av.open(path) as clip:
        for frame in clip.decode(video=0):
            if (frame.width, frame.height) != (fmt.video.width, fmt.video.height):
                frame = frame.reformat(fmt.video.width, fmt.video.height)
            yield frame.reformat(format="yuv420p").to_ndarray().astype(np.uint8, copy=False)
            shown = True
    if not shown:
        raise ValueError("no picture in it")


def _black(fmt: Format) -> NDArray[np.uint8]:
    picture = np.full(fmt.frame_shape, 128, np.uint8)
    picture[: fmt.video.height] = 16
    return picture
