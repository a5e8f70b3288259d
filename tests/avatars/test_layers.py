import numpy as np
import pytest

from avatars.layers import Pixels, masked, mixed, moved, opaque_box, over


def dot(value: int, alpha: int, at: tuple[int, int] = (4, 5), side: int = 10) -> Pixels:
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[at] = (value, value, value, alpha)
    return pixels


def test_over_is_premultiplied() -> None:
    below = np.full((10, 10, 4), (100, 100, 100, 255), np.uint8)
    over(below, dot(60, 128))
    assert below[4, 5].tolist() == pytest.approx([60 + 50] * 3 + [255], abs=1)
    assert below[0, 0].tolist() == [100, 100, 100, 255]


def test_over_works_on_a_part_of_a_picture() -> None:
    below = np.zeros((20, 20, 4), np.uint8)
    over(below[5:15, 5:15], dot(200, 255))
    assert below[9, 10].tolist() == [200, 200, 200, 255]


def test_masked_and_mixed() -> None:
    mask = np.zeros((10, 10), np.uint8)
    assert not masked(dot(200, 255), mask).any()
    mask[4, 5] = 255
    assert masked(dot(200, 255), mask)[4, 5, 0] == 200
    one, two = dot(200, 255), dot(100, 255)
    assert mixed(one, two, 0.5)[4, 5, 0] == 150
    assert mixed(one, two, -1) is one
    assert mixed(one, two, 2) is two


def test_moved_by_parts_of_a_pixel_and_turned() -> None:
    split = moved(dot(200, 200), 0.5, 0.0)
    assert split[4, 5, 3] == pytest.approx(100, abs=3)
    assert split[4, 6, 3] == pytest.approx(100, abs=3)
    turned = moved(dot(200, 200, at=(4, 7)), 0.0, 0.0, 90.0, (4.0, 4.0))
    assert turned[7, 4, 3] == pytest.approx(200, abs=3)  # clockwise: from right to below


def test_opaque_box() -> None:
    assert opaque_box(dot(1, 1)) == (5, 4, 1, 1)
    assert opaque_box(np.zeros((4, 4, 4), np.uint8))[2:] == (0, 0)
