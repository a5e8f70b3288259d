from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

import stream
from avatars.colour import bgr_to_i420
from avatars.label import Label
from avatars.planes import Planes
from avatars.standby import LOOP_SECONDS, Standby, bundle, write_clip
from host.model import Format, Patch, VideoFormat

FORMAT = Format(VideoFormat(360, 640))
BUNDLED = Path(stream.__file__).parent / "assets"


def decoded(path: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    with av.open(str(path)) as clip:
        return [frame.to_ndarray().astype(np.uint8, copy=False) for frame in clip.decode(video=0)]


def test_the_clip_moves_and_loops_without_a_jump() -> None:
    standby = Standby(FORMAT, "zh")
    period = LOOP_SECONDS * FORMAT.video.fps
    frames = [standby.frame((), n).copy() for n in range(period + 1)]

    assert np.array_equal(frames[0], frames[period])
    assert not np.array_equal(frames[0], frames[period // 2])
    assert frames[0].shape == FORMAT.frame_shape


@pytest.mark.parametrize("level", [0, 255])
def test_the_host_idles_under_the_notice(level: int) -> None:
    standby = Standby(FORMAT, "zh")
    host = bgr_to_i420(np.full((640, 360, 3), level, np.uint8))
    alone = host.copy()
    label = Label(FORMAT, "zh")
    label.apply(Planes.of(alone))
    for n in range(3):
        frame = standby.frame([Patch(0, 0, host)], n)

        assert np.array_equal(Planes.of(frame).at(label.rect).y, Planes.of(alone).at(label.rect).y)
    assert np.mean(Planes.of(frame).y == (16 if level == 0 else 235)) > 0.7


def test_a_written_clip_is_whole_and_tagged(tmp_path: Path) -> None:
    standby = Standby(FORMAT, "zh")
    path = tmp_path / "standby.mp4"
    write_clip(path, FORMAT, (standby.frame((), n) for n in range(10)))

    frames = decoded(path)
    assert len(frames) == 10
    assert np.abs(frames[9].astype(int) - standby.frame((), 9)).mean() < 3
    with av.open(str(path)) as clip:
        codec = clip.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_range) == (1, 1)  # BT.709, limited
    assert [entry.name for entry in tmp_path.iterdir()] == ["standby.mp4"]


@pytest.mark.parametrize(
    ("name", "width", "height"), [("portrait", 720, 1280), ("landscape", 1280, 720)]
)
def test_the_clips_that_ship_are_small_and_carry_the_notice(
    name: str, width: int, height: int
) -> None:
    path = BUNDLED / f"standby-{name}.mp4"
    fmt = Format(VideoFormat(width, height))
    wanted = Standby(fmt, "zh", "en").frame((), 0)
    frames = decoded(path)

    assert path.stat().st_size < 150_000
    assert len(frames) == LOOP_SECONDS * fmt.video.fps
    # They are what the code draws today: else run python -m avatars.standby --bundle stream/assets.
    assert np.abs(frames[0].astype(int) - wanted).mean() < 3
    label = Label(fmt, "zh", "en").rect
    seen, drawn = Planes.of(frames[-1]).at(label).y, Planes.of(wanted).at(label).y
    assert np.corrcoef(seen.ravel(), drawn.ravel())[0, 1] > 0.98


def test_bundling_writes_both_orientations(tmp_path: Path) -> None:
    assert [path.name for path in bundle(tmp_path)] == [
        "standby-portrait.mp4", "standby-landscape.mp4",
    ]  # fmt: skip
    assert all(len(decoded(path)) == 50 for path in tmp_path.iterdir())
