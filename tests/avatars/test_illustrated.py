from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from avatars.avatar import Avatar
from avatars.colour import bgr_to_i420
from avatars.illustrated import IllustratedAvatar, place
from avatars.mouth import aperture
from avatars.pack import Pack, find, load
from avatars.planes import Planes, Rect
from avatars.sheet import POSES
from host.model import Mouth, Patch, Pose

WIDTH, HEIGHT = 360, 640
REST = Pose(smile=0.45)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(find("xiaoyu"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def background() -> NDArray[np.uint8]:
    picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    picture[::16] = (40, 90, 200)
    return picture


@pytest.fixture(scope="module")
def avatar(pack: Pack, background: NDArray[np.uint8], kept: Path) -> IllustratedAvatar:
    return IllustratedAvatar(pack, background, kept_in=kept)


def shown(patches: list[Patch], background: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The whole I420 frame."""
    frame = bgr_to_i420(background)
    planes = Planes.of(frame)
    for patch in patches:
        part = Planes.of(patch.i420)
        planes.at(part.rect.moved(patch.y, patch.x)).copy_from(part)
    return frame


unit, signed = st.floats(0, 1), st.floats(-1, 1)
poses = st.builds(
    Pose,
    mouth=st.builds(Mouth, unit, signed, unit, unit, unit, unit),
    eye_left=unit,
    eye_right=unit,
    gaze_x=signed,
    gaze_y=signed,
    brow=signed,
    smile=unit,
    head_x=signed,
    head_y=signed,
    head_roll=signed,
    breath=unit,
)


@settings(deadline=None, max_examples=25)
@given(poses, st.sampled_from([0, 1, 2]))
def test_patches_are_even_inside_and_always_the_same_pixels(
    avatar: IllustratedAvatar, pose: Pose, cost: int
) -> None:
    patches = avatar.frame(pose, cost)
    rects: list[Rect] = []
    for patch in patches:
        assert patch.i420.dtype == np.uint8
        rect = Planes.of(patch.i420).rect.moved(patch.y, patch.x)  # raises off the even grid
        assert avatar.region.covers(rect)
        assert not any(rect.within(other) for other in rects)
        rects.append(rect)
    assert rects == [Planes.of(p.i420).rect.moved(p.y, p.x) for p in avatar.frame(REST)]


def test_a_frame_depends_on_its_pose_alone(avatar: IllustratedAvatar) -> None:
    first = [patch.i420.copy() for patch in avatar.frame(POSES["a"])]
    for cost, pose in enumerate(POSES.values()):
        avatar.frame(pose, cost % 3)
    again = avatar.frame(POSES["a"])
    assert all(np.array_equal(a, b.i420) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("name", [name for name in POSES if name not in ("rest", "smile 0")])
def test_every_movement_is_seen(
    avatar: IllustratedAvatar, background: NDArray[np.uint8], name: str
) -> None:
    still = shown(avatar.frame(REST), background)[:HEIGHT].astype(int)
    moved = shown(avatar.frame(POSES[name]), background)[:HEIGHT]
    assert (np.abs(moved - still) > 12).sum() > 12


def test_a_still_body_at_less_cost(avatar: IllustratedAvatar) -> None:
    swaying = replace(POSES["a"], head_x=1.0, head_roll=-1.0)
    assert all(
        np.array_equal(a.i420, b.i420)
        for a, b in zip(avatar.frame(swaying, 1), avatar.frame(POSES["a"], 2), strict=True)
    )
    talking, silent = avatar.frame(POSES["a"], 1), avatar.frame(REST, 1)
    assert any(not np.array_equal(a.i420, b.i420) for a, b in zip(talking, silent, strict=True))


def test_what_stands_still_is_the_same_patch(avatar: IllustratedAvatar) -> None:
    assert avatar.frame(REST)[-1] is avatar.frame(POSES["all at once"])[-1]


def dark_mouth(avatar: IllustratedAvatar, mouth: Mouth) -> int:
    """Pixels darker than lips: the mouth's inside, tongue and all."""
    planes = avatar.frame(Pose(mouth=mouth, smile=0.0))
    scale = WIDTH / 1161
    x, y = (640 - 60) * scale, (886 - 20) * scale
    for patch in planes:
        luma = Planes.of(patch.i420).y
        top, left = int(y) - patch.y, int(x) - patch.x
        if 0 <= top < len(luma) - 20:
            return int((luma[top - 8 : top + 24, left - 8 : left + 8] < 100).sum())
    raise AssertionError("no patch holds the mouth")


def test_the_mouth_opens_with_the_track_and_shuts_when_pressed(avatar: IllustratedAvatar) -> None:
    openings = [dark_mouth(avatar, Mouth(open=level / 10)) for level in range(11)]
    assert openings[0] == 0
    assert openings == sorted(openings)
    assert openings[-1] > 80
    assert dark_mouth(avatar, Mouth(open=1.0, press=1.0)) == 0


@given(unit, unit, unit)
def test_aperture_grows_with_open_and_shrinks_with_press(a: float, b: float, other: float) -> None:
    low, high = sorted((a, b))
    assert aperture(Mouth(open=low, tuck=other)) <= aperture(Mouth(open=high, tuck=other))
    assert aperture(Mouth(open=other, press=high)) <= aperture(Mouth(open=other, press=low))
    assert aperture(Mouth(open=other, press=1.0)) == 0.0


def test_lids_shut_whole(avatar: IllustratedAvatar, background: NDArray[np.uint8]) -> None:
    """A shut eye shows no white: nothing there is as bright as an open eye's."""
    scale = WIDTH / 1161
    y, x = int((718 - 20) * scale), int((712 - 60) * scale)
    window = (slice(y - 3, y + 4), slice(x - 3, x + 4))
    white = shown(avatar.frame(replace(REST, gaze_x=1.0)), background)[:HEIGHT][window]
    lid = shown(avatar.frame(replace(REST, eye_left=0.0, eye_right=0.0)), background)[:HEIGHT]
    assert white.mean() > lid[window].mean() + 8


def test_the_background_shows_beside_the_figure(
    avatar: IllustratedAvatar, background: NDArray[np.uint8]
) -> None:
    frame, empty = shown(avatar.frame(POSES["roll 1"]), background), bgr_to_i420(background)
    corner = (slice(avatar.region.y, avatar.region.y + 4), slice(0, WIDTH))
    assert np.abs(frame[corner].astype(int) - empty[corner]).max() <= 1


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (540, 960)])
def test_the_face_is_whole_in_every_shape(pack: Pack, width: int, height: int) -> None:
    placement = place(pack, width, height)
    anchors = pack.spec.anchors
    top, chin = placement.pixel((640, 310)), placement.pixel(anchors.chin)
    assert 0.02 * height < top[1] < 0.2 * height
    assert chin[1] < 0.65 * height
    assert 0.3 * width < chin[0] < 0.7 * width


def test_sizes_and_protocol(pack: Pack, kept: Path) -> None:
    wide: Avatar = IllustratedAvatar(pack, np.zeros((180, 320, 3), np.uint8), kept_in=kept)
    assert wide.region.bottom == 180
    assert wide.frame(REST)
    wide.close()
    with pytest.raises(ValueError, match="even sides"):
        IllustratedAvatar(pack, np.zeros((181, 320, 3), np.uint8))
