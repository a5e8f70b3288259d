from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from avatars.colour import bgr_to_i420
from avatars.planes import Planes, Rect
from avatars.sprite import Sprite


def ground() -> NDArray[np.uint8]:
    """A frame of 32x32 px in colours that differ from pixel to pixel."""
    bgr = np.random.default_rng(3).integers(0, 256, (32, 32, 3), np.uint8)
    return bgr_to_i420(bgr)


def solid(alpha: int, height: int = 8, width: int = 8) -> NDArray[np.uint8]:
    """RGBA of one orange."""
    rgba = np.empty((height, width, 4), np.uint8)
    rgba[:] = (240, 120, 20, alpha)
    return rgba


def colour_of(rgba: tuple[int, int, int]) -> tuple[int, int, int]:
    i420 = bgr_to_i420(np.full((2, 2, 3), rgba[::-1], np.uint8)).reshape(-1)
    return int(i420[0]), int(i420[4]), int(i420[5])


def test_an_opaque_sprite_covers_what_lies_below() -> None:
    frame = ground()
    Sprite.of(solid(255), 8, 4).blend(Planes.of(frame), Rect(0, 0, 32, 32))
    seen = Planes.of(frame)

    y, u, v = colour_of((240, 120, 20))
    assert np.abs(seen.y[8:16, 4:12].astype(int) - y).max() <= 1
    assert np.abs(seen.u[4:8, 2:6].astype(int) - u).max() <= 1
    assert np.abs(seen.v[4:8, 2:6].astype(int) - v).max() <= 1


def test_a_transparent_sprite_leaves_the_frame_as_it_is() -> None:
    frame = ground()
    Sprite.of(solid(0), 8, 4).blend(Planes.of(frame), Rect(0, 0, 32, 32))

    assert np.array_equal(frame, ground())


def test_half_alpha_is_the_mean_in_every_plane() -> None:
    frame = ground()
    Sprite.of(solid(128), 0, 0).blend(Planes.of(frame), Rect(0, 0, 32, 32))
    before, seen = Planes.of(ground()), Planes.of(frame)

    y, u, v = colour_of((240, 120, 20))
    for plane, was, colour in (
        (seen.y[:8, :8], before.y[:8, :8], y),
        (seen.u[:4, :4], before.u[:4, :4], u),
        (seen.v[:4, :4], before.v[:4, :4], v),
    ):
        wanted = was.astype(float) * (1 - 128 / 255) + colour * 128 / 255
        assert np.abs(plane - wanted).max() <= 2


def test_only_the_asked_part_is_blended() -> None:
    frame = ground()
    Sprite.of(solid(255), 8, 4).blend(Planes.of(frame), Rect(12, 0, 20, 32))

    seen, before = Planes.of(frame), Planes.of(ground())
    assert np.array_equal(seen.y[:12], before.y[:12])
    assert not np.array_equal(seen.y[12:16, 4:12], before.y[12:16, 4:12])


@pytest.mark.parametrize(("y", "x", "height", "width"), [(3, 5, 7, 9), (2, 5, 8, 8), (0, 0, 7, 7)])
def test_odd_places_and_sizes_are_padded_not_moved(y: int, x: int, height: int, width: int) -> None:
    frame = bgr_to_i420(np.zeros((32, 32, 3), np.uint8))
    Sprite.of(solid(255, height, width), y, x).blend(Planes.of(frame), Rect(0, 0, 32, 32))
    rows, columns = np.nonzero(Planes.of(frame).y > 16)

    assert (rows.min(), rows.max()) == (y, y + height - 1)
    assert (columns.min(), columns.max()) == (x, x + width - 1)


def test_a_sprite_over_the_edge_is_cut() -> None:
    frame = ground()
    Sprite.of(solid(255), -4, 28).blend(Planes.of(frame), Rect(0, 0, 32, 32))

    assert not np.array_equal(Planes.of(frame).y[:4, 28:], Planes.of(ground()).y[:4, 28:])


def test_fading_goes_from_nothing_to_the_sprite() -> None:
    whole = Sprite.of(solid(200), 0, 0)
    frames = []
    for level in (0.0, 0.5, 1.0):
        frame = ground()
        whole.faded(level).blend(Planes.of(frame), Rect(0, 0, 32, 32))
        frames.append(frame.astype(int))
    sharp = ground()
    whole.blend(Planes.of(sharp), Rect(0, 0, 32, 32))

    assert np.array_equal(frames[0], ground())
    assert np.abs(frames[2] - sharp).max() <= 1
    assert np.abs(frames[1] - (frames[0] + frames[2]) / 2).max() <= 2
