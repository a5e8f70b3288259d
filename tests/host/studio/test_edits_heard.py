"""What was planned or heard when its facts change: dropped, said anew, corrected."""

from __future__ import annotations

import anyio
import pytest

from host.config import Room
from host.model import Ended, Planned
from host.model.messages import Welcome, Withdraw
from tests.host.studio.test_studio import working
from tests.host.studio.watched import Watched, push, room

__all__ = ["room"]  # a fixture

pytestmark = pytest.mark.anyio


async def test_lines_that_rest_on_what_changed_are_dropped_and_planned_anew(room: Room) -> None:
    async with working(room, Welcome(1)) as around, anyio.create_task_group() as tasks:
        watched = Watched(around)
        tasks.start_soon(watched.end_all)
        while True:  # until a price is on its way behind the line on air
            lines = await watched.on_its_way()
            over = {one.line for one in around.told(Ended)}
            waiting = [one for one in lines[-2:] if "100元" in one.line.text]
            if waiting:
                break
            oldest = min(one.line.id for one in lines if one.line.id not in over)
            await around.say(Ended(oldest, "finished"))
            around.supervisor.heard.append(Ended(oldest, "finished"))
            await watched.on_its_way(len(lines) + 1)
        push(room, sku="A1", price=130)
        number = waiting[0].line.id
        await watched.until(
            lambda: number in [one.line for one in around.media.heard if isinstance(one, Withdraw)]
        )
        await watched.until(lambda: "130元" in around.told(Planned)[-1].line.text)
        tasks.cancel_scope.cancel()
    anew = next(one for one in around.told(Planned) if "130元" in one.line.text)
    assert (anew.line.beat, anew.line.sku) == (waiting[0].line.beat, "A1")
    withdrawn = [one for one in around.media.heard if isinstance(one, Withdraw)]
    why = next(one.why for one in withdrawn if one.line == number)
    assert why.startswith("no longer true: ")
    assert "100" in why


async def test_a_price_that_was_heard_is_corrected_aloud_once(room: Room) -> None:
    async with working(room, Welcome(1)) as around, anyio.create_task_group() as tasks:
        watched = Watched(around)
        tasks.start_soon(watched.end_all)
        heard: Planned | None = None
        seen = 0
        while heard is None:
            one = (await watched.on_its_way(seen + 1))[seen]
            seen += 1
            if "100元" in one.line.text:
                heard = one
            await watched.said(one, *range(len(one.clauses)))
            await around.say(Ended(one.line.id, "finished"))
        push(room, sku="A1", price=130)

        def corrections() -> list[Planned]:
            return [one for one in around.told(Planned) if one.line.beat == "correction"]

        await watched.until(lambda: bool(corrections()))
        (correction,) = corrections()
        await watched.until(
            lambda: correction.line.id in [one.planned.line.id for one in around.enqueued]
        )
        await watched.said(correction, *range(len(correction.clauses)))
        await around.say(Ended(correction.line.id, "finished"))
        push(room, sku="B2", stock=44)
        await watched.until(lambda: len(watched.decisions("revised")) == 2)
        await anyio.sleep(0.2)
        assert len(corrections()) == 1
        tasks.cancel_scope.cancel()
    assert correction.line.sku == "A1"
    assert correction.line.priority > 1
    assert "130元" in correction.line.text
    assert [one.why for one in watched.decisions("corrected")] == ["price 100 CNY"]
