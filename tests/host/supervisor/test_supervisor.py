"""A room that cannot begin says so in one line, and spoils nothing of one that is on air."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import anyio
import pytest

from host.config import Room, load_room
from host.errors import ConfigError
from host.ledger import Ledger
from host.model import Incident, Line, Planned
from host.supervisor import Output, Supervisor
from host.supervisor.child import NOT_STARTED, Child
from host.supervisor.supervisor import BREAK, _recalled


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    room = load_room(Path(__file__).parents[3] / "configs/demo.toml", test_card=True)
    room.var.mkdir(parents=True)
    return room


def run(room: Room, output: Output | None = None) -> int:
    async def one() -> int:
        with anyio.fail_after(10):
            return await Supervisor(
                room, output or Output(), tell=lambda what: None, state=lambda state: None
            ).run()

    return anyio.run(one)


@contextmanager
def held(room: Room) -> Iterator[None]:
    """The room is on air from another process."""
    lock = os.open(room.var / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def keep(room: Room) -> None:
    with closing(Ledger(room.ledger)) as ledger:
        ledger.append(Planned(Line(1, "zh", "好", "opening"), ()))


@pytest.mark.parametrize("output", [Output(), Output(render_to=Path("lap.mp4"), seconds=1)])
def test_a_room_that_is_on_air_already_is_left_alone(room: Room, output: Output) -> None:
    keep(room)
    before = room.ledger.read_bytes()
    with held(room), pytest.raises(ConfigError, match="on air already"):
        run(room, output)
    assert room.ledger.read_bytes() == before


def test_a_rendering_begins_at_the_opening(room: Room) -> None:
    keep(room)
    output = Output(render_to=Path("lap.mp4"), seconds=1)
    supervisor = Supervisor(room, output, tell=lambda what: None, state=lambda state: None)
    with closing(supervisor._open_ledger()) as ledger:
        assert ledger.last == 0


def test_it_knows_how_long_nothing_was_said(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a break the talk opens a lap (``host.accounts``)."""
    before = datetime.now(UTC)
    assert _recalled(room)[2] >= before  # it never began: there is no break
    monkeypatch.setattr("host.ledger.datetime", Yesterday)
    keep(room)
    assert before - BREAK > _recalled(room)[2] > before - timedelta(days=2)


class Yesterday(datetime):
    """A clock that is a day behind."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - timedelta(days=1)


def test_a_ledger_of_another_make_is_one_line_that_says_what_to_do(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, closing(Ledger(room.ledger)) as ledger:
        patch.setattr("host.ledger.wire.to_json", lambda message: '{"$":"Planned","old":1}')
        ledger.append(Planned(Line(1, "zh", "好", "opening"), ()))
    with pytest.raises(ConfigError, match="cannot be taken up") as told:
        run(room)
    assert str(room.ledger) in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_a_process_that_finds_no_memory_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others stay on air meanwhile."""
    told: list[Incident] = []
    tries: list[object] = []

    def refuse(argv: object, **_: object) -> None:
        tries.append(argv)
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    async def report(incident: Incident) -> None:
        told.append(incident)
        if len(told) == 2:
            await child.end()

    async def test() -> int:
        with anyio.fail_after(10):
            return await child.keep()

    monkeypatch.setattr("subprocess.Popen", refuse)
    child = Child("media", ["x"], report)
    assert anyio.run(test) == NOT_STARTED
    assert len(tries) == 2
    assert "ended with code 126" in told[0].why
