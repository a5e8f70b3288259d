"""Prices change while the show goes on: what is said is what holds when it is said."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from host.gate import Gate
from host.lineup import load_lineup
from host.model import Lineup
from host.rehearsal import Edit, Remark
from host.rehearsal.revision import changed
from host.rehearsal.show import Sounding
from tests.host.rehearsal.playing import rehearsal, room

MONEY = re.compile(r"(\d+(?:\.\d+)?)元")


@pytest.mark.timeout(900)  # a minute of a free processor
@pytest.mark.parametrize(
    ("count", "hours"), [(400, 1.0), pytest.param(10_000, 6.0, marks=pytest.mark.slow)]
)
def test_no_stale_price_begins(tmp_path: Path, count: int, hours: float) -> None:
    """No price comes twice, so that an old one is known by its figure."""
    of = room(tmp_path)
    lineup = load_lineup(of.lineup, tz=of.timezone)
    dice = random.Random(5)  # noqa: S311 - edits, no secret
    prices = dice.sample(range(1000, 900_000), count)
    edits = sorted(
        (
            Edit(dice.uniform(0, hours * 3600), dice.choice(lineup.products).sku, Decimal(p) / 100)
            for p in prices
        ),
        key=lambda edit: edit.t,
    )
    remarks = [Remark(20.0 * at, f"c{at}", f"观众{at}", "多少钱") for at in range(int(hours * 180))]
    heard: list[Sounding] = []
    record = rehearsal(of, hours, remarks=remarks, edits=edits, follow=heard).run()

    history: dict[str, list[tuple[float, Decimal]]] = defaultdict(list)
    for product in lineup.products:
        history[product.sku].append((-1.0, product.price))
    for edit in edits:
        assert edit.price is not None
        history[edit.sku].append((edit.t, edit.price))
    past = {sku: {price for _, price in told} for sku, told in history.items()}
    for product in lineup.products:
        past[product.sku] -= {variant.price for variant in product.variants if variant.price}
    told = 0
    for one in heard:
        if one.line.sku is None:
            continue
        times = [t for t, _ in history[one.line.sku]]
        now = bisect_right(times, one.seconds + 1e-6) - 1
        old = past[one.line.sku] - {history[one.line.sku][now][1]}
        said = {Decimal(found) for found in MONEY.findall(one.clause.text)}
        assert not said & old, f"{one.clause.text!r} at {one.seconds}"
        told += bool(said)
    assert told > count / 20
    assert len(record.changes) == count
    assert any(line.beat == "correction" for line in record.lines)


def test_what_was_heard_of_an_old_price_is_corrected(tmp_path: Path) -> None:
    of = room(tmp_path)
    before: list[Sounding] = []
    rehearsal(of, 0.2, follow=before).run()
    priced = next(one for one in before if "39.9" in one.clause.text)
    heard: list[Sounding] = []
    edit = Edit(priced.seconds + 0.2, "FD01", Decimal("35.00"))
    record = rehearsal(of, 0.2, edits=[edit], follow=heard).run()

    after = [one for one in heard if one.seconds > edit.t]
    assert after[0].line.beat == "correction"
    assert "35" in after[0].line.text
    assert not [one for one in after if "39.9" in one.clause.text]
    correction = next(line for line in record.lines if line.beat == "correction")
    assert correction.t - edit.t < 4
    assert record.changes[0].what == "price 39.90 → 35.00"


def test_what_is_sold_out_is_left_at_once(tmp_path: Path) -> None:
    of = room(tmp_path)
    heard: list[Sounding] = []
    record = rehearsal(of, 0.5, edits=[Edit(60.0, "FD01", stock=0)], follow=heard).run()

    later = [line for line in record.lines if line.t > 70 and line.sku == "FD01"]
    assert {line.beat for line in later} <= {"soldout", "correction"}
    assert [line for line in record.lines if line.sku == "FD01" and line.beat == "soldout"]


def test_each_clause_passes_the_gate_of_its_moment(tmp_path: Path) -> None:
    of = room(tmp_path)
    lineup = load_lineup(of.lineup, tz=of.timezone)
    dice = random.Random(8)  # noqa: S311 - edits, no secret
    edits = [
        Edit(10.0 * at, product.sku, Decimal(dice.randrange(1000, 9000)) / 100, dice.randrange(90))
        for at in range(1, 60)
        for product in (dice.choice(lineup.products),)
    ]
    heard: list[Sounding] = []
    rehearsal(of, 0.16, edits=edits, follow=heard).run()

    at, products = 0, {product.sku: product for product in lineup.products}
    for one in heard:
        while at < len(edits) and edits[at].t <= one.seconds:
            products[edits[at].sku] = changed(products[edits[at].sku], edits[at])
            at += 1
        sku = one.line.sku
        if sku is not None:
            gate = Gate(Lineup((products[sku],), "now"))
            verdict = gate.check_clause(one.line, (one.clause,), 0, one.at)
            assert verdict.passed, f"{one.clause.text!r} at {one.seconds}: {verdict}"
    assert at > 40
