"""The clip under everything: the best that can be read, in a loop, black at the last."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest

from host.model import Format, VideoFormat
from stream.standby import StandbyClip, bundled

FORMAT = Format(VideoFormat(64, 96))
GREYS = (60, 120, 180)


def clip(path: Path, greys: tuple[int, ...] = GREYS, size: tuple[int, int] = (64, 96)) -> str:
    """A clip of one frame a grey."""
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("libx264", 25, options={"qp": "1", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for grey in greys:
            planes = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
            planes[: size[1]] = grey
            file.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        file.mux(stream.encode(None))
    return str(path)


def sound_only(path: Path) -> str:
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("aac", 48_000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((2, 1024), np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate = 48_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return str(path)


def broken(path: Path, how: str) -> str:
    """A path at which no clip can be shown."""
    if how == "missing":
        return str(path)
    if how == "folder":
        path.mkdir()
    elif how == "sound only":
        sound_only(path)
    else:
        whole = Path(clip(path)).read_bytes()
        parts = {"empty": b"", "text": b"no clip", "cut": whole[:-400], "noise": os.urandom(5000)}
        path.write_bytes(parts[how])
    return str(path)


def greys(standby: StandbyClip, frames: int) -> list[int]:
    return [round(float(standby.frame()[:96].mean())) for _ in range(frames)]


def test_a_clip_is_shown_in_a_loop(tmp_path: Path) -> None:
    standby = StandbyClip((clip(tmp_path / "a.mp4"),), FORMAT)
    assert greys(standby, 8) == pytest.approx([60, 120, 180, 60, 120, 180, 60, 120], abs=2)
    assert standby.unreadable == []
    frame = standby.frame()
    assert frame.shape == FORMAT.frame_shape
    assert frame.dtype == np.uint8


def test_a_clip_of_another_size_is_fitted(tmp_path: Path) -> None:
    standby = StandbyClip((clip(tmp_path / "a.mp4", size=(128, 192)),), FORMAT)
    assert standby.frame().shape == FORMAT.frame_shape


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "how", ["missing", "empty", "text", "cut", "noise", "folder", "sound only"]
)
def test_a_clip_that_cannot_be_shown_gives_way_to_the_next(tmp_path: Path, how: str) -> None:
    bad = broken(tmp_path / "bad.mp4", how)
    good = clip(tmp_path / "good.mp4", (90,))
    standby = StandbyClip((bad, good), FORMAT)
    assert greys(standby, 3) == pytest.approx([90] * 3, abs=2)
    (why,) = standby.unreadable
    assert why.startswith(f"{bad}: ")
    assert why != f"{bad}: "


@pytest.mark.parametrize("paths", [(), ("/no/clip.mp4", "/none/either.mp4")])
def test_under_the_last_clip_is_black(paths: tuple[str, ...]) -> None:
    standby = StandbyClip(paths, FORMAT)
    frame = standby.frame()
    assert set(np.unique(frame[:96])) == {16}
    assert set(np.unique(frame[96:])) == {128}
    assert len(standby.unreadable) == len(paths)


def test_a_clip_that_breaks_on_air_gives_way_and_is_tried_again(tmp_path: Path) -> None:
    path, kept = clip(tmp_path / "a.mp4"), tmp_path / "kept.mp4"
    standby = StandbyClip((path, clip(tmp_path / "b.mp4", (90, 150))), FORMAT)
    os.rename(path, kept)
    seen = greys(standby, 9)
    assert seen == pytest.approx([60, 120, 180, 180, 90, 150, 150, 90, 150], abs=2)
    os.rename(kept, path)
    assert greys(standby, 8) == pytest.approx([150, 90, 150, 60, 120, 180, 60, 120], abs=2)


def test_when_all_are_broken_they_are_tried_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [clip(tmp_path / "a.mp4"), clip(tmp_path / "b.mp4")]
    whole = Path(paths[1]).read_bytes()
    standby = StandbyClip(tuple(paths), FORMAT)
    for path in paths:
        Path(path).write_bytes(b"no clip")
    opened: list[str] = []

    def opening(path: str) -> av.container.InputContainer:
        opened.append(path)
        return av_open(path)

    av_open = av.open
    monkeypatch.setattr(av, "open", opening)
    assert greys(standby, 100)[3:] == pytest.approx([180] * 97, abs=2)
    assert 6 <= len(opened) <= 8
    Path(paths[1]).write_bytes(whole)
    assert greys(standby, 60)[-3:] != [180] * 3


def test_a_clip_that_vanishes_on_air_stands_still(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    standby = StandbyClip((path,), FORMAT)
    os.unlink(path)
    assert greys(standby, 6) == pytest.approx([60, 120, 180, 180, 180, 180], abs=2)


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720)])
def test_the_bundled_clip_can_be_shown(size: tuple[int, int]) -> None:
    fmt = Format(VideoFormat(*size))
    standby = StandbyClip((str(bundled(fmt)),), fmt)
    assert standby.unreadable == []
    with av.open(str(bundled(fmt))) as file:
        stream = file.streams.video[0]
        assert (stream.width > stream.height) == (size[0] > size[1])
    assert np.ptp(standby.frame()[: size[1]]) > 50, "something is in it"
