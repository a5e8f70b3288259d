"""What was heard and is so no longer: told aloud, once, and only where viewers go by it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from host.clauses import split
from host.facts import facts_of
from host.model import Aired, Decision, Ended, Line, Lineup, Planned, Product, Promotion
from host.studio.corrections import PRIORITY, TRIES, WINDOW, Corrections
from host.studio.delivery import Delivery
from host.studio.rests import Rests, known
from host.studio.stale import news, states, untrue
from tests.host.studio.room import FakeVoices, current, eventually, settled

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MUG = Product(
    "A1", "玻璃杯", Decimal(35), stock=100, unit="只", selling_points=("杯身透亮看得清茶色",)
)
LINEUP = Lineup((MUG, Product("B2", "卫衣", Decimal(99))), "1")


def line(number: int, text: str, product: Product = MUG, *attributes: str) -> Planned:
    facts = tuple(fact for fact in facts_of(product) if fact.attribute in attributes)
    one = Line(number, "zh", text, "price", sku=product.sku, facts=facts)
    return Planned(one, split(one))


PRICE = line(1, "大家来看看玻璃杯，今天只要35元，喜欢的朋友慢慢挑一挑。", MUG, "price")
STOCK = line(2, "这款还有100只，慢慢挑。", MUG, "stock")
POINT = line(3, "杯身透亮看得清茶色，喜欢的朋友慢慢挑一挑。", MUG, "selling_point")


class Show:
    """Corrections, what they told, and a clock that is set."""

    def __init__(self, folder: Path) -> None:
        self.told: list[object] = []
        self.seconds = 1000.0
        self.now = NOW
        self.current = current(LINEUP)
        self.delivery = Delivery(folder, FakeVoices(), self._drop)
        self.corrections = Corrections(
            self.current,
            self.delivery,
            self._report,
            number=itertools.count(50).__next__,
            now=lambda: self.now,
            clock=lambda: self.seconds,
        )

    async def _report(self, what: Planned | Decision) -> None:
        self.told.append(what)

    async def _drop(self, number: int, why: str) -> None:
        self.end(number, "dropped", why)

    @property
    def planned(self) -> list[Planned]:
        return [one for one in self.told if isinstance(one, Planned)]

    def decisions(self, what: str) -> list[Decision]:
        return [one for one in self.told if isinstance(one, Decision) and one.what == what]

    def air(self, planned: Planned, *clauses: int) -> None:
        if self.delivery.parcel(planned.line.id) is None:
            facts = known(planned, self.current.revision.rests)
            self.delivery.accept(planned, known=facts)
        for index in clauses:
            aired = Aired(planned.line.id, index, 1, 9, True, False)
            self.corrections.aired(aired)
            self.delivery.aired(aired)

    def end(self, number: int, outcome: str = "finished", why: str = "") -> None:
        ended = Ended(number, "finished" if outcome == "finished" else "dropped", why)
        self.corrections.ended(ended)
        self.delivery.ended(ended)

    def say(self, planned: Planned) -> None:
        """From its first clause to its end."""
        self.air(planned, *range(len(planned.clauses)))
        self.end(planned.line.id)

    def revise(self, **changes: object) -> None:
        changed = replace(MUG, **changes)  # type: ignore[arg-type]
        lineup = Lineup((changed, *LINEUP.products[1:]), str(changes))
        self.current.revision = current(lineup).revision
        self.corrections.revised(None)


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[Show]:
    one = Show(tmp_path)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one.corrections.run)
            yield
            tasks.cancel_scope.cancel()

    async with running():
        yield one


async def test_a_price_that_was_heard_is_taken_back_with_the_true_one(show: Show) -> None:
    show.say(PRICE)
    show.revise(price=Decimal(42))
    await eventually(lambda: bool(show.planned))
    (one,) = show.planned
    assert (one.line.beat, one.line.sku, one.line.priority) == ("correction", "A1", PRIORITY)
    assert "42元" in one.line.text
    show.say(one)
    show.revise(price=Decimal(42), stock=99)
    await settled()
    assert show.planned == [one]
    (told,) = show.decisions("corrected")
    assert (told.why, told.about) == ("price 35 CNY", {"sku": "A1", "line": one.line.id})


async def test_a_clause_that_is_on_air_at_the_change_counts(show: Show) -> None:
    show.air(PRICE, 0)
    show.revise(price=Decimal(42))
    await settled()
    assert show.planned == []  # no price was heard yet
    show.air(PRICE, 1)
    await eventually(lambda: bool(show.planned))


async def test_what_was_cut_before_its_figure_needs_no_word(show: Show) -> None:
    show.air(PRICE, 0)
    show.end(PRICE.line.id, "dropped", "no longer true")
    show.revise(price=Decimal(42))
    await settled()
    assert show.planned == []


async def test_what_was_heard_long_ago_is_forgotten(show: Show) -> None:
    show.say(PRICE)
    show.seconds += WINDOW + 1
    show.revise(price=Decimal(42))
    await settled()
    assert show.planned == []


async def test_a_price_that_came_back_before_it_was_corrected_was_right(show: Show) -> None:
    show.say(PRICE)
    show.revise(price=Decimal(42))
    await eventually(lambda: bool(show.planned))
    number = show.planned[0].line.id
    show.revise(price=Decimal(35))
    await show.delivery.cut(number, "no longer true")
    await settled()
    assert len(show.planned) == 1


async def test_a_correction_that_grew_wrong_itself_is_made_anew_and_once(show: Show) -> None:
    show.say(PRICE)
    show.revise(price=Decimal(42))
    await eventually(lambda: len(show.planned) == 1)
    first = show.planned[0]
    show.air(first, 0, 1)
    show.revise(price=Decimal(44))
    await show.delivery.cut(first.line.id, "no longer true")
    await eventually(lambda: len(show.planned) == 2)
    await settled()
    second = show.planned[1]
    assert "44元" in second.line.text
    show.say(second)
    show.revise(price=Decimal(44), stock=99)
    await settled()
    assert len(show.planned) == 2
    assert show.decisions("corrected")[1].why == "price 35 CNY; price 42 CNY"


async def test_one_correction_takes_back_all_that_was_heard_of_it(show: Show) -> None:
    show.say(PRICE)
    show.revise(price=Decimal(42))
    await eventually(lambda: len(show.planned) == 1)
    late = line(4, "再说一遍，就是35元。", MUG, "price")
    show.delivery.accept(late, known=frozenset(late.line.facts))
    show.air(late, 0, 1)
    await settled()
    assert len(show.planned) == 1


async def test_a_correction_that_cannot_be_said_is_given_up(show: Show) -> None:
    show.say(PRICE)
    show.revise(price=Decimal(42))
    for number in range(TRIES):
        await eventually(lambda have=number: len(show.planned) > have)  # type: ignore[misc]
        show.end(show.planned[number].line.id, "dropped", "no sound")
    await eventually(lambda: bool(show.decisions("not-corrected")))
    assert len(show.planned) == TRIES


async def test_what_was_given_up_is_corrected_when_it_changes_again(show: Show) -> None:
    show.say(PRICE)
    show.revise(price=Decimal(42))
    for number in range(TRIES):
        await eventually(lambda have=number: len(show.planned) > have)  # type: ignore[misc]
        show.end(show.planned[number].line.id, "dropped", "no sound")
    await eventually(lambda: bool(show.decisions("not-corrected")))
    show.revise(price=Decimal(35))
    show.say(line(9, PRICE.line.text, MUG, "price"))
    show.revise(price=Decimal(43))
    await eventually(lambda: len(show.planned) == TRIES + 1)


async def test_a_selling_point_that_is_put_otherwise_is_no_news(show: Show) -> None:
    show.say(POINT)
    show.revise(selling_points=("杯壁是双层的",))
    await settled()
    assert show.planned == []


@pytest.mark.parametrize(
    ("stock", "corrected"), [(99, False), (90, False), (80, True), (0, True), (120, True)]
)
async def test_a_stock_is_corrected_where_it_is_more_than_sales(
    show: Show, stock: int, corrected: bool
) -> None:
    show.say(STOCK)
    show.revise(stock=stock)
    await settled()
    if corrected:
        await eventually(lambda: bool(show.planned))
    assert bool(show.planned) == corrected


async def test_the_product_that_is_left_for_it_is_told_of_by_the_talk(show: Show) -> None:
    show.say(STOCK)
    show.current.revision = current(Lineup((replace(MUG, stock=0),), "2")).revision
    show.corrections.revised("A1")
    await settled()
    assert show.planned == []


async def test_a_product_that_left_the_lineup_cannot_be_corrected(show: Show) -> None:
    show.say(PRICE)
    show.current.revision = current(Lineup(LINEUP.products[1:], "2")).revision
    show.corrections.revised(None)
    await eventually(lambda: bool(show.decisions("not-corrected")))
    assert show.planned == []


async def test_an_offer_that_ended_by_itself_was_no_mistake(show: Show) -> None:
    offer = Promotion("特价", Decimal(30), None, NOW + timedelta(minutes=1))
    shown = replace(MUG, promotions=(offer,))
    show.current.revision = current(Lineup((shown,), "2")).revision
    show.say(line(7, "活动价30元，慢慢挑。", shown, "promotion_price"))
    show.now = NOW + timedelta(minutes=2)
    show.revise(stock=99)  # the offer has gone from the file as well
    await settled()
    assert show.planned == []


@pytest.mark.parametrize(
    ("planned", "start", "changes", "names"),
    [
        (PRICE, 0, {"price": Decimal(42)}, "35"),
        (PRICE, 1, {"price": Decimal(42)}, "35"),
        (PRICE, 2, {"price": Decimal(42)}, ""),
        (PRICE, 0, {"stock": 5}, ""),
        (PRICE, 0, {"stock": 0}, "no longer on sale"),
        (POINT, 0, {"selling_points": ("双层",)}, "selling_point 杯身透亮看得清茶色"),
        (POINT, 1, {"selling_points": ("双层",)}, ""),
    ],
)
def test_why_a_line_must_not_go_on(
    planned: Planned, start: int, changes: dict[str, object], names: str
) -> None:
    facts = known(planned, Rests(LINEUP))
    changed = replace(MUG, **changes)  # type: ignore[arg-type]
    revision = current(Lineup((changed,), "2")).revision
    why = untrue(planned, start, facts, revision, NOW)
    assert (names in why) if names else (why == ""), why


def test_which_clause_says_a_fact() -> None:
    (price,) = PRICE.line.facts
    assert [states(clause, price) for clause in PRICE.clauses] == [False, True, False]
    point = POINT.line.facts[0]
    assert [states(clause, point) for clause in POINT.clauses] == [True, False]
    assert news(price, Rests(Lineup((), "")))
