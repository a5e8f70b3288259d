"""What is made before a room goes on air, and what is said when it cannot be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from avatars import PACKS
from host.config import Room, load_room
from host.errors import ConfigError
from host.supervisor import prepare

DEMO = Path(__file__).parents[3] / "configs/demo.toml"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    return load_room(DEMO)


def test_the_folder_is_made_and_can_be_made_again(room: Room) -> None:
    for _ in range(2):
        prepare.make_folder(room)
    assert list(room.var.iterdir()) == [room.sockets]


def test_a_folder_that_cannot_be_is_one_line_that_says_what_to_do(
    room: Room, tmp_path: Path
) -> None:
    (tmp_path / "var").write_text("a file")

    with pytest.raises(ConfigError, match=r"Not a directory.*LIVEHOST_VAR") as told:
        prepare.make_folder(room)
    assert len(str(told.value).splitlines()) == 1


def test_a_full_disk_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: open("/dev/full", "wb"))  # noqa: SIM115

    with pytest.raises(ConfigError, match="No space left"):
        prepare.make_folder(room)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The clips that were made; their pixels are not."""
    made: list[Path] = []

    def record(
        binary: str,
        room: str,
        fmt: object,
        frames: Iterator[NDArray[np.uint8]],
        length: int,
        path: Path,
        progress: Callable[[float], None],
    ) -> None:
        made.append(path)
        path.write_bytes(b"")

    monkeypatch.setattr(prepare, "record", record)
    return made


def clips(room: Room) -> tuple[str, ...]:
    return prepare.standby(room, "ffmpeg", lambda done: None)


def test_the_stand_by_clip_is_made_once_over_the_bundled_one(
    room: Room, recorded: list[Path]
) -> None:
    first, second = clips(room), clips(room)
    assert first == second
    assert len(recorded) == 1
    own, bundled = first
    assert Path(own).is_relative_to(room.var / "standby")
    assert Path(bundled).exists()


def test_the_stand_by_clip_is_made_anew_when_the_look_has_changed(
    tmp_path: Path, room: Room, recorded: list[Path]
) -> None:
    pack = tmp_path / "mine"
    shutil.copytree(PACKS / "xiaoyu", pack)
    mine = load_room(DEMO, pack=str(pack))
    before = clips(mine)
    svg = next(pack.rglob("*.svg"))
    svg.write_text(svg.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = clips(mine)
    assert len({clips(room)[0], before[0], after[0]}) == 3
    video: Any = mine.settings.video.model_copy(update={"fps": 30})
    faster = Room(mine.file, mine.settings.model_copy(update={"video": video}))
    assert clips(faster)[0] != after[0]


def test_the_music_s_folder_is_the_room_s(room: Room) -> None:
    bed = prepare.music_bed(room)
    assert bed is not None
    assert Path(bed.path).is_relative_to(room.var)
    assert os.path.getsize(bed.path) > 1_000_000
