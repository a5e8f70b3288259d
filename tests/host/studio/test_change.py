"""From one revision to the next: what is on its way is dropped, the talk and answers go on."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from host.inbox import Inbox
from host.model import Aired, Answer, Comment, Decision, Ended, Lineup, Planned, Product
from host.model.messages import Enqueue, Revised, Voiced, Withdraw
from host.planner import PlannerState
from host.script import BEATS, Scripts, Variant
from host.studio.change import Change
from host.studio.corrections import Corrections
from host.studio.delivery import Delivery
from host.studio.replies import Replies
from host.studio.talk import Talk
from tests.host.studio.room import (
    FakeVoices,
    Process,
    alive,
    current,
    eventually,
    planned,
    settled,
)
from tests.host.studio.test_corrections import line

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MUG = Product("A1", "玻璃杯", Decimal(35), stock=100, unit="只")
SHIRT = Product("B2", "卫衣", Decimal(99), stock=100, unit="件")
LINEUP = Lineup((MUG, SHIRT), "1")
SCRIPTS = Scripts(
    "zh",
    tuple(
        Variant(beat, text, fields)
        for beat in BEATS
        for text, fields in (
            (("欢迎来看看", ()), ("大家好", ()))
            if beat == "opening"
            else (("这款现在{price}，慢慢挑", ("price",)), ("价格是{price}，慢慢看", ("price",)))
        )
    ),
)


class Show:
    """A studio's parts with a media that hears them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[object] = []
        self.voices = FakeVoices()
        self.current = current(LINEUP, scripts=SCRIPTS)
        self.delivery = Delivery(folder, self.voices, self._drop)
        number = itertools.count(1).__next__
        self.talk = Talk(self.current, self.delivery, self._report, number=number, now=lambda: NOW)
        self.words: list[tuple[str, str, str]] = []
        self.replies = Replies(
            Inbox(lambda comment, on_air: self.current.answerer.understand(comment, on_air)),
            self.current,
            self.delivery,
            resolve=lambda *word: self.words.append(word),
            report=self._report,
            number=number,
            now=lambda: NOW,
        )
        self.corrections = Corrections(
            self.current, self.delivery, self._report, number=number, now=lambda: NOW
        )
        self.change = Change(
            self.current, self.delivery, self.talk, self.replies, self.corrections, lambda: NOW
        )

    async def _report(self, what: Planned | Decision | Comment | Answer) -> None:
        self.told.append(what)

    async def _drop(self, line: int, why: str) -> None:
        await self.end(line, "dropped", why)

    @property
    def planned(self) -> list[Planned]:
        return [one for one in self.told if isinstance(one, Planned)]

    @property
    def talked(self) -> list[Planned]:
        return [one for one in self.planned if not one.line.priority]

    async def end(self, line: int, outcome: str = "finished", why: str = "") -> None:
        ended = Ended(line, "finished" if outcome == "finished" else "dropped", why)
        self.corrections.ended(ended)
        self.delivery.ended(ended)
        await self.replies.ended(ended)

    def air(self, line: int, clause: int) -> None:
        aired = Aired(line, clause, 1, 9, True, False)
        self.corrections.aired(aired)
        self.delivery.aired(aired)

    async def revise(self, *products: Product, afresh: bool = False) -> None:
        lineup = Lineup(products, str(products))
        await self.change.tell(lineup)
        revision = current(lineup, scripts=SCRIPTS).revision
        await self.change.take(revision, afresh=afresh)

    async def drop_withdrawn(self, media: Process) -> None:
        """As media does with what it has not begun."""
        done: set[int] = set()
        while True:
            for one in tuple(media.heard):
                if isinstance(one, Withdraw) and one.line not in done:
                    done.add(one.line)
                    await self.end(one.line, "dropped", one.why)
            await anyio.sleep(0.002)

    @asynccontextmanager
    async def talking(self, *, listens: bool = False) -> AsyncIterator[Process]:
        into, comments = anyio.create_memory_object_stream[Comment](9)
        self.into = into
        async with alive(self.folder, "media") as media, anyio.create_task_group() as tasks:
            tasks.start_soon(self.delivery.run)
            await eventually(lambda: bool(media.links))
            await settled()
            tasks.start_soon(self.talk.run, PlannerState())
            tasks.start_soon(self.drop_withdrawn, media)
            if listens:
                tasks.start_soon(self.replies.listen, comments)
                tasks.start_soon(self.replies.run)
            await eventually(lambda: len(self.talked) >= 3)
            yield media
            tasks.cancel_scope.cancel()
        into.close()
        comments.close()


def withdrawn(media: Process) -> list[int]:
    return [one.line for one in media.heard if isinstance(one, Withdraw)]


async def until_price_waits(show: Show) -> tuple[Planned, Planned]:
    """The line on air, and the one behind it, which tells a price."""
    while True:
        waiting = [parcel.planned for parcel in show.delivery.parcels]
        if len(waiting) >= 3 and waiting[1].line.sku:
            return waiting[0], waiting[1]
        if len(waiting) >= 3:
            await show.end(waiting[0].line.id)
        await settled()


