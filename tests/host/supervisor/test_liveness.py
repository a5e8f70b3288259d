"""What hangs is killed; what was only not listened to is not."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from host.model import Incident
from host.supervisor import liveness as module
from host.supervisor.child import Child
from host.supervisor.liveness import LOOK, SILENT, STARTING, Liveness


class FakeProcess:
    def __init__(self) -> None:
        self.pid = 2**22 + 1
        self.signals: list[int] = []

    async def wait(self) -> int:
        await anyio.sleep_forever()
        raise AssertionError

    def signal(self, number: int) -> None:
        self.signals.append(number)


class Room:
    """Children whose beats and clock are the test's."""

    def __init__(self, *roles: str) -> None:
        self.now = 1000.0
        self.noted: list[Incident] = []
        self.children = {role: Child(role, [], self._report) for role in roles}
        self.processes = {role: FakeProcess() for role in roles}
        for role, child in self.children.items():
            child._process = self.processes[role]  # type: ignore[assignment]
            child.started_at = self.now
        self.liveness = Liveness(self.children.values(), self.noted.append, lambda: self.now)

    async def _report(self, incident: Incident) -> None:
        raise AssertionError(incident)

    def live(self, seconds: float, *beating: str) -> None:
        """Time passes; those who beat do so at each look."""
        for _ in range(round(seconds / LOOK)):
            self.now += LOOK
            for role in beating:
                self.children[role].heard_at = self.now
            self.liveness.look()

    @property
    def killed(self) -> list[str]:
        return [role for role, process in self.processes.items() if process.signals]


def test_who_beats_is_left_alone_for_ever() -> None:
    room = Room("media", "studio")
    room.live(600, "media", "studio")
    assert not room.killed
    assert not room.noted


def test_who_stops_beating_is_killed_and_told_of() -> None:
    room = Room("media", "studio")
    room.live(3, "media", "studio")
    room.live(SILENT, "studio")
    assert not room.killed
    room.live(LOOK, "studio")
    assert room.killed == ["media"]
    assert [(one.stage, one.what) for one in room.noted] == [("media", "hung")]


@pytest.mark.parametrize(("role", "limit"), [("media", STARTING), ("voice", 300.0)])
def test_who_never_beats_has_its_time_to_come_up(role: str, limit: float) -> None:
    room = Room(role)
    room.live(limit)
    assert not room.killed
    room.live(LOOK)
    assert room.killed == [role]


def test_a_supervisor_that_was_stopped_itself_holds_it_against_nobody() -> None:
    room = Room("media", "onair")
    room.live(3, "media", "onair")
    room.now += 60  # SIGSTOP, or a machine without a processor to spare
    room.liveness.look()
    assert not room.killed
    room.live(SILENT - 1)
    assert not room.killed
    room.live(2, "onair")
    assert room.killed == ["media"]


def test_who_is_ending_or_away_is_not_looked_at() -> None:
    room = Room("media", "studio")
    room.live(1, "media", "studio")
    room.children["media"].leave()
    room.children["studio"]._process = None
    room.live(30)
    assert not room.killed
    assert not room.noted


def test_it_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    looks: list[float] = []

    async def test() -> None:
        room = Room("media")
        enough = anyio.Event()

        def look(*_: Any) -> None:
            looks.append(0.0)
            if len(looks) == 3:
                enough.set()

        monkeypatch.setattr(Liveness, "look", look)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(room.liveness.run)
            with anyio.fail_after(5):
                await enough.wait()
            tasks.cancel_scope.cancel()

    anyio.run(test)
    assert len(looks) >= 3
