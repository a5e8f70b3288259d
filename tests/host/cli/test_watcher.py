"""What a person at the terminal is told, and that the telling never ends the show."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from host.cli import broadcast
from host.config import Room, load_room
from host.model import Decision, Incident
from host.model.state import OnAirState, PushState


@pytest.fixture
def room() -> Room:
    return load_room(Path(__file__).parents[3] / "configs/demo.toml")


def state(showing: str, *connected: str, hold: bool = False) -> OnAirState:
    destinations = tuple(PushState(name, True, 0, 0) for name in connected)
    return OnAirState(1, showing, hold, destinations, 0, 6, 3.0)


def test_each_change_is_told_once(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = broadcast._Watcher(room)
    for _ in range(2):
        watcher.state(state("programme", "main"))
    watcher.tell(Incident("pusher:main", "lost", "ended with code 1 [refused]"))
    watcher.tell(Incident("media", "restarted", "killed by SIGKILL"))
    watcher.tell(Decision("line-refused", "no such price"))
    watcher.state(state("stand-by", "main", hold=True))
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "● on air · preview and red button: http://127.0.0.1:8700",
        "  → main: connected",
        "○ stand-by clip on air (red button)",
        "  → main: connected",
    ]
    lost, restarted = printed.err.splitlines()
    assert lost.startswith("! main: ended with code 1 [refused]; trying again")
    assert restarted == "! media: restarted: killed by SIGKILL"


class Full(io.StringIO):
    """A log on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


class Closed(io.StringIO):
    """A pipe whose reader has gone; what rich then does to the process is taken over."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("file", [Full(), Closed()])
def test_where_nothing_can_be_printed_the_show_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch, file: io.StringIO
) -> None:
    def leave(console: Console) -> None:
        raise SystemExit(1)  # as rich does, when it has put /dev/null in the place of stdout

    monkeypatch.setattr(Console, "on_broken_pipe", leave)
    for name in ("out", "err"):
        monkeypatch.setattr(broadcast, name, Console(file=file))
    watcher = broadcast._Watcher(room)
    watcher.state(state("programme", "main"))
    watcher.tell(Incident("media", "restarted", "killed by SIGKILL"))