async def test_media_hears_first_and_false_lines_are_planned_anew(tmp_path: Path) -> None:
    show = Show(tmp_path)
    async with show.talking() as media:
        on_air, behind = await until_price_waits(show)
        dearer = tuple(replace(one, price=one.price + 7) for one in LINEUP.products)
        before = len(show.planned)
        await show.revise(*dearer)
        await eventually(lambda: len(show.planned) >= before + 2)
        heard = media.heard
        revised = next(at for at, one in enumerate(heard) if isinstance(one, Revised))
        assert revised < next(at for at, one in enumerate(heard) if isinstance(one, Withdraw))
        assert behind.line.id in withdrawn(media)
        anew = next(one for one in show.planned[before:] if one.line.beat == behind.line.beat)
    assert anew.line.sku == behind.line.sku
    assert anew.line.text != behind.line.text
    assert str(dearer[[p.sku for p in dearer].index(behind.line.sku or "")].price) in anew.line.text
    assert on_air.line.id not in withdrawn(media) or "元" in on_air.line.text


async def test_what_is_still_true_is_said(tmp_path: Path) -> None:
    show = Show(tmp_path)
    async with show.talking() as media:
        await until_price_waits(show)
        await show.revise(replace(MUG, stock=99), replace(SHIRT, stock=99))
        await settled()
        assert withdrawn(media) == []
        await show.revise(MUG, SHIRT, afresh=True)
        await eventually(lambda: len(withdrawn(media)) >= 2)
        first = show.delivery.parcels[0].planned.line.id
        assert first not in withdrawn(media)


async def test_a_product_that_is_sold_out_is_left(tmp_path: Path) -> None:
    show = Show(tmp_path)
    async with show.talking():
        _, behind = await until_price_waits(show)
        sold = [
            replace(one, stock=0) if one.sku == behind.line.sku else one for one in LINEUP.products
        ]
        before = len(show.planned)
        await show.revise(*sold)
        await eventually(lambda: len(show.planned) >= before + 2)
        later = show.planned[before:]
        assert all(
            one.line.beat in ("soldout", "next") for one in later if one.line.sku == behind.line.sku
        )


async def test_an_answer_that_grew_wrong_is_given_anew(tmp_path: Path) -> None:
    show = Show(tmp_path)
    async with show.talking(listens=True) as media:
        await show.into.send(Comment("c1", "买家", "玻璃杯多少钱", 0))
        await eventually(lambda: any(one.line.beat == "answer" for one in show.planned))
        first = next(one for one in show.planned if one.line.beat == "answer")
        await eventually(lambda: any(isinstance(one, Voiced) for one in media.heard))
        assert "35" in first.line.text
        await show.revise(replace(MUG, price=Decimal(42)), SHIRT)
        await eventually(
            lambda: len([one for one in show.planned if one.line.beat == "answer"]) == 2
        )
        second = [one for one in show.planned if one.line.beat == "answer"][1]
        assert "42" in second.line.text
        assert second.line.in_reply_to == "c1"
        await eventually(lambda: first.line.id in withdrawn(media))
        await eventually(
            lambda: (
                second.line.id
                in [one.planned.line.id for one in media.heard if isinstance(one, Enqueue)]
            )
        )
        await show.end(second.line.id)
        await eventually(lambda: ("c1", "answered") in [(id_, why) for id_, why, _ in show.words])
    assert [word[1] for word in show.words if word[0] == "c1"] == ["queued", "answered"]


async def test_a_line_that_was_begun_is_cut_where_its_rest_is_false(tmp_path: Path) -> None:
    show = Show(tmp_path)
    async with show.talking() as media:
        begun, over = (
            line(number, "大家来看看玻璃杯，今天只要35元，喜欢的朋友慢慢挑一挑。", MUG, "price")
            for number in (90, 91)
        )
        for one, heard in ((begun, 1), (over, 2)):
            show.delivery.accept(one, known=frozenset(one.line.facts))
            await show.delivery.deliver(one.line.id)
            for clause in range(heard):
                show.air(one.line.id, clause)
        await show.revise(replace(MUG, price=Decimal(42)), SHIRT)
        await eventually(lambda: 90 in withdrawn(media))
        await settled()
        assert 91 not in withdrawn(media)  # what is left of it holds no price


async def test_a_cut_line_that_media_has_not_got_is_ended_by_the_studio(tmp_path: Path) -> None:
    dropped: list[tuple[int, str]] = []

    async def drop(line: int, why: str) -> None:
        dropped.append((line, why))

    delivery = Delivery(tmp_path, FakeVoices(), drop)
    delivery.accept(planned(1))
    await delivery.cut(1, "no longer true")
    await delivery.cut(1, "twice")
    await delivery.cut(2, "unknown")
    assert dropped == [(1, "no longer true")]
    assert delivery.parcels == ()
    await delivery.deliver(1)


async def test_a_line_that_media_was_to_cut_as_it_died_is_ended_all_the_same(
    tmp_path: Path,
) -> None:
    dropped: list[int] = []

    async def drop(line: int, why: str) -> None:
        dropped.append(line)

    delivery = Delivery(tmp_path, FakeVoices(), drop)
    await delivery.revise(LINEUP)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(delivery.run)
        async with alive(tmp_path, "media") as media:
            await eventually(lambda: bool(media.links))
            await settled()
            delivery.accept(planned(1))
            await delivery.deliver(1)
            await delivery.cut(1, "no longer true")
            await eventually(lambda: withdrawn(media) == [1])
            assert dropped == []
            await media.links[0].aclose()
        async with alive(tmp_path, "media") as media:
            await eventually(lambda: dropped == [1])
            (first,) = [one for one in media.heard if not isinstance(one, Withdraw)]
            assert first == Revised(LINEUP)
        tasks.cancel_scope.cancel()
