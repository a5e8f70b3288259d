"""A studio whose files are edited while it works: what media and the ledger are told, and when."""

from __future__ import annotations

from decimal import Decimal

import anyio
import pytest

from host.config import Room
from host.lineup.overlay import NOTHING
from host.lineup.store import read_lineup, store_of
from host.model import Planned
from host.model.messages import Enqueue, Revised, Welcome
from host.studio import refusals
from tests.host.edited import SCRIPT, lineup_text
from tests.host.studio.room import eventually
from tests.host.studio.test_studio import working
from tests.host.studio.watched import Watched, push, room, write

__all__ = ["room"]  # a fixture

pytestmark = pytest.mark.anyio


async def test_media_goes_by_the_lineup_before_it_gets_a_line(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        await Watched(around).on_its_way(1)
    first = next(one for one in around.media.heard if isinstance(one, (Revised, Enqueue)))
    assert isinstance(first, Revised)
    assert first.lineup == read_lineup(room)


async def test_an_edit_is_told_to_media_and_the_talk_is_planned_by_it(room: Room) -> None:
    async with working(room, Welcome(1)) as around, anyio.create_task_group() as tasks:
        watched = Watched(around)
        await watched.on_its_way()
        tasks.start_soon(watched.end_all)
        write(room.lineup, lineup_text(A1=130, B2=230))
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(130)])
        await watched.until(lambda: bool(watched.decisions("revised")))
        texts = " ".join(one.planned.line.text for one in around.enqueued)
        begun = len(around.told(Planned))
        tasks.start_soon(watched.roll)

        def later() -> str:
            return " ".join(one.line.text for one in around.told(Planned)[begun:])

        await watched.until(lambda: "130元" in later() and "230元" in later())
        tasks.cancel_scope.cancel()
    assert "130元" not in texts
    assert "100元" not in later()
    assert "200元" not in later()
    (revised,) = watched.decisions("revised")
    assert revised.about["revision"] == read_lineup(room).revision
    on_air = store_of(room).on_air()
    assert on_air is not None
    assert on_air.revision == read_lineup(room).revision
    assert store_of(room).lineup() == read_lineup(room)


async def test_a_wrong_edit_is_refused_once_with_its_place_and_mended(room: Room) -> None:
    good = read_lineup(room)
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        write(room.lineup, lineup_text(A1="免费"))
        await watched.until(lambda: bool(watched.decisions("edit-refused")))
        write(room.lineup, lineup_text(A1="免费"))  # the same mistake, saved again
        await anyio.sleep(0.5)
        write(room.lineup, lineup_text())
        await watched.until(lambda: bool(watched.decisions("edit-mended")))
    (refused,) = watched.decisions("edit-refused")
    assert (refused.about["file"], refused.about["line"]) == ("lineup.csv", 2)
    assert "免费" in refused.why
    assert {one.revision for one in watched.lineups} == {good.revision}
    assert watched.decisions("revised") == []


async def test_a_word_that_may_not_be_said_is_no_edit(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        write(room.lineup, lineup_text(A1=130, point="全国第一的好泡沫"))
        await watched.until(lambda: bool(watched.decisions("edit-refused")))
    (refused,) = watched.decisions("edit-refused")
    assert refused.about["line"] == 2
    assert "第一" in refused.why
    assert set(watched.prices("A1")) == {Decimal(100)}


async def test_a_half_written_file_and_one_that_is_gone_for_a_moment_are_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "SETTLED", 1.0)
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        text = lineup_text(A1=130)
        room.lineup.unlink()
        await anyio.sleep(0.03)
        with room.lineup.open("w", encoding="utf-8") as out:
            for at in range(0, len(text), 20):
                out.write(text[at : at + 20])
                out.flush()
                await anyio.sleep(0.004)
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(130)])
    assert watched.decisions("edit-refused") == []
    assert all(len(one.products) == 2 for one in watched.lineups)


async def test_a_push_is_taken_up_like_an_edit(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        push(room, sku="A1", price=88, stock=3)
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(88)])
        write(room.lineup, lineup_text(A1=99))
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(99)])
    last = watched.lineups[-1].get("A1")
    assert last is not None
    assert (last.stock, last.priced_until) == (3, None)


