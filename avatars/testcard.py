"""The test card: a coded frame counter and a tone that changes in step with it.

Picture and sound of tick ``n`` are pure functions of ``n``. A recording of them shows which frame
and which sound came together, over offsets of seconds; a flash and a beep a second would hide an
offset of whole seconds (a prototype's did hide 3.0 s).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatars.canvas import Canvas, rounded
from avatars.colour import bgr_to_i420
from avatars.fonts import font
from avatars.label import Label
from avatars.planes import Planes, Rect, even
from avatars.sprite import Sprite
from host.model import Format, VideoFormat

COUNTER_BITS = 32
"""Bits of the counter, the highest first, in the upper row of blocks."""
CHECK_BITS = 8
"""Bits of its checksum, in the lower row, each four blocks wide."""
STEP_TICKS = 5
"""Ticks that a tone lasts."""
TONES = 32
"""Number of tones; even ones in even steps, odd ones in odd steps."""

_BLACK, _WHITE = 16, 235
_TOP = 4
"""Rows above the code, luma px."""
_BLOCK_HEIGHT = 18
"""Of a row of blocks, luma px: both rows end above the AI notice in 1280x720."""
_AMPLITUDE = 0.2
_LOWEST, _HIGHEST = 400.0, 3500.0
"""Hertz: what a phone's loudspeaker and AAC at 128 kbit/s carry well."""
_BARS = ((191, 191, 191), (0, 191, 191), (191, 191, 0), (0, 191, 0), (191, 0, 191), (0, 0, 191),
         (191, 0, 0))  # fmt: skip
"""BGR of the 75 % colour bars, ITU-R BT.471."""


