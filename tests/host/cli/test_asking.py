"""``livehost upgrade`` and ``livehost key`` ask a room that is on air, and say how it went."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from host.cli import app, asking
from host.config import load_room
from host.model.messages import Address, Hello, Told, Upgrade
from tests.e2e.fake_room import FakeRoom
from tests.e2e.room_file import write_room

DEMO = Path(__file__).parents[3] / "configs/demo.toml"
KEY = "live_1a2B3c4D5e6F"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    write_room(DEMO, tmp_path / "room.toml", {})
    return tmp_path / "room.toml"


@pytest.fixture
def fake(room: Path) -> Iterator[FakeRoom]:
    """The room's supervisor."""
    with FakeRoom(load_room(room).sockets) as started:
        yield started


def livehost(*words: str, given: str = "") -> tuple[int, str]:
    """Exit code, and all that was printed."""
    done = CliRunner().invoke(app, words, input=given)
    return done.exit_code, done.output


def test_a_key_is_read_from_standard_input_and_sent(room: Path, fake: FakeRoom) -> None:
    fake.told = (Told("looking"), Told("tea: it has the new address", over=True))
    code, said = livehost("key", str(room), "tea", given=f"{KEY}\n")
    assert (code, said.splitlines()) == (0, ["looking", "tea: it has the new address"])
    assert fake.wait_for(Hello).role == "command"
    assert fake.wait_for(Address) == Address("tea", KEY)


def test_a_refusal_is_exit_code_1(room: Path, fake: FakeRoom) -> None:
    fake.told = (Told("tea: that is no address [x]", over=True, failed=True),)
    code, said = livehost("key", str(room), "tea", given="nonsense\n")
    assert (code, said) == (1, "tea: that is no address [x]\n")


def test_an_upgrade_is_told_to_its_end(room: Path, fake: FakeRoom) -> None:
    fake.told = (Told("voice is new"), Told("upgraded", over=True))
    assert livehost("upgrade", str(room)) == (0, "voice is new\nupgraded\n")
    assert fake.wait_for(Upgrade) == Upgrade()


def test_files_that_are_not_sound_change_nothing(room: Path, fake: FakeRoom) -> None:
    text = room.read_text(encoding="utf-8").replace("demo-zh.csv", "none.csv")
    room.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["upgrade", str(room)])
    assert "none.csv" in str(done.exception)
    assert fake.heard == []


@pytest.mark.parametrize("words", [("upgrade",), ("key", "tea")])
def test_a_room_that_is_not_on_air_is_told_in_a_line(room: Path, words: tuple[str, ...]) -> None:
    code, said = livehost(words[0], str(room), *words[1:], given=f"{KEY}\n")
    assert code == 1
    assert said.startswith("livehost: the room 'demo' is not on air from ")
    assert len(said.splitlines()) == 1


def test_a_supervisor_that_goes_or_falls_silent_is_told(
    room: Path, fake: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.told = (Told("under way"),)
    monkeypatch.setattr(asking, "SILENCE", 0.3)
    code, said = livehost("upgrade", str(room))
    assert code == 1
    assert "has not answered for 0.3 s" in said


def test_nothing_given_is_told(room: Path) -> None:
    done = CliRunner().invoke(app, ["key", str(room), "tea"], input="\n")
    assert "no address was given" in str(done.exception)


def test_what_is_typed_is_not_shown(room: Path, fake: FakeRoom) -> None:
    """On a real terminal: nothing of the key comes back."""
    terminal, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "host.cli", "key", str(room), "tea"],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=DEMO.parents[1],
    )  # fmt: skip
    os.close(theirs)
    said = io.BytesIO()
    with open(terminal, "rb", buffering=0) as ours:
        while b"new address or key of tea" not in said.getvalue():
            said.write(ours.read(1000))
        while termios.tcgetattr(terminal)[3] & termios.ECHO:  # what comes before is thrown away
            time.sleep(0.01)
        os.write(terminal, f"rtmp://h/app/{KEY}\n".encode())
        try:
            while data := ours.read(1000):
                said.write(data)
        except OSError:
            pass  # the other end is closed: it has ended
    assert process.wait(20) == 0
    assert fake.wait_for(Address).url == f"rtmp://h/app/{KEY}"
    assert KEY not in said.getvalue().decode()
