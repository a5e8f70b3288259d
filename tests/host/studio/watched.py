"""A studio whose files are edited, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from host.config import Room, load_room
from host.lineup.overlay import Push
from host.lineup.store import read_lineup, store_of
from host.model import Aired, Decision, Ended, Lineup, Planned
from host.model.messages import Revised, Withdraw
from host.studio import refusals
from tests.host.edited import write_small_room
from tests.host.studio.room import eventually
from tests.host.studio.test_studio import Around


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(refusals, "SETTLED", 0.1)
    one = load_room(write_small_room(tmp_path))
    one.sockets.mkdir(parents=True)
    return one


def write(file: Path, text: str) -> None:
    """As an editor does."""
    draft = file.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def push(room: Room, listed: Lineup | None = None, **product: Any) -> None:
    """As the console does. ``listed``: the last good lineup where the file is broken."""
    one = Push.model_validate({"products": [product]})
    store = store_of(room)
    with store.changing():
        before = store.pushes()
        store.push(before.with_push(one, listed or read_lineup(room), datetime.now(UTC)))


class Watched:
    """What came of the edits."""

    def __init__(self, around: Around) -> None:
        self.around = around

    @property
    def lineups(self) -> list[Lineup]:
        """What media was told to go by, in order."""
        return [one.lineup for one in self.around.media.heard if isinstance(one, Revised)]

    def prices(self, sku: str) -> list[Decimal]:
        return [found.price for one in self.lineups if (found := one.get(sku)) is not None]

    def decisions(self, what: str) -> list[Decision]:
        return [one for one in self.around.told(Decision) if one.what == what]

    async def until(self, true: Callable[[], bool]) -> None:
        await eventually(true)

    async def on_its_way(self, count: int = 3) -> list[Planned]:
        """Lines that media has got."""
        await eventually(lambda: len(self.around.enqueued) >= count)
        return [one.planned for one in self.around.enqueued]

    async def end_all(self) -> None:
        """Media drops what it was asked to."""
        done: set[int] = set()
        while True:
            for one in tuple(self.around.media.heard):
                if isinstance(one, Withdraw) and one.line not in done:
                    done.add(one.line)
                    await self.around.say(Ended(one.line, "dropped", one.why))
            await anyio.sleep(0.005)

    async def roll(self) -> None:
        """Every line is said at once."""
        done = 0
        while True:
            for one in self.around.enqueued[done:]:
                done += 1
                await self.around.say(Ended(one.planned.line.id, "finished"))
            await anyio.sleep(0.005)

    async def said(self, planned: Planned, *clauses: int) -> None:
        """Those clauses of a line were heard."""
        last = len(planned.clauses) - 1
        for index in clauses:
            await self.around.say(
                Aired(planned.line.id, index, 10 * index, 10 * index + 9, True, index == last)
            )
