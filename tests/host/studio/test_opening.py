"""A restart takes no edit that was refused while on air."""

from __future__ import annotations

from decimal import Decimal

from host.config import Room
from host.lineup.store import Files, read_lineup, read_scripts, store_of
from host.studio.opening import Opened, opened
from host.studio.revision import Maker
from tests.host.edited import SCRIPT, lineup_text
from tests.host.studio.watched import push, room, write

__all__ = ["room"]  # a fixture


def again(room: Room) -> Opened:
    store = store_of(room)
    return opened(room, store, Maker(room, store))


def keep(room: Room) -> None:
    store_of(room).keep(room.lineup, Files(read_lineup(room), *read_scripts(room)))


def price(begun: Opened) -> Decimal:
    return begun.revision.lineup.products[0].price


def test_an_edit_that_may_be_said_is_taken(room: Room) -> None:
    keep(room)
    write(room.lineup, lineup_text(A1=130))
    write(room.scripts[0], SCRIPT.replace("慢慢看", "随便看看"))
    begun = again(room)
    assert (price(begun), begun.wrong) == (Decimal(130), ())
    assert begun.files.texts == read_scripts(room)[1]


def test_a_lineup_that_may_not_be_said_is_not(room: Room) -> None:
    keep(room)
    write(room.lineup, lineup_text(A1=130, point="全国第一的好泡沫"))
    push(room, sku="A1", stock=7)
    begun = again(room)
    assert (price(begun), begun.revision.lineup.products[0].stock) == (Decimal(100), 7)
    ((what, error),) = begun.wrong
    assert what == "lineup"
    assert (error.findings[0].line, "第一" in str(error)) == (2, True)


def test_a_script_that_may_not_be_said_is_not(room: Room) -> None:
    keep(room)
    former = read_scripts(room)[1]
    write(room.scripts[0], SCRIPT.replace("{price}", "77元"))
    write(room.lineup, lineup_text(A1=130))
    begun = again(room)
    assert (price(begun), begun.files.texts) == (Decimal(130), former)
    ((what, error),) = begun.wrong
    assert what == "scripts"
    assert "77元" in str(error)


def test_an_offer_that_may_not_be_said_is_not(room: Room) -> None:
    keep(room)
    push(room, sku="A1", price=88, promotions=[{"text": "全国第一的价格"}])
    begun = again(room)
    assert (price(begun), begun.revision.lineup.products[0].promotions) == (Decimal(88), ())