class TestCard:
    """Draws test cards into one frame that is kept."""

    __test__ = False  # pytest: not a test, whatever its name

    def __init__(self, fmt: Format) -> None:
        self._video = video = fmt.video
        self._frame = bgr_to_i420(_bars(video))
        self._planes = Planes.of(self._frame)
        Label(fmt, "zh", "en").apply(self._planes)
        em = even(0.13 * min(video.width, video.height))
        self._digits, self._digit_width = _digits(em)
        top = even(0.45 * video.height)
        self._number = Rect(top, 0, self._digits[0].rect.height, video.width)
        band = top + self._number.height
        self._sweep = Rect(band, 0, even(0.05 * video.height), video.width)

    def frame(self, n: int) -> NDArray[np.uint8]:
        """Test card ``n``, 0 <= n < 2**32: I420, shape (height * 3 / 2, width).

        The same array in every call, changed in place: copy what is to be kept.
        """
        self._code(n)
        _paint(self._planes.at(self._number), _BLACK)
        text = f"{n:08d}"
        x = even((self._video.width - len(text) * self._digit_width) / 2)
        for char in text:
            self._digits[int(char)].moved(self._number.y, x).blend(self._planes, self._number)
            x += self._digit_width
        self._sweep_to(n)
        return self._frame

    def _code(self, n: int) -> None:
        width, left = _block(self._video.width)
        counter = [(n >> shift) & 1 for shift in reversed(range(COUNTER_BITS))]
        check = [(checksum(n) >> shift) & 1 for shift in reversed(range(CHECK_BITS))]
        wide = np.repeat(check, COUNTER_BITS // CHECK_BITS)
        for row, bits in enumerate((np.array(counter), wide)):
            top = _TOP + row * _BLOCK_HEIGHT
            luma = np.where(np.repeat(bits, width), _WHITE, _BLACK).astype(np.uint8)
            self._planes.y[top : top + _BLOCK_HEIGHT, left : left + len(luma)] = luma

    def _sweep_to(self, n: int) -> None:
        """A bar that crosses the picture in two seconds: stutter is seen at a glance."""
        _paint(self._planes.at(self._sweep), _BLACK)
        period = 2 * self._video.fps
        width = even(self._video.width / 24)
        x = even((n % period) / period * (self._video.width - width))
        bar = Rect(self._sweep.y, x, self._sweep.height, width)
        _paint(self._planes.at(bar), _WHITE)


def draw(n: int, fmt: Format) -> NDArray[np.uint8]:
    """Test card ``n`` alone, as a new array; ``TestCard`` is for a run of them."""
    return TestCard(fmt).frame(n)


def tone(n: int, fmt: Format) -> NDArray[np.float32]:
    """The sound of tick ``n``: shape (samples, 2), −1…1, without a click between ticks."""
    frequency = tone_hertz(fmt.video.fps)[tone_of(n)]
    # A step holds a whole number of periods, so each begins at phase 0 where the last one ended.
    at = np.arange(fmt.samples) + (n % STEP_TICKS) * fmt.samples
    wave = _AMPLITUDE * np.sin(2 * np.pi * frequency / fmt.audio.rate * at)
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


def tone_of(n: int) -> int:
    """Which of the ``TONES`` sounds in tick ``n``: never the same in two steps running.

    Four steps in a row name their place among 160 (test_testcard.py holds it to that).
    """
    step = n // STEP_TICKS
    return 2 * (_mixed(step) % (TONES // 2)) + step % 2


def tone_hertz(fps: int) -> NDArray[np.float64]:
    """Frequencies of the tones, geometric, each with whole periods in a step."""
    grid = fps / STEP_TICKS
    return np.asarray(np.round(np.geomspace(_LOWEST, _HIGHEST, TONES) / grid) * grid)


def checksum(n: int) -> int:
    """CRC-8 (polynomial 0x07, start 0xFF) of the counter's four bytes, highest first.

    All black and all white are then no valid code.
    """
    crc = 0xFF
    for byte in n.to_bytes(4, "big"):
        crc ^= byte
        for _ in range(8):
            crc = ((crc << 1) ^ (0x07 if crc & 0x80 else 0)) & 0xFF
    return crc


def read_counter(picture: NDArray[np.uint8], *, luma: bool = False) -> int | None:
    """The counter in a decoded picture; None where there is no valid one.

    ``picture``: I420 of shape (height * 3 / 2, width), or with ``luma`` the Y plane alone.
    """
    width, left = _block(picture.shape[1])
    value = 0
    rows = []
    for row in range(2):
        top = _TOP + row * _BLOCK_HEIGHT
        # The middle of each block: its edges are where the codec smears.
        band = picture[top + 5 : top + _BLOCK_HEIGHT - 5, left : left + width * COUNTER_BITS]
        blocks = band.reshape(band.shape[0], COUNTER_BITS, width)[..., width // 4 : -(width // 4)]
        rows.append(blocks.mean(axis=(0, 2)))
    counter, wide = rows
    check = wide.reshape(CHECK_BITS, -1).mean(axis=1)
    seen = np.concatenate([counter, check])
    if np.any((seen > 90) & (seen < 160)):
        return None
    for level in counter:
        value = value << 1 | int(level > 125)
    expected = [(checksum(value) >> shift) & 1 for shift in reversed(range(CHECK_BITS))]
    return value if [int(level > 125) for level in check] == expected else None


def tone_index(samples: NDArray[np.float32], rate: int, fps: int = 25) -> int | None:
    """Which tone sounds in ``samples``, shape (count,) or (count, channels); None in silence.

    ``rate``: Hertz. 20 ms are enough to tell neighbours (29 Hz apart or more) in a clean sound.
    """
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    if len(mono) == 0 or float(np.sqrt(np.mean(np.square(mono)))) < _AMPLITUDE / 20:
        return None
    at = np.arange(len(mono)) / rate
    window = np.hanning(len(mono))
    waves = np.exp(-2j * np.pi * tone_hertz(fps)[:, None] * at)
    return int(np.argmax(np.abs(waves @ (window * mono))))


def _mixed(step: int) -> int:
    """Spread the bits of a step over all others (the finaliser of MurmurHash3, 32 bits)."""
    bits = step & 0xFFFFFFFF
    bits = ((bits ^ bits >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
    bits = ((bits ^ bits >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
    return bits ^ bits >> 16


def _block(width: int) -> tuple[int, int]:
    """Width of a block, and where the first begins, luma px; at least 16 from 512 px up."""
    block = width // COUNTER_BITS // 2 * 2
    return block, even((width - block * COUNTER_BITS) / 2)


def _bars(video: VideoFormat) -> NDArray[np.uint8]:
    edges = np.linspace(0, video.width, len(_BARS) + 1).astype(int)
    bgr = np.zeros((video.height, video.width, 3), np.uint8)
    for colour, left, right in zip(_BARS, edges, edges[1:], strict=False):
        bgr[:, left:right] = colour
    code = _TOP + 2 * _BLOCK_HEIGHT
    bgr[: code + _TOP] = 0
    bottom = video.height * 4 // 5
    bgr[bottom:] = np.linspace(0, 255, video.width).astype(np.uint8)[None, :, None]
    return bgr


def _digits(em: int) -> tuple[list[Sprite], int]:
    """The ten digits at the origin, all of one size, and their width in luma px."""
    face = font(em, 700)
    width, height = even(0.62 * em), even(1.1 * em)
    plate = rounded(width, height, 1)
    drawn = []
    for digit in range(10):
        canvas = Canvas(width, height)
        canvas.fill(plate, (0, 0, 0))
        canvas.text(str(digit), face, (255, 255, 255), width / 2, 0.92 * em, anchor="m")
        drawn.append(canvas.sprite(0, 0))
    return drawn, width


def _paint(planes: Planes, luma: int) -> None:
    planes.y[:] = luma
    planes.u[:] = 128
    planes.v[:] = 128
