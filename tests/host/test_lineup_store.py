"""The last good lineup and scripts, kept for the day on which a file is broken."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from host.config import Room, load_room
from host.errors import ConfigError
from host.lineup.overlay import NOTHING, Push
from host.lineup.store import (
    Files,
    Store,
    last_good,
    read_lineup,
    read_scripts,
    replace_file,
    store_of,
)
from host.studio.opening import opened
from host.studio.revision import Maker
from tests.host.edited import SCRIPT, lineup_text, write_small_room


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    return load_room(write_small_room(tmp_path))


def files(room: Room) -> Files:
    return Files(read_lineup(room), *read_scripts(room))


def test_what_is_kept_comes_back_the_same(room: Room) -> None:
    store, kept = store_of(room), files(room)
    store.keep(room.lineup, kept)
    assert store.lineup(room.lineup) == kept.lineup
    assert store.lineup() == kept.lineup
    assert store.scripts("zh") == (kept.scripts, kept.texts)
    assert store.lineup(room.lineup.with_name("other.csv")) is None


@pytest.mark.parametrize("text", [None, "", "{}", '{"lineup": "3", "of": "x", "scripts": []}'])
def test_what_nobody_can_read_is_not_there(room: Room, text: str | None) -> None:
    store = store_of(room)
    if text is not None:
        (room.var / "lineup").mkdir(parents=True)
        (room.var / "lineup/good.json").write_text(text)
    assert store.lineup() is None
    assert store.on_air() is None
    assert store.pushes() == NOTHING


def test_the_folder_does_not_grow(room: Room) -> None:
    store = store_of(room)
    for number in range(20):
        room.lineup.write_text(lineup_text(A1=100 + number), encoding="utf-8")
        store.keep(room.lineup, files(room))
        store.put_on_air(str(number), datetime.now(UTC))
    assert sorted(os.listdir(room.var / "lineup")) == ["good.json", "now.json"]
    found = store.on_air()
    assert found is not None
    assert found.revision == "19"


def test_a_file_that_cannot_be_written_leaves_the_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "deep/one.json"
    replace_file(file, "first")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(file, "second")
    assert file.read_text() == "first"
    assert os.listdir(file.parent) == ["one.json"]


def test_a_studio_begins_with_the_last_good_one(room: Room) -> None:
    store = store_of(room)
    maker = Maker(room, store)
    store.keep(room.lineup, files(room))
    good = read_lineup(room)
    room.lineup.write_text(lineup_text(A1="免费"), encoding="utf-8")
    room.scripts[0].write_text("## 没有这一节\n- 话\n", encoding="utf-8")
    begun = opened(room, store, maker)
    assert begun.revision.lineup == good
    assert [what for what, _ in begun.wrong] == ["lineup", "scripts"]
    assert "免费" in str(begun.wrong[0][1])
    assert last_good(room) == good


def test_without_a_good_one_a_broken_file_is_an_error(room: Room) -> None:
    store = store_of(room)
    room.lineup.write_text(lineup_text(A1="免费"), encoding="utf-8")
    with pytest.raises(ConfigError, match="免费"):
        opened(room, store, Maker(room, store))
    with pytest.raises(ConfigError, match="免费"):
        last_good(room)
    shutil.copy(room.lineup, room.lineup.with_name("copy.csv"))
    room.lineup.unlink()
    with pytest.raises(ConfigError, match="no such lineup"):
        opened(room, store, Maker(room, store))


def test_what_was_pushed_survives(room: Room) -> None:
    store = store_of(room)
    push = Push.model_validate({"products": [{"sku": "A1", "price": 88}]})
    now = datetime.now(UTC)
    store.push(NOTHING.with_push(push, read_lineup(room), now))
    (first, _) = opened(room, store, Maker(room, store)).revision.lineup.products
    assert (first.price, first.priced_until) == (Decimal(88), now + timedelta(minutes=30))
    assert last_good(room).products[0] == first


def test_a_push_that_contradicts_the_file_does_not_keep_media_off_the_air(room: Room) -> None:
    store = Store(room.var / "lineup")
    room.lineup.write_text(lineup_text(A1=100, list_price=200), encoding="utf-8")
    push = Push.model_validate({"products": [{"sku": "A1", "price": 190}]})
    store.push(NOTHING.with_push(push, read_lineup(room), datetime.now(UTC)))
    room.lineup.write_text(lineup_text(A1=100, list_price=150), encoding="utf-8")
    assert last_good(room) == read_lineup(room)


def test_scripts_of_one_name_in_two_folders_are_kept_apart(room: Room) -> None:
    other = room.scripts[0].parent / "more/talk.md"
    other.parent.mkdir()
    other.write_text("## 开场\n- 再来一句开场。\n", encoding="utf-8")
    both = room.settings.model_copy(update={"scripts": (*room.settings.scripts, other)})
    wide = Room(room.file, both)
    kept = files(wide)
    store_of(wide).keep(wide.lineup, kept)
    found = store_of(wide).scripts("zh")
    assert found is not None
    assert found[1] == kept.texts == (("talk.md", SCRIPT), ("talk.md", other.read_text()))
    assert len(found[0].of("opening")) == len(kept.scripts.of("opening"))
