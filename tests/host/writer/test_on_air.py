"""A studio whose writer is on: written words reach the air, and a model gone astray does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from host.config import Room
from host.model import Decision, Planned
from host.model.messages import Welcome
from host.planner import lines
from host.writer.author import Author
from host.writer.demand import key_of
from host.writer.shelf import Shelf
from tests.host.studio.room import eventually
from tests.host.studio.test_studio import working
from tests.host.writer.server import Reply, Server, serving
from tests.host.writer.stand import Fluent, Model, a_room, show_of

pytestmark = pytest.mark.anyio


@contextmanager
def room_with(
    reply: Fluent | Reply, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Room, Server]]:
    monkeypatch.setenv("LIVEHOST_VAR", str(folder))
    monkeypatch.setattr("host.writer.writer.PACE", 0.01)
    monkeypatch.setattr("host.writer.writer.LOOK", 0.05)
    answer = reply if isinstance(reply, Reply) else None
    with serving(answer or (lambda body: Reply(reply(body["messages"])))) as server:  # type: ignore[operator]  # a Fluent
        room = a_room(folder, base_url=server.url)
        room.sockets.mkdir(parents=True)
        yield room, server


async def test_written_words_are_said_and_more_are_kept_for_the_next_studio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fluent = Fluent()
    with room_with(fluent, tmp_path, monkeypatch) as (room, _):
        show, now = show_of(room), datetime.now(room.timezone)
        shelf = Shelf(room.var / "writer/variants.jsonl", "zh")
        author, plan = Author(room, shelf), list(lines(show.planner, now, 3))
        for key in filter(None, map(key_of, plan)):
            ask = author.ask(key, 2, show.lineup, now)
            assert ask is not None
            assert (await author.write(Model(fluent), ask, show, now)).kept
        before = len(shelf)
        shelf.keep()
        async with working(room, Welcome(1)) as around:
            await eventually(lambda: len(around.told(Planned)) >= 3)
            await eventually(lambda: any(one.what == "written" for one in around.told(Decision)))
            said = [planned.line for planned in around.told(Planned)][:3]
        again = Shelf(room.var / "writer/variants.jsonl", "zh")
    assert [(one.beat, one.sku, one.mood) for one in said] == [
        (one.beat, one.sku, one.mood) for one in plan
    ]
    for line, planned in zip(said, plan, strict=True):
        assert (line.text == planned.text) == (key_of(planned) is None)
    assert sum(one.uses for one in again) == sum(key_of(one) is not None for one in plan) > 0
    assert len(again) > before


async def test_garbage_from_the_model_changes_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with room_with(Reply("garbage" * 1000), tmp_path, monkeypatch) as (room, server):
        async with working(room, Welcome(1)) as around:
            await eventually(lambda: any(one.what == "writer-off" for one in around.told(Decision)))
            await eventually(lambda: len(around.told(Planned)) >= 3)
        assert len(server.asked) == 3
        assert not (room.var / "writer/variants.jsonl").exists()
