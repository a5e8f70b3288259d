from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from avatars import background as module
from avatars.background import background, bundled
from avatars.svg import rasterise
from host.errors import ConfigError
from host.model import VideoFormat


@pytest.mark.parametrize(("width", "height"), [(360, 640), (640, 360)])
def test_the_bundled_set_fills_the_picture(width: int, height: int) -> None:
    image = background(VideoFormat(width, height))

    assert image.shape == (height, width, 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert image.std() > 20
    assert np.array_equal(image, background(VideoFormat(width, height)))


def test_the_bundled_set_is_drawn_once_and_anew_when_what_was_kept_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEHOST_CACHE", str(tmp_path))
    drawn: list[Path] = []

    def draw(path: Path, width: int, height: int) -> NDArray[np.uint8]:
        drawn.append(path)
        return rasterise(path, width, height)

    monkeypatch.setattr(module, "rasterise", draw)
    video = VideoFormat(360, 640)
    first = background(video)
    assert np.array_equal(background(video), first)
    assert len(drawn) == 1
    (kept,) = (tmp_path / "faces").iterdir()
    for broken in (b"", kept.read_bytes()[:500], b"\x93NUMPY\x01\x00"):
        kept.write_bytes(broken)
        assert np.array_equal(background(video), first)
    assert len(drawn) == 4
    background(VideoFormat(180, 320))
    assert len(drawn) == 5


def test_a_folder_that_cannot_be_written_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("LIVEHOST_CACHE", str(tmp_path / "file"))
    assert background(VideoFormat(180, 320)).shape == (320, 180, 3)


def test_each_orientation_has_its_own_set() -> None:
    assert bundled(VideoFormat(360, 640)) != bundled(VideoFormat(640, 360))


@pytest.mark.parametrize(("width", "height"), [(40, 300), (300, 40), (1000, 999)])
def test_a_picture_of_any_shape_is_cropped_to_fill(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "room.png"
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 1] = 200
    path.write_bytes(cv2.imencode(".png", image)[1].tobytes())

    filled = background(VideoFormat(360, 640), path)
    assert filled.shape == (640, 360, 3)
    assert (filled == (0, 200, 0)).all()


def test_a_drawing_is_stretched_to_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "room.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 640">'
        '<rect width="360" height="640" fill="#0000ff"/></svg>'
    )

    assert (background(VideoFormat(360, 640), path) == (255, 0, 0)).all()
    assert rasterise(path, 36, 64).shape == (64, 36, 4)


@pytest.mark.parametrize(
    ("name", "content"), [("room.png", b"no picture"), ("room.svg", b"<svg"), ("room.png", b"")]
)
def test_what_is_no_picture_is_said_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        background(VideoFormat(360, 640), path)

    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.svg"):
        background(VideoFormat(360, 640), tmp_path / "gone.svg")
