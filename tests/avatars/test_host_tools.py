"""The commands for designers: contact sheet and benchmark."""

import sys
from pathlib import Path

import cv2
import pytest

from avatars import bench, sheet
from host.model import VideoFormat


def test_sheet_draws_every_pose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "sheet.png"
    monkeypatch.setattr(sys, "argv", ["sheet", "xiaoyu", str(out), "--size", "180x320"])
    assert sheet.main() == 0
    picture = cv2.imread(str(out))
    assert picture is not None
    assert picture.std() > 20


def test_sheet_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sheet", str(tmp_path), str(tmp_path / "out.png")])
    assert sheet.main() == 2
    assert "avatar.toml" in capsys.readouterr().err


def test_bench_times_each_frame(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVEHOST_CACHE", str(tmp_path))
    wall, processor = bench.milliseconds("xiaoyu", VideoFormat(width=180, height=320), 5, 0)
    assert len(wall) == len(processor) == 5
    assert all(0 < each < 1000 for each in wall)
    assert 0 < sum(processor) <= sum(wall) * 1.1
