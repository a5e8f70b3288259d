"""A refused destination gets a fresh address, and nobody waits for it nor sees it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from host.config import Room, load_room
from host.errors import ConfigError
from host.model import Decision, Destination, Incident
from host.model.state import OnAirState, PushState
from host.supervisor import keys, prepare
from host.supervisor.keys import KeyKeeper, resolve_address

pytestmark = pytest.mark.anyio

KEY = "live_1a2B3c4D5e6F"
DEMO = Path(__file__).parents[3] / "configs/demo.toml"
REJECTED = Incident("pusher:tea", "rejected", "refused by its ingest (refused 1 times)")


@pytest.fixture
def anyio_backend() -> str:
    """As the supervisor runs."""
    return "asyncio"


class Levers:
    """Keeps what was done."""

    def __init__(self) -> None:
        self.redirected: list[Destination] = []
        self.notes: list[Incident | Decision] = []
        self._news = anyio.Event()

    def redirect(self, destination: Destination) -> None:
        self.redirected.append(destination)
        self._news.set()

    def finish(self, line: int) -> None: ...

    def note(self, what: Incident | Decision) -> None:
        self.notes.append(what)
        self._news.set()

    def restart(self, role: str, why: str) -> None:
        raise AssertionError(role)

    def cost(self, level: int, why: str) -> None:
        raise AssertionError(level)

    def preset(self, name: str, why: str) -> None:
        raise AssertionError(name)

    async def until(self, holds: Callable[[], object]) -> None:
        with anyio.fail_after(10):
            while not holds():
                await self._news.wait()
                self._news = anyio.Event()


def room_with(folder: Path, push: str) -> Room:
    """A room in ``folder`` with one more [[push]], called "tea"."""
    text = DEMO.read_text(encoding="utf-8")
    file = folder / "room.toml"
    file.write_text(f'{text}\n[[push]]\nname = "tea"\n{push}\n', encoding="utf-8")
    return load_room(file)


def on_air(room: Room) -> tuple[Destination, ...]:
    return prepare.destinations(room, [], "ffmpeg")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASKED_AGAIN", "SETTLING"):
        monkeypatch.setattr(keys, name, 0.3)
    monkeypatch.setattr(keys, "READ_AGAIN", 0.02)
    monkeypatch.setattr(prepare, "ffmpeg_binary", lambda room: "ffmpeg")


async def test_a_replaced_file_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("rtmp://h/app/old")
    room = room_with(tmp_path, 'url_file = "key.txt"')
    levers = Levers()
    keeper = KeyKeeper(room, levers, on_air(room))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.run)
        keeper.hear("onair", REJECTED)
        await levers.until(lambda: levers.notes)
        assert levers.notes[0] == Incident(
            "pusher:tea", "key-unchanged", "the same address was given again; paste a new "
            "address on the page, or: livehost key ROOM tea",
        )  # fmt: skip
        assert levers.redirected == []
        fresh = tmp_path / "fresh"
        fresh.write_text(f"rtmp://h/app/{KEY}")
        os.replace(fresh, tmp_path / "key.txt")
        refused = (PushState("tea", False, 3, 0, rejected=2), PushState("x", False, 1, 0, 9))
        while not levers.redirected:
            keeper.hear("onair", OnAirState(1, "programme", False, refused, 0, 6, 3.0))
            await anyio.sleep(0.02)
        tasks.cancel_scope.cancel()
    assert prepare.address_of(levers.redirected[0]) == f"rtmp://h/app/{KEY}"
    renewed = Decision(
        "key-renewed", "tea was refused; its key provider gave another address",
        {"destination": "tea"},
    )  # fmt: skip
    assert levers.notes[1:] == [renewed]


async def test_a_program_is_asked_one_at_a_time_and_not_too_often(tmp_path: Path) -> None:
    script = f"echo x >> asked; sleep 0.1; echo rtmp://h/app/{KEY}-$(wc -l < asked)"
    room = room_with(tmp_path, f'url_command = ["sh", "-c", "{script}"]')
    levers = Levers()
    keeper = KeyKeeper(room, levers, on_air(room))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.run)
        with anyio.move_on_after(1.5):
            while True:  # it is refused again and again, faster than it may be asked
                keeper.hear("onair", REJECTED)
                await anyio.sleep(0.005)
        tasks.cancel_scope.cancel()
    asked = len((tmp_path / "asked").read_text().split()) - 1
    assert 2 <= asked <= 5, "every 0.4 s at the soonest"
    found = [prepare.address_of(each) for each in levers.redirected]
    assert found == [f"rtmp://h/app/{KEY}-{n + 2}" for n in range(len(found))]
    assert not any(KEY in repr(each) for each in (levers.notes, levers.redirected))


async def test_what_was_heard_before_a_change_asks_for_no_other(tmp_path: Path) -> None:
    script = f"echo x >> asked; echo rtmp://h/app/{KEY}-$(wc -l < asked)"
    room = room_with(tmp_path, f'url_command = ["sh", "-c", "{script}"]')
    levers = Levers()
    keeper = KeyKeeper(room, levers, on_air(room))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.run)
        keeper.hear("onair", REJECTED)
        await levers.until(lambda: levers.redirected)
        keeper.hear("onair", REJECTED)  # was under way when the address changed
        await anyio.sleep(0.7)
        tasks.cancel_scope.cancel()
    assert len(levers.redirected) == 1


async def test_a_failing_program_is_told_once_and_asked_on(tmp_path: Path) -> None:
    script = f"test -e ok && echo rtmp://h/app/{KEY}"
    (tmp_path / "ok").touch()
    room = room_with(tmp_path, f'url_command = ["sh", "-c", "{script}; exit $?"]')
    levers = Levers()
    keeper = KeyKeeper(room, levers, ())
    (tmp_path / "ok").unlink()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.run)
        with anyio.move_on_after(1.0):
            while True:
                keeper.hear("onair", REJECTED)
                await anyio.sleep(0.01)
        assert [note.what for note in levers.notes] == ["key-unavailable"]
        assert "url_command ended with code 1" in levers.notes[0].why
        (tmp_path / "ok").touch()
        while not levers.redirected:
            keeper.hear("onair", REJECTED)
            await anyio.sleep(0.01)
        tasks.cancel_scope.cancel()


async def test_an_address_that_cannot_change_is_asked_of_the_operator(tmp_path: Path) -> None:
    room = room_with(tmp_path, f'url = "rtmp://h/app/{KEY}"')
    levers = Levers()
    keeper = KeyKeeper(room, levers, on_air(room))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.run)
        for _ in range(50):
            keeper.hear("onair", REJECTED)
            keeper.hear("onair", Incident("pusher:unknown", "rejected", "x"))
            await anyio.sleep(0.01)
        tasks.cancel_scope.cancel()
    (note,) = levers.notes
    assert (note.what, KEY in note.why) == ("key-wanted", False)


async def test_a_fault_of_ours_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.txt").write_text("rtmp://h/app/old")
    room = room_with(tmp_path, 'url_file = "key.txt"')
    levers = Levers()
    keeper = KeyKeeper(room, levers, on_air(room))

    def fail(*_: object) -> None:
        raise RuntimeError(f"rtmp://h/app/{KEY}")

    monkeypatch.setattr(prepare, "destination", fail)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.run)
        keeper.hear("onair", REJECTED)
        await levers.until(lambda: levers.notes)
        tasks.cancel_scope.cancel()
    assert levers.notes == [Incident("pusher:tea", "key-unavailable", "RuntimeError")]


async def test_the_end_does_not_wait_for_a_program(tmp_path: Path) -> None:
    room = room_with(tmp_path, 'url_command = ["sleep", "324.5"]')
    keeper = KeyKeeper(room, Levers(), ())
    with anyio.fail_after(3):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(keeper.run)
            keeper.hear("onair", REJECTED)
            await anyio.sleep(0.3)
            tasks.cancel_scope.cancel()


# What an operator pastes.


def test_a_pasted_address_goes_to_its_platform(tmp_path: Path) -> None:
    room = room_with(tmp_path, 'platform = "facebook"\nurl = "rtmps://h/rtmp/old"\nfirst_ms = 7')
    made = resolve_address(room, "tea", f"  rtmps://i:443/rtmp/{KEY}\n")
    assert prepare.address_of(made) == f"rtmps://i:443/rtmp/{KEY}"
    assert (made.name, made.longest_seconds, made.first_ms) == ("tea", 8 * 3600, 7)
    with pytest.raises(ConfigError, match="rtmps://") as caught:
        resolve_address(room, "tea", f"rtmp://i/rtmp/{KEY}")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("now", "key", "then"),
    [
        ("rtmp://h/app/old", KEY, f"rtmp://h/app/{KEY}"),
        ("rtmps://h:443/live2/old?x=1", f"{KEY}?a=b", f"rtmps://h:443/live2/{KEY}?a=b"),
        ("rtmp://h/live-bvc/?name=a&key=b", f"?name=c&key={KEY}",
         f"rtmp://h/live-bvc/?name=c&key={KEY}"),
        ("rtmp://h/app/old", f"?name=c&path=a/b&key={KEY}",
         f"rtmp://h/app/?name=c&path=a/b&key={KEY}"),
    ],
)  # fmt: skip
def test_a_key_alone_goes_with_the_server(tmp_path: Path, now: str, key: str, then: str) -> None:
    room = room_with(tmp_path, f'url = "{now}"')
    (current,) = on_air(room)
    assert prepare.address_of(resolve_address(room, "tea", key, current)) == then


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("rtmp://h/app/old", ""),
        ("rtmp://h/app/old", f"{KEY} {KEY}"),
        ("rtmp://h/app/old", f"h/app/{KEY}"),
        ("rtmp://h/app/old", f"http://h/app/{KEY}"),
        ("rtmp://h/app/old", f"rtmp://h/app/{KEY}\nrtmp://h/app/{KEY}"),
        ("rtmp://h/live2?backup=1/old", KEY),
        ("srt://h:1/old", KEY),
    ],
)
def test_what_is_no_address_is_refused_without_being_told(
    tmp_path: Path, now: str, text: str
) -> None:
    room = room_with(tmp_path, f'url = "{now}"')
    (current,) = on_air(room)
    with pytest.raises(ConfigError, match="tea: that is no address to push to") as caught:
        resolve_address(room, "tea", text, current)
    assert KEY not in str(caught.value)


def test_a_destination_of_the_command_line_takes_one_too(tmp_path: Path) -> None:
    room = room_with(tmp_path, 'url = "rtmp://h/app/x"')
    current = prepare.destinations(room, ["rtmp://h/app/old"], "ffmpeg")[1]
    assert current.name == "push-1"
    made = resolve_address(room, "push-1", KEY, current)
    assert prepare.address_of(made) == f"rtmp://h/app/{KEY}"
    with pytest.raises(ConfigError, match="no destination is called 'push-2' — there are: tea"):
        resolve_address(room, "push-2", f"rtmp://h/app/{KEY}")
