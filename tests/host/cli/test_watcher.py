"""What a person at the terminal is told, and that the telling never ends the show."""

from __future__ import annotations

import io
import os
import termios
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from host.cli import watching
from host.config import Room, load_room
from host.model import Decision, Incident
from host.model.state import OnAirState, PushState

_Stuck = AbstractContextManager[tuple[int, int]]
CONFIGS = Path(__file__).parents[3] / "configs"


@pytest.fixture(params=["demo.toml", "demo-en.toml"])
def room(request: pytest.FixtureRequest) -> Room:
    return load_room(CONFIGS / request.param)


def state(showing: str, *connected: str, hold: bool = False) -> OnAirState:
    destinations = tuple(PushState(name, True, 0, 0) for name in connected)
    return OnAirState(1, showing, hold, destinations, 0, 6, 3.0)


def test_each_change_is_told_once(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = watching.Watcher(room)
    for _ in range(2):
        watcher.state(state("programme", "main"))
    watcher.tell(Incident("pusher:main", "connected", "on air again after 1.0 s"))
    watcher.tell(Incident("pusher:main", "lost", "ended with code 1 [refused]"))
    watcher.tell(Incident("media", "restarted", "killed by SIGKILL"))
    watcher.tell(Decision("line-refused", "no such price"))
    watcher.state(state("stand-by", "main", hold=True))
    printed = capsys.readouterr()
    lost, restarted = printed.err.splitlines()
    if room.settings.lang == "zh":
        assert printed.out.splitlines() == [
            "● 直播中 · 预览和红色按钮：http://127.0.0.1:8700",
            "  → main：已连接",
            "○ 正在播备播画面（红色按钮）",
            "  → main：已连接",
        ]
        assert lost.startswith("! main：ended with code 1 [refused]；每 1–2 秒重试")
        assert restarted == "! 画面：已重启：killed by SIGKILL"
    else:
        assert printed.out.splitlines() == [
            "● on air · preview and red button: http://127.0.0.1:8710",
            "  → main: connected",
            "○ stand-by clip on air (red button)",
            "  → main: connected",
        ]
        assert lost.startswith("! main: ended with code 1 [refused]; trying again")
        assert restarted == "! media: restarted: killed by SIGKILL"


def test_what_becomes_of_a_key_is_told_with_what_to_do(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher = watching.Watcher(room)
    for what in ("rejected", "key-wanted", "key-unchanged", "key-unavailable"):
        watcher.tell(Incident("pusher:main", what, "why it was"))
    for what in ("renewed", "rotated", "connected"):
        watcher.tell(Incident("pusher:main", what, "why it was"))
    printed = capsys.readouterr()
    rejected, unchanged, unavailable = printed.err.splitlines()
    command = f"livehost key {room.file} main"
    assert "why it was" in rejected
    assert command in rejected
    assert command in unchanged
    assert "why it was" in unavailable
    zh = room.settings.lang == "zh"
    assert printed.out.splitlines() == (
        ["  ↻ main：换了新的推流地址", "  ↻ main：按计划重新连接", "  → main：已连接"]
        if zh
        else [
            "  ↻ main: goes on with another address",
            "  ↻ main: connection renewed as planned",
            "  → main: connected",
        ]
    )


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
        monkeypatch.setattr(watching, name, Console(file=file))
    watcher = watching.Watcher(room)
    watcher.state(state("programme", "main"))
    watcher.tell(Incident("media", "restarted", "killed by SIGKILL"))


@contextmanager
def stopped_terminal() -> Iterator[tuple[int, int]]:
    """(reading end, writing end) of a terminal in which somebody pressed Ctrl+S."""
    master, slave = os.openpty()
    termios.tcflow(slave, termios.TCOOFF)
    yield master, slave
    termios.tcflow(slave, termios.TCOON)
    os.close(master)
    os.close(slave)


@contextmanager
def full_pipe() -> Iterator[tuple[int, int]]:
    """(reading end, writing end) of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, bytes(4096))
        except BlockingIOError:
            break
    os.set_blocking(writing, True)
    yield reading, writing
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("stuck", [stopped_terminal, full_pipe])
def test_where_nobody_reads_nobody_waits(
    room: Room, monkeypatch: pytest.MonkeyPatch, stuck: Callable[[], _Stuck]
) -> None:
    with stuck() as (reading, writing):
        with os.fdopen(os.dup(writing), "w") as file:
            for name in ("out", "err"):
                monkeypatch.setattr(watching, name, Console(file=file))
            watcher = watching.Watcher(room)
            for number in range(2000):  # more than any buffer holds
                watcher.tell(Incident("media", "restarted", f"for the {number}th time"))
            if stuck is stopped_terminal:
                termios.tcflow(writing, termios.TCOON)
            else:
                os.read(reading, 1 << 20)
            watcher.tell(Incident("media", "restarted", "at last"))
        assert b"at last" in os.read(reading, 1 << 20)
