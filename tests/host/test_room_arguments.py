"""The room that a process is told is the room that the supervisor has."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from host.errors import ConfigError
from host.room_arguments import (
    add_room_arguments,
    add_schedule_arguments,
    room_of,
    schedule_arguments,
    schedule_of,
)

ROOM = """
name = "a"
lang = "zh"
lineup = "lineup.csv"
scripts = ["zh.md"]
"""


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_room_arguments(parser)
    add_schedule_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "room.toml"
    path.write_text(ROOM)
    return str(path)


def test_a_room_as_its_file_tells(file: str) -> None:
    room = room_of(parse("--room", file))
    assert (room.name, room.sub, room.settings.test_card) == ("a", "", False)
    assert room.pack == "xiaoyu"


def test_what_the_command_line_put_in_its_place(file: str) -> None:
    room = room_of(parse("--room", file, "--pack", "other", "--sub", "rehearsal", "--test-card"))
    assert (room.pack, room.var.name, room.settings.test_card) == ("other", "rehearsal", True)


def test_a_room_that_is_wrong_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        room_of(parse("--room", str(tmp_path / "none.toml")))


def test_hours_are_those_that_are_told_whatever_the_file_says(file: str) -> None:
    path = Path(file)
    path.write_text(ROOM + '[schedule]\nhours = ["22:00-06:00"]\nends = 2026-12-31T23:00:00\n')
    told = schedule_arguments(room_of(parse("--room", file)))
    path.write_text(ROOM)
    schedule = schedule_of(parse("--room", file, *told))
    assert schedule is not None
    zone = ZoneInfo("Asia/Shanghai")
    assert schedule.closes(datetime(2026, 11, 22, 23, tzinfo=zone)) == datetime(
        2026, 11, 23, 6, tzinfo=zone
    )
    assert schedule.closes(datetime(2026, 12, 31, 22, 30, tzinfo=zone)) == datetime(
        2026, 12, 31, 23, tzinfo=zone
    )
    assert schedule_of(parse("--room", file)) is None
