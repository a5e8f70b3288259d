"""What is kept: by age and by size, oldest first, and never anything of somebody else's."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from stream.retention import Kept, Limits, Shelf, surplus

NOW = 1_800_000_000.0
HOUR = 3600.0
BEGINS = datetime(2026, 11, 22, 15, 23, 53, tzinfo=UTC)


@st.composite
def shelves(draw: st.DrawFn) -> list[Kept]:
    numbers = draw(st.lists(st.integers(1, 10**7), unique=True, max_size=12))
    return [
        Kept(
            Path(f"{number}.mp4"),
            number,
            draw(st.integers(0, 1000)),
            # Ages, with some clocks that were set back.
            NOW - draw(st.floats(-10, 100)) * HOUR,
        )
        for number in numbers
    ]


@given(shelves(), st.floats(0.1, 90), st.integers(0, 5000), st.integers(0, 11))
def test_what_is_left_is_young_and_small_enough_and_no_more_has_gone(
    kept: list[Kept], hours: float, most: int, chosen: int
) -> None:
    running = kept[chosen].path if chosen < len(kept) else None
    limits = Limits(hours, most)
    gone = surplus(kept, limits, NOW, running)
    left = [one for one in kept if one not in gone]

    assert [one.number for one in gone] == sorted(one.number for one in gone)
    assert all(one.path != running for one in gone)
    finished = [one for one in left if one.path != running]
    assert all(NOW - one.written <= hours * HOUR for one in finished)
    assert not finished or sum(one.bytes for one in left) <= most
    for one in gone:  # each had its reason: its age, or all that was as new as it or newer
        newer = [
            other
            for other in kept
            if other.path == running or (other.number >= one.number and other not in gone)
            or other == one
        ]  # fmt: skip
        crowded = sum(other.bytes for other in newer) > most or any(
            other.number > one.number for other in gone
        )
        assert NOW - one.written > hours * HOUR or crowded


@given(shelves(), st.floats(0.1, 90), st.integers(0, 5000))
def test_without_old_files_only_as_many_go_as_must(
    kept: list[Kept], hours: float, most: int
) -> None:
    young = [Kept(one.path, one.number, one.bytes, NOW) for one in kept]
    gone = surplus(young, Limits(hours, most), NOW, None)
    if gone:
        left = sum(one.bytes for one in young) - sum(one.bytes for one in gone)
        assert left + gone[-1].bytes > most


def put(folder: Path, name: str, size: int = 10, age: float = 0.0) -> Path:
    path = folder / name
    path.write_bytes(bytes(size))
    os.utime(path, (NOW - age * HOUR,) * 2)
    return path


def test_names_tell_the_room_the_time_in_utc_and_the_order(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "new" / "folder", "demo")
    first = shelf.next(BEGINS)
    assert first.name == "demo-20261122-152353-000001.part.mp4"
    first.touch()
    shelf.finish(first)
    assert shelf.next(BEGINS).name == "demo-20261122-152353-000002.part.mp4"


def test_a_clock_that_is_set_back_overwrites_nothing_and_keeps_the_order(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "demo")
    names = []
    for hour in (15, 14, 14, 13):
        path = shelf.next(BEGINS.replace(hour=hour))
        assert not path.exists()
        path.write_bytes(b"0123")
        shelf.finish(path)
        names.append(path.name[: -len(".part.mp4")])
    assert [one.path.stem for one in shelf.kept()] == names
    gone = surplus(shelf.kept(), Limits(1e6, 0), NOW, None)
    assert [one.path.stem for one in gone] == names


def test_the_number_goes_on_after_a_million(tmp_path: Path) -> None:
    put(tmp_path, "demo-20261122-152353-999999.mp4")
    shelf = Shelf(tmp_path, "demo")
    put(tmp_path, shelf.next(BEGINS).name)
    assert [one.number for one in shelf.kept()] == [999_999, 1_000_000]


def test_only_the_rooms_own_recordings_are_deleted(tmp_path: Path) -> None:
    others = [
        put(tmp_path, name, age=1000)
        for name in (
            "holiday.mp4",
            "demo.mp4",
            "demo-20261122-152353-000001.mp4.bak",
            "demo-20261122-152353-000001.flv",
            "demo-two-20261122-152353-000001.mp4",
            "two-20261122-152353-000001.mp4",
            "xdemo-20261122-152353-000001.mp4",
        )
    ]
    (tmp_path / "demo-20261122-152353-000009.mp4").mkdir()
    target = put(tmp_path, "kept.bin", age=1000)
    link = tmp_path / "demo-20261122-152353-000008.mp4"
    link.symlink_to(target)
    mine = [put(tmp_path, f"demo-20261122-152353-00000{n}.mp4", age=100 - n) for n in range(3)]
    cut_short = put(tmp_path, "demo-20261122-152353-000003.part.mp4", age=99)
    young = put(tmp_path, "demo-20261122-152353-000004.mp4", age=1)

    Shelf(tmp_path, "demo").trim(Limits(hours=72, bytes=10**9), NOW)
    assert not any(path.exists() for path in (*mine, cut_short))
    assert all(path.exists() for path in (*others, young, target))
    assert link.is_symlink()


def test_the_oldest_go_when_there_are_too_many_and_the_running_one_stays(tmp_path: Path) -> None:
    paths = [put(tmp_path, f"demo-20261122-15235{n}-00000{n}.mp4", size=100) for n in range(5)]
    shelf = Shelf(tmp_path, "demo")
    shelf.trim(Limits(hours=72, bytes=250), NOW, running=paths[0])
    assert [path.exists() for path in paths] == [True, False, False, False, True]


def test_files_that_others_delete_or_nobody_may_delete_are_passed_over(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "none", "demo")
    shelf.trim(Limits(1, 0), NOW)  # no folder: nothing to delete
    shelf.finish(tmp_path / "gone.part.mp4")
    assert not list(tmp_path.iterdir())
