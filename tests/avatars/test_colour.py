import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatars.colour import bgr_to_i420, i420_to_bgr


def reference(blue: float, green: float, red: float) -> tuple[float, float, float]:
    """ITU-R BT.709-6 written out, in 8-bit limited range."""
    r, g, b = red / 255, green / 255, blue / 255
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_flat_colour_is_bt709_limited(blue: int, green: int, red: int) -> None:
    bgr = np.empty((4, 6, 3), np.uint8)
    bgr[:] = (blue, green, red)
    planes = bgr_to_i420(bgr)
    assert planes.shape == (6, 6)
    y, u, v = reference(blue, green, red)
    assert np.abs(planes[:4] - y).max() <= 1
    chroma = planes[4:].reshape(2, 2, 3)
    assert np.abs(chroma[0] - u).max() <= 1
    assert np.abs(chroma[1] - v).max() <= 1


def test_known_codes() -> None:
    white = np.full((2, 2, 3), 255, np.uint8)
    assert bgr_to_i420(white).tolist() == [[235, 235], [235, 235], [128, 128]]
    assert bgr_to_i420(white * 0).tolist() == [[16, 16], [16, 16], [128, 128]]
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 2] = 255
    assert bgr_to_i420(red).ravel().tolist() == [63, 63, 63, 63, 102, 240]


def test_chroma_is_the_mean_of_its_four_pixels() -> None:
    bgr = np.zeros((2, 2, 3), np.uint8)
    bgr[0, 0] = (0, 0, 255)
    u = bgr_to_i420(bgr)[2, 0]
    assert abs(int(u) - (128 + (102 - 128) / 4)) <= 1


def test_odd_sides_are_refused() -> None:
    with pytest.raises(ValueError, match="even sides"):
        bgr_to_i420(np.zeros((3, 4, 3), np.uint8))


def test_there_and_back() -> None:
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    bgr = np.dstack([np.tile(ramp, (8, 1)), np.tile(ramp[::-1], (8, 1)), np.full((8, 64), 90)])
    back = i420_to_bgr(bgr_to_i420(bgr.astype(np.uint8)))
    assert np.abs(back.astype(int) - bgr).max() <= 6
