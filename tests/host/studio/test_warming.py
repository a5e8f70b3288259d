"""Common answers are made ahead, when the talk can spare the voice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from host.clauses import split
from host.lineup import load_lineup
from host.model import Ended
from host.studio import warming as module
from host.studio.delivery import Delivery
from host.studio.warming import Warming
from tests.host.studio.room import FakeVoices, current, eventually, planned

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
DEMO = load_lineup(Path(__file__).parents[3] / "configs/lineups/demo-zh.csv")
SKUS = tuple(product.sku for product in DEMO.products)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.005)


class Room:
    def __init__(self, folder: Path, lines: int) -> None:
        self.current = current(DEMO)
        self.answerer = self.current.answerer
        self.voices = FakeVoices()
        self.delivery = Delivery(folder, self.voices, self._drop)
        for line in range(1, lines + 1):
            self.delivery.accept(planned(line, sku="EL05"))
        self.warming = Warming(self.current, self.voices, self.delivery, ahead=2, now=lambda: NOW)

    async def _drop(self, line: int, why: str) -> None:
        raise AssertionError("nothing of it goes on air")

    @property
    def openings(self) -> list[str]:
        return [clause.text for line in self.answerer.openings() for clause in split(line)]

    def of(self, sku: str) -> list[str]:
        return [clause.text for line in self.answerer.common(sku, NOW) for clause in split(line)]


async def test_openings_come_first_then_the_product_on_air(tmp_path: Path) -> None:
    room = Room(tmp_path, lines=3)
    wanted = room.openings + room.of("EL05") + room.of(SKUS[0])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(room.warming.run)
        await eventually(lambda: len(room.voices.said) >= len(wanted))
        tasks.cancel_scope.cancel()
    assert [text for text, _ in room.voices.said][: len(wanted)] == wanted
    assert not any(urgent for _, urgent in room.voices.said)


async def test_the_talk_comes_first(tmp_path: Path) -> None:
    room = Room(tmp_path, lines=3)
    room.delivery.ended(Ended(1, "finished"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(room.warming.run)
        await anyio.sleep(0.05)
        assert room.voices.said == []
        room.delivery.accept(planned(4))
        await eventually(lambda: len(room.voices.said) > 3)
        tasks.cancel_scope.cancel()


async def test_what_cannot_be_said_now_is_passed_over(tmp_path: Path) -> None:
    room = Room(tmp_path, lines=3)
    room.voices.cannot = set(room.openings)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(room.warming.run)
        await eventually(lambda: len(room.voices.said) > len(room.openings) + 2)
        tasks.cancel_scope.cancel()