async def test_scripts_are_live_and_a_wrong_one_is_not(room: Room) -> None:
    (script,) = room.scripts
    async with working(room, Welcome(1)) as around, anyio.create_task_group() as tasks:
        watched = Watched(around)
        await watched.on_its_way()
        tasks.start_soon(watched.end_all)
        write(script, SCRIPT.replace("{price}", "77元"))
        await watched.until(lambda: bool(watched.decisions("edit-refused")))
        write(script, SCRIPT + "\n## 没有的节\n- 话。\n")
        await watched.until(lambda: len(watched.decisions("edit-refused")) == 2)
        fresh = SCRIPT.replace("慢慢看", "随便看看").replace("好多朋友在问", "今天聊它")
        write(script, fresh.replace("{selling_point}", "我说{selling_point}"))
        await watched.until(lambda: bool(watched.decisions("revised")))
        await watched.until(lambda: bool(watched.decisions("edit-mended")))
        tasks.cancel_scope.cancel()
    first, second = watched.decisions("edit-refused")
    assert "77元" in first.why
    assert first.about["file"] == "talk.md"
    assert "没有的节" in second.why
    kept = store_of(room).scripts("zh")
    assert kept is not None
    assert kept[1] == (("talk.md", script.read_text(encoding="utf-8")),)


async def test_a_room_with_a_broken_file_goes_on_with_the_last_good_one(room: Room) -> None:
    good = read_lineup(room)
    async with working(room, Welcome(1)) as around:
        await Watched(around).on_its_way(1)
        await eventually(lambda: store_of(room).lineup() == good)
    room.lineup.write_text("sku,name\nx", encoding="utf-8")
    async with working(room, Welcome(9)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        await watched.until(lambda: bool(watched.decisions("edit-refused")))
        assert watched.lineups[0] == good
        write(room.lineup, lineup_text(A1=130))
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(130)])
        await watched.until(lambda: bool(watched.decisions("edit-mended")))


async def test_a_pushed_price_that_grew_too_old_is_told_of(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = room.settings.lineup_push.model_copy(update={"max_age_minutes": 0.01})
    one = Room(room.file, room.settings.model_copy(update={"lineup_push": short}))
    async with working(one, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        push(one, sku="A1", price=88)
        await watched.until(lambda: bool(watched.decisions("price-aged")))
    (aged,) = watched.decisions("price-aged")
    assert aged.about == {"sku": "A1"}
    assert NOTHING.age("A1") is None


async def test_a_broken_file_does_not_hold_pushes_back(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        write(room.lineup, lineup_text(A1="免费"))
        await watched.until(lambda: bool(watched.decisions("edit-refused")))
        good = store_of(room).lineup()
        assert good is not None
        push(room, good, sku="A1", price=88)
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(88)])
        await watched.until(lambda: bool(watched.decisions("revised")))
    assert len(watched.decisions("edit-refused")) == 1
    assert watched.decisions("edit-mended") == []


async def test_an_offer_that_may_not_be_said_does_not_hold_the_next_push_back(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        push(room, sku="A1", promotions=[{"text": "全国第一的价格"}])
        await watched.until(lambda: bool(watched.decisions("push-dropped")))
        push(room, sku="A1", price=88)
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(88)])
    (dropped,) = watched.decisions("push-dropped")
    assert dropped.about == {"sku": "A1", "what": "promotions"}
    assert "第一" in dropped.why
    assert watched.decisions("edit-refused") == []
    assert list(store_of(room).pushes().products["A1"]) == ["price"]


async def test_a_push_that_the_file_ended_does_not_come_back(room: Room) -> None:
    async with working(room, Welcome(1)) as around:
        watched = Watched(around)
        await watched.on_its_way(1)
        push(room, sku="A1", price=88)
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(88)])
        write(room.lineup, lineup_text(A1=99))
        await watched.until(lambda: store_of(room).pushes() == NOTHING)
        write(room.lineup, lineup_text())
        await watched.until(lambda: watched.prices("A1")[-1:] == [Decimal(100)])
    assert watched.prices("A1")[-3:] == [Decimal(88), Decimal(99), Decimal(100)]
