from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from avatars.drawing import Placement
from avatars.pack import Anchors
from avatars.planes import Rect
from avatars.sheet import POSES
from avatars.warp import Warp, grid
from host.model import Pose

REGION = Rect(20, 30, 500, 300)
PLACE = Placement(0.25, 0.0, 0.0)
ANCHORS = Anchors(
    neck=(640, 1060),
    chin=(640, 998),
    mouth=(640, 886),
    mouth_width=114,
    nose=(638, 812),
    face_width=450,
    shoulders=1160,
    waist=1560,
)
STILL = Pose(smile=0.0, breath=0.5)


@pytest.fixture(scope="module")
def warp() -> Warp:
    return Warp(ANCHORS, np.zeros(grid(REGION).shape[:2], np.float32), REGION, PLACE)


def plain(part: Rect) -> np.ndarray:
    x, y = np.meshgrid(np.arange(part.width), np.arange(part.height))
    return np.stack([x + part.x - REGION.x, y + part.y - REGION.y], axis=-1)


def test_a_still_pose_moves_nothing(warp: Warp) -> None:
    sources = warp.sources(warp.coarse(STILL), REGION)
    assert sources.shape == (500, 300, 2)
    assert np.abs(sources - plain(REGION)).max() < 1e-3


@pytest.mark.parametrize(
    "part", [Rect(20, 30, 500, 300), Rect(34, 46, 100, 62), Rect(518, 30, 2, 300)]
)
def test_a_part_is_cut_from_the_whole(warp: Warp, part: Rect) -> None:
    coarse = warp.coarse(POSES["all at once"])
    whole = warp.sources(coarse, REGION)
    cut = whole[part.y - 20 : part.y - 20 + part.height, part.x - 30 : part.x - 30 + part.width]
    assert np.abs(warp.sources(coarse, part) - cut).max() < 1e-3


def fields(warp: Warp) -> Iterator[np.ndarray]:
    for pose in POSES.values():
        yield warp.sources(warp.coarse(replace(pose, breath=1.0)), REGION) - plain(REGION)


def test_nothing_moves_below_the_waist(warp: Warp) -> None:
    waist = round(1560 * PLACE.scale) - REGION.y
    for field in fields(warp):
        assert np.abs(field[waist + 8 :]).max() < 0.05


def test_the_picture_is_never_folded_or_torn(warp: Warp) -> None:
    for field in fields(warp):
        for axis in (0, 1):
            assert np.abs(np.diff(field, axis=axis)).max() < 0.6


def test_each_movement_goes_its_way(warp: Warp) -> None:
    """Sources lie opposite to where things go. Looked at the nose, the chin and a mouth corner."""

    def went(pose: Pose, point: tuple[float, float]) -> np.ndarray:
        x, y = PLACE.pixel(point)
        field = warp.sources(warp.coarse(pose), REGION) - plain(REGION)
        return np.asarray(-field[round(y) - REGION.y, round(x) - REGION.x])

    assert went(replace(STILL, head_x=1.0), ANCHORS.nose)[0] > 1
    assert went(replace(STILL, head_y=1.0), ANCHORS.nose)[1] > 1
    assert went(replace(STILL, head_roll=1.0), ANCHORS.nose)[0] > 1  # clockwise about the neck
    assert went(replace(STILL, mouth=STILL.mouth._replace(open=1.0)), ANCHORS.chin)[1] > 1
    corner = (ANCHORS.mouth[0] + 57, ANCHORS.mouth[1])
    smile = went(replace(STILL, smile=1.0), corner)
    assert smile[0] > 0.5
    assert smile[1] < -1
    assert went(replace(STILL, breath=1.0), (640, 1160))[1] < -0.2


def test_the_grid_is_what_resize_takes_it_to_be() -> None:
    coarse = grid(REGION)
    size = (coarse.shape[1] * 8, coarse.shape[0] * 8)
    fine = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)[8:508, 8:308]
    assert np.abs(fine - plain(REGION)).max() < 1e-3
