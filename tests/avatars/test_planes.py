from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatars.planes import Planes, Rect, even

EVEN = st.integers(-20, 20).map(lambda value: 2 * value)
SIDE = st.integers(0, 20).map(lambda value: 2 * value)
RECTS = st.builds(Rect, EVEN, EVEN, SIDE, SIDE)


@pytest.mark.parametrize("odd", [(1, 0, 2, 2), (0, 3, 2, 2), (0, 0, 5, 2), (0, 0, 2, 7)])
def test_odd_rectangles_are_refused(odd: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="even grid"):
        Rect(*odd)


@given(RECTS, RECTS)
def test_what_two_rectangles_share_lies_in_both(one: Rect, other: Rect) -> None:
    shared = one.within(other)

    if shared:
        assert one.covers(shared)
        assert other.covers(shared)
        assert shared == other.within(one)
    if one and one.covers(other) and other:
        assert shared == other


def test_planes_are_views_in_the_order_of_i420() -> None:
    i420 = np.arange(6 * 8, dtype=np.uint8).reshape(6, 8)
    planes = Planes.of(i420)

    assert planes.y.shape == (4, 8)
    assert planes.u.tolist() == [[32, 33, 34, 35], [36, 37, 38, 39]]
    planes.v[1, 3] = 200
    assert i420[5, 7] == 200


def test_a_height_that_four_does_not_divide_has_planes_too() -> None:
    planes = Planes.of(np.arange(9 * 4, dtype=np.uint8).reshape(9, 4))

    assert planes.u.shape == planes.v.shape == (3, 2)
    assert planes.v[-1, -1] == 35


def test_a_copy_of_a_part_touches_no_other_pixel() -> None:
    target = Planes.of(np.zeros((12, 8), np.uint8))
    source = Planes.of(np.full((6, 4), 9, np.uint8))
    place = Rect(2, 4, 4, 4)

    target.at(place).copy_from(source)

    assert int(target.y.sum()) == 9 * 16
    assert int(target.u.sum()) == int(target.v.sum()) == 9 * 4
    assert (target.y[2:6, 4:8] == 9).all()


@given(st.floats(-1e6, 1e6))
def test_even_is_near_and_even(value: float) -> None:
    assert even(value) % 2 == 0
    assert abs(even(value) - value) <= 1
