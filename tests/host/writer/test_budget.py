"""What may be spent in an hour, with time that the test makes pass."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.settings_talk import WriterSettings
from host.writer.budget import HOUR, Budget, Usage


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


def limits(tokens: int = 1000, money: float = 1.0, price: float = 0.0) -> WriterSettings:
    return WriterSettings(
        on=True, model="m", tokens_an_hour=tokens, money_an_hour=money,
        price_in=price, price_out=2 * price,
    )  # fmt: skip


def test_the_hour_rolls() -> None:
    clock = Clock()
    budget = Budget(limits(), now=clock)
    for _ in range(2):
        reserved = budget.reserve(Usage(300, 200))
        assert reserved is not None
        clock.at += 600
    assert budget.reserve(Usage(1, 0)) is None
    assert budget.wait(Usage(400, 0)) == HOUR - 1200
    clock.at += HOUR - 1200
    assert budget.tokens_spent == 500
    assert budget.reserve(Usage(400, 0)) is not None


def test_what_is_under_way_counts_as_its_most_until_it_is_settled() -> None:
    budget = Budget(limits(), now=Clock())
    reserved = budget.reserve(Usage(100, 900))
    assert reserved is not None
    assert budget.reserve(Usage(1, 0)) is None
    reserved.settle(Usage(100, 50))
    assert budget.tokens_spent == 150
    assert budget.reserve(Usage(800, 50)) is not None


def test_money_is_counted_by_both_prices() -> None:
    budget = Budget(limits(tokens=10**9, money=0.01, price=1.0), now=Clock())
    assert budget.money(Usage(2000, 3000)) == pytest.approx(0.008)
    assert budget.reserve(Usage(2000, 3000)) is not None
    assert budget.wait(Usage(3000, 0)) == HOUR
    assert budget.reserve(Usage(2000, 0)) is not None
    assert budget.money_spent == pytest.approx(0.01)


@pytest.mark.parametrize("given_", [limits(tokens=0), limits(money=0.0, price=5.0)])
def test_a_budget_of_nothing_is_never_there(given_: WriterSettings) -> None:
    budget = Budget(given_, now=Clock())
    assert budget.wait(Usage(100, 100)) == math.inf
    assert budget.reserve(Usage(100, 100)) is None


def test_a_restart_does_not_begin_a_new_hour(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "writer" / "spent.json"
    budget = Budget(limits(), file=file, now=clock)
    budget.reserve(Usage(700, 0))
    budget.keep()
    clock.at += 60
    assert Budget(limits(), file=file, now=clock).tokens_spent == 700
    file.write_text('{"spent": [{"at": "x"}]}')
    assert Budget(limits(), file=file, now=clock).tokens_spent == 0


def test_a_clock_that_is_put_back_locks_nothing_up_for_longer_than_an_hour() -> None:
    clock = Clock()
    budget = Budget(limits(), now=clock)
    budget.reserve(Usage(1000, 0))
    clock.at -= 86_400
    assert 0 < budget.wait(Usage(1000, 0)) <= HOUR
    clock.at += HOUR
    assert budget.wait(Usage(1000, 0)) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 400), st.floats(0, 1800), st.booleans()),
        max_size=60,
    )
)
def test_no_hour_holds_more_than_its_budget(
    asked: list[tuple[int, int, float, bool]],
) -> None:
    clock = Clock()
    budget = Budget(limits(tokens=1000, money=0.002, price=1.0), now=clock)
    spent: list[tuple[float, Usage]] = []
    for tokens_in, tokens_out, later, less in asked:
        clock.at += later
        usage = Usage(tokens_in, tokens_out)
        reserved = budget.reserve(usage)
        if reserved is not None:
            took = Usage(tokens_in // 2, tokens_out // 2) if less else usage
            reserved.settle(took)
            spent.append((clock.at, took))
        for end, _ in spent:
            hour = [one for at, one in spent if end - HOUR < at <= end]
            assert sum(one.tokens for one in hour) <= 1000
            assert sum(budget.money(one) for one in hour) <= 0.002 + 1e-9
