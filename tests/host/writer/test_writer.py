"""The writer's round against a real server, with time that the test makes pass."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from host.config import Room
from host.model import Decision
from host.pacing import seconds
from host.planner import PlannerState
from host.variety import Said, measure
from host.writer import writer as writers
from host.writer.author import lacking
from host.writer.breaker import PROBED
from host.writer.demand import demand
from host.writer.phrasing import Phrasing
from host.writer.shelf import Shelf
from host.writer.writer import Writer
from tests.host.writer.server import Reply, serving, variants
from tests.host.writer.stand import NOW, Fluent, Model, Show, a_room, show_of

KEY = "sk-9f8E7d6C5b4A3z2Y"


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    return show_of(a_room(tmp_path_factory.mktemp("room")))


class Stand:
    """A writer whose sleeps take no time; it is ended after so many seconds of its own clock."""

    def __init__(self, room: Room, show: Show, hours: float = 1.0) -> None:
        self.at = 0.0
        self.told: list[Decision] = []
        self.spare = True
        self._end = hours * 3600
        self.shelf = Shelf(room.var / "writer/variants.jsonl", "zh", lambda: self.now().timestamp())
        self.phrasing = Phrasing(self.shelf)
        self.writer = Writer(
            room, self.shelf, self.phrasing, show=lambda: show, report=self._report,
            now=self.now, spare=lambda: self.spare, clock=lambda: self.at, sleep=self._sleep,
        )  # fmt: skip
        self._scope: anyio.CancelScope | None = None

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at)

    async def _report(self, what: Decision) -> None:
        self.told.append(what)

    async def _sleep(self, seconds: float) -> None:
        self.at += seconds
        if self.at >= self._end and self._scope is not None:
            self._scope.cancel()
        await anyio.lowlevel.checkpoint()

    def run(self) -> None:
        async def ended() -> None:
            with anyio.CancelScope() as self._scope:
                await self.writer.run()

        anyio.run(ended)

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.told)


@pytest.fixture
def room_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Room]:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("WRITER_KEY", KEY)

    def made(url: str, **writer: Any) -> Room:
        return a_room(tmp_path, base_url=url, key_env="WRITER_KEY", **writer)

    return made


def test_the_shelf_is_filled_with_what_the_talk_will_ask_for(
    show: Show, room_at: Callable[..., Room]
) -> None:
    fluent = Fluent()
    with serving(lambda body: Reply(fluent(body["messages"]))) as server:
        stand = Stand(room_at(server.url), show, hours=0.04)
        stand.run()
    wanted = anyio.run(demand, show.planner, NOW, stand._sleep)
    left = lacking(wanted, stand.shelf)
    served = sum(wanted.values()) - sum(count for count in left.values() if count > 0)
    assert served > 0.25 * sum(wanted.values())
    written = [one for one in stand.told if one.what == "written"]
    assert sum(int(one.about["kept"] or 0) for one in written) == len(stand.shelf)
    assert {one.about["micros"] for one in written} == {0}
    assert stand.count("writer-off") == 0
    # A restart goes on with it.
    again = Shelf(stand.writer._room.var / "writer/variants.jsonl", "zh", lambda: NOW.timestamp())
    assert len(again) == len(stand.shelf)


@pytest.mark.parametrize(
    "garbage",
    [
        Reply("I'm sorry, I can't help with that."),
        Reply("\x00\ufffd" * 50),
        Reply(variants("龘靐齉爩鱻麤，龗灪吁灩瀬，籲厵爨癵虋，驫鸞钃鱺麣。" * 2)),
        Reply(variants("全网最低价，只要九块九，最后三件，赶紧抢，治好失眠。")),
        Reply(body=b"<html>502</html>", status=502),
        Reply(body=b"garbage"),
        Reply("好" * 50, cut=True),
    ],
)
def test_garbage_for_an_hour_costs_the_show_nothing(
    show: Show, room_at: Callable[..., Room], garbage: Reply
) -> None:
    with serving(garbage) as server:
        stand = Stand(room_at(server.url), show, hours=1)
        stand.run()
        # A probe each 24 s, of up to three tries or a question and its mending.
        assert len(server.asked) <= 3 * (3600 / PROBED + 5)
    assert len(stand.shelf) == 0
    assert stand.count("writer-off") == 1
    assert stand.count("written") <= 12
    state = PlannerState()
    for number in range(1, 40):
        step = show.planner.next(state, number, NOW)
        state = step.state
        assert stand.phrasing.phrase(step.line, show.lineup, show.gate, NOW) is step.line


def test_it_comes_back_by_itself_and_says_so(show: Show, room_at: Callable[..., Room]) -> None:
    fluent, asked = Fluent(), Counter[str]()

    def ill_at_first(body: dict[str, Any]) -> Reply:
        asked["all"] += 1
        return Reply("garbage") if asked["all"] <= 5 else Reply(fluent(body["messages"]))

    with serving(ill_at_first) as server:
        stand = Stand(room_at(server.url), show, hours=0.08)
        stand.run()
    states = [one.what for one in stand.told if one.what.startswith("writer-")]
    assert states == ["writer-off", "writer-back"]
    assert len(stand.shelf) > 0


def test_a_wrong_key_is_told_once_and_not_hammered(
    show: Show, room_at: Callable[..., Room], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'.encode()
    with serving(Reply(body=body, status=401)) as server:
        stand = Stand(room_at(server.url), show, hours=2)
        stand.run()
        assert len(server.asked) <= 5
    (off,) = [one for one in stand.told if one.what == "writer-off"]
    assert "401" in off.why
    assert "key_env" in off.why
    assert KEY not in repr(stand.told)
    assert not [record for record in caplog.records if KEY in record.getMessage()]


def test_no_key_at_start_is_told_and_the_show_goes_on(
    show: Show, room_at: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = room_at("http://127.0.0.1:9/v1")
    monkeypatch.delenv("WRITER_KEY")
    stand = Stand(room, show, hours=1)
    stand.run()
    (off,) = stand.told
    assert off.what == "writer-off"
    assert "WRITER_KEY is not set" in off.why


def test_a_mistake_of_ours_ends_no_show(
    show: Show, room_at: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(*_: object) -> None:
        raise RuntimeError(f"a text that holds {KEY}")

    monkeypatch.setattr(Writer, "_turn", wrong)
    stand = Stand(room_at("http://127.0.0.1:9/v1"), show, hours=2)
    stand.run()
    (off,) = stand.told
    assert "RuntimeError" in off.why
    assert KEY not in off.why


def test_the_budget_of_the_hour_holds(show: Show, room_at: Callable[..., Room]) -> None:
    fluent = Fluent()
    usage = {"prompt_tokens": 2000, "completion_tokens": 500}

    def reply(body: dict[str, Any]) -> Reply:
        return Reply(fluent(body["messages"]), usage=usage)

    with serving(reply) as server:
        stand = Stand(room_at(server.url, tokens_an_hour=20_000), show, hours=0.9)
        stand.run()
        assert 5 <= len(server.asked) <= 8
    assert [one.why for one in stand.told if one.what == "writer-off"] == [
        "the hour's budget is spent; the talk goes on without it"
    ]
    with serving(reply) as server:
        stand = Stand(room_at(server.url, tokens_an_hour=10), show, hours=0.9)
        stand.run()
        assert not server.asked


def test_nothing_is_asked_while_the_machine_is_needed(
    show: Show, room_at: Callable[..., Room]
) -> None:
    with serving(Reply("x")) as server:
        stand = Stand(room_at(server.url), show, hours=0.5)
        stand.spare = False
        stand.run()
        assert not server.asked
    assert not stand.told


@pytest.mark.slow
def test_hours_with_a_fluent_model_hardly_repeat_a_run_of_eight(
    show: Show, room_at: Callable[..., Room]
) -> None:
    """What comes back are facts, the model's own turns of phrase, and lines not written for."""
    room = room_at("http://127.0.0.1:9/v1")
    hours, ahead = 4.0, 1800.0
    stand = Stand(room, show, hours=10**6)
    model = Model(Fluent())
    state, number, spent, said, phrased = PlannerState(), 0, 0.0, list[Said](), 0

    async def fill() -> None:
        for _ in range(400):
            if await stand.writer._turn(model) == writers.LOOK:
                break

    next_fill = 0.0
    while spent < hours * 3600:
        if spent >= next_fill:
            stand.at = spent
            anyio.run(fill)
            next_fill += ahead
        number += 1
        stand.at = spent
        step = show.planner.next(state, number, stand.now())
        state = step.state
        line = stand.phrasing.phrase(step.line, show.lineup, show.gate, stand.now())
        phrased += line is not step.line
        said.append(Said(spent, state.lap, line.text, "zh"))
        spent += seconds(line.text, "zh")
    variety = measure(said)
    print(
        f"{phrased / number:.2f} of {number} lines written, {variety.previous:.3f} of the"
        f" lap before came back, {variety.recent:.3f} of ten, {variety.returned:.4f} of sentences"
    )
    assert phrased > 0.5 * number
    assert variety.previous <= 0.10
    assert variety.returned <= 0.005
