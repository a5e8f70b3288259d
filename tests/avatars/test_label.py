from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from avatars.colour import bgr_to_i420
from avatars.label import LEAST_HEIGHT, Label
from avatars.layout import layout_for
from avatars.planes import Planes
from host.model import Format, Lang, VideoFormat

SIZES = [(720, 1280), (1280, 720), (1080, 1920), (360, 640)]


def luma_under(label: Label, fmt: Format, ground: int) -> NDArray[np.uint8]:
    shape = (fmt.video.height, fmt.video.width, 3)
    planes = Planes.of(bgr_to_i420(np.full(shape, ground, np.uint8)))
    label.apply(planes)
    return planes.at(label.rect).y


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_letters_are_a_twentieth_of_the_short_side(width: int, height: int, lang: Lang) -> None:
    fmt = Format(VideoFormat(width=width, height=height))
    luma = luma_under(Label(fmt, lang), fmt, 0)
    # The first letter of both is the capital A, the lowest of all capitals and Hanzi.
    lit = luma > 150  # the accent at the left is darker
    letters = _letters(lit)

    assert len(letters) >= (6 if lang == "zh" else 15)
    assert letters[0] >= LEAST_HEIGHT * min(width, height)
    if lang == "zh":
        assert min(letters) >= LEAST_HEIGHT * min(width, height)


def _letters(lit: NDArray[np.bool_]) -> list[int]:
    """Heights of the runs of lit columns, in px, from the left."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], lit.any(axis=0).astype(int), [0]))))
    heights = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        rows = np.flatnonzero(lit[:, begin:end].any(axis=1))
        heights.append(int(rows[-1] - rows[0] + 1))
    return heights


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_it_is_legible_on_any_ground(ground: int) -> None:
    fmt = Format()
    luma = luma_under(Label(fmt, "zh"), fmt, ground)

    bright, dark = np.percentile(luma, 99), np.percentile(luma, 20)
    # WCAG 2.2, contrast ratio of large text: 3 at least, 4.5 better.
    assert _ratio(bright, dark) >= 4.5


def _ratio(bright: float, dark: float) -> float:
    light, shade = (((luma - 16) / 219) ** 2.2 + 0.05 for luma in (bright, dark))
    return float(light / shade)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_two_languages_stand_under_each_other_in_the_safe_area(width: int, height: int) -> None:
    fmt = Format(VideoFormat(width=width, height=height))
    both, one = Label(fmt, "zh", "en"), Label(fmt, "zh")

    assert layout_for(fmt.video).safe.rect(fmt.video).covers(both.rect)
    assert both.rect.height > 2 * one.rect.height
    assert both.rect.covers(one.rect)


def test_a_label_without_a_language_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one language"):
        Label(Format())
