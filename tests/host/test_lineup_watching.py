"""An edit counts when it is whole: editors rename, truncate, delete first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from host.lineup.watching import Watch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    one = tmp_path / "lineup.csv"
    one.write_text("first")
    return one


def looks(watch: Watch, times: int = 4) -> list[bool]:
    return [watch.look() for _ in range(times)]


def test_nothing_is_edited_at_first(file: Path) -> None:
    assert not any(looks(Watch(lambda: [file])))


def replace(file: Path, text: str) -> None:
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(file)


def test_a_renamed_file_counts_at_the_second_look_that_finds_it_the_same(file: Path) -> None:
    watch = Watch(lambda: [file])
    replace(file, "second")
    assert looks(watch) == [False, True, True, True]
    watch.take()
    assert watch.same
    assert not any(looks(watch))


def test_a_file_that_is_still_being_written_is_left_alone(file: Path) -> None:
    watch = Watch(lambda: [file])
    with file.open("w") as out:
        for piece in ("half", " of", " it"):
            out.write(piece)
            out.flush()
            assert not watch.look()
    assert looks(watch, 5)[-2:] == [True, True]


def test_a_file_of_the_same_size_and_time_is_another_by_its_inode(file: Path) -> None:
    watch = Watch(lambda: [file])
    before = file.stat()
    draft = file.with_suffix(".new")
    draft.write_text("thirs")
    os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))
    draft.replace(file)
    assert looks(watch, 2) == [False, True]


def test_what_vanishes_and_comes_back_in_between_is_seen_once(file: Path) -> None:
    watch = Watch(lambda: [file])
    file.unlink()
    assert not watch.look()
    file.write_text("again")
    assert looks(watch, 2) == [False, True]


def test_what_is_gone_for_good_is_an_edit_too(file: Path) -> None:
    watch = Watch(lambda: [file])
    file.unlink()
    assert looks(watch, 2) == [False, True]
    watch.take()
    assert not any(looks(watch))


def test_a_file_that_comes_into_a_folder_counts(tmp_path: Path, file: Path) -> None:
    watch = Watch(lambda: sorted(tmp_path.glob("*.csv")))
    (tmp_path / "other.csv").write_text("new")
    assert looks(watch, 2) == [False, True]


def test_a_write_while_it_is_read_is_noticed(file: Path) -> None:
    watch = Watch(lambda: [file])
    replace(file, "second")
    looks(watch, 2)
    watch.take()
    replace(file, "third!")
    assert not watch.same
    assert looks(watch, 2) == [False, True]
