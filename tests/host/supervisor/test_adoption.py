"""A room whose supervisor was killed, with real processes: what lives on, what begins anew."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from host.link import connect
from host.model.messages import Hello, Told, Upgrade
from tests.e2e.receiver import free_port
from tests.e2e.room import Role, Room

ROLES: tuple[Role, ...] = ("onair", "media", "console", "health")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Room(tmp_path / "run", changes={"test_card": True}) as room:
        settled(room)
        yield room


def until(true: Callable[[], bool], patience: float = 25.0) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def settled(room: Room) -> None:
    """The programme is on air, and each process is there once."""
    try:
        until(lambda: all(len(room.pids(role)) == 1 for role in ROLES), 40)
        until(lambda: showing(room) == "programme")
    except AssertionError:
        pytest.fail(f"{room.roles()} {showing(room)} {room.tail()}")


def showing(room: Room) -> str:
    """What onair says last that it shows."""
    shown = [what for what in whats(room, "onair") if what in ("programme", "stand-by")]
    return shown[-1] if shown else ""


def whats(room: Room, stage: str = "supervisor") -> list[str]:
    rows = room.ledger("Incident")
    return [row.body["what"] for row in rows if row.body["stage"] == stage]


def ask(room: Room) -> list[Told]:
    """An upgrade, as ``livehost upgrade`` asks for it."""

    async def upgrade() -> list[Told]:
        with anyio.fail_after(90):
            link = await connect(room.var / room.name / "sockets", "supervisor")
            await link.send(Hello("command", os.getpid()))
            await link.send(Upgrade())
            told: list[Told] = []
            async for message in link:
                if isinstance(message, Told):
                    told.append(message)
                    if message.over:
                        break
            await link.aclose()
            return told

    return anyio.run(upgrade)


def change(room: Room, old: str, new: str) -> None:
    text = room.config.read_text(encoding="utf-8")
    assert old in text
    room.config.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_supervisor_takes_up_what_is_on_air(room: Room) -> None:
    before = {role: room.pid(role) for role in ROLES}
    room.kill("supervisor")
    room.start()
    until(lambda: "adopted" in whats(room))
    room.wait_restarted("media", before["media"], patience=20)
    until(lambda: all(len(room.pids(role)) == 1 for role in ROLES), 20)
    after = {role: room.pid(role) for role in ROLES}
    assert [role for role in ROLES if after[role] == before[role]] == ["onair"]
    # And it is its own now: killed, it is started again on the same ring.
    room.kill("onair")
    room.wait_restarted("onair", before["onair"])
    settled(room)


@pytest.mark.slow
def test_a_program_is_not_asked_for_a_key_that_is_on_air(tmp_path: Path) -> None:
    """Its next answer might end the connection that lives on the first."""
    asked = tmp_path / "asked"
    script = f"echo x >> {asked}; echo rtmp://127.0.0.1:{free_port()}/live/key"
    push = [{"name": "a", "url_command": ["sh", "-c", script]}]
    with Room(tmp_path / "run", changes={"test_card": True, "push": push}) as room:
        settled(room)
        room.kill("supervisor")
        room.start()
        until(lambda: "adopted" in whats(room))
        settled(room)
    assert asked.read_text() == "x\n"


@pytest.mark.slow
def test_another_format_begins_anew(room: Room) -> None:
    onair = room.pid("onair")
    room.kill("supervisor")
    change(room, "fps = 25", "fps = 30")
    room.start()
    room.wait_restarted("onair", onair, patience=20)
    until(lambda: onair not in room.pids("onair"))
    settled(room)
    assert "adopted" not in whats(room)
    assert len(room.pids("media")) == 1


def test_an_onair_that_answers_no_more_is_replaced(room: Room) -> None:
    onair = room.pid("onair")
    room.kill("supervisor")
    os.kill(onair, signal.SIGSTOP)
    room.start()
    room.wait_restarted("onair", onair, patience=20)
    until(lambda: onair not in room.pids("onair"))
    settled(room)


@pytest.mark.slow
def test_a_stopped_leftover_does_not_keep_its_port(room: Room) -> None:
    console = room.pid("console")
    os.kill(console, signal.SIGSTOP)
    room.kill("supervisor")
    room.start()
    until(lambda: "adopted" in whats(room))
    room.wait_restarted("console", console, patience=20)
    assert console not in room.pids("console")


def test_a_second_supervisor_touches_nothing(room: Room) -> None:
    before = room.roles()
    told = room.command("run")
    assert told.returncode == 2
    assert "on air already" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert {pid for pid, _ in room.roles()} == {pid for pid, _ in before}


def test_an_upgrade_that_cannot_be_changes_nothing(room: Room) -> None:
    before = {role: room.pid(role) for role in ROLES}
    sound = room.config.read_text(encoding="utf-8")
    for broken, why in (
        (sound + "\nnonsense = 1\n", "not sound"),
        (sound.replace("fps = 25", "fps = 30"), "restart"),
        (sound.replace(f'name = "{room.name}"', 'name = "another"'), "restart"),
    ):
        assert broken != sound
        room.config.write_text(broken, encoding="utf-8")
        told = ask(room)
        assert told[-1].over
        assert told[-1].failed
        assert why in told[-1].text
        room.config.write_text(sound, encoding="utf-8")
    assert {role: room.pid(role) for role in ROLES} == before
    assert whats(room) == ["upgrade-failed"] * 3
    # And one that can be is not hindered by those before it.
    assert ask(room)[-1] == Told("upgraded", over=True)
    after = {role: room.pid(role) for role in ROLES}
    assert [role for role in ROLES if after[role] == before[role]] == ["onair"]


def test_sighup_is_an_upgrade_and_what_a_room_consists_of_may_change(room: Room) -> None:
    media = room.pid("media")
    sound = room.config.read_text(encoding="utf-8")
    changed = f"{sound}\n[health]\non = false\n[recording]\non = true\n"
    room.config.write_text(changed, encoding="utf-8")
    room.process.send_signal(signal.SIGHUP)
    room.wait_restarted("media", media, patience=40)
    until(lambda: any(row.body["what"] == "upgraded" for row in room.ledger("Decision")), 60)
    assert room.pids("health") == []
    assert len(room.pids("recorder")) == 1
