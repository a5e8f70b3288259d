"""The stand-by picture: the set, the host idling, the AI notice; no card, no price, no claim.

``python -m avatars.standby --bundle DIR`` writes the clips that ship with livehost.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from avatars.background import background as load_background
from avatars.canvas import Canvas, rounded
from avatars.colour import bgr_to_i420
from avatars.fonts import font
from avatars.label import Label
from avatars.layout import layout_for
from avatars.planes import Planes, even
from avatars.sprite import Sprite
from host.model import Format, Lang, Patch, VideoFormat

LOOP_SECONDS = 2
"""Period of what moves by itself: a clip of a multiple of it loops without a jump."""
TEXTS: dict[Lang, str] = {"zh": "马上回来", "en": "Back in a moment"}

_PLATE = (16, 20, 34)
_INK = (255, 255, 255)
_DOT = (255, 214, 92)
_DOTS = 3


class Standby:
    """Draws stand-by frames for a picture size."""

    def __init__(self, fmt: Format, *langs: Lang, background: Path | None = None) -> None:
        """``langs``: of the notice and the message, at least one; ``background``: as a Scene's."""
        video = fmt.video
        self._period = LOOP_SECONDS * video.fps
        self.background = load_background(video, background)
        """What the host stands before: BGR, shape (height, width, 3)."""
        self._clean = bgr_to_i420(self.background)
        self._frame = self._clean.copy()
        self._below, self._shown = Planes.of(self._clean), Planes.of(self._frame)
        self._plate, self._dots = _message(video, langs)
        self._label = Label(fmt, *langs)

    def frame(self, patches: Sequence[Patch], n: int) -> NDArray[np.uint8]:
        """Frame ``n`` of the clip: I420, shape (height * 3 / 2, width).

        ``patches``: the host's, over ``background``; none: the set without a host. The same array
        in every call, changed in place.
        """
        for patch in patches:
            planes = Planes.of(patch.i420)
            self._below.at(planes.rect.moved(patch.y, patch.x)).copy_from(planes)
        self._shown.copy_from(self._below)
        self._plate.blend(self._shown, self._shown.rect)
        for index, dot in enumerate(self._dots):
            phase = 2 * math.pi * (n % self._period / self._period - index / 6)
            dot.faded(0.6 + 0.4 * math.sin(phase)).blend(self._shown, self._shown.rect)
        self._label.apply(self._shown)
        return self._frame


def write_clip(path: Path, fmt: Format, frames: Iterable[NDArray[np.uint8]]) -> None:
    """Write I420 frames as H.264 in MP4, without sound; the file appears when it is whole.

    Raises av.FFmpegError or OSError where it cannot be written.
    """
    video = fmt.video
    part = path.with_name(path.name + ".part")
    with av.open(str(part), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=video.fps)
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        stream.options = {
            "preset": "slow", "crf": "22", "bf": "0", "tune": "stillimage", "x264-params":
            "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv:keyint=infinite",
        }  # fmt: skip
        for index, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, video.fps)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    part.replace(path)


def bundle(folder: Path) -> list[Path]:
    """Write the clips that lie under every other: no host, both languages, both orientations."""
    written = []
    for name, width, height in (("portrait", 720, 1280), ("landscape", 1280, 720)):
        fmt = Format(VideoFormat(width=width, height=height))
        standby = Standby(fmt, "zh", "en")
        count = LOOP_SECONDS * fmt.video.fps
        path = folder / f"standby-{name}.mp4"
        write_clip(path, fmt, (standby.frame((), n) for n in range(count)))
        written.append(path)
    return written


def _message(video: VideoFormat, langs: Sequence[Lang]) -> tuple[Sprite, list[Sprite]]:
    """The plate with its text before the host, as low as a card or caption, and the dots on it."""
    em = round(0.062 * min(video.width, video.height))
    rows = [(TEXTS[lang], font(em if index == 0 else round(0.56 * em), 700))
            for index, lang in enumerate(langs)]  # fmt: skip
    widest = max(face.getlength(text) for text, face in rows)
    leading, inset, dot = round(0.9 * em), round(0.75 * em), even(0.3 * em)
    width = even(widest + 2 * inset)
    height = even(2 * inset + 0.8 * em + leading * (len(rows) - 1) + 0.9 * em)
    layout = layout_for(video)
    host, card = layout.host.rect(video), layout.card.rect(video)
    left = even(host.x + (host.width - width) / 2)
    top = even(max(card.bottom, layout.caption.rect(video).bottom) - height)
    canvas = Canvas(width, height)
    canvas.fill(rounded(width, height, 0.6 * em), _PLATE, opacity=0.72)
    baseline = inset + 0.72 * em
    for text, face in rows:
        canvas.text(text, face, _INK, width / 2, baseline, anchor="m")
        baseline += leading
    round_dot = rounded(dot, dot, dot / 2)
    dots = []
    for index in range(_DOTS):
        drawn = Canvas(dot, dot)
        drawn.fill(round_dot, _DOT)
        x = even(left + width / 2 + (index - (_DOTS - 1) / 2) * 2.2 * dot - dot / 2)
        dots.append(drawn.sprite(even(top + height - inset - dot / 2), x))
    return canvas.sprite(top, left), dots


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m avatars.standby", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, metavar="DIR")
    bundle(parser.parse_args().bundle)


if __name__ == "__main__":
    _main()
